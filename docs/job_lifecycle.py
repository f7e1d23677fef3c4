"""Writes docs/job-lifecycle.md from the table that the code uses: python docs/job_lifecycle.py"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

DOCUMENT = Path(__file__).with_name("job-lifecycle.md")
ROOT = Path(__file__).resolve().parent.parent

INTRODUCTION = """\
# The life of a job

A **job** (`SyncJob`) is one edit that one page must get: a row, an entry or a link. This page is
made from the table `RULES` in `plays/sync/jobs/transitions.py` by
`.venv/bin/python docs/job_lifecycle.py`; a test checks that it is current. Nothing else changes a
job: every verb below goes through that table, and a job in a state that the verb does not name
stays as it is.

```mermaid
stateDiagram-v2
"""

AFTER_TABLE = """
A verb locks first and then looks: the page's row, then its jobs by primary key
(`plays/sync/jobs/locking.py` has the whole order). So a result of a write, a changed mapping and a
person's click on the same job come one after the other.

**Waking** changes no job. `wake` (`plays/sync/jobs/wakeups.py`) sends a task that tells a worker to
look at a page; it is sent after the commit. A wake-up that is lost, late or sent twice changes
nothing: within half a minute a sweep wakes workers for every page with a due job. A page that was
written in the last ten seconds is woken a second later, so that a burst of events shares one read
and one write; a page at rest is woken at once, and so is any page whose job a person retries.

What people see on the screens is the **stage**: a pending job is *pending*, *page not mapped yet*
(its mapping has no page) or *retrying* (it has an error); the other stages are the states.
"""


def text() -> str:
    from plays.models.job import JobState
    from plays.sync.jobs.transitions import RULES

    arrows: dict[tuple[str, str], list[str]] = {}
    for verb, rule in RULES.items():
        if rule.creates:
            arrows.setdefault(("[*]", rule.after.value), []).append(verb.value)
        for state in rule.before:
            arrows.setdefault((state.value, rule.after.value), []).append(verb.value)
    diagram = [
        f"    {before} --> {after}: {', '.join(verbs)}" for (before, after), verbs in arrows.items()
    ]
    head = ["verb", *(f"from {state.value}" for state in JobState), "what it means", "only if"]
    rows = [head, ["---"] * len(head)]
    for verb, rule in RULES.items():
        cells = [
            rule.after.value if state in rule.before else "a new job" * rule.creates or "–"
            for state in JobState
        ]
        rows.append([f"`{verb.value}`", *cells, rule.means, rule.guard.value])
    table = ["| " + " | ".join(row) + " |" for row in rows]
    between = "    synced --> [*]\n```\n\nEach row is a verb, each cell the state after it.\n"
    return INTRODUCTION + "\n".join([*diagram, between, *table, AFTER_TABLE])


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syncadmin.settings")
    os.environ.setdefault("SECRET_KEY", "only-to-read-the-code")
    django.setup()
    DOCUMENT.write_text(text(), encoding="utf-8")
