"""Log lines: the request's id in each, one line per record, no traceback for what is expected."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

from plays.request_ids import current

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
EXPECTED = (401, 403, 404, 405)
SERVICES = ("worker", "qcluster", "mcp", "runserver")


class Tidy(logging.Filter):
    """Names the request, and leaves out what the record brings along and nobody reads."""

    def filter(self, record: logging.LogRecord) -> bool:
        if request_id := current.get():
            record.request_id = request_id
        # Its text has the whole address: a query may hold a code that lets somebody in.
        record.__dict__.pop("request", None)
        if getattr(record, "status_code", None) in EXPECTED:
            record.exc_info = record.exc_text = None
        return True


class LineFormatter(logging.Formatter):
    """A record is one line, whatever somebody's title or id holds; a traceback follows it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        record.message = _CONTROL.sub(" ", record.message)
        request_id = getattr(record, "request_id", "")
        return super().formatMessage(record) + (f" [{request_id}]" if request_id else "")


def level_for(arguments: Sequence[str]) -> str:
    """The level of the log by the command line. What serves tells of all it does; a command that a
    person runs says so itself, and keeps its lines free for that.
    """
    program, *rest = arguments
    by_a_person = Path(program).name == "manage.py" and rest and rest[0] not in SERVICES
    return "WARNING" if by_a_person else "INFO"
