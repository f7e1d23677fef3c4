"""Markdown as storage format; HTML in it is text, and only safe addresses become links.

CommonMark with tables, strikethrough and task lists. The result is always well-formed.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from plays.storage.markdown.inline import inline_markup
from plays.storage.markdown.lists import ListWriter, markup_of
from plays.storage.text import printable

_LANGUAGE = re.compile(r"[A-Za-z0-9+#_.-]+")
_ALIGNMENT = re.compile(r"text-align:(left|center|right)")
# Quotes and lists nested deeper than this are left out; no person writes them.
_MAX_NESTING = 40


def markdown_to_storage(md: str) -> str:
    """`md` as storage format. `- [ ]` items become Confluence tasks, fences code macros,
    images by web address `ac:image`; control characters are dropped.
    """
    parser = _Parser("js-default", {"html": False, "maxNesting": _MAX_NESTING})
    tokens = parser.parse(printable(md))
    for token in tokens:
        if token.type == "inline":
            token.meta["markup"] = inline_markup(token.children or [])
            token.children = []
    return _Writer().write(SyntaxTreeNode(tokens))


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Take every link for a link: what its address may be is decided when it is written."""
        return True


class _Writer:
    def __init__(self) -> None:
        self._lists = ListWriter(self.write)

    def write(self, node: SyntaxTreeNode) -> str:
        """A block and all in it."""
        match node.type:
            case "paragraph":
                return markup_of(node) if node.hidden else f"<p>{markup_of(node)}</p>"
            case "heading":
                return f"<{node.tag}>{markup_of(node)}</{node.tag}>"
            case "bullet_list" | "ordered_list":
                return self._lists.write(node)
            case "fence" | "code_block":
                return _code(node)
            case "hr":
                return "<hr />"
            case "th" | "td":
                return _cell(node)
        inside = "".join(map(self.write, node.children))
        return inside if node.type == "root" else f"<{node.tag}>{inside}</{node.tag}>"


def _cell(node: SyntaxTreeNode) -> str:
    """A cell, aligned by its paragraph: Confluence ignores alignment on the cell itself."""
    alignment = _ALIGNMENT.match(str(node.attrs.get("style", "")))
    style = f' style="text-align: {alignment[1]};"' if alignment else ""
    return f"<{node.tag}><p{style}>{markup_of(node)}</p></{node.tag}>"


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
