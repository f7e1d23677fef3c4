"""Live docs as colleagues keep them: an entry is there once, however it looks by now."""

import re

import pytest

from plays.models import SyncJob
from plays.sync.intake.receiving import record, record_all
from plays.sync.writing.drain import drain
from tests.events import activity, scored, signal
from tests.sync.weekly.damage import findings, run

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"
ID = "LOG-2026-00001"
SIGNAL = f"<p><code>{ID}</code> · 2026-11-20 10:30 · Signal · 콜센터 개선</p>"
PANEL = (
    '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note'
    f"</ac:adf-attribute><ac:adf-content>{SIGNAL}</ac:adf-content></ac:adf-node><ac:adf-fallback>"
    f'<div class="panel">{SIGNAL}</div></ac:adf-fallback></ac:adf-extension>'
)


@pytest.fixture
def play(world):
    return world.add_play(PLAY)


def keep(world, body):
    """Colleagues keep the live doc so."""
    world.sandbox.edit(world.live_docs[PLAY], body)


def live(world):
    """The live doc without the ids that an editor gives to everything."""
    body = world.sandbox.body(world.live_docs[PLAY])
    return re.sub(r' (?:ac:)?(?:local|macro)-id="[^"]*"', "", body)


@pytest.mark.parametrize(
    "there",
    [SIGNAL, re.sub("</?code>", "", SIGNAL), PANEL, SIGNAL.replace("<p>", "<p>✅ ")],
    ids=["as written", "formatting cleared", "in a panel", "checked off"],
)
def test_an_entry_that_stands_there_in_any_form_is_not_written_again(world, play, there):
    keep(world, f"<h2>활동 로그</h2>{there}")
    before = live(world)

    record(signal(PLAY, signal_id="S1", title="콜센터 개선"))
    left = drain()

    assert (left.pending, left.failed) == (0, 0)
    assert live(world) == before
    run()
    assert [f.kind for f in findings()] == []
    assert live(world) == before


def test_an_id_that_somebody_cites_is_not_taken_for_its_entry(world, play):
    cited = f"<h2>핵심</h2><p>이번 주는 <code>{ID}</code> 이 중요합니다.</p><h2>활동 로그</h2>"
    keep(world, cited)
    record(signal(PLAY, signal_id="S1", title="콜센터 개선"))
    drain()

    record(scored("S1", total_score=78, decision="GO"))
    drain()

    first, second = re.findall(r"<p><code>(LOG-2026-0000\d)</code>", live(world))
    assert live(world).startswith(cited)
    assert (first, second) == (ID, "LOG-2026-00002")
    run()
    assert findings() == []


def test_an_entry_of_another_event_with_our_id_stays_and_a_person_is_asked(world, play):
    record_of_somebody = (
        f"<h2>활동 로그</h2><p><code>{ID}</code> 2025-12-30 09:00 · Brief · 예산</p>"
    )
    keep(world, record_of_somebody)

    record(signal(PLAY, title="콜센터 개선"))
    drain()

    job = SyncJob.objects.get(kind="live_entry")
    assert (job.state, job.last_error) == ("failed", "ForeignEntry")
    assert "예산" in job.last_message
    assert live(world) == record_of_somebody


def test_no_other_entry_is_written_beside_one_that_stops_the_log(world, play):
    another_event = f"<h2>활동 로그</h2><p><code>{ID}</code> 2025-12-30 09:00 · Brief · 예산</p>"
    keep(world, another_event)

    record_all([signal(PLAY, title="콜센터 개선"), activity(PLAY, title="세미나")])
    drain()

    states = (
        SyncJob.objects.filter(kind="live_entry").order_by("pk").values_list("state", flat=True)
    )
    assert list(states) == ["failed", "pending"]
    assert live(world) == another_event


@pytest.mark.parametrize(
    ("kept", "form"),
    [
        ("<ul><li><p>2026-11-19 손으로 쓴 줄</p></li>@</ul>", "<li><p>{}</p></li>"),
        ("<ul>@<li><p>2026-11-19 둘</p></li><li><p>2026-11-18 하나</p></li></ul>",
         "<li><p>{}</p></li>"),
        ("<p>2026-11-19 손으로 쓴 줄</p>@", "<p>{}</p>"),
    ],
)  # fmt: skip
def test_an_entry_goes_into_its_section_in_the_form_that_this_has(world, play, kept, form):
    page = f"<h2>개요</h2><p>소개</p><h2>3. 활동 로그 (자동)</h2>{kept}<h2>참고</h2><p>끝</p>"
    keep(world, page.replace("@", ""))

    record(activity(PLAY, title="세미나"))
    drain()

    when = "<code>LOG-2026-00001</code> 2026-11-20 10:30 · <strong>Activity</strong> · 세미나"
    assert live(world) == page.replace("@", form.format(when))


def test_a_live_doc_with_a_sidebar_keeps_it(world, play):
    cells = (
        "<ac:layout-cell><p>본문</p>@</ac:layout-cell><ac:layout-cell><p>옆</p></ac:layout-cell>"
    )
    page = (
        '<ac:layout><ac:layout-section ac:type="two_right_sidebar">'
        f"{cells}</ac:layout-section></ac:layout>"
    )
    keep(world, page.replace("@", ""))

    record(activity(PLAY, title="세미나"))
    drain()

    before, behind = live(world).split("<p><code>LOG-2026-00001</code>")
    assert before.endswith("<p>본문</p>")
    assert behind.endswith("<p>옆</p></ac:layout-cell></ac:layout-section></ac:layout>")
