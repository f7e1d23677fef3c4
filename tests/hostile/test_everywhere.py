"""Hostile text in every field, then every screen, download and page of Confluence is looked at."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from django.utils import timezone

from plays.models import Action, Event
from plays.sync.intake.receiving import record_all
from plays.sync.writing.drain import drain
from tests import events
from tests.factories import make_user
from tests.hostile.inputs import HOSTILE
from tests.hostile.reading import Reader, formulas
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)

OF_A_KIND = 2  # pages of one address that the walk looks at


@pytest.fixture
def world(sandbox, confluence_settings):
    return make_world(sandbox)


@pytest.fixture
def written(world):
    """Every kind of text in every field of a Play and of each type of event, on its pages."""
    for number, text in enumerate(HOSTILE.values()):
        play = world.add_play(
            f"HOSTILE_{number}", name=text[:200], owner=text[:100], next_action=text[:500],
            notes=text, source=text[:50], channel=text[:50],
        )  # fmt: skip
        record_all(of_every_type(play.play_id, text, number))
    drain(wait=True)
    return world


def of_every_type(play_id, text, number):
    """Each type as the text allows it, and twice as it does not."""
    time = timezone.now().isoformat()
    words = {"title": text[:900], "owner": text[:190], "event_time": time}
    address = f"https://portal.example/{''.join(text.split())[:500]}"
    return [
        events.activity(play_id, **words, description=text),
        events.activity(play_id, **words, url=address),
        events.signal(
            play_id, **words, pain=text, source=text, channel=text, signal_id=f"S{number}"
        ),
        events.scored(f"S{number}", rationale=text, owner=text[:190], event_time=time),
        events.brief(play_id=play_id, **words, brief_id=f"B{number}"),
        events.validation(brief_id=f"B{number}", **words, method=text),
        events.pilot(brief_id=f"B{number}", **words, pilot_id=f"P{number}"),
        events.activity(play_id, title=text, owner=text, url=text, date=text, activity_id=text),
        events.activity(text, event_id=text, event_source=text, event_time=text, title=text),
    ]


def nothing_became_markup_in_confluence(world):
    for page in (world.action_log, world.play_db, *world.live_docs.values()):
        reader = Reader(world.sandbox.body(page))
        assert [each for each in reader.dangers if not each.startswith("col style=width")] == []
        assert set(reader.macros) <= {"status"}
    world.assert_every_action_is_on_its_pages_once()


def walk(client):
    """Every screen that links lead to, some of each kind: yields address and answer."""
    waiting, seen, of_kind = ["/"], set(), {}
    while waiting:
        address = waiting.pop(0)
        kind = resolve(urlsplit(address).path).view_name
        if address in seen or of_kind.get(kind, 0) >= OF_A_KIND or kind == "plays:logout":
            continue
        seen.add(address)
        of_kind[kind] = of_kind.get(kind, 0) + 1
        answer = client.get(address, headers={"Accept-Language": "en"})
        yield address, answer
        if "html" in answer.get("Content-Type", "") and answer.status_code == 200:
            links = Reader(answer.text).links
            waiting += [link.partition("#")[0] for link in links if not link.startswith("/static/")]


def test_no_text_of_a_user_runs_or_leads_away_anywhere(client, written):
    nothing_became_markup_in_confluence(written)
    assert Action.objects.count() > 100
    assert Event.objects.filter(state="rejected").count() > 20
    client.force_login(make_user("Admin", is_superuser=True, username="<script>alert(1)</script>"))
    dangers, screens, told = {}, 0, set()

    for address, answer in walk(client):
        assert answer.status_code in (200, 302), (address, answer.status_code)
        assert "Set-Cookie: owned" not in str(answer.headers)
        if "csv" in answer.get("Content-Type", ""):
            dangers[address] = formulas(answer.getvalue().decode())
            continue
        if answer.status_code == 302 or "html" not in answer["Content-Type"]:
            continue
        reader = Reader(answer.text)
        dangers[address] = reader.dangers
        screens += 1
        told |= {kind for kind, text in HOSTILE.items() if text[:40] in "".join(reader.text)}

    assert {address: found for address, found in dangers.items() if found} == {}
    assert screens > 30
    assert {"script", "attribute", "svg", "template", "macro", "entity"} <= told
