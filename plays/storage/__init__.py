"""Exact edits of a Confluence page's storage format: text in, text out, no Django, no network."""

from plays.storage.edit.apply import apply_edits
from plays.storage.edit.compare import same_body
from plays.storage.edit.edits import (
    Applied,
    Edit,
    InsertEntry,
    InsertLink,
    InsertRow,
    Outcome,
    UpsertRow,
)
from plays.storage.errors import (
    AmbiguousColumn,
    AmbiguousTable,
    DuplicateRow,
    EditError,
    EmptyKey,
    MergedCells,
    MissingColumn,
    NotStorage,
    Place,
    UnsafeUrl,
)
from plays.storage.markdown.document import markdown_to_storage
from plays.storage.read.inventory import entry_counts, row_keys, survey_rows
from plays.storage.read.line_differences import Gap, Line, Piece, difference
from plays.storage.read.page_text import source_lines, text_lines
from plays.storage.read.tables import (
    Row,
    TableDescription,
    describe_tables,
    entry_keys,
    has_entry,
    read_rows,
)
from plays.storage.shapes import Column, TableShape
from plays.storage.text import escape_text, safe_url
from plays.storage.values import (
    STATUS_COLOURS,
    Cell,
    Code,
    Inline,
    Link,
    Number,
    Status,
    Strong,
    Text,
)

__all__ = [
    "STATUS_COLOURS",
    "AmbiguousColumn",
    "AmbiguousTable",
    "Applied",
    "Cell",
    "Code",
    "Column",
    "DuplicateRow",
    "Edit",
    "EditError",
    "EmptyKey",
    "Gap",
    "Inline",
    "InsertEntry",
    "InsertLink",
    "InsertRow",
    "Line",
    "Link",
    "MergedCells",
    "MissingColumn",
    "NotStorage",
    "Number",
    "Outcome",
    "Piece",
    "Place",
    "Row",
    "Status",
    "Strong",
    "TableDescription",
    "TableShape",
    "Text",
    "UnsafeUrl",
    "UpsertRow",
    "apply_edits",
    "describe_tables",
    "difference",
    "entry_counts",
    "entry_keys",
    "escape_text",
    "has_entry",
    "markdown_to_storage",
    "read_rows",
    "row_keys",
    "safe_url",
    "same_body",
    "source_lines",
    "survey_rows",
    "text_lines",
]
