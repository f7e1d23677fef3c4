"""Plays from a file: every line checked, shown beside what is there, then applied as one."""

from plays.sync.plays.importer.applying import DiffersFromPreview, Imported, import_plays
from plays.sync.plays.importer.choices import NOTHING_CHOSEN, Choices
from plays.sync.plays.importer.columns import COLUMNS, column_called
from plays.sync.plays.importer.exporting import plays_as_csv
from plays.sync.plays.importer.matching import Matched
from plays.sync.plays.importer.preview import FieldChange, PlayChange, Preview, compare
from plays.sync.plays.importer.rows import PlayFile, look_at, read_file
from plays.sync.sheets.problems import ImportRefused, LineProblem
from plays.sync.sheets.reading import MAX_BYTES, MAX_LINES, decode

__all__ = [
    "COLUMNS",
    "MAX_BYTES",
    "MAX_LINES",
    "NOTHING_CHOSEN",
    "Choices",
    "DiffersFromPreview",
    "FieldChange",
    "ImportRefused",
    "Imported",
    "LineProblem",
    "Matched",
    "PlayChange",
    "PlayFile",
    "Preview",
    "column_called",
    "compare",
    "decode",
    "import_plays",
    "look_at",
    "plays_as_csv",
    "read_file",
]
