"""`manage.py pages …`: the operations that agents have, for people and scripts; JSON out."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from plays.checks import OUR_CHECKS
from plays.confluence import Confluence, ConfluenceError
from plays.storage import EditError
from plays.sync import operations
from plays.sync.site.connection import connect


class Command(BaseCommand):
    help = (
        "Reads and writes pages as the agents' tools do: nothing that people wrote is lost, and "
        "the same call again changes nothing. Prints JSON. Exit code 1: refused; the JSON says why "
        "and what to do next."
    )
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        get = verbs.add_parser("get", help="a page: its text, its storage format, its tables")
        get.add_argument("page_id", metavar="ID")
        search = verbs.add_parser("search", help="pages whose title or text is like QUERY")
        search.add_argument("query", metavar="QUERY")
        _add_paging(search, 10)
        append = verbs.add_parser("append", help="Markdown at the page's end, once per key")
        append.add_argument("page_id", metavar="ID")
        append.add_argument("--key", required=True, help="names this append: again is no second")
        append.add_argument("--text", required=True, metavar="MARKDOWN", help="- is standard input")
        rows = verbs.add_parser("rows", help="the rows of the page's table")
        rows.add_argument("page_id", metavar="ID", help="a page id, play_db or action_log")
        _add_paging(rows, 50)
        upsert = verbs.add_parser("upsert-row", help="one row has these cells; the rest stays")
        upsert.add_argument("page_id", metavar="ID", help="a page id, play_db or action_log")
        upsert.add_argument("key", metavar="KEY")
        upsert.add_argument("cells", metavar="HEADING=VALUE", nargs="+")
        for verb in (rows, upsert):
            verb.add_argument("--key-column", default="", metavar="HEADING")
        for verb in (append, upsert):
            verb.add_argument("--dry-run", action="store_true", help="only show the difference")

    def handle(self, *, verb: str, **options: Any) -> None:
        with override("en"):
            try:
                answer = asdict(VERBS[verb](connect(), options))
            except (
                operations.Refusal,
                ConfluenceError,
                EditError,
                ImproperlyConfigured,
            ) as error:
                refusal = operations.refusal_of(error)
                answer = {
                    "error": refusal.code,
                    "message": refusal.message,
                    "next": refusal.advice,
                }
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        if "error" in answer:
            sys.exit(1)


def _append(client: Confluence, options: Mapping[str, Any]) -> operations.Written:
    text = sys.stdin.read() if options["text"] == "-" else options["text"]
    return operations.append_to_page(
        client,
        options["page_id"],
        append_md=text,
        key=options["key"],
        dry_run=options["dry_run"],
    )


def _rows(client: Confluence, options: Mapping[str, Any]) -> operations.Rows:
    return operations.db_query(
        client,
        options["page_id"],
        key_column=options["key_column"],
        limit=options["limit"],
        cursor=options["cursor"],
    )


def _upsert(client: Confluence, options: Mapping[str, Any]) -> operations.Written:
    return operations.db_upsert_row(
        client,
        options["page_id"],
        row_id=options["key"],
        data=dict(map(_cell, options["cells"])),
        key_column=options["key_column"],
        dry_run=options["dry_run"],
    )


VERBS: Mapping[str, Callable[[Confluence, Mapping[str, Any]], Any]] = {
    "get": lambda client, options: operations.get_page(client, options["page_id"]),
    "search": lambda client, options: operations.search_pages(
        client, options["query"], limit=options["limit"], cursor=options["cursor"]
    ),
    "append": _append,
    "rows": _rows,
    "upsert-row": _upsert,
}


def _add_paging(parser: ArgumentParser, limit: int) -> None:
    parser.add_argument("--limit", type=int, default=limit)
    parser.add_argument("--cursor", default="", help="next_cursor of the answer before")


def _cell(text: str) -> tuple[str, str]:
    heading, is_given, value = text.partition("=")
    if not is_given or not heading.strip():
        raise CommandError(f"{text!r} is not HEADING=VALUE")
    return heading.strip(), value
