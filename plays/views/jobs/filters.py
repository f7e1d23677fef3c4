"""Which jobs people mean: the filter, the search and the tab, all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import BooleanField, Case, IntegerField, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plays.advice import ADVICE
from plays.models import Action, AttemptSpan, Page, PageMapping, Play, SyncJob
from plays.models.counting import before_newest, count_of
from plays.models.job import JobKind, JobState, Stage, SyncJobQuerySet, is_at
from plays.rules.job_search import TEXTS, JobSearch, Reason, SearchProblem, parse_search
from plays.rules.planner import Kind, Part
from plays.sync.site.remedies import REMEDIES
from plays.views.common.forms import RangeFilter

WORDS_IN = (
    "key",
    "action__title",
    "action__log_id",
    "action__event__event_id",
    "last_error",
    "last_message",
)
FEW = 2_000
NOT_SYNCED = [state for state in JobState if state != JobState.SYNCED]
LOOKUPS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "=": "exact"}
WHY: dict[Reason, str | Promise] = {
    Reason.UNKNOWN_NAME: _("There is no such qualifier. Put it in quotes to search for the words."),
    Reason.NO_VALUE: _("What to look for is missing behind the colon."),
    Reason.NOT_A_NUMBER: _("A number is needed, such as 3, >3 or <=3."),
    Reason.NOT_A_CHOICE: _("That is none of the values it can have."),
    Reason.OPEN_QUOTE: _("The closing quotation mark is missing."),
}


# What a search may begin a word with, for completion.
TERMS = (
    *(f"{name}:" for name in TEXTS if name != "error"),
    *(f"error:{error.__name__}" for error in REMEDIES),
    *(f"state:{stage}" for stage in Stage.values),
    *(f"kind:{kind}" for kind in Kind),
    *(f"part:{part}" for part in Part),
    "attempts:>3",
)


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """A term of the search that cannot be meant, why, and what could stand there."""

    term: str
    why: str | Promise
    choices: tuple[str, ...]


class JobFilter(RangeFilter):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=500,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": _("words, or error:PageNotFound attempts:>3"),
                "list": "job-terms",
                "autocomplete": "off",
                "data-completes": True,
            }
        ),
    )
    play = forms.CharField(
        label=_("Play"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "play-ids", "autocomplete": "off"}),
    )
    page = forms.CharField(label=_("Page ID"), required=False, max_length=50)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *JobKind.choices]
    )

    @cached_property
    def search(self) -> JobSearch:
        return parse_search(self.chosen("q"), states=Stage.values)

    @property
    def complaints(self) -> list[Complaint]:
        return [_complaint(problem) for problem in self.search.problems]

    @property
    def looks_everywhere(self) -> bool:
        """Whether an index finds what is asked for; words and tries are looked for row by row."""
        return not (self.search.words or self.search.attempts)

    def narrow(self, jobs: SyncJobQuerySet) -> SyncJobQuerySet:
        """A search that cannot be meant finds nothing: what acts on the found must not guess."""
        if self.search.problems:
            return jobs.none()
        if play := self.chosen("play"):
            jobs = jobs.filter(play__play_id__iexact=play)
        if page := self.chosen("page"):
            jobs = jobs.filter(_on_page(page))
        if kind := self.chosen("kind"):
            jobs = jobs.filter(kind=kind)
        return searched(self.within(jobs, "created_at"), self.search)


@dataclass(frozen=True, kw_only=True)
class ChosenJobs:
    """`found` fit the filter, `jobs` the tab as well. `filter_values` is what was asked for, by the
    filter's field. `newest`: only so many of the newest jobs were looked at.
    """

    form: JobFilter
    stage: Stage | None
    found: SyncJobQuerySet
    filter_values: dict[str, str]
    is_sound: bool
    newest: int | None = None

    @property
    def jobs(self) -> SyncJobQuerySet:
        return self.found.at(self.stage) if self.stage else self.found


def chosen_jobs(address: Mapping[str, Any], *, newest: int | None = None) -> ChosenJobs:
    """What the address (its query) asks for. `is_sound`: no part of it had to be left out.

    What no index finds is looked for among the `newest` jobs only, where that is given.
    """
    form = JobFilter(address)
    jobs = SyncJob.objects.all()
    before = 0 if newest is None or form.looks_everywhere else before_newest(jobs, newest)
    if before:
        jobs = jobs.filter(pk__gt=before)
    state = str(address.get("state", ""))
    stage = Stage(state) if state in Stage.values else None
    asked = {**form.cleaned_data, "state": stage.value if stage else ""}
    return ChosenJobs(
        form=form,
        stage=stage,
        found=form.narrow(jobs),
        filter_values={name: str(value) for name, value in asked.items() if value},
        is_sound=not form.errors and not form.search.problems and (not state or stage is not None),
        newest=newest if before else None,
    )


def searched(jobs: SyncJobQuerySet, search: JobSearch) -> SyncJobQuerySet:
    """The jobs that fit a search; of a qualifier given twice either value may fit."""
    for wanted in _qualifiers(search):
        jobs = jobs.filter(wanted)
    for attempts in search.attempts:
        lookup = {f"tries__{LOOKUPS[attempts.sign]}": attempts.number}
        jobs = jobs.alias(tries=_tries()).filter(**lookup)
    for words in search.words:
        jobs = jobs.filter(_said(words))
    return jobs


def _said(words: str) -> Q:
    """In a job, its action or event, or the names of its Play and page, of which there are few:
    these are looked through once, and not for each job.
    """
    named = {
        "play__in": Play.objects.filter(name__icontains=words),
        "mapping__in": PageMapping.objects.filter(page__title__icontains=words),
    }
    own = _any_of({f"{field}__icontains": words} for field in WORDS_IN)
    return own | _any_of({field: rows.order_by().values("pk")} for field, rows in named.items())


def _qualifiers(search: JobSearch) -> list[Q]:
    wanted = [
        _any_of({"play__play_id__iexact": value} for value in search.values("play")),
        _errors(search.values("error")),
        _any_of({"action__event__event_id__iexact": v} for v in search.values("event")),
        _any_of(_log_ids(value) for value in search.values("log")),
        _any_of({"kind": kind} for kind in search.kinds),
        _any_of({"mapping__part": part} for part in search.parts),
    ]
    pages, states = Q(), Q()
    for page in search.values("page"):
        pages |= _on_page(page)
    for state in search.states:
        states |= is_at(Stage(state))
    return [q for q in (*wanted, pages, states) if q]


def _errors(names: list[str]) -> Q:
    """What is on its page has none: said, so that only what is not is looked at."""
    known = {name.casefold(): name for name in ADVICE}
    wanted = _any_of(
        # A name as it is stored is compared many times as fast as whatever its case.
        {"last_error": known[name.casefold()]}
        if name.casefold() in known
        else {"last_error__iexact": name}
        for name in names
    )
    if not names:
        return wanted
    wanted &= Q(state__in=NOT_SYNCED)
    # An index has the error, but not first: what is seen of it there alone is found many times as
    # fast as what has to be read of the jobs as well.
    few = list(SyncJob.objects.filter(wanted).order_by().values_list("pk", flat=True)[: FEW + 1])
    return wanted if len(few) > FEW else wanted & Q(pk__in=few)


def _log_ids(beginning: str) -> dict[str, Any]:
    """Log ids that begin so; where they are few, found by their index before any job is read."""
    name = beginning.upper()
    # From the first to the last that can begin so: SQLite's LIKE uses no index.
    within = Action.objects.filter(log_id__gte=name, log_id__lte=f"{name}{'9' * 9}")
    few = list(within.order_by().values_list("pk", "log_id")[: FEW + 1])
    if len(few) > FEW:
        return {"action__log_id__istartswith": name}
    return {"action__in": [pk for pk, log_id in few if log_id.startswith(name)]}


def _any_of(lookups: Any) -> Q:
    either = Q()
    for lookup in lookups:
        either |= Q(**lookup)
    return either


def _on_page(page_id: str) -> Q:
    """For the page, or written to it before its mapping moved on; each found by its own index."""
    page = Page.objects.filter(page_id=page_id).values_list("pk", flat=True).first()
    if page is None:
        return Q(pk__in=[])
    mappings = list(PageMapping.objects.filter(page=page).values_list("pk", flat=True))
    found = Q(mapping__in=mappings) | Q(written_to=page)
    # Of so many, as the Action Log's page has, SQLite reads and sorts all that an index finds; in
    # the order of a list, or by state, they are found sooner among the others.
    is_few = not count_of(SyncJob.objects.filter(found)).is_least
    return found if is_few else _row_by_row(found)


def _row_by_row(wanted: Q) -> Q:
    """The same, for which no index is looked at."""
    return Q(Case(When(wanted, then=True), default=False, output_field=BooleanField()))


def _tries() -> Coalesce:
    """How many tries a job has had."""
    spans = AttemptSpan.objects.filter(job=OuterRef("pk"))
    counted = spans.values("job").annotate(count=Sum("tries")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _complaint(problem: SearchProblem) -> Complaint:
    return Complaint(term=problem.term, why=WHY[problem.reason], choices=problem.choices)
