"""`manage.py create_todo_page PLAY_ID`: the Play's ToDo page, and the links to it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from plays.checks import OUR_CHECKS
from plays.confluence import ConfluenceError
from plays.models import Play, SyncJob
from plays.models.job import JobState
from plays.rules.planner import LINKS
from plays.storage import markdown_to_storage
from plays.sync.naming import NotOnePlay, play_called
from plays.sync.todo.creating import Made, create_todo_page
from plays.sync.todo.problems import TodoProblem
from plays.sync.writing.writer import write_page

WORDS = {
    "made": "made",
    "adopted": "was there already with this title and is used",
    "there": "is mapped already",
}


class Command(BaseCommand):
    help = (
        "Makes a Play's ToDo page below Project TODO, or takes the one that has its title, and "
        "links it from Project TODO and from the Play DB. Doing it again changes nothing. "
        "Exit code 1: something needs a person; what was begun is finished by the next call."
    )
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("play_id")
        parser.add_argument(
            "--content",
            metavar="FILE",
            help="Markdown for a new page; lines that begin with - [ ] become tasks",
        )

    def handle(self, *, play_id: str, content: str | None, **_: Any) -> None:
        body = None if content is None else markdown_to_storage(_read(content))
        try:
            play = play_called(play_id)
        except NotOnePlay as unknown:
            raise CommandError(str(unknown)) from unknown
        made = _make(play, body)
        self.stdout.write(f"{made.page.title}: {WORDS[made.how]} · {made.page.url}")
        if made.elsewhere:
            self.stdout.write(f"note: it does not lie below Project TODO, but: {made.elsewhere}")
        links = [_written_link(play, kind) for kind in LINKS]
        for job in links:
            self.stdout.write(_sentence(job))
        if any(job.state == JobState.FAILED for job in links):
            sys.exit(1)


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8: {error.reason}") from error


def _make(play: Play, body: str | None) -> Made:
    with override("en"):
        try:
            return create_todo_page(play, body=body)
        except (TodoProblem, ConfluenceError) as error:
            raise CommandError(str(error)) from error


def _written_link(play: Play, kind: str) -> SyncJob:
    """The newest job of a link, after everything that its page is owed has been written."""
    jobs = SyncJob.objects.filter(play=play, kind=kind).select_related("mapping")
    job = jobs.order_by("-pk")[0]
    if job.mapping.page_id is not None:
        write_page(job.mapping.page_id)
        job.refresh_from_db()
    return job


def _sentence(job: SyncJob) -> str:
    part = job.mapping.part
    if job.state == JobState.SYNCED:
        return f"link on {part}: there"
    if job.state == JobState.FAILED:
        return f"link on {part}: failed · {job.last_message}"
    if job.mapping.page_id is None:
        return f"link on {part}: waits until the page is mapped"
    return f"link on {part}: waits and is written by itself {job.last_message}".rstrip()
