"""Which table an operation means: one of our own by its part, or any table by its headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from plays.models import PageMapping
from plays.rules.pages import ACTION_LOG, PLAY_DB
from plays.storage import (
    Column,
    Guidance,
    TableShape,
    recognise,
    table_texts,
)
from plays.storage.text import fold, header_name
from plays.sync.layouts.guidance import PART_OF, SHAPE_OF, guidance_for, known_plays
from plays.sync.operations.refusals import BadArgument, NoKey, NoPage, NoSuchTable, SeveralTables

Grid = Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Database:
    """A page as a database; `shape` where the product's own table is meant."""

    page_id: str
    shape: TableShape | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """The table on a page as it reads: `names` has the caller's names and the columns' own."""

    shape: TableShape
    guidance: Guidance
    names: dict[str, str]
    grids: tuple[Grid, ...] = ()


def database_called(database_id: str) -> Database:
    """A page id, `play_db` or `action_log`. Raises NoPage."""
    shared = PageMapping.objects.filter(play=None, page__isnull=False, part__in=SHAPE_OF)
    parts = {str(part): shape for shape, part in PART_OF.items()}
    if database_id in parts:
        mapping = shared.filter(part=database_id).select_related("page").first()
        if mapping is None or mapping.page is None:
            raise NoPage(f"no page is mapped as {database_id}.")
        return Database(page_id=mapping.page.page_id, shape=parts[database_id])
    if not (database_id.isascii() and database_id.isdigit()):
        raise NoPage(f"“{database_id}” is neither a page id nor {' nor '.join(parts)}.")
    found = shared.filter(page__page_id=database_id).values_list("part", flat=True)
    shapes = [parts[part] for part in found]
    return Database(page_id=database_id, shape=shapes[0] if len(shapes) == 1 else None)


def table_for(
    database: Database, body: str, names: Iterable[str], *, key_column: str = "", row_id: str = ""
) -> Table:
    """The table that has a column for each of `names`. Raises NoSuchTable, SeveralTables, NoKey,
    BadArgument and any EditError.
    """
    names = list(names)
    if not all(map(header_name, names)):
        raise BadArgument("a column's name is empty.")
    if len({header_name(name) for name in names}) < len(names):
        raise BadArgument("a column is named twice.")
    if database.shape is not None and _is_known(database.shape, [*names, *_one(key_column)]):
        return _own(database, database.shape, names, key_column)
    return _by_headings(database, body, names, key_column, row_id)


def _own(database: Database, shape: TableShape, names: Sequence[str], key_column: str) -> Table:
    """The product's own table, as its layout says; nothing is left out in silence."""
    if key_column and shape.name_for(key_column) != shape.key:
        raise NoKey(f"rows of this table are named by {shape.label(shape.key)}.")
    mapping = PageMapping.objects.filter(play=None, part=PART_OF[shape]).first()
    guidance = guidance_for(mapping.page if mapping else None)[shape]
    return Table(
        shape=shape,
        guidance=replace(guidance, needs_all=True),
        names={name: shape.name_for(name) or name for name in names},
    )


def _by_headings(
    database: Database, body: str, names: Sequence[str], key_column: str, row_id: str
) -> Table:
    grids = [grid for grid in table_texts(body) if grid]
    wanted = {header_name(name) for name in (*names, *_one(key_column))}
    fitting = [grid for grid in grids if wanted <= set(map(header_name, grid[0]))]
    if not fitting:
        return _without_headings(body, grids, names, key_column)
    if len({tuple(map(header_name, grid[0])) for grid in fitting}) > 1:
        raise SeveralTables(f"{len(fitting)} tables have these headings: {_told(fitting)}.")
    if ours := _ours(fitting[0][0], names, key_column):
        return ours
    headings = _unique(fitting[0][0])
    key = _key_heading(database, body, headings, key_column)
    if not key_column:
        _refuse_other_column(fitting, headings, key, row_id)
    by_name = {header_name(heading): heading for heading in headings}
    if missing := [name for name in (*names, key) if header_name(name) not in by_name]:
        raise SeveralTables(f"two columns are headed {', '.join(missing)}.")
    shape = TableShape(key=key, columns=tuple(Column(name=heading) for heading in headings))
    known = known_plays() if database.shape is PLAY_DB else Guidance().known
    return Table(
        shape=shape,
        guidance=Guidance(needs_all=True, known=known),
        names={name: by_name[header_name(name)] for name in names},
        grids=tuple(fitting),
    )


def _ours(headings: Sequence[str], names: Sequence[str], key_column: str) -> Table | None:
    """One of our own tables, whole, on a page that is not mapped."""
    for shape in (PLAY_DB, ACTION_LOG):
        is_whole = set(shape.needed) <= {shape.name_for(heading) for heading in headings}
        if is_whole and _is_known(shape, [*names, *_one(key_column)]):
            if key_column and shape.name_for(key_column) != shape.key:
                return None
            own = {name: shape.name_for(name) or name for name in names}
            return Table(shape=shape, guidance=Guidance(needs_all=True), names=own)
    return None


def _without_headings(
    body: str, grids: Sequence[Grid], names: Sequence[str], key_column: str
) -> Table:
    """One of our own tables under other headings; a new table only where the page has none."""
    may_make = not grids
    for shape in (PLAY_DB, ACTION_LOG):
        guidance = Guidance(may_make_table=may_make, needs_all=True)
        asked = [*names, *_one(key_column)]
        is_meant = _is_known(shape, asked) and shape.name_for(key_column or shape.key) == shape.key
        if is_meant and names and (may_make or recognise(body, shape, guidance).layout):
            own = {name: shape.name_for(name) or name for name in names}
            return Table(shape=shape, guidance=guidance, names=own)
    if grids:
        raise NoSuchTable(f"no table has {', '.join(names) or key_column}; {_told(grids)}.")
    if not key_column or not names:
        raise NoSuchTable("the page has no table; with key_column one would be made.")
    columns = dict.fromkeys((key_column, *names))
    shape = TableShape(key=key_column, columns=tuple(Column(name=name) for name in columns))
    guidance = Guidance(may_make_table=True, needs_all=True)
    return Table(shape=shape, guidance=guidance, names={name: name for name in names})


def _key_heading(database: Database, body: str, headings: Sequence[str], key_column: str) -> str:
    """The heading of the column that names rows: as named, as our layout has it, else the first."""
    wanted = key_column
    if not wanted and database.shape is not None:
        layout = recognise(body, database.shape, guidance_for(None)[database.shape]).layout
        found = layout.field(database.shape.key) if layout else None
        wanted = found.heading if found else ""
    if not wanted:
        return headings[0]
    return next((h for h in headings if header_name(h) == header_name(wanted)), wanted)


def _refuse_other_column(
    grids: Sequence[Grid], headings: Sequence[str], key: str, row_id: str
) -> None:
    """Where the first column does not have the row's name and another one has, that is meant."""
    if not row_id:
        return
    having = [
        heading
        for heading in headings
        if any(fold(row_id) in map(fold, _column(grid, heading)) for grid in grids)
    ]
    if having and key not in having:
        raise NoKey(f"“{row_id}” stands under {', '.join(having)}, not under {key}: is it the key?")


def _column(grid: Grid, heading: str) -> list[str]:
    at = list(grid[0]).index(heading) if heading in grid[0] else None
    return [row[at] for row in grid[1:] if at is not None and at < len(row)]


def _unique(headings: Sequence[str]) -> list[str]:
    """The headings that name one column alone. Raises NoKey where there is none."""
    folded = [header_name(heading) for heading in headings]
    unique = [
        h for h, name in zip(headings, folded, strict=True) if name and folded.count(name) == 1
    ]
    if not unique:
        raise NoKey("the table has no heading that names one column alone.")
    return unique


def _is_known(shape: TableShape, names: Iterable[str]) -> bool:
    return all(shape.name_for(name) in shape.names for name in names)


def _one(name: str) -> tuple[str, ...]:
    return (name,) if name else ()


def _told(grids: Sequence[Grid]) -> str:
    tables = (f"table {n}: {' | '.join(grid[0])}" for n, grid in enumerate(grids, 1))
    return "; ".join(tables)
