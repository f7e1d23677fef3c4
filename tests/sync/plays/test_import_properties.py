"""Imports of generated files: twice is once, and what goes out comes in again."""

import csv
import io
import json
import re
from datetime import date

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from plays.models import Play, PlayAlias, QuarterGoal
from plays.sync.plays.goals import GOAL_FIELDS, quarter_of
from plays.sync.plays.importer.applying import import_plays
from plays.sync.plays.importer.columns import COLUMNS
from plays.sync.plays.importer.exporting import plays_as_csv
from plays.sync.sheets.problems import ImportRefused

words = st.text(max_size=30) | st.sampled_from(
    ["=1+1", "'=x", "-", "a\nb", '"', "a,b;c\td", "가나다", "\u0000x", "🙂", "TBD"]
)
pages = st.integers(1, 10**12).map(str) | st.sampled_from(["", "TBD", "https://w/pages/7/x"])
goals = st.integers(0, 100_000).map(str) | st.just("")
VALUES = {
    **dict.fromkeys(("activity_goal", "signal_goal", "brief_goal", "s2_goal"), goals),
    "due_date": st.dates(date(2000, 1, 1), date(2100, 12, 31)).map(str),
    "is_active": st.sampled_from(["", "true", "아니오", "1", "N"]),
    "live_doc_page_id": pages,
    "todo_page_id": pages,
}
this = quarter_of(timezone.now())
VALUES["quarter"] = st.sampled_from(["", str(this), f"{this.next.year}년 {this.next.number}분기"])
VALUES["lead_time"] = words
VALUES["aliases"] = st.sampled_from(["", "{0}~", "{0}~;별칭 {0}", "별칭 {0},{0}"])
ids = st.text("ABCxyz019_-가나", min_size=1, max_size=12)


def with_own_aliases(row):
    """No two Plays may share one."""
    return row | {
        name: text.format(row["play_id"]) for name, text in row.items() if name == "aliases"
    }


rows = st.lists(
    st.fixed_dictionaries(
        {"play_id": ids},
        optional={c.name: VALUES.get(c.name, words) for c in COLUMNS if c.name != "play_id"},
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row["play_id"].casefold(),
).map(lambda rows: [with_own_aliases(row) for row in rows])
FEW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def as_csv(plays):
    names = list(dict.fromkeys(["play_id", *(name for play in plays for name in play)]))
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows({name: guarded(value) for name, value in play.items()} for play in plays)
    return text.getvalue()


def guarded(value):
    """As people tell a spreadsheet that a cell is text."""
    return f"'{value}" if re.match(r"'*[=+@-]", value) else value


def assert_told(refused):
    assert refused.problems
    assert all(problem.message and problem.line > 0 for problem in refused.problems)


def everything():
    goals = QuarterGoal.objects.order_by("play__play_id", "year", "quarter")
    held = goals.values("play__play_id", "year", "quarter", *GOAL_FIELDS)
    aliases = PlayAlias.objects.order_by("name").values("name", "play__play_id")
    return [*aliases, *Play.objects.order_by("play_id").values(), *held]


class Imports(TestCase):
    @FEW
    @given(rows)
    def test_importing_twice_is_importing_once(self, plays):
        content = json.dumps(plays)
        import_plays(content)
        before = everything()

        again = import_plays(content)

        assert (again.created, again.changed) == (0, 0)
        assert everything() == before

    @FEW
    @given(rows)
    def test_what_is_exported_imports_unchanged(self, plays):
        import_plays(json.dumps(plays))
        exported = plays_as_csv(Play.objects.all())
        before = everything()

        for content in (exported, "\ufeff" + exported, exported.encode("utf-16")):
            again = import_plays(content)
            assert (again.created, again.changed) == (0, 0)
        assert everything() == before

        Play.objects.all().delete()
        import_plays(exported)
        without_keys = [{k: v for k, v in play.items() if k != "id"} for play in everything()]
        assert without_keys == [{k: v for k, v in play.items() if k != "id"} for play in before]

    @FEW
    @given(rows)
    def test_csv_and_json_say_the_same(self, plays):
        full = [{name: play.get(name, "") for name in VALUES} | play for play in plays]
        import_plays(as_csv(full).replace("\0", " ").encode())  # a file that has NUL is no text
        assert import_plays(json.dumps(full)).changed == 0

    @FEW
    @given(
        st.binary(max_size=300) | st.text(max_size=300) | st.text("[]{},:\"'play_id\n", max_size=60)
    )
    def test_anything_else_is_refused_with_reasons(self, content):
        try:
            import_plays(content)
        except ImportRefused as refused:
            assert_told(refused)
