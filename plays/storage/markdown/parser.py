"""Markdown as people write it here: Korean emphasis, `<br>`, comments, bare links, footnotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline, linkify
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

# Quotes and lists nested deeper than this are left out; no person writes them.
_MAX_NESTING = 40
# YAML between dashes at the very start: at least one `key: value`, or it is a rule and a text.
_FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?:(?:[ \t#-].*|\w[\w.-]*[ \t]*:.*|)\r?\n)*?"
    r"(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)"
)
_YAML_KEY = re.compile(r"^[\w.-]+[ \t]*:", re.MULTILINE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# A Korean particle right behind a bare address belongs to the sentence.
_PARTICLE = re.compile(
    r"([\x21-\x7e]+)((?:을|를|은|는|이|가|에|에서|에게|으로|로|와|과|의|도|만|까지|부터|입니다)[.,]?)"
)


class Parser(MarkdownIt):
    """CommonMark with tables, strikethrough and what this module's first line names."""

    def __init__(self) -> None:
        options = {"html": False, "linkify": True, "maxNesting": _MAX_NESTING}
        super().__init__("js-default", options)
        inline = _Inline()
        inline.ruler, inline.ruler2 = self.inline.ruler, self.inline.ruler2
        self.inline = inline
        if self.linkify is not None:  # only whole addresses: "plan.md" is no site
            self.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
        self.inline.ruler.at("linkify", _bare_link)
        footnote_plugin(self, inline=False, move_to_end=False)
        self.inline.ruler.before("autolink", "break_or_comment", _break_or_comment)
        stops: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "table"]}
        self.block.ruler.before("fence", "comment", _comment_block, stops)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Take every link for a link: what its address may be is decided when it is written."""
        return True


def without_front_matter(md: str) -> str:
    """`md` without the YAML that it begins with."""
    found = _FRONT_MATTER.match(md)
    return md[found.end() :] if found and _YAML_KEY.search(found[0]) else md.removeprefix("\ufeff")


def without_particles(tokens: Sequence[Token]) -> list[Token]:
    """A paragraph's tokens with the particles behind bare addresses outside the links."""
    result: list[Token] = []
    particle = ""
    for token in tokens:
        before = result[-1] if result else None
        if before is not None and before.type == "link_open" and before.markup == "linkify":
            found = _PARTICLE.fullmatch(token.content)
            if found:
                token.content, particle = found.groups()
                before.attrs["href"] = token.content
        result.append(token)
        if token.type == "link_close" and particle:
            text = Token("text", "", 0)
            text.content, particle = particle, ""
            result.append(text)
    return result


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        """As the library's own, with delimiters that Korean can stand next to."""
        state = _KoreanState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _KoreanState(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Delimiters beside a wide letter may open or close whatever punctuation is inside them.

        CommonMark wants a space between `**(x)**` and a letter, which Korean particles never have
        (github.com/commonmark/commonmark-spec, issue 650).
        """
        scanned = super().scanDelims(start, canSplitWord)
        if not canSplitWord:
            return scanned
        end = start + scanned.length
        before = self.src[start - 1] if start else " "
        behind = self.src[end] if end < self.posMax else " "
        return Scanned(
            scanned.can_open or (_is_wide(before) and not behind.isspace()),
            scanned.can_close or (_is_wide(behind) and not before.isspace()),
            scanned.length,
        )


def _is_wide(character: str) -> bool:
    return character.isalnum() and unicodedata.east_asian_width(character) in "WF"


def _bare_link(state: StateInline, silent: bool) -> bool:
    """The library's rule, but never while it looks ahead from a bracket: there it takes the text
    before the bracket for an address's scheme, and stops the whole parse.
    """
    return not silent and linkify(state, silent)


def _break_or_comment(state: StateInline, silent: bool) -> bool:
    if found := _BREAK.match(state.src, state.pos):
        if not silent:
            state.push("hardbreak", "br", 0)
    else:
        found = _COMMENT.match(state.src, state.pos)
    if found is None:
        return False
    state.pos = found.end()
    return True


def _comment_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A comment that fills its lines, blank ones included."""
    found = _COMMENT.match(state.src, state.bMarks[start_line] + state.tShift[start_line])
    if found is None or state.is_code_block(start_line):
        return False
    for line in range(start_line, end_line):
        if state.eMarks[line] >= found.end():
            if state.src[found.end() : state.eMarks[line]].strip():
                return False
            if not silent:
                state.line = line + 1
            return True
    return False
