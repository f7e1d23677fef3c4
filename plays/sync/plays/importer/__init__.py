"""Plays from a file: every line checked, shown beside what is there, then applied as one."""

from plays.sync.plays.importer.applying import DiffersFromPreview, Imported, import_plays
from plays.sync.plays.importer.exporting import plays_as_csv
from plays.sync.plays.importer.preview import FieldChange, PlayChange, Preview, compare
from plays.sync.plays.importer.rows import PlayFile, read_file
from plays.sync.sheets.problems import ImportRefused, LineProblem
from plays.sync.sheets.reading import MAX_BYTES, MAX_LINES, decode

__all__ = [
    "MAX_BYTES",
    "MAX_LINES",
    "DiffersFromPreview",
    "FieldChange",
    "ImportRefused",
    "Imported",
    "LineProblem",
    "PlayChange",
    "PlayFile",
    "Preview",
    "compare",
    "decode",
    "import_plays",
    "plays_as_csv",
    "read_file",
]
