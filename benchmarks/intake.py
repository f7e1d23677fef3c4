"""Events in: what recording costs beside writing the same rows with nothing asked.

    python benchmarks/intake.py [--db sqlite|postgres] [--events N] [--plays N] [--json]

Batches of 1,000 beside `bulk_create` of the same events, actions and jobs; and single events over
HTTP from 8 clients beside a view, on the same server, that inserts one row. Both ways take turns,
and the best of each counts, because others work on the machine too; of batches the processors'
work is taken, the database's included, of single events the time.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.surroundings import product_on
from benchmarks.work import work_seconds

BATCH, ROUNDS, CLIENTS, SINGLE = 1_000, 5, 8, 400
TOKEN = "benchmark"


def measure(*, plays: int = 43, rounds: int = ROUNDS, single: int = SINGLE) -> dict[str, Any]:
    """On an empty, migrated database: rates in events per second, and their ratios."""
    names = _plays(plays)
    return {"batches": _batches(names, rounds), "single": _single(names, rounds, single)}


def _plays(count: int) -> list[str]:
    from plays.models import Page, PageMapping, Play

    for part in ("play_db", "action_log"):
        page = Page.objects.create(page_id=part, title=part)
        PageMapping.objects.update_or_create(part=part, defaults={"page": page})
    for n in range(count):
        play = Play.objects.create(play_id=f"EXT_Desk_D{n:04d}")
        page = Page.objects.create(page_id=str(n), title=f"Live {n}")
        PageMapping.objects.create(part="live_doc", play=play, page=page)
    return list(Play.objects.values_list("play_id", flat=True))


# --- Batches ----------------------------------------------------------------------------------


def _batches(names: list[str], rounds: int) -> dict[str, Any]:
    from plays.models import Action, Event, SyncJob
    from plays.sync.intake.receiving import record_all
    from tests.processes.storm import make_events

    ours, bare, rows = [], [], 0
    sent = make_events(names, BATCH * rounds)
    for number in range(rounds):
        batch = sent[BATCH * number : BATCH * (number + 1)]
        last = [_last(model) for model in (Event, Action, SyncJob)]
        ours.append(_work(lambda batch=batch: record_all(batch)))
        made = [
            list(model.objects.filter(pk__gt=after).order_by("pk"))
            for model, after in zip((Event, Action, SyncJob), last, strict=True)
        ]
        rows = sum(map(len, made))
        copies = _copies(*made)
        bare.append(_work(lambda copies=copies: _write(*copies)))
        _settle()
    rate = {"rate": BATCH / min(ours), "bare_rate": BATCH / min(bare)}
    return {**rate, "ratio": rate["rate"] / rate["bare_rate"], "rows": rows}


def _last(model: Any) -> int:
    newest = model.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _copies(events: list[Any], actions: list[Any], jobs: list[Any]) -> tuple[list[Any], ...]:
    """The same rows once more, as somebody else's."""
    places = {event.pk: n for n, event in enumerate(events)}
    numbers = {action.pk: n for n, action in enumerate(actions)}
    for event in events:
        event.pk, event.source = None, "/bare"
        event._state.adding = True
    for action in actions:
        action.event = events[places[action.event_id]]
        action.pk, action.log_id = None, f"BARE{action.log_id[3:]}"
    for job in jobs:
        job.action = actions[numbers[job.action_id]] if job.action_id else None
        job.pk, job.key = None, f"BARE{job.key}"[:100]
    return events, actions, jobs


def _write(events: list[Any], actions: list[Any], jobs: list[Any]) -> None:
    from django.db import transaction

    from plays.models import Action, Event, SyncJob

    with transaction.atomic():
        Event.objects.bulk_create(events, batch_size=500)
        for action in actions:
            action.event_id = action.event.pk
        Action.objects.bulk_create(actions, batch_size=500)
        for job in jobs:
            job.action_id = job.action.pk if job.action else None
        SyncJob.objects.bulk_create(jobs, batch_size=500)


def _settle() -> None:
    """As workers would have done: nothing is pending, so that the next batch makes rows again."""
    from plays.models import Page, SyncJob

    SyncJob.objects.pending().update(state="synced")
    Page.objects.update(rung_at=None)


# --- Single events ----------------------------------------------------------------------------


def _single(names: list[str], rounds: int, count: int) -> dict[str, Any]:
    from tests.processes.storm import make_events

    with _server() as port:
        ours, bare = [], []
        for _ in range(rounds):
            bodies = [json.dumps(event).encode() for event in make_events(names, count)]
            ours.append(_posted(port, "/api/events", bodies))
            bare.append(_posted(port, "/bare", bodies))
            _settle()
    rate = {"rate": count / min(ours), "bare_rate": count / min(bare)}
    return {**rate, "ratio": rate["rate"] / rate["bare_rate"], "clients": CLIENTS}


class _server:  # noqa: N801
    """The product behind waitress, as it is run, with one address more."""

    def __enter__(self) -> int:
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application
        from django.urls import path
        from waitress.server import create_server

        import syncadmin.urls

        settings.EVENTS_TOKENS = [TOKEN]
        settings.ALLOWED_HOSTS = ["127.0.0.1"]
        syncadmin.urls.urlpatterns.insert(0, path("bare", _bare))
        self.server = create_server(
            get_wsgi_application(), host="127.0.0.1", port=0, threads=CLIENTS
        )
        threading.Thread(target=self.server.run, daemon=True).start()
        return int(self.server.effective_port)

    def __exit__(self, *_: object) -> None:
        self.server.close()


def _bare(request: Any) -> Any:
    """One row and nothing else."""
    from django.http import JsonResponse
    from django.utils import timezone

    from plays.models import Event

    sent = json.loads(request.body)
    Event.objects.create(
        source="/bare", event_id=f"{sent['id']}-{time.perf_counter_ns()}", type=sent["type"],
        payload=request.body.decode(), state="accepted", received_at=timezone.now(),
    )  # fmt: skip
    return JsonResponse({}, status=202)


_bare.csrf_exempt = True  # type: ignore[attr-defined]


def _posted(port: int, address: str, bodies: list[bytes]) -> float:
    parts = [bodies[n::CLIENTS] for n in range(CLIENTS)]
    threads = [threading.Thread(target=_post, args=(port, address, part)) for part in parts]
    return _seconds(lambda: [*(t.start() for t in threads), *(t.join() for t in threads)])


def _post(port: int, address: str, bodies: list[bytes]) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    for body in bodies:
        connection.request("POST", address, body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status not in (202, 422):  # 422: what it refers to is on its way
            raise AssertionError(f"{address}: {answer.status} {said[:200]!r}")
    connection.close()


def _work(work: Any) -> float:
    """Seconds of the processors' work, the database's included."""
    begun = work_seconds()
    work()
    return work_seconds() - begun


def _seconds(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--plays", type=int, default=43)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--single", type=int, default=SINGLE, help="single events per round")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with product_on(asked.db):
        found = measure(plays=asked.plays, rounds=asked.rounds, single=asked.single)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    for name, row in found.items():
        print(
            f"{name:<10}{row['rate']:8.0f} events/s beside {row['bare_rate']:8.0f}"
            f" ({row['ratio']:.2f})"
        )


if __name__ == "__main__":
    main()
