"""HTML without the white space that only lays out a template."""

import re


def flat(html: str) -> str:
    """One space between words and attributes, none at the edges of elements."""
    return re.sub(r"(?<=>) | (?=<)", "", " ".join(html.split()))
