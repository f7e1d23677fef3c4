"""The inside of a Markdown paragraph as storage format, token by token, however deeply nested."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from plays.storage.text import escape_text, safe_url

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


def inline_markup(tokens: Sequence[Token]) -> str:
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
