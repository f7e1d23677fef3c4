"""Queries in Confluence's search language, with what people type kept inside the quotes."""

from __future__ import annotations


def quoted(text: str) -> str:
    """A CQL string; backslash and quote are its only special characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{" ".join(escaped.split())}"'


def pages_about(query: str, *, space_key: str = "") -> str:
    """Pages whose title or text is like `query`."""
    words = quoted(query)
    where = f"type = page and (title ~ {words} or text ~ {words})"
    return f"space = {quoted(space_key)} and {where}" if space_key else where


def pages_titled(title: str) -> str:
    """Pages whose title is like `title`, whatever stands on them."""
    return f"type = page and title ~ {quoted(title)}"
