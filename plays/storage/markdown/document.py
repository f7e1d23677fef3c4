"""Markdown as storage format; HTML in it is text, and only safe addresses become links.

CommonMark with tables, strikethrough, task lists and footnotes; front matter and comments are
left out. The result is always well-formed.
"""

from __future__ import annotations

import re

from markdown_it.tree import SyntaxTreeNode

from plays.storage.markdown.inline import inline_markup
from plays.storage.markdown.lists import ListWriter, markup_of
from plays.storage.markdown.parser import Parser, without_front_matter, without_particles
from plays.storage.text import escape_text, printable

_LANGUAGE = re.compile(r"[A-Za-z0-9+#_.-]+")
_ALIGNMENT = re.compile(r"text-align:(left|center|right)")


def markdown_to_storage(md: str) -> str:
    """`md` as storage format. `- [ ]` items become Confluence tasks, fences code macros,
    images by web address `ac:image`; control characters are dropped.
    """
    tokens = Parser().parse(printable(without_front_matter(md)))
    for token in tokens:
        if token.type == "inline":
            token.meta["markup"] = inline_markup(without_particles(token.children or []))
            token.children = []
    return _Writer().write(SyntaxTreeNode(tokens))


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
