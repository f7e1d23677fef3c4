"""Every screen there is, in a real Chromium: axe, console and CSP silent, nothing cut off.

Each is loaded in one of the looks, all of which come up, and there meets both schemes. With
`--every-look` (`make looks`) each is seen in all of them.
"""

import itertools

import pytest
import time_machine
from django.urls import reverse

from plays.models import AuditEntry, Event, Finding, PageBatch, PageMapping, Play, SyncJob
from plays.models import WeeklySync as Run
from plays.sync.jobs.retrying import cancel_jobs, retry_jobs
from tests.browser.looks import complaints_in_colours, complaints_of_axe, sticks_out
from tests.factories import NOW, make_job, make_user
from tests.team import ONE_OF_EACH, make_team
from tests.views.test_roles import SCREENS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOCALES, WIDTHS, SCHEMES = ("ko-KR", "en-GB"), (1440, 1024, 390), ("light", "dark")
HEIGHT = 900
OF_ADMIN = (
    *("index", "plays_play_changelist", "plays_pagemapping_changelist"),
    *("plays_syncjob_changelist", "auth_user_changelist", "auth_user_add"),
)


@pytest.fixture(autouse=True)
def _monday_in_november():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def addresses():
    """Those of all screens, with something to see on each."""
    plays = make_team(ONE_OF_EACH)
    admin = make_user("Admin", username="admin", is_superuser=True, is_staff=True)
    arguments = {**_of_plays(plays[4]), **_of_work()}
    ours = [reverse(f"plays:{name}", args=arguments.get(name, ())) for name in SCREENS]
    acts = AuditEntry.objects.filter(verb__in=("retry", "cancel", "accept"))
    django = [reverse(f"admin:{name}") for name in OF_ADMIN]
    django.append(reverse("admin:plays_play_change", args=[plays[0].pk]))
    django.append(reverse("admin:auth_user_change", args=[admin.pk]))
    return [*ours, *(reverse("plays:act", args=[act.pk]) for act in acts), *django]


def _of_plays(play: Play):
    names = ("play", "play_edit", "play_status")
    mappings = {"mapping": ["play_db"], "play_mapping": ["live_doc", play.play_id]}
    batch = PageBatch.objects.create(part="live_doc", total=1, started_at=NOW)
    return {
        **{name: [play.play_id] for name in names},
        **mappings,
        "columns": ["play_db"],
        "make_missing": ["live_doc"],
        "page_batch": [batch.pk],
    }


def _of_work():
    """What staff meet: failures, and acts on many with how they ended."""
    staff = make_user("Staff", username="staff")
    failed = SyncJob.objects.get(last_error="PageNotFound")
    more = [make_job(mapping=failed.mapping, state="failed", settled_at=NOW) for _ in range(4)]
    some = SyncJob.objects.filter(pk__in=[job.pk for job in more])
    cancel_jobs(some.filter(pk__in=[job.pk for job in more[:2]]), by=staff, reason="중복")
    retry_jobs(some.exclude(state="canceled"), by=staff)
    SyncJob.objects.filter(pk=more[3].pk).update(state="failed", last_error="NotAllowed")
    rejected = Event.objects.rejected()[0]
    AuditEntry.objects.create(at=NOW, verb="accept", count=2, details={"events": [rejected.pk]})
    run = Run.objects.create(slot=NOW, state="done", started_at=NOW, finished_at=NOW)
    page = PageMapping.objects.shared("action_log").page
    told = {"key": "LOG-2026-00120", "found": "장애 예측", "expected": "콜센터 AHT 최적화"}
    for kind in ("changed", "foreign", "duplicate"):
        Finding.objects.create(weekly=run, kind=kind, page=page, column="title", **told)
    compared = AuditEntry.objects.create(at=NOW, verb="reconcile", details={"counts": {}})
    return {
        "acknowledge": ["cause", failed.pk],
        "act": [AuditEntry.objects.get(verb="retry").pk],
        "job": [failed.pk],
        "job_preview": [failed.pk],
        "event": [rejected.pk],
        "weekly_result": [run.pk],
        "reconcile_done": [compared.pk],
    }


def test_every_screen_is_sound(visit, addresses, request):
    looks = list(itertools.product(LOCALES, WIDTHS))
    is_whole = request.config.option.every_look
    wanted = {
        look: addresses if is_whole else addresses[number :: len(looks)]
        for number, look in enumerate(looks)
    }
    tabs = {locale: visit("admin", locale=locale) for locale in LOCALES}
    wrong, seen = [], 0

    for (locale, width), those in wanted.items():
        tab = tabs[locale]
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        for address in those:
            tab.goto(address)
            wrong += [(address, locale, width, *found) for found in _complaints(tab)]
            seen += len(SCHEMES)

    print(f"\n{len(addresses)} screens, {seen} looks, {len(wrong)} complaints")  # noqa: T201 - of `make looks`
    assert wrong == [], "\n".join(map(str, wrong))


def _complaints(tab):
    found = [("light", report) for report in complaints_of_axe(tab)]
    tab.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [("dark", report) for report in complaints_in_colours(tab)]
    tab.emulate_media(color_scheme="light")
    return found + ([("sideways", "")] if sticks_out(tab) else [])
