"""The parts that pages play, as the screens show them: read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from plays.models import Page, PageLayout, PageMapping, PageMappingChange, Pause, Play, SyncJob
from plays.models.job import JobState
from plays.models.layout import LayoutState
from plays.models.mapping import PLAY_PARTS, SHARED_PARTS, PartChoice
from plays.models.page import PageState
from plays.models.play import PlayQuerySet

GOOD_STATES = (PageState.OK, PageState.UNSEEN)


@dataclass(frozen=True, kw_only=True)
class MappingRow:
    """A part and the page that plays it (None: not mapped yet).

    `waiting` edits are pending for it; `error` names the last one's trouble; `others` are further
    parts of the same page; `is_paused` says that a person holds the page back, `asks` that its
    tables ask a person something.
    """

    part: PartChoice
    play: Play | None = None
    page: Page | None = None
    waiting: int = 0
    error: str = ""
    others: tuple[PageMapping, ...] = ()
    is_paused: bool = False
    asks: bool = False

    @cached_property
    def address(self) -> str:
        return PageMapping(part=self.part, play=self.play).get_absolute_url()


def shared_rows() -> list[MappingRow]:
    found = {mapping.part: mapping for mapping in _read(PageMapping.objects.filter(play=None))}
    rows = _rows([(part, None, found.get(part)) for part in SHARED_PARTS])
    asking = PageLayout.objects.filter(state=LayoutState.ASKS).select_related("mapping")
    asked = {(layout.mapping.part, layout.page_id) for layout in asking}
    return [replace(row, asks=_asks(row, asked)) for row in rows]


def _asks(row: MappingRow, asked: set[tuple[str, int | None]]) -> bool:
    return row.page is not None and (row.part.value, row.page.pk) in asked


def rows_of(plays: Iterable[Play]) -> list[tuple[Play, list[MappingRow]]]:
    """Each Play with its own parts, whether a mapping was ever made or not."""
    plays = list(plays)
    found = {(m.play_id, m.part): m for m in _read(PageMapping.objects.filter(play__in=plays))}
    rows = _rows(
        [(part, play, found.get((play.pk, part))) for play in plays for part in PLAY_PARTS]
    )
    count = len(PLAY_PARTS)
    return [(play, rows[i * count : (i + 1) * count]) for i, play in enumerate(plays)]


def row_of(part: PartChoice, play: Play | None) -> MappingRow:
    mapping = _read(PageMapping.objects.filter(part=part, play=play)).first()
    return _rows([(part, play, mapping)])[0]


def parts_of_page(page_id: str, *, apart_from: MappingRow) -> list[PageMapping]:
    """The parts that a page plays already, other than that of the row."""
    same = Q(part=apart_from.part, play=apart_from.play)
    found = PageMapping.objects.filter(page__page_id=page_id).exclude(same)
    return list(found.select_related("play"))


def changes() -> QuerySet[PageMappingChange]:
    """Who changed which mapping, newest first; `is_newest` marks those that can be undone."""
    later = PageMappingChange.objects.filter(mapping=OuterRef("mapping"), pk__gt=OuterRef("pk"))
    found = PageMappingChange.objects.annotate(is_newest=~Exists(later))
    return found.select_related("mapping__play", "old_page", "new_page", "by")


def lacks(part: PartChoice) -> Q:
    """Plays without a page for `part`."""
    own = PageMapping.objects.filter(play=OuterRef("pk"), part=part)
    return ~Q(Exists(own.filter(page__isnull=False)))


def has_trouble() -> Q:
    """Plays with a page that cannot play its part, or that plays another part too."""
    own = PageMapping.objects.filter(play=OuterRef("pk"), page__isnull=False)
    twice = PageMapping.objects.filter(page=OuterRef("page")).exclude(pk=OuterRef("pk"))
    return Q(Exists(own.exclude(page__state__in=GOOD_STATES))) | Q(
        Exists(own.filter(Exists(twice)))
    )


def troubled_first(plays: PlayQuerySet) -> PlayQuerySet:
    """What is wrong above what is well, each in the usual order."""
    rank = Case(When(has_trouble(), then=0), default=1)
    return plays.order_by(rank, *plays.model._meta.ordering or ["pk"])


def _read(mappings: QuerySet[PageMapping]) -> QuerySet[PageMapping]:
    own = SyncJob.objects.filter(mapping=OuterRef("pk")).order_by()
    waiting = own.filter(state__in=[JobState.PENDING, JobState.FAILED]).values("mapping")
    troubled = own.filter(state=JobState.FAILED).exclude(last_error="")
    return mappings.select_related("page").annotate(
        waiting=Coalesce(Subquery(waiting.annotate(n=Count("*")).values("n")), 0),
        # Not by primary key: SQLite would read all jobs of the mapping for their order.
        error=Subquery(troubled.order_by("-settled_at", "-pk").values("last_error")[:1]),
    )


def _rows(wanted: list[tuple[PartChoice, Play | None, Any]]) -> list[MappingRow]:
    pages = {m.page_id for _, _, m in wanted if m and m.page_id}
    sharing = _sharing(pages)
    paused: set[int | None] = {
        pause.page_id for pause in Pause.objects.active().filter(page__in=pages)
    }
    return [_row(part, play, mapping, sharing, paused) for part, play, mapping in wanted]


def _sharing(pages: set[int]) -> dict[int, list[PageMapping]]:
    """Every mapping of pages that play more than one part, by page."""
    found: dict[int, list[PageMapping]] = {}
    for mapping in PageMapping.objects.filter(page__in=pages).select_related("play"):
        found.setdefault(mapping.page_id or 0, []).append(mapping)
    return {page: mappings for page, mappings in found.items() if len(mappings) > 1}


def _row(
    part: PartChoice,
    play: Play | None,
    mapping: Any,
    sharing: dict[int, list[PageMapping]],
    paused: set[int | None],
) -> MappingRow:
    if mapping is None:
        return MappingRow(part=part, play=play)
    others = sharing.get(mapping.page_id, []) if mapping.page_id else []
    return MappingRow(
        part=part,
        play=play,
        page=mapping.page,
        waiting=mapping.waiting,
        error=mapping.error or "",
        others=tuple(other for other in others if other.pk != mapping.pk),
        is_paused=mapping.page_id in paused,
    )
