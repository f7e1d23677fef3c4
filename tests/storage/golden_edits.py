"""The edits between each pair of files in `golden/`."""

from __future__ import annotations

from plays.storage import (
    Edit,
    InsertEntry,
    InsertLink,
    InsertRow,
    Link,
    Number,
    Status,
    Strong,
    Text,
    UpsertRow,
)
from tests.storage.shapes import LOG, PLAYS

GREEN = Status("G", "Green")
AX = "https://x.example/wiki/spaces/AX/pages"

GOLDEN: dict[str, list[Edit]] = {
    "cloud_log": [
        InsertRow(LOG, "LOG-2026-00001", {"title": Text("not touched")}),
        InsertRow(
            LOG,
            "LOG-2026-00002",
            {
                "title": Text("AHT < 5 분 ]]>"),
                "url": Link("SIG-1", "https://portal.example/?s=1&t=2"),
            },
        ),
    ],
    "legacy_plays": [
        UpsertRow(PLAYS, "EXT_Desk_D01", {"status": GREEN, "activity_qtd": Number(8)}),
        UpsertRow(PLAYS, "EXT_Desk_D02", {"status": GREEN, "activity_qtd": Number(0)}),
    ],
    "numbered": [
        InsertRow(LOG, "LOG-3", {"title": Text("Third")}),
        InsertRow(LOG, "LOG-4", {}),
    ],
    "nested": [InsertRow(LOG, "LOG-2", {"title": Text("outer")})],
    "merged_elsewhere": [
        UpsertRow(PLAYS, "D01", {"activity_qtd": Number(1204), "s2_qtd": Number(1)}),
        UpsertRow(PLAYS, "D02", {"activity_qtd": Number(4), "s2_qtd": Number(2)}),
        UpsertRow(PLAYS, "D03", {"activity_qtd": Number(1)}),
    ],
    "layout_new_table": [
        InsertRow(LOG, "LOG-1", {"title": Text("One")}),
        InsertRow(LOG, "LOG-2", {"title": Text("Two")}),
    ],
    "layout_entry": [InsertEntry("LOG-1", (Text("One"),)), InsertEntry("LOG-2", (Text("Two"),))],
    "expand": [InsertRow(LOG, "LOG-2", {"title": Text("Two")})],
    "adf_extension": [
        InsertEntry("LOG-1", (Text("not again"),)),
        InsertEntry("LOG-2", (Text("Scorecard"),), after="LOG-1"),
    ],
    "comment_marker": [
        UpsertRow(PLAYS, "D01", {"status": GREEN, "activity_qtd": Number(6)}),
    ],
    "lozenges": [
        UpsertRow(PLAYS, key, {"status": GREEN}, stamp={"last_updated": Text("2026-02-01 18:00")})
        for key in ("D01", "D02", "D03")
    ],
    "tasks": [InsertEntry("LOG-2", (Text("Scorecard 80"),), after="LOG-1")],
    "live_doc": [
        InsertEntry(
            "LOG-2",
            (Strong("Brief"), Text("AHT"), Link("BR-1", "https://b.example/1")),
            headings=("Activity",),
        ),
        InsertEntry("LOG-3", (Strong("Scorecard"), Text("80 GO")), after="LOG-1"),
        InsertEntry("LOG-4", (Strong("Scorecard"), Text("20 HOLD")), after="LOG-0"),
    ],
    "korean": [
        InsertRow(LOG, "로그-1", {"title": Text("there already")}),
        UpsertRow(LOG, "로그-1", {"title": Text("콜센터")}),
        InsertRow(LOG, "로그-2", {"title": Text("שלום 🧭")}),
    ],
    "todo_links": [
        InsertLink("First", f"{AX}/1?a=1&b=2", headings=("todo pages",)),
        InsertLink("D02 ToDo", f"{AX}/2", headings=("todo pages",)),
        InsertLink("D03 ToDo", f"{AX}/3", headings=("todo pages",)),
        InsertLink("D04 ToDo", f"{AX}/4", headings=("todo pages",)),
    ],
    "plain_text": [InsertEntry("LOG-1", (Text("One"),))],
}
