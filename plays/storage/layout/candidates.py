"""The tables of a page that could be one of ours: their headings matched with our fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice

from plays.storage.layout.assignment import assign
from plays.storage.layout.form_memory import remembered
from plays.storage.layout.forms import CellSeen, detect
from plays.storage.layout.headings import Match, likeness, sure_match
from plays.storage.layout.keys import names_known_row
from plays.storage.layout.labels import is_bold, labelled_tables
from plays.storage.layout.model import PLAIN, Chosen, Form, How, Known, Reason
from plays.storage.scan.grid import GridCell, GridRow, grid_rows, is_numbering
from plays.storage.scan.page import Node, Page
from plays.storage.scan.visible import visible_text
from plays.storage.shapes import TableShape
from plays.storage.text import header_name
from plays.storage.totals import is_total

# Rows that are looked at for headings, and rows at each end of a table for the form of its cells.
_HEADING_ROWS = 12
SAMPLE = 12
# A row of plain cells names the columns only if it names at least so many of ours.
_LEAST_PLAIN = 3
# So many cells that do not fit speak against a heading in our own words; else one does.
_MISFITS_AGAINST_OUR_WORDS = 3


@dataclass(kw_only=True)
class ColumnMatch:
    """A field and the column, or columns of one heading, that may be its own."""

    match: Match
    cells: list[GridCell]
    heading: str
    form: Form = PLAIN
    fits: int = 0
    misfits: int = 0

    @property
    def is_contradicted(self) -> bool:
        """Whether the column's cells are of another kind than the field: none fits."""
        if self.fits or not self.misfits or self.match.how is How.CHOSEN:
            return False
        needed = _MISFITS_AGAINST_OUR_WORDS if self.match.how is How.EXACT else 1
        return self.misfits >= needed


@dataclass(kw_only=True)
class Candidate:
    """A table with what its headings may mean. `taken` is sure, `proposed` is for a person.

    A table without headings (not `is_headed`) has its first row as `header`, which is a row too.
    """

    page: Page
    node: Node
    number: int
    rows: list[GridRow]
    header: GridRow
    headings: list[tuple[GridCell, str]]
    taken: dict[str, ColumnMatch] = field(default_factory=dict)
    proposed: dict[str, ColumnMatch] = field(default_factory=dict)
    knows_rows: bool = False
    label: str = ""
    is_headed: bool = True

    @cached_property
    def sample(self) -> list[GridRow]:
        """Rows from both ends of the table, total rows left out."""
        return [row for end in self._ends for row in end if not is_total(_first_text(row))]

    @cached_property
    def _ends(self) -> tuple[list[GridRow], list[GridRow]]:
        rows = self.rows[self.header.number if self.is_headed else 0 :]
        top = list(islice((row for row in rows if row.group == "tbody"), SAMPLE))
        seen = top[-1].number if top else 0
        upwards = (row for row in reversed(rows) if row.group == "tbody" and row.number > seen)
        return top, list(islice(upwards, SAMPLE))[::-1]

    @cached_property
    def sample_source(self) -> bytes | None:
        """All that the sampled cells are made of; None where merged cells may reach into them."""
        top, bottom = self._ends
        is_unmerged = all(row.is_unmerged for row in top + bottom)
        return self._source(top) + self._source(bottom) if is_unmerged else None

    def _source(self, rows: Sequence[GridRow]) -> bytes:
        """The bytes from the first of some neighbours to the row behind the last."""
        if not rows:
            return b""
        behind = rows[-1].number
        end = self.rows[behind].start if behind < len(self.rows) else self.node.close
        return self.page.raw[rows[0].start : end]

    def cells(self, column: int) -> list[CellSeen]:
        """The column's own cells in the sample."""
        found = (row.at(column) for row in self.sample)
        return [CellSeen(cell.node) for cell in found if cell is not None and cell.is_plain]

    def has_known_row(self, column: int, known: Known) -> bool:
        """Whether a cell of the column's sample names a row that we know; the first is enough."""
        found = ((row, row.at(column)) for row in chain(*self._ends))
        own = ((row, CellSeen(cell.node)) for row, cell in found if cell and cell.is_plain)
        return any(
            not cell.is_empty
            and names_known_row(known, cell.node, cell.text)
            and not is_total(_first_text(row))
            for row, cell in own
        )

    def has_key(self, shape: TableShape) -> bool:
        return shape.key in self.taken

    def count(self, shape: TableShape) -> int:
        """How many of our fields the headings name for sure."""
        return sum(name in self.taken for name in shape.needed)

    def score(self, shape: TableShape) -> int:
        """How well the table fits: each sure field, twice for rows that we know."""
        return self.count(shape) + (2 if self.knows_rows else 0)

    def signature(self, shape: TableShape) -> tuple[tuple[str, str], ...]:
        """What parts of one table have in common: our fields and their headings."""
        return tuple(
            (name, header_name(self.taken[name].heading))
            for name in shape.needed
            if name in self.taken
        )


def candidates(page: Page, shape: TableShape, chosen: Chosen, known: Known) -> list[Candidate]:
    """Every table of the page, in page order, matched with the shape."""
    found = []
    for number, (node, label) in enumerate(labelled_tables(page), 1):
        if candidate := _candidate(page, node, number, shape, chosen, known):
            candidate.label = " · ".join(filter(None, (label, *_titles(candidate))))
            found.append(candidate)
    return found


def _candidate(
    page: Page, node: Node, number: int, shape: TableShape, chosen: Chosen, known: Known
) -> Candidate | None:
    rows = grid_rows(node)
    if not rows:
        return None
    best = max(
        _heading_rows(rows), key=lambda heading: _fit(heading[1], shape, chosen), default=None
    ) or _plain_heading(rows, shape, chosen)
    header, named = best or (rows[0], list(_named(rows[0], None)))
    found = Candidate(
        page=page,
        node=node,
        number=number,
        rows=rows,
        header=header,
        headings=[(cell, _joined(text, above)) for cell, text, above in named],
        is_headed=best is not None,
    )
    if found.is_headed:
        _match_columns(found, named, shape, chosen, known)
    return found


def _fit(
    named: Iterable[tuple[GridCell, str, str]], shape: TableShape, chosen: Chosen
) -> tuple[int, int]:
    """How many of our fields a row names with a column for each, and how many in all."""
    matches = [(cell, m.field) for cell, text, a in named if (m := _sure(shape, chosen, text, a))]
    ours = [(cell, name) for cell, name in matches if name in shape.names]
    single = {name for cell, name in ours if cell.width == 1}
    return len(single), len({name for _, name in ours})


def _heading_rows(
    rows: Sequence[GridRow],
) -> Iterator[tuple[GridRow, list[tuple[GridCell, str, str]]]]:
    """Rows that may be the headings, each with its cells, their text and the text above them."""
    above: GridRow | None = None
    for row in islice(rows, _HEADING_ROWS):
        if _is_heading(row):
            yield row, list(_named(row, above))
            above = row
        elif above is not None or not (_is_blank(row) or _is_title(row)):
            return


def _is_heading(row: GridRow) -> bool:
    if row.group == "thead":
        return True
    cells = [cell.node for cell in row.cells if not is_numbering(cell.node)]
    if not cells:
        return False
    if all(node.name == "th" for node in cells):
        return True
    filled = [node for node in cells if visible_text(node)]
    return len(filled) > 1 and all(node.name == "th" or is_bold(node) for node in filled)


def _named(row: GridRow, above: GridRow | None) -> Iterator[tuple[GridCell, str, str]]:
    for cell in row.cells:
        over = above.at(cell.column) if above is not None else None
        is_storey = over is not None and over.node is not cell.node
        yield cell, visible_text(cell.node), visible_text(over.node) if is_storey and over else ""


def _plain_heading(
    rows: Sequence[GridRow], shape: TableShape, chosen: Chosen
) -> tuple[GridRow, list[tuple[GridCell, str, str]]] | None:
    """The first row that is neither blank nor a title, if it names all or most of our columns."""
    for row in islice(rows, _HEADING_ROWS):
        if _is_blank(row) or _is_title(row):
            continue
        named = list(_named(row, None))
        matches = {m.field for _, text, _ in named if (m := _sure(shape, chosen, text, ""))}
        ours = matches & set(shape.needed)
        is_most = len(ours) >= _LEAST_PLAIN and 2 * len(ours) > len(shape.needed)
        is_all = len(ours) == len(shape.needed)
        return (row, named) if shape.key in ours and (is_most or is_all) else None
    return None


def _is_blank(row: GridRow) -> bool:
    return not any(visible_text(cell.node) for cell in row.cells)


def _is_title(row: GridRow) -> bool:
    """One text over several columns, merged or with nothing beside it."""
    filled = [cell for cell in row.cells if visible_text(cell.node)]
    return len(filled) == 1 and (filled[0].width > 1 or len(row.cells) > 1)


def _sure(shape: TableShape, chosen: Chosen, text: str, above: str) -> Match | None:
    by_hand = _chosen_match(chosen, text, above)
    if by_hand is not None:
        return by_hand
    match = sure_match(shape, text, above)
    return None if match is not None and chosen.headings.get(match.field) == "" else match


def _chosen_match(chosen: Chosen, text: str, above: str) -> Match | None:
    if not chosen.headings or not text:
        return None
    names = {header_name(text), header_name(_joined(text, above))}
    for name, heading in chosen.headings.items():
        if heading and header_name(heading) in names:
            return Match(name, How.CHOSEN, 100, Reason("chosen"))
    return None


def _joined(text: str, above: str) -> str:
    """A heading of two storeys as people are told of it."""
    return f"{above} {text}".strip() if above and above != text else text


def _match_columns(
    found: Candidate,
    named: Sequence[tuple[GridCell, str, str]],
    shape: TableShape,
    chosen: Chosen,
    known: Known,
) -> None:
    """Sure names first; then all that is left on both sides, solved together."""
    sure: dict[str, list[ColumnMatch]] = {}
    left: list[tuple[GridCell, str, str]] = []
    for cell, text, above in named:
        match = _sure(shape, chosen, text, above)
        if match is None:
            left.append((cell, text, above))
        else:
            heading = _joined(text, above)
            sure.setdefault(match.field, []).append(
                ColumnMatch(match=match, cells=[cell], heading=heading)
            )
    for name, matches in sure.items():
        best, others = _best(found, shape, name, matches)
        left += [(other.cells[0], other.heading, "") for other in others]
        (found.proposed if best.is_contradicted else found.taken)[name] = best
    _check_key(found, shape, known)
    _propose(found, left, shape, chosen, known)


def _best(
    found: Candidate, shape: TableShape, name: str, matches: list[ColumnMatch]
) -> tuple[ColumnMatch, list[ColumnMatch]]:
    """Of several columns with names of one field the surest; equals stay together, ambiguous."""
    for match in matches:
        _look_at_cells(found, shape, name, match)
    fitting = [match for match in matches if not match.is_contradicted] or matches
    top = max(match.match.score for match in fitting)
    best, *twins = [match for match in fitting if match.match.score == top]
    best.cells += [twin.cells[0] for twin in twins]
    return best, [match for match in matches if match is not best and match not in twins]


def _look_at_cells(found: Candidate, shape: TableShape, name: str, match: ColumnMatch) -> None:
    at, column = match.cells[0].column, shape.by_name[name]
    match.form, match.fits, match.misfits = remembered(
        (found.sample_source, at, column.kind, column.words, match.heading),
        lambda: detect(column, match.heading, found.cells(at)),
    )


def _check_key(found: Candidate, shape: TableShape, known: Known) -> None:
    """Look for rows that we know; a key column of none of them is doubtful where another has."""
    if known.is_empty or shape.key not in found.taken:
        return
    key = found.taken[shape.key]
    column = key.cells[0].column
    found.knows_rows = found.has_known_row(column, known)
    if found.knows_rows or all(cell.is_empty for cell in found.cells(column)):
        return
    if key.match.how is not How.CHOSEN and any(
        _is_key_by_cells(found, cell.column, known) for cell, _ in found.headings
    ):
        found.proposed[shape.key] = found.taken.pop(shape.key)


def _is_key_by_cells(found: Candidate, column: int, known: Known) -> bool:
    filled = [cell for cell in found.cells(column) if not cell.is_empty]
    hits = sum(names_known_row(known, cell.node, cell.text) for cell in filled)
    return hits > 0 and 2 * hits >= len(filled)


def _propose(
    found: Candidate,
    left: Sequence[tuple[GridCell, str, str]],
    shape: TableShape,
    chosen: Chosen,
    known: Known,
) -> None:
    """Columns by likeness and the key by its cells, all solved together; people say yes or no."""
    open_fields = [
        name
        for name in shape.by_name
        if name not in found.taken
        and name not in found.proposed
        and chosen.headings.get(name) != ""
    ]
    scores: dict[tuple[str, int], int] = {}
    matches: dict[tuple[str, int], ColumnMatch] = {}
    for name in open_fields:
        for cell, text, above in left:
            match = _likely(found, shape, name, (cell, text, above), known)
            if match is not None:
                scores[name, cell.column] = match.match.score
                matches[name, cell.column] = match
    for name, column in assign(scores).items():
        found.proposed[name] = matches[name, column]


def _likely(
    found: Candidate,
    shape: TableShape,
    name: str,
    heading: tuple[GridCell, str, str],
    known: Known,
) -> ColumnMatch | None:
    cell, text, above = heading
    score, reason = likeness(shape, name, text, above)
    how = How.LIKELY
    if name == shape.key and _is_key_by_cells(found, cell.column, known):
        score, reason, how = 98, Reason("cells"), How.CELLS
    if not score:
        return None
    match = ColumnMatch(
        match=Match(name, how, score, reason), cells=[cell], heading=_joined(text, above)
    )
    _look_at_cells(found, shape, name, match)
    return None if match.misfits and not match.fits else match


def _titles(found: Candidate) -> Iterator[str]:
    """The texts of title rows above the headings."""
    for row in found.rows[: found.header.number - 1]:
        if _is_title(row):
            yield _first_text(row)


def _first_text(row: GridRow) -> str:
    first = row.at(0)
    if first is not None and (text := visible_text(first.node)):
        return text
    return next(filter(None, (visible_text(cell.node) for cell in row.cells)), "")


def holds_rows(found: Iterable[Candidate], known: Known) -> Candidate | None:
    """The first table with a column that holds rows of ours, whatever its headings."""
    if known.is_empty:
        return None
    for one in found:
        if any(_is_key_by_cells(one, cell.column, known) for cell, _ in one.headings):
            return one
    return None
