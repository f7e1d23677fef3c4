"""What our database knows of the tables on a shared page: it helps to recognise them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import timezone

from plays.models import Page, PageLayout, PageMapping, Play, PlayAlias, SyncJob
from plays.models.job import JobKind, JobState
from plays.models.mapping import PartChoice
from plays.rules.pages import ACTION_LOG, LOG_ID_PATTERN, PLAY_DB
from plays.rules.play_names import fronts
from plays.rules.quarter import Quarter
from plays.storage import Chosen, Guidance, Known, TableShape

Guidances = Mapping[TableShape, Guidance]
PART_OF = {ACTION_LOG: PartChoice.ACTION_LOG, PLAY_DB: PartChoice.PLAY_DB}
SHAPE_OF = {part: shape for shape, part in PART_OF.items()}
SHAPE_OF_KIND = {JobKind.LOG_ROW: ACTION_LOG, JobKind.PLAY_ROW: PLAY_DB}


def shape_of(mapping: PageMapping) -> TableShape:
    """The shape of a mapping's tables. Raises KeyError for a part that has none."""
    return SHAPE_OF[PartChoice(mapping.part)]


def guidance_for(
    page: Page | None, *, chosen: Mapping[TableShape, Chosen] | None = None
) -> Guidances:
    """For each table of ours what an admin chose (or `chosen`, to try it), what is known of its
    rows, and whether `page` may get a new one.

    A page that rows were written to has, or had, a table: none is made beside it.
    """
    known = {ACTION_LOG: Known(pattern=LOG_ID_PATTERN), PLAY_DB: known_plays()}
    chosen = {**chosen_now(), **(chosen or {})}
    return {
        shape: Guidance(
            chosen=chosen[shape],
            known=known[shape],
            may_make_table=not _was_written(page, kind),
            quarter=_this_quarter() if shape is PLAY_DB else None,
        )
        for kind, shape in SHAPE_OF_KIND.items()
    }


def _this_quarter() -> tuple[int, int]:
    quarter = Quarter.of(timezone.now(), timezone.get_default_timezone())
    return quarter.year, quarter.number


def chosen_now() -> dict[TableShape, Chosen]:
    """What admins chose, for each table of ours."""
    layouts = PageLayout.objects.filter(mapping__part__in=SHAPE_OF, mapping__play=None)
    kept = {row.mapping.part: row.choice for row in layouts.select_related("mapping")}
    return {shape: kept.get(part, Chosen()) for shape, part in PART_OF.items()}


def known_plays() -> Known:
    """Every Play with its aliases, the pages that are its own, and its channel."""
    plays = list(Play.objects.order_by("pk").values_list("pk", "play_id", "channel"))
    ids = {pk: play_id for pk, play_id, _ in plays}
    aliases: dict[str, tuple[str, ...]] = {
        play_id: tuple(own) for play_id, own in _unique_fronts(ids.values()).items()
    }
    for pk, name in PlayAlias.objects.order_by("name").values_list("play__pk", "name"):
        aliases[ids[pk]] += (name,)
    return Known(
        aliases=aliases,
        targets=_own_pages(ids),
        groups={play_id: channel for _, play_id, channel in plays if channel},
    )


def _unique_fronts(ids: Iterable[str]) -> dict[str, list[str]]:
    """The fronts of each id, up to an underscore, that no other id begins with.

    Only those with a digit: a row called `KT` is a sum or a divider, not the one Play of KT.
    """
    by_front: dict[str, list[str]] = {}
    ids = list(ids)
    for play_id in ids:
        for front in fronts(play_id):
            by_front.setdefault(front, []).append(play_id)
    found: dict[str, list[str]] = {play_id: [] for play_id in ids}
    for front, owners in by_front.items():
        if len(owners) == 1 and front not in found and any(map(str.isdigit, front)):
            found[owners[0]].append(front)
    return found


def _own_pages(ids: Mapping[int, str]) -> dict[str, tuple[str, ...]]:
    """The ids and addresses of the pages that are one Play's alone, by its id."""
    owners: dict[tuple[str, str], set[int]] = {}
    mapped = PageMapping.objects.filter(
        part__in=(PartChoice.LIVE_DOC, PartChoice.PLAY_TODO), page__isnull=False, play__isnull=False
    )
    for play, page_id, url in mapped.values_list("play__pk", "page__page_id", "page__url"):
        owners.setdefault((page_id, url), set()).add(play)
    targets: dict[str, tuple[str, ...]] = {}
    for addresses, plays in owners.items():
        if len(plays) == 1:
            play_id = ids[plays.pop()]
            targets[play_id] = (*targets.get(play_id, ()), *filter(None, addresses))
    return targets


def _was_written(page: Page | None, kind: JobKind) -> bool:
    """Whether rows of a kind were written to a page, as far as jobs are kept."""
    if page is None or page.body_size == 0:  # 0: a person said that the page is empty
        return False
    return SyncJob.objects.filter(kind=kind, state=JobState.SYNCED, written_to=page).exists()
