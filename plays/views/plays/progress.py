"""How Plays stand, as the screens show it: read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from plays.models import Page, PageMapping, Play, SyncJob
from plays.models.job import Stage
from plays.rules.status import Counts, Status, Verdict
from plays.sync.plays.owner_words import Word, words_of
from plays.sync.plays.play_status import PlayStatus, play_statuses
from plays.views.plays.strip import actions_a_week, recent_statuses

WORST_FIRST = {Status.RED: 0, Status.YELLOW: 1, Status.GREEN: 2}
_STAGES_WORST_FIRST = (Stage.FAILED, Stage.RETRYING, Stage.PENDING, Stage.UNMAPPED)


@dataclass(frozen=True, kw_only=True)
class OpenEdits:
    """How many edits of a Play are not on their pages."""

    failed: int = 0
    retrying: int = 0
    pending: int = 0
    unmapped: int = 0

    @property
    def stage(self) -> Stage:
        """The worst of it, in the word that jobs have for it."""
        return next((s for s in _STAGES_WORST_FIRST if getattr(self, s.value)), Stage.SYNCED)

    @property
    def count(self) -> int:
        """How many edits `stage` speaks of."""
        return getattr(self, self.stage.value, 0)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One counter against its goal and against what the pace asks for by now; goal 0 is none."""

    name: str
    count: int
    goal: int
    expected: float

    @property
    def share(self) -> float:
        """Of what the pace asks for; more than all of it counts as all."""
        return min(1.0, self.count / self.expected) if self.expected else 1.0


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A Play at one moment, with its open edits, the pages of its own, and its last weeks, and
    its owner's word."""

    play_status: PlayStatus
    open_edits: OpenEdits
    pages: dict[str, Page]
    weeks: tuple[int, ...]
    word: Word
    recent: tuple[Status | None, ...]

    @property
    def stage(self) -> Stage | None:
        """The worst of its edits; None where nothing of it was ever written anywhere."""
        was_written = any(page.written_at for page in self.pages.values())
        return self.open_edits.stage if self.open_edits.count or was_written else None

    @property
    def last_weeks(self) -> tuple[Status | None, ...]:
        """How it stood at the end of the last weeks and stands now, oldest first."""
        return (*self.recent, self.status)

    @property
    def play(self) -> Play:
        return self.play_status.play

    @property
    def status(self) -> Status:
        return self.play_status.status

    @property
    def counts(self) -> Counts:
        return self.play_status.counts

    @property
    def verdict(self) -> Verdict:
        return self.play_status.verdict

    @property
    def bars(self) -> list[Bar]:
        """Every counter that can have a goal, in the order of the funnel."""
        return [self._bar(name) for name in ("activity", "signal", "brief", "s2")]

    def _bar(self, name: str) -> Bar:
        goal = getattr(self.play_status.goals, name)
        expected = goal * self.verdict.elapsed_share
        return Bar(name=name, count=getattr(self.counts, name), goal=goal, expected=expected)

    @property
    def badness(self) -> tuple[int, float, str]:
        """Sorts the Play that is worst off first; one without goals stands last of its colour."""
        score = self.verdict.score
        return WORST_FIRST[self.status], 2.0 if score is None else score, self.play.play_id


def progress_of(
    plays: Iterable[Play], *, now: datetime, with_overrides: bool = True
) -> list[Progress]:
    """How each of `plays` stands at `now`, in their order; ten queries however many."""
    plays = list(plays)
    statuses = play_statuses(plays, now=now, with_overrides=with_overrides)
    weeks = actions_a_week(plays, now=now)
    open_edits = _open_edits(plays)
    pages = _pages(plays)
    words = words_of(plays, now=now)
    recent = recent_statuses([play.pk for play in plays], now=now)
    return [
        Progress(
            play_status=statuses[play.pk],
            open_edits=open_edits.get(play.pk, OpenEdits()),
            pages=pages.get(play.pk, {}),
            weeks=weeks[play.pk],
            word=words[play.pk],
            recent=recent[play.pk],
        )
        for play in plays
    ]


def _open_edits(plays: Sequence[Play]) -> dict[int, OpenEdits]:
    counted: dict[int, dict[str, int]] = {}
    for (pk,), stage, count in SyncJob.objects.filter(play__in=plays).unsynced("play"):
        if stage is not Stage.CANCELED:
            counted.setdefault(pk, {})[stage.value] = count
    return {pk: OpenEdits(**counts) for pk, counts in counted.items()}


def _pages(plays: Sequence[Play]) -> dict[int, dict[str, Page]]:
    pages: dict[int, dict[str, Page]] = {}
    mapped = PageMapping.objects.filter(play__in=plays, page__isnull=False)
    for mapping in mapped.select_related("page"):
        if mapping.play_id and mapping.page:
            pages.setdefault(mapping.play_id, {})[mapping.part] = mapping.page
    return pages
