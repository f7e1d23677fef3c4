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
from plays.storage.edit.skeleton import check_skeleton
from plays.storage.errors import (
    AmbiguousColumn,
    AmbiguousTable,
    DuplicateRow,
    EditError,
    EmptyKey,
    ForeignEntry,
    HoldsContent,
    MergedCells,
    MissingColumn,
    NotStorage,
    Place,
    SkeletonBroken,
    UnsafeUrl,
)
from plays.storage.markdown.document import markdown_to_storage
from plays.storage.read.content import Content, Unreadable
from plays.storage.read.inventory import Entry, entry_counts, read_entries, row_keys, survey_rows
from plays.storage.read.line_differences import Gap, Line, Piece, difference
from plays.storage.read.page_text import source_lines, text_lines
from plays.storage.read.tables import (
    Row,
    TableDescription,
    describe_tables,
    read_rows,
)
from plays.storage.scan.entry_lines import Telling
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
    "Content",
    "DuplicateRow",
    "Edit",
    "EditError",
    "EmptyKey",
    "Entry",
    "ForeignEntry",
    "Gap",
    "HoldsContent",
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
    "SkeletonBroken",
    "Status",
    "Strong",
    "TableDescription",
    "TableShape",
    "Telling",
    "Text",
    "Unreadable",
    "UnsafeUrl",
    "UpsertRow",
    "apply_edits",
    "check_skeleton",
    "describe_tables",
    "difference",
    "entry_counts",
    "escape_text",
    "markdown_to_storage",
    "read_entries",
    "read_rows",
    "row_keys",
    "safe_url",
    "same_body",
    "source_lines",
    "survey_rows",
    "text_lines",
]
