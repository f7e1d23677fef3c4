"""Markdown -> storage format."""


def markdown_to_storage(md: str) -> str:
    """`md` as storage format. `- [ ]` items become Confluence tasks, fences code macros,
    images by web address `ac:image`; control characters are dropped.
    """
    # Here: markdown-it would slow each start of every program.
    from plays.storage.markdown.document import to_storage

    return to_storage(md)
