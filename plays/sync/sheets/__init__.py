"""People's files: bytes to headings and lines of text."""
