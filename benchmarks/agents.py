"""An agent's work over MCP while colleagues edit and a fifth of Confluence's replies are lost.

    python benchmarks/agents.py [MCP_ATLASSIAN] [--events 200] [--rows 200] [--edits 30]

First the storm: one agent records events and upserts rows. Then the same edits side by side with
another server for agents, mcp-atlassian, where its command is given (`pip install mcp-atlassian`
in an environment of its own): calls, what goes through the agent's context, edits that are right,
colleagues' edits that are lost. The other agent is a careful one: it reads the page, changes only
what is asked, writes the page back, and after an error reads again and looks whether its edit is
there. All on this machine; ratios are of one run.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

from surroundings import ROOT, connect_to, product_on

LOST, COLLEAGUE_SECONDS, ASKED_AGAIN = 0.2, 0.3, 30
PLAYS = 5


def main() -> None:
    asked = _arguments()
    with product_on("sqlite") as database:
        from plays.sandbox import Sandbox

        with Sandbox() as sandbox:
            connect_to(sandbox)
            _storm(sandbox, database, asked.events, asked.rows)
            ours = _side_by_side(sandbox, _our_server(sandbox, database), Ours, asked.edits)
            _print_side("syncadmin", ours)
            if asked.mcp_atlassian:
                server = _their_server(sandbox, asked.mcp_atlassian)
                theirs = _side_by_side(sandbox, server, Theirs, asked.edits)
                _print_side("mcp-atlassian", theirs)
                print(f"context, theirs to ours: {theirs.bytes / ours.bytes:.1f}")
                print(f"calls of tools, theirs to ours: {theirs.calls / ours.calls:.1f}")
                print(f"calls of Confluence, theirs to ours: {theirs.http / ours.http:.1f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("mcp_atlassian", nargs="?", help="the command of mcp-atlassian")
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--edits", type=int, default=30)
    return parser.parse_args()


# --- The servers -------------------------------------------------------------------------------


def _our_server(sandbox, database: str):
    from mcp import StdioServerParameters

    from tests.environment import product_environment

    environment = product_environment(
        DATABASE_URL=database,
        CONFLUENCE_URL=sandbox.url,
        CONFLUENCE_EMAIL=sandbox.email,
        CONFLUENCE_API_TOKEN=sandbox.token,
        CONFLUENCE_SPACE_KEY=sandbox.space_key,
        SYNC_RETRY_DELAY="0.01",
        MCP_WRITES="true",
    )
    return StdioServerParameters(
        command=sys.executable, args=[str(ROOT / "manage.py"), "mcp"], env=environment
    )


def _their_server(sandbox, command: str):
    from mcp import StdioServerParameters

    return StdioServerParameters(
        command=command,
        env={
            "CONFLUENCE_URL": sandbox.url,
            "CONFLUENCE_USERNAME": sandbox.email,
            "CONFLUENCE_API_TOKEN": sandbox.token,
        },
    )


# --- The agents --------------------------------------------------------------------------------


@dataclass
class Meter:
    """What goes through an agent's context: its calls, and the bytes of arguments and answers."""

    client: object
    calls: int = 0
    bytes: int = 0
    refused: int = 0
    tools: int = 0

    async def call(self, name: str, arguments: dict):
        self.calls += 1
        answer = await self.client.call_tool(name, arguments)
        text = "".join(getattr(part, "text", "") for part in answer.content)
        self.bytes += len(json.dumps(arguments)) + len(text.encode())
        self.refused += answer.is_error
        return answer.is_error, text

    async def persistent(self, name: str, arguments: dict) -> None:
        for _ in range(ASKED_AGAIN):
            is_error, _text = await self.call(name, arguments)
            if not is_error:
                return


class Ours:
    def __init__(self, meter: Meter, page: str) -> None:
        self.meter, self.page = meter, page

    async def set_row(self, key: str, value: str) -> None:
        row = {"database_id": self.page, "row_id": key, "data": {"값": value}}
        await self.meter.persistent("db_upsert_row", row)

    async def append(self, key: str, text: str) -> None:
        line = {"page_id": self.page, "append_md": text, "key": key}
        await self.meter.persistent("append_to_page", line)


class Theirs:
    def __init__(self, meter: Meter, page: str) -> None:
        self.meter, self.page = meter, page

    async def set_row(self, key: str, value: str) -> None:
        inside = r"[^>]*>(?:<p[^>]*>)?"
        row = re.compile(rf"(<td{inside}{key}(?:</p>)?</td><td{inside})[^<]*")
        wanted = re.compile(rf"<td{inside}{key}(?:</p>)?</td><td{inside}{value}<")
        await self._edit(lambda body: row.sub(rf"\g<1>{value}", body), wanted)

    async def append(self, key: str, text: str) -> None:
        await self._edit(lambda body: f"{body}<p>{text}</p>", re.compile(f">{text}<"))

    async def _edit(self, change, wanted: re.Pattern[str]) -> None:
        """Until what is wanted stands on the page, or a write was answered with success."""
        for _ in range(ASKED_AGAIN):
            asked = {"page_id": self.page, "convert_to_markdown": False}
            is_error, text = await self.meter.call("confluence_get_page", asked)
            if is_error or "metadata" not in (read := json.loads(text)):
                continue  # it answers a failed read with success and {"error": …}
            page = read["metadata"]
            body = page["content"]["value"]
            if wanted.search(body):
                return
            written = {
                "page_id": self.page,
                "title": page["title"],
                "content": change(body),
                "content_format": "storage",
            }
            is_error, _text = await self.meter.call("confluence_update_page", written)
            if not is_error:
                return


# --- The storm ---------------------------------------------------------------------------------


def _storm(sandbox, database: str, events: int, rows: int) -> None:
    from plays.models import Action
    from plays.storage import table_texts
    from plays.sync.writing.drain import drain
    from tests.events import activity
    from tests.world import make_world

    world = make_world(sandbox)
    plays = [f"EXT_Desk_D{number:02d}" for number in range(PLAYS)]
    for play in plays:
        world.add_play(play)
    page = _board(sandbox, "Storm", rows // 2)
    sent = [activity(plays[number % PLAYS]) for number in range(events)]

    async def work(meter: Meter) -> None:
        for number in range(max(events, rows)):
            if number < events:
                await meter.persistent("record_event", {"event": sent[number]})
            if number < rows:
                await Ours(meter, page).set_row(f"R-{number:03d}", str(number + 1))

    begun = time.monotonic()
    edited = [page, world.play_db, world.action_log]
    meter, faults, notes = _with(sandbox, _our_server(sandbox, database), work, edited)
    seconds = time.monotonic() - begun
    drain()
    ((_headings, *found),) = table_texts(sandbox.body(page))
    right = {(f"R-{n:03d}", str(n + 1)) for n in range(rows)}
    there = [(key, value) for key, value, _note in found]
    world.assert_every_action_is_on_its_pages_once()
    print(f"storm: {events} events and {rows} rows in {seconds:.0f} s, {meter.calls} calls,")
    print(f"  {faults} replies lost, {meter.refused} calls answered with an error and repeated")
    print(f"  events recorded once and on their pages once: {Action.objects.count()}")
    print(f"  rows right: {len(right & set(there))}, doubled: {len(there) - len(set(there))}")
    lost = sum(_is_lost(sandbox, where, note) for where, note in notes)
    print(f"  colleagues' edits: {len(notes)}, lost: {lost}")


# --- Side by side ------------------------------------------------------------------------------


@dataclass
class Side:
    calls: int
    bytes: int
    tools: int
    http: int
    right: int
    asked: int
    notes: int
    lost: int
    seconds: float


def _side_by_side(sandbox, server, agent, edits: int) -> Side:
    page = _board(sandbox, f"Board of {agent.__name__}", edits)

    async def work(meter: Meter) -> None:
        one = agent(meter, page)
        for number in range(edits):
            await one.set_row(f"R-{number:03d}", str(number + 1))
            if number % 3 == 0:
                await one.append(f"k{number}", f"Line {number}.")

    sandbox.reset_calls()
    begun = time.monotonic()
    meter, _faults, notes = _with(sandbox, server, work, [page])
    return Side(
        calls=meter.calls,
        bytes=meter.bytes,
        tools=meter.tools,
        http=len(sandbox.calls),
        right=_right(sandbox.body(page), edits),
        asked=edits + len(range(0, edits, 3)),
        notes=len(notes),
        lost=sum(_is_lost(sandbox, where, note) for where, note in notes),
        seconds=time.monotonic() - begun,
    )


def _right(body: str, edits: int) -> int:
    """Edits that stand on the page once, as asked."""
    from plays.storage import table_texts, text_lines

    ((_headings, *rows),) = table_texts(body)
    lines = list(text_lines(body))
    cells = sum(rows.count((f"R-{n:03d}", str(n + 1), "note")) == 1 for n in range(edits))
    return cells + sum(lines.count(f"Line {n}.") == 1 for n in range(0, edits, 3))


def _print_side(name: str, side: Side) -> None:
    print(f"{name}: {side.right} of {side.asked} edits right, {side.seconds:.0f} s")
    print(f"  {side.calls} calls of tools, {side.http} of Confluence, {side.bytes:,} bytes of")
    print(f"  context beside {side.tools:,} for the list of tools")
    print(f"  colleagues' edits: {side.notes}, lost: {side.lost}")


# --- Surroundings ------------------------------------------------------------------------------


def _board(sandbox, title: str, rows: int) -> str:
    cells = "".join(
        f"<tr><td>R-{number:03d}</td><td>0</td><td>note</td></tr>" for number in range(rows)
    )
    head = "<tr><th>키</th><th>값</th><th>메모</th></tr>"
    return sandbox.add_page(title, f"<table><tbody>{head}{cells}</tbody></table>")


def _with(sandbox, server, work, edited: list[str]) -> tuple[Meter, int, list[tuple[str, str]]]:
    """Run an agent's work; lost replies and a colleague begin with it and end with it. The meter,
    how many replies were lost, and the colleague's edits (page, text).
    """
    import anyio
    from mcp import Client

    async def talk():
        async with Client(server) as client:
            meter = Meter(client)
            tools = (await client.list_tools()).tools
            meter.tools = sum(len(tool.model_dump_json(exclude_none=True)) for tool in tools)
            sandbox.faults.random(LOST, ["lost_reply"])
            with _colleague(sandbox, edited) as notes:
                await work(meter)
            return meter, notes

    before = sandbox.faults.fired["lost_reply"]
    try:
        meter, notes = anyio.run(talk)
    finally:
        sandbox.faults.clear()
    return meter, sandbox.faults.fired["lost_reply"] - before, notes


@contextmanager
def _colleague(sandbox, pages: list[str]):
    """Somebody who adds a line to one of the pages again and again."""
    notes: list[tuple[str, str]] = []
    over = threading.Event()

    def edit() -> None:
        while not over.wait(COLLEAGUE_SECONDS):
            page, note = pages[len(notes) % len(pages)], f"Colleague {len(notes)}."
            sandbox.edit_with(page, lambda body, note=note: f"{body}<p>{note}</p>")
            notes.append((page, note))

    person = threading.Thread(target=edit)
    person.start()
    try:
        yield notes
    finally:
        over.set()
        person.join()


def _is_lost(sandbox, page: str, note: str) -> bool:
    return f">{note}<" not in sandbox.body(page)


if __name__ == "__main__":
    main()
