"""`manage.py columns PART`: how a shared page's tables are read and written, and what is chosen."""

from __future__ import annotations

import json as json_text
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, no_translations
from rich.console import Console
from rich.table import Table

from plays.checks import OUR_CHECKS
from plays.confluence import ConfluenceError
from plays.models import PageMapping
from plays.models.layout import TABLE_PARTS
from plays.storage import EditError, FieldLayout, Layout, LayoutQuestion, TableShape
from plays.sync.layouts.choosing import BadChoice, automatic, choose
from plays.sync.layouts.guidance import shape_of
from plays.sync.layouts.looking import Look, NotMapped, look
from plays.sync.layouts.questions import told_of, told_refusal
from plays.sync.layouts.spelling import changes_from

INSERT = {"top": "top", "bottom": "end"}
BY_HAND = "people's: read, never written"


class Command(BaseCommand):
    help = (
        "How the tables on the Play DB or Action Log page are read and written: each field with "
        "its heading, form and table, or why there is none. What waited for an answer goes on by "
        "itself. Exit code 1: a person is asked."
    )
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", choices=[part.value for part in TABLE_PARTS])
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="FIELD=HEADING[:FORM]",
            dest="lines",
            help="the field's column and form, e.g. activity_qtd=Act:count or status=RAG:signs; "
            "FIELD= leaves it out; the form 'people' says that people keep the column by hand",
        )
        parser.add_argument("--insert", choices=list(INSERT), help="where new rows go")
        parser.add_argument("--auto", action="store_true", help="forget what was set before")
        parser.add_argument("--json", action="store_true", help="as JSON, for programs")

    @no_translations
    def handle(
        self,
        *,
        part: str,
        lines: list[str],
        insert: str | None,
        auto: bool,
        json: bool,
        **_: Any,
    ) -> None:
        mapping = PageMapping.objects.select_related("page").get(
            pk=PageMapping.objects.shared(part).pk
        )
        seen = _look(mapping)
        if auto:
            automatic(mapping, by=None)
        if lines or insert:
            _choose(mapping, seen, lines, INSERT.get(insert or "", ""))
        if auto or lines or insert:
            seen = _look(mapping)
        if json:
            self.stdout.write(json_text.dumps(_as_json(seen), ensure_ascii=False, indent=2))
        else:
            self._tell(shape_of(mapping), seen)
        if seen.recognition.question is not None:
            sys.exit(1)

    def _tell(self, shape: TableShape, seen: Look) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING(f"{seen.page.title} · {seen.page.url}"))
        layout = seen.recognition.layout
        if layout is not None:
            self._tell_layout(shape, layout)
        elif (question := seen.recognition.question) is not None:
            self._ask(question)
            for table in seen.recognition.tables:
                name = f" ({table.label})" if table.label else ""
                self.stdout.write(f"  table {table.number}{name}: {' | '.join(table.headings)}")
        else:
            self.stdout.write("no table yet: one is made with the first row")

    def _ask(self, question: EditError) -> None:
        if isinstance(question, LayoutQuestion):
            words = told_of(question)
            self.stdout.write(self.style.ERROR(f"  ? {words.what}"))
            proposals = question.params.get("proposals", ())
            self.stdout.write(f"      → {words.do}")
            if proposals:
                field = question.params["field"]
                choices = ", ".join(f'--set "{field}={heading}"' for heading in proposals)
                self.stdout.write(f"      → here: {choices}")
        else:
            self.stdout.write(self.style.ERROR(f"  ? {question}"))

    def _tell_layout(self, shape: TableShape, layout: Layout) -> None:
        table = Table("field", "heading", "form", "because", box=None, pad_edge=False)
        for field in layout.fields:
            form = BY_HAND if field.is_people else str(field.form)
            table.add_row(shape.label(field.name), field.heading, form, _because(field))
        for name in layout.left_alone:
            table.add_row(shape.label(name), "–", "", "left out by choice")
        for name in layout.missing:
            likely = [one.heading for one in layout.proposals if one.name == name]
            hint = f'; is it "{likely[0]}"?' if likely else ""
            table.add_row(shape.label(name), "–", "", f"no column: left out{hint}")
        for name in set(shape.optional) - {*layout.left_alone, *(f.name for f in layout.fields)}:
            table.add_row(shape.label(name), "–", "", "no column: none is needed")
        console = Console(file=self.stdout, width=120, highlight=False)  # type: ignore[arg-type]
        console.print(table)
        for part in layout.parts:
            name = f" ({part.label})" if part.label else ""
            self.stdout.write(f"table {part.number}{name}: {part.rows} rows")
        place = "at the top" if layout.insert == "top" else "at the end"
        above = ", above the total" if layout.has_total and layout.insert != "top" else ""
        self.stdout.write(f"new rows go {place}{above}")
        if layout.others:
            self.stdout.write(f"left alone: {', '.join(layout.others)}")


def _look(mapping: PageMapping) -> Look:
    try:
        return look(mapping)
    except NotMapped as error:
        raise CommandError(f"no page is mapped to {mapping.part} yet") from error
    except (ConfluenceError, EditError, ImproperlyConfigured) as error:
        raise CommandError(str(error)) from error


def _choose(mapping: PageMapping, seen: Look, lines: list[str], insert: str) -> None:
    headings = [heading for table in seen.recognition.tables for heading in table.headings]
    try:
        changes = changes_from(lines, shape_of(mapping), headings, insert=insert)
        choose(mapping, changes, by=None)
    except BadChoice as refused:
        raise CommandError(told_refusal(refused.code, refused.params, by_names=True)) from refused


def _because(field: FieldLayout) -> str:
    words = {
        "chosen": "chosen",
        "exact": "our own heading",
        "known": "a known heading",
    }
    return words.get(field.how, f"{field.how}, {field.score} of 100")


def _as_json(seen: Look) -> dict[str, Any]:
    question, layout = seen.recognition.question, seen.recognition.layout
    asked = None
    if question is not None:
        words = told_of(question).what if isinstance(question, LayoutQuestion) else str(question)
        asked = {"code": question.code, "message": words, "params": question.params}
    return {
        "part": seen.kept.mapping.part,
        "page": {"id": seen.page.id, "title": seen.page.title, "url": seen.page.url},
        "state": seen.kept.state,
        "question": asked,
        "layout": layout.to_json() if layout else None,
        "chosen": seen.kept.chosen,
        "tables": [
            {"number": one.number, "label": one.label, "headings": one.headings, "rows": one.rows}
            for one in seen.recognition.tables
        ],
    }
