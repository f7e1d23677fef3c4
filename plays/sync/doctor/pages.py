"""Every page mapping: is there a page, can it play its part, does it play two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from plays.confluence import Confluence
from plays.models import Page, PageLayout, PageMapping, SyncJob
from plays.models.layout import LayoutState
from plays.models.mapping import ENVIRONMENT, SHARED_PARTS, PartChoice
from plays.models.page import PageState
from plays.sync.doctor.findings import Area, Finding, fine, note, problem
from plays.sync.layouts.questions import Words, told, told_drift
from plays.sync.mappings.page_check import READ_ONLY_PARTS, PageCheck, look_at_page, with_rights
from plays.sync.site.own_words import own_words

# A page that we wrote this lately may be edited by us: nobody needs to be asked.
WRITTEN_LATELY = timedelta(days=1)

# States of a page that nobody needs to see to.
WELL = (PageState.OK, PageState.UNSEEN)

Progress = Callable[[int, int], None]


def look_at_mappings(mappings: Iterable[PageMapping]) -> Iterator[Finding]:
    """What the mappings say by themselves, without asking Confluence."""
    mappings = list(mappings)
    yield from _unmapped_shared(mappings)
    yield from _unmapped_plays(mappings)
    yield from _twice(mappings)
    yield from _other_than_environment(mappings)


def look_at_pages(
    client: Confluence, mappings: Iterable[PageMapping], *, now: datetime, on_page: Progress
) -> Iterator[Finding]:
    """Each mapped page live, by one call or two. Ends where Confluence itself gives out."""
    mapped = [mapping for mapping in mappings if mapping.page]
    changed = _changed()
    well = 0
    for number, mapping in enumerate(mapped):
        on_page(number, len(mapped))
        check = _check(client, mapping, now)
        if check.is_fine:
            well += 1
            if check.left_out:
                yield changed.get(mapping.pk) or _left_out(mapping, check)
            continue
        yield problem(Area.PAGES, check.problem, do=check.advice, subject=_name(mapping))
        if check.state == PageState.UNSEEN:
            left = len(mapped) - number - 1
            yield note(Area.PAGES, _("Pages that were not looked at: %(count)s.") % {"count": left})
            break
    on_page(len(mapped), len(mapped))
    if well:
        words = _("%(well)s of %(all)s mapped pages can play their parts.")
        yield fine(Area.PAGES, words % {"well": well, "all": len(mapped)})


def look_at_known_pages(mappings: Iterable[PageMapping]) -> Iterator[Finding]:
    """Each mapped page as the last read or write left it; Confluence is not asked."""
    mapped = [(mapping, mapping.page) for mapping in mappings if mapping.page]
    asked = {row.mapping_id: told(row.code, row.params) for row in PageLayout.objects.asking()}
    bad = [(mapping, page) for mapping, page in mapped if page.state not in WELL]
    for mapping, page in bad:
        what, do = asked.get(mapping.pk) or _as_left(page)
        yield problem(Area.PAGES, what, do=do, subject=_name(mapping))
    yield from _changed().values()
    if mapped:
        words = _("%(well)s of %(all)s mapped pages were well when they were last read.")
        yield fine(Area.PAGES, words % {"well": len(mapped) - len(bad), "all": len(mapped)})


def _changed() -> dict[int, Finding]:
    """The shared pages that lost a column since they were read before, by their mapping."""
    rows = PageLayout.objects.filter(state=LayoutState.DRIFTED, mapping__page__isnull=False)
    do = _("See what has changed on the mapping screen, and say how it is to be read.")
    return {
        row.mapping_id: problem(
            Area.PAGES, " ".join(map(told_drift, row.drift)), do=do, subject=_name(row.mapping)
        )
        for row in rows.select_related("mapping__page")
    }


def _as_left(page: Page) -> Words:
    state = PageState(page.state).label
    return Words(
        ": ".join(filter(None, (str(state), own_words(page.state_reason)))),
        _("Open it on /mappings/: the page is looked up there, with what to do."),
    )


def _left_out(mapping: PageMapping, check: PageCheck) -> Finding:
    words = _("The page has no column for %(fields)s: left out.")
    return note(
        Area.PAGES,
        words % {"fields": ", ".join(check.left_out)},
        do=_("Nothing has to be done. The mapping screen can add a column."),
        subject=_name(mapping),
    )


def mappings_to_look_at() -> list[PageMapping]:
    """Shared parts and those of active Plays; shared ones first."""
    rows = PageMapping.objects.select_related("page", "play").exclude(play__is_active=False)
    order = [*SHARED_PARTS, *(part for part in PartChoice if part not in SHARED_PARTS)]
    return sorted(rows, key=lambda m: (order.index(PartChoice(m.part)), str(m.play or "")))


def _check(client: Confluence, mapping: PageMapping, now: datetime) -> PageCheck:
    page = mapping.page
    assert page is not None  # noqa: S101 - only mapped ones are looked at
    check = look_at_page(client, mapping.part, page.page_id)
    written = page.written_at is not None and now - page.written_at < WRITTEN_LATELY
    if not check.is_readable or written or check.part in READ_ONLY_PARTS:
        return check
    return with_rights(client, check)


def _unmapped_shared(mappings: list[PageMapping]) -> Iterator[Finding]:
    mapped = {mapping.part for mapping in mappings if mapping.page}
    for part in SHARED_PARTS:
        if part not in mapped:
            yield problem(
                Area.PAGES,
                _("No page is mapped yet: its edits wait."),
                do=_("Map one on /mappings/, or set %(name)s and run manage.py migrate.")
                % {"name": ENVIRONMENT[part]},
                subject=str(part.label),
            )


def _unmapped_plays(mappings: list[PageMapping]) -> Iterator[Finding]:
    """Plays whose edits wait for a page are a problem; those that nothing waits for are not."""
    without = [mapping for mapping in mappings if mapping.play and not mapping.page]
    pending = SyncJob.objects.pending().filter(mapping__in=[m.pk for m in without])
    waiting = Counter(dict(pending.order_by().values_list("mapping").annotate(n=Count("*"))))
    for mapping in without:
        if waiting[mapping.pk]:
            yield problem(
                Area.PAGES,
                _("Edits that wait for a page: %(count)s.") % {"count": waiting[mapping.pk]},
                do=_("Map one on /mappings/, or have all missing ones made there."),
                subject=_name(mapping),
            )
    for part in PartChoice:
        count = sum(m.part == part and not waiting[m.pk] for m in without)
        if count:
            yield note(
                Area.PAGES,
                _("Plays without a page: %(count)s. Nothing waits for them.") % {"count": count},
                subject=str(part.label),
            )


def _twice(mappings: list[PageMapping]) -> Iterator[Finding]:
    """Two Plays on one page mix their entries; two different parts on one page may be meant."""
    by_page: dict[str, list[PageMapping]] = {}
    for mapping in mappings:
        if mapping.page:
            by_page.setdefault(mapping.page.page_id, []).append(mapping)
    for page_id, same in by_page.items():
        if len(same) < 2:
            continue
        what = _("Page %(page)s plays %(count)s parts.") % {"page": page_id, "count": len(same)}
        names = ", ".join(map(_name, same))
        if len({mapping.part for mapping in same}) < len(same):
            do = _("Give each Play a page of its own on /mappings/.")
            yield problem(Area.PAGES, what, do=do, subject=names)
        else:
            yield note(Area.PAGES, what, subject=names)


def _other_than_environment(mappings: list[PageMapping]) -> Iterator[Finding]:
    pages = {m.part: m.page.page_id for m in mappings if m.page and m.play is None}
    for part, name in ENVIRONMENT.items():
        named = str(getattr(settings, name)).strip()
        if named and pages.get(part, named) != named:
            words = _("%(name)s names page %(named)s, but page %(page)s is mapped, which counts.")
            yield note(
                Area.PAGES,
                words % {"name": name, "named": named, "page": pages[part]},
                subject=str(part.label),
            )


def _name(mapping: PageMapping) -> str:
    """The part, its Play and its page, as people find them."""
    page = f" ({mapping.page.page_id})" if mapping.page else ""
    return f"{mapping}{page}"
