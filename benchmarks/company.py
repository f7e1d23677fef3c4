"""A company's database of any size, made by bulk SQL: what the other benchmarks look at.

Every row that belongs to another is consistent with it: counters with actions, jobs with actions
and mappings, tries with jobs. The same size and the same day give the same rows.
"""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

SOURCE = "/ax/portal"
YEAR = timedelta(days=365)
KINDS = ("Activity", "Signal", "Scorecard", "Brief", "S2", "S3")
WEIGHTS = (40, 30, 14, 8, 5, 3)
ERRORS = ("PageNotFound", "NotAllowed", "AmbiguousTable", "KeyColumnMissing", "TitleTaken")
TITLES = ("고객사 세미나", "콜센터 AHT 최적화", "물류 반품 자동화", "RFP analysis", "현장 인터뷰")
SEARCHED = "초전도"  # stands in few titles, all over the year


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much there is. Of the jobs of `actions` the newest `pending` are not on their pages."""

    plays: int = 1_000
    actions: int = 1_000
    pending: int = 100

    @property
    def name(self) -> str:
        return f"{self.plays}-{self.actions}-{self.pending}"


@dataclass
class _Made:
    """What the rows of actions say about the tables beside them."""

    quarters: dict[tuple[int, int, int], Counter[str]] = field(default_factory=dict)
    weeks: Counter[tuple[int, date]] = field(default_factory=Counter)
    newest: dict[tuple[int, int, int], datetime] = field(default_factory=dict)
    jobs: int = 0
    last: int = 0


def make_company(size: Size, *, now: datetime) -> None:
    """Fill the migrated, empty database of Django's default connection."""
    from django.db import connection

    if connection.vendor == "postgresql":  # all opportunities are one transaction
        with connection.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
    with _WithoutIndexes(connection):
        made = _Made()
        _plays(connection, size, now)
        _actions(connection, size, now, made)
        _around(connection, size, now)
        _counters(connection, made)
        _sequences(connection)
    _people()
    from plays.models import Event, Play, SyncJob
    from plays.rules.quarter import Quarter
    from plays.sync import funnel_recount
    from plays.sync.plays.week_statuses import tell_weeks
    from plays.sync.status.system import note_rows
    from plays.sync.week_counts import recount_weeks

    if recount_weeks(Play.objects.all(), now=now):
        raise AssertionError("the counters by week are not what the actions add up to")
    funnel_recount.TOGETHER = size.actions  # each transaction begins with a look at every action
    funnel_recount.recount_funnel(now=now, since=Quarter(2000, 1))
    tell_weeks(now=now)
    for model in (SyncJob, Event):
        note_rows(model)
        note_rows(model)  # as on the next day
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _people() -> None:
    from django.contrib.auth.models import Group, User

    admin = User.objects.create_superuser("bench", password="bench")
    admin.groups.add(Group.objects.get_or_create(name="Admin")[0])


# --- Rows -------------------------------------------------------------------------------------


def _plays(connection: Any, size: Size, now: datetime) -> None:
    numbers = range(1, size.plays + 1)
    _insert(connection, "plays_play", (
        {"id": n, "play_id": f"EXT_Desk_D{n:04d}", "name": f"데스크 리서치 {n}",
         "owner": f"담당자 {n % 40}", "source": f"EXT{n % 3}", "channel": f"Desk{n % 5}",
         "priority": f"P{n % 3}", "cycle": "weekly", "next_action": "인터뷰 3건", "blocker": "",
         "notes": "", "is_active": True, "page_values": "{}", "override_status": "",
         "override_reason": ""} for n in numbers))  # fmt: skip
    _insert(connection, "plays_quartergoal", (
        {"play_id": n, "year": now.year - 1, "quarter": 1, "activity": 60 + n % 50,
         "signal": 40 + n % 50, "brief": 10 + n % 20, "s2": 5, "lead_time": ""}
        for n in numbers))  # fmt: skip
    pages = 3 + 2 * size.plays
    _insert(connection, "plays_page", (
        {"id": n, "page_id": str(100_000 + n), "title": f"Page {n}",
         "url": f"https://wiki.example/wiki/spaces/AX/pages/{100_000 + n}", "version": 7,
         "body_size": 40_000, "state": "ok", "state_reason": "", "lease_token": "",
         "interruptions": 0, "looks": 0} for n in range(1, pages + 1)))  # fmt: skip
    shared = ("project_todo", "play_db", "action_log")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM plays_pagemapping")  # `migrate` has made the shared ones
    _insert(connection, "plays_pagemapping", itertools.chain(
        ({"id": n, "part": part, "play_id": None, "page_id": n}
         for n, part in enumerate(shared, 1)),
        ({"id": 3 + n, "part": "live_doc", "play_id": n, "page_id": None if n % 50 == 0 else 3 + n}
         for n in numbers),
        ({"id": 3 + size.plays + n, "part": "play_todo", "play_id": n,
          "page_id": 3 + size.plays + n} for n in numbers)))  # fmt: skip


def _actions(connection: Any, size: Size, now: datetime, made: _Made) -> None:
    """Events, actions, jobs and tries, oldest first, a chunk of actions at a time."""
    dice = random.Random(7)
    step = YEAR / size.actions
    numbers = iter(range(1, size.actions + 1))
    while chunk := list(itertools.islice(numbers, 50_000)):
        tables: dict[str, list[dict[str, Any]]] = {}
        for n in chunk:
            at = now - YEAR + n * step - timedelta(seconds=1)
            _one(tables, n, at, size, dice, made)
        for table, rows in tables.items():
            _insert(connection, table, rows)


def _one(
    tables: dict[str, list[dict[str, Any]]],
    n: int,
    at: datetime,
    size: Size,
    dice: random.Random,
    made: _Made,
) -> None:
    kind = dice.choices(KINDS, WEIGHTS)[0]
    play, back = dice.randint(1, size.plays), dice.randint(1, max(1, size.actions // 30))
    title = f"{SEARCHED if dice.random() < 50 / size.actions else ''}{dice.choice(TITLES)} {n}"
    data: dict[str, Any] = {"owner": "김철수"}
    if kind == "Scorecard":
        data |= {"decision": dice.choice(("GO", "HOLD", "NO_GO")), "total_score": 70}
    if kind == "S2":
        data |= {"decision": dice.choice(("GO", "PIVOT")), "brief_id": f"BRF-{max(1, n - back)}"}
    if kind == "Brief":
        data |= {"signal_id": f"SIG-{max(1, n - back)}"}
    subject = f"SIG-{max(1, n - back)}" if kind == "Scorecard" else f"{kind[:3].upper()}-{n}"
    subject = subject.replace("BRI-", "BRF-")
    event_id = f"evt-{n:08d}"
    payload = {"specversion": "1.0", "id": event_id, "source": SOURCE,
               "type": f"{kind.lower()}.created", "time": at.isoformat(),
               "data": {"title": title, "play_id": f"EXT_Desk_D{play:04d}", **data}}  # fmt: skip
    log_id = f"LOG-{at.year}-{n:07d}"

    def add(table: str, **row: Any) -> None:
        tables.setdefault(table, []).append(row)

    add("plays_event", id=n, source=SOURCE, event_id=event_id, type=payload["type"], time=at,
        payload=json.dumps(payload, ensure_ascii=False), state="accepted", problems="[]",
        missing="", received_at=at, accepted_at=at)  # fmt: skip
    add("plays_action", id=n, log_id=log_id, event_id=n, play_id=play, action_type=kind,
        subject_id=subject, title=title, url=f"https://portal.example/a/{n}", actor="김철수",
        occurred_at=at, data=json.dumps(data))  # fmt: skip
    _count(made, play, kind, data.get("decision", ""), at)
    kinds = ["live_entry"]
    if kind in ("Activity", "Signal", "Brief"):
        kinds.append("log_row")
    for edit in kinds:
        _job(add, made, edit, log_id, play, n, at, size, dice)


def _job(
    add: Any,
    made: _Made,
    edit: str,
    log_id: str,
    play: int,
    n: int,
    at: datetime,
    size: Size,
    dice: random.Random,
) -> None:
    made.jobs += 1
    is_pending = n > size.actions - size.pending * KIND_SHARE
    is_unmapped = edit == "live_entry" and play % 50 == 0
    state = "pending" if is_pending or is_unmapped else "synced"
    error = ""
    if state == "synced" and dice.random() < 0.001:
        state, error = "failed", ERRORS[play % len(ERRORS)]
    elif state == "synced" and dice.random() < 0.0005:
        state = "canceled"
    elif is_pending and dice.random() < 0.1:
        error = "ServerFault"
    mapping = 3 + play if edit == "live_entry" else 3
    add("plays_syncjob", id=made.jobs, mapping_id=mapping, kind=edit, key=log_id, play_id=play,
        action_id=n, state=state, revision=1, failures=3 if error else 0,
        same_failures=3 if error else 0, failing_since=at if error else None, run_after=at,
        last_error=error, last_message="Confluence said no to this." if error else "",
        created_at=at, settled_at=None if state == "pending" else at + timedelta(seconds=2),
        written_to_id=mapping if state == "synced" else None)  # fmt: skip
    if state in ("synced", "failed"):
        if made.jobs % 10 == 0 or not made.last:
            made.last += 1
            add("plays_syncattempt", id=made.last, page_id=mapping, job_count=1, started_at=at,
                duration_ms=180, calls=2, outcome="error" if error else "written", error=error,
                message="", request_id="", version_before=6, version_after=7, token="")  # fmt: skip
        add("plays_attemptspan", job_id=made.jobs, page_id=mapping, first=made.last,
            last=made.last, tries=3 if error else 1)  # fmt: skip


KIND_SHARE = 1 / 1.78  # an action is this many of its jobs' number


def _count(made: _Made, play: int, kind: str, decision: str, at: datetime) -> None:
    from django.utils import timezone

    from plays.rules.planner import counter_of
    from plays.rules.quarter import Quarter
    from plays.rules.weeks import Week

    quarter = Quarter.of(at, timezone.get_default_timezone())
    key = play, quarter.year, quarter.number
    counts = made.quarters.setdefault(key, Counter())
    if counter := counter_of(kind, decision):
        counts[counter] += 1
    made.newest[key] = at
    made.weeks[play, Week.of(at, timezone.get_default_timezone()).monday] += 1


def _counters(connection: Any, made: _Made) -> None:
    names = ("activity", "signal", "brief", "s2", "s3")
    _insert(connection, "plays_quartercount", (
        {"play_id": play, "year": year, "quarter": quarter, **{n: counts[n] for n in names},
         "last_action_at": made.newest[play, year, quarter]}
        for (play, year, quarter), counts in made.quarters.items()))  # fmt: skip
    _insert(connection, "plays_weekcount", (
        {"play_id": play, "monday": monday, "actions": count}
        for (play, monday), count in made.weeks.items()))  # fmt: skip


def _around(connection: Any, size: Size, now: datetime) -> None:
    """Rejected events, weekly runs, the audit trail, ToDo pages."""
    rejected = range(size.actions + 1, size.actions + 1 + max(10, size.actions // 1_000))
    problems = json.dumps([{"code": "unknown_play", "field": "data.play_id",
                            "params": {"name": "NOPE"}}])  # fmt: skip
    _insert(connection, "plays_event", (
        {"id": n, "source": SOURCE, "event_id": f"evt-{n:08d}", "type": "activity.created",
         "time": now, "payload": "{}", "state": "rejected", "problems": problems,
         "missing": "play:NOPE", "received_at": now, "accepted_at": None}
        for n in rejected))  # fmt: skip
    weeks = range(1, 53)
    _insert(connection, "plays_weeklysync", (
        {"id": n, "slot": now - timedelta(weeks=52 - n, hours=1), "trigger": "schedule",
         "state": "done", "is_late": False, "step": "", "done": size.plays, "total": size.plays,
         "started_at": now - timedelta(weeks=52 - n, hours=1), "error": "", "message": "",
         "finished_at": now - timedelta(weeks=52 - n), "lease_token": ""} for n in weeks
    ))  # fmt: skip
    _insert(connection, "plays_weeklyresult", (
        {"weekly_id": week, "play_id": n, "status": "GYR"[(n + week // 9) % 3], "activity": n % 60,
         "signal": n % 40, "brief": n % 9, "s2": n % 4, "s3": n % 2, "was_repaired": False,
         "repaired_from": "{}"} for week in weeks for n in range(1, size.plays + 1)))  # fmt: skip
    _insert(connection, "plays_finding", (
        {"weekly_id": 52, "kind": "changed", "page_id": 3 + n, "play_id": n, "key": f"LOG-{n}",
         "column": "title", "found": "옛 제목", "expected": "새 제목", "by": "이영희",
         "message": ""} for n in range(1, min(200, size.plays) + 1)))  # fmt: skip
    _insert(connection, "plays_auditentry", (
        {"at": now - YEAR + n * (YEAR / size.actions), "by_name": f"직원 {n % 30}", "verb": "retry",
         "target": f"live_entry LOG-{n}", "play_id": n % size.plays + 1, "count": 1,
         "reason": "다시", "details": "{}"} for n in range(0, size.actions, 20)))  # fmt: skip
    _insert(connection, "plays_todoreading", (
        {"play_id": n, "total": 10, "done": n % 11, "read_at": now, "error": "", "message": ""}
        for n in range(1, size.plays + 1)))  # fmt: skip
    _insert(connection, "plays_todotask", (
        {"play_id": n, "position": p, "task_id": str(p), "text": f"할 일 {p}", "is_done": p < 5,
         "assignee": "", "assignee_id": "", "due_on": (now + timedelta(days=p - 3)).date()}
        for n in range(1, size.plays + 1) for p in range(10)))  # fmt: skip


# --- Bulk SQL ---------------------------------------------------------------------------------


def _insert(connection: Any, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """All `rows` have the first one's columns; the others have the model's own defaults."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    others = {name: value for name, value in _defaults(table).items() if name not in first}
    columns = ", ".join(f'"{name}"' for name in (*first, *others))
    rest = tuple(map(_plain, others.values()))
    values = ((*map(_plain, row.values()), *rest) for row in itertools.chain([first], rows))
    with connection.cursor() as wrapped:
        cursor = wrapped.cursor
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for value in values:
                    copy.write_row(value)
        else:
            marks = ", ".join("?" * (len(first) + len(others)))
            sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
            connection.connection.executemany(sql, values)


def _defaults(table: str) -> dict[str, Any]:
    from django.apps import apps

    (model,) = (m for m in apps.get_app_config("plays").get_models() if m._meta.db_table == table)
    fields = [
        f for f in model._meta.concrete_fields if not (f.null or f.primary_key or f.generated)
    ]
    given = {
        f.column: f.get_default() for f in fields if f.has_default() or f.empty_strings_allowed
    }
    return {name: json.dumps(v) if isinstance(v, dict | list) else v for name, v in given.items()}


_PLAIN = frozenset({str, int, bool, type(None)})


def _plain(value: Any) -> Any:
    """Times in UTC without a zone, as both databases' sessions keep them."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
    return str(value) if hasattr(value, "isoformat") else value


class _WithoutIndexes:
    """Indexes are made at the end, which is many times quicker than row by row."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.made: list[str] = []

    def __enter__(self) -> None:
        is_postgres = self.connection.vendor == "postgresql"
        with self.connection.cursor() as cursor:
            if not is_postgres:
                cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'plays_%' AND"
                " indexname NOT IN (SELECT conname FROM pg_constraint)"
                if is_postgres
                else "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
                " AND tbl_name LIKE 'plays_%'"
            )
            for name, sql in cursor.fetchall():
                cursor.execute(f'DROP INDEX "{name}"')
                self.made.append(sql)
        if not is_postgres:
            self.connection.cursor().execute("BEGIN")

    def __exit__(self, *_: object) -> None:
        if self.connection.vendor == "sqlite":
            self.connection.cursor().execute("COMMIT")
        with self.connection.cursor() as cursor:
            for sql in self.made:
                cursor.execute(sql)


def _sequences(connection: Any) -> None:
    """PostgreSQL's next primary keys come after those that were given here."""
    from django.apps import apps
    from django.core.management.color import no_style

    models = list(apps.get_app_config("plays").get_models())
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)
