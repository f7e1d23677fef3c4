"""Markdown as storage format; HTML in it is text, and only safe addresses become links.

CommonMark with tables, strikethrough, task lists and footnotes; front matter and comments are
left out. The result is always well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from plays.storage.markdown.lists import ListWriter, paragraph_markup
from plays.storage.markdown.parser import Parser, without_front_matter, without_particles
from plays.storage.text import escape_text, printable, safe_url

_LANGUAGE = re.compile(r"[A-Za-z0-9+#_.-]+")
_ALIGNMENT = re.compile(r"text-align:(left|center|right)")


def to_storage(md: str) -> str:
    tokens = Parser().parse(printable(without_front_matter(md)))
    for token in tokens:
        if token.type == "inline":
            token.meta["markup"] = _inline_markup(without_particles(token.children or []))
            token.children = []
    return _Writer().write(SyntaxTreeNode(tokens))


class _Writer:
    def __init__(self) -> None:
        self._lists = ListWriter(self.write)

    def write(self, node: SyntaxTreeNode) -> str:
        """A block and all in it."""
        match node.type:
            case "paragraph":
                return paragraph_markup(node) if node.hidden else f"<p>{paragraph_markup(node)}</p>"
            case "heading":
                return f"<{node.tag}>{paragraph_markup(node)}</{node.tag}>"
            case "bullet_list" | "ordered_list":
                return self._lists.write(node)
            case "fence" | "code_block":
                return _code(node)
            case "hr":
                return "<hr />"
            case "th" | "td":
                return _cell(node)
            case "footnote_reference":
                return self._footnote(node)
        inside = "".join(map(self.write, node.children))
        return inside if node.type == "root" else f"<{node.tag}>{inside}</{node.tag}>"

    def _footnote(self, node: SyntaxTreeNode) -> str:
        """A footnote where it was written, behind its mark."""
        inside = "".join(map(self.write, node.children))
        mark = escape_text(f"[{node.meta.get('label', '')}] ")
        return f"<p>{mark}" + inside.removeprefix("<p>") if inside.startswith("<p>") else inside


def _cell(node: SyntaxTreeNode) -> str:
    """A cell, aligned by its paragraph: Confluence ignores alignment on the cell itself."""
    alignment = _ALIGNMENT.match(str(node.attrs.get("style", "")))
    style = f' style="text-align: {alignment[1]};"' if alignment else ""
    return f"<{node.tag}><p{style}>{paragraph_markup(node)}</p></{node.tag}>"


def _code(node: SyntaxTreeNode) -> str:
    words = node.info.split()
    language = ""
    if words and _LANGUAGE.fullmatch(words[0]):
        language = f'<ac:parameter ac:name="language">{words[0]}</ac:parameter>'
    content = node.content.removesuffix("\n").replace("]]>", "]]]]><![CDATA[>")
    return (
        f'<ac:structured-macro ac:name="code">{language}'
        f"<ac:plain-text-body><![CDATA[{content}]]></ac:plain-text-body></ac:structured-macro>"
    )


_TAGS = {
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "em_open": "<em>",
    "em_close": "</em>",
    "s_open": "<del>",
    "s_close": "</del>",
    "hardbreak": "<br />",
    "softbreak": " ",
}


def _inline_markup(tokens: Sequence[Token]) -> str:
    """The tokens of one paragraph as markup."""
    pieces: list[str] = []
    link_ends: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            start, end = _link_tags(token)
            pieces.append(start)
            link_ends.append(end)
        elif token.type == "link_close":
            pieces.append(link_ends.pop())
        else:
            pieces.append(_markup(token))
    return "".join(pieces)


def _markup(token: Token) -> str:
    if token.type in _TAGS:
        return _TAGS[token.type]
    if token.type == "code_inline":
        return f"<code>{escape_text(token.content)}</code>"
    if token.type == "footnote_ref":
        return f"<sup>[{escape_text(str(token.meta.get('label', '')))}]</sup>"
    if token.type == "image":
        return _image(token)
    return escape_text(token.content)


def _link_tags(token: Token) -> tuple[str, str]:
    """The tags around a link's text; none when its address is not safe."""
    url = safe_url(str(token.attrs.get("href", "")))
    return ("", "") if url is None else (f'<a href="{escape_text(url)}">', "</a>")


def _image(token: Token) -> str:
    """An image by its address; its description where that is no web address."""
    description = escape_text(token.content)
    url = safe_url(str(token.attrs.get("src", "")))
    if url is None or url.lower().startswith("mailto:"):
        return description
    alt = f' ac:alt="{description}"' if description else ""
    return f'<ac:image{alt}><ri:url ri:value="{escape_text(url)}" /></ac:image>'
