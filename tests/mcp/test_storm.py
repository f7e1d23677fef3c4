"""An agent works while a colleague edits and answers are lost: all of it stands there once."""

import threading

import pytest

from plays.models import Action
from plays.storage import table_texts, text_lines
from tests.events import activity

PLAY = "EXT_Desk_D01"
EACH = 40
ASKED_AGAIN = 12
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


async def persistent(client, name, arguments):
    """The same call until it goes well, as the tools' refusals advise."""
    for _ in range(ASKED_AGAIN):
        answer = await client.call_tool(name, arguments)
        if not answer.is_error:
            return answer.structured_content
    raise AssertionError(answer.content[0].text)


def test_an_agents_work_stands_on_the_pages_once(world, sandbox, over_http):
    world.add_play(PLAY)
    rows = "".join(f"<tr><td>R-{n}</td><td>0</td><td>메모 {n}</td></tr>" for n in range(EACH // 2))
    page = sandbox.add_page(
        "Board", f"<table><tbody><tr><th>키</th><th>값</th><th>메모</th></tr>{rows}</tbody></table>"
    )
    events = [activity(PLAY) for _ in range(EACH)]
    notes, over = [], threading.Event()

    def colleague():
        while not over.wait(0.15):
            note = f"<p>동료 {len(notes)}</p>"
            sandbox.edit_with(page, lambda body, note=note: body + note)
            notes.append(note)

    async def agent(client):
        for number, event in enumerate(events):
            for _ in range(2):  # an agent that is not sure calls twice
                await persistent(client, "record_event", {"event": event})
            await persistent(
                client,
                "db_upsert_row",
                {"database_id": page, "row_id": f"R-{number}", "data": {"값": str(number + 1)}},
            )
            if number % 4 == 0:
                append = {"page_id": page, "append_md": f"줄 {number}.", "key": f"k{number}"}
                for _ in range(2):
                    await persistent(client, "append_to_page", append)

    sandbox.faults.random(0.2, ["lost_reply"])
    person = threading.Thread(target=colleague)
    person.start()
    try:
        over_http(agent)
    finally:
        over.set()
        person.join()
    sandbox.faults.clear()
    body = sandbox.body(page)
    ((_headings, *rows),) = table_texts(body)
    lines = text_lines(body)

    assert Action.objects.count() == EACH
    assert sorted(rows) == sorted(
        (f"R-{n}", str(n + 1), f"메모 {n}" if n < EACH // 2 else "") for n in range(EACH)
    )
    assert [n for n in range(0, EACH, 4) if lines.count(f"줄 {n}.") != 1] == []
    assert notes
    assert [note for note in notes if lines.count(note[3:-4]) != 1] == []
    assert sandbox.faults.fired["lost_reply"] > 0
