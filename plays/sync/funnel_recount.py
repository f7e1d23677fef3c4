"""Opportunities and their counts beside what the actions say. The database itself compares them, so
that only what is wrong comes here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from plays.models import Opportunity, Play
from plays.rules.funnel import STEPS, UNTIMED, Cell
from plays.rules.quarter import Quarter
from plays.sync.chunks import in_chunks
from plays.sync.funnel import LONGEST_DECISION, add_to_counts, one_at_a_time
from plays.sync.inserting import insert

log = logging.getLogger(__name__)

TOGETHER = 5_000  # opportunities repaired in one transaction, for which intake waits

# What the databases say differently. `first` and `newest` are primary keys, of the action that an
# opportunity is named after and of its newest score; `hours` are those from one time to another.
_SAID = {
    "sqlite": {
        "kept": "NOT MATERIALIZED",
        "field": "COALESCE(json_extract({}, '$.{}'), '')",
        "first": "CAST(substr(MIN(rank || occurred_at || printf(' %%020d', id)), -20) AS INTEGER)",
        "newest": "CAST(substr(MAX(CASE WHEN rank IS NULL THEN"
        " occurred_at || printf(' %%020d', id) END), -20) AS INTEGER)",
        "differs": "IS NOT",
        "hours": "(strftime('%%s', {1}) - strftime('%%s', {0})"
        " - (substr({1}, 20) < substr({0}, 20))) / 3600",
    },
    "postgresql": {
        "kept": "MATERIALIZED",
        "field": "COALESCE({} ->> '{}', '')",
        "first": "(ARRAY_AGG(id ORDER BY rank, occurred_at, id) FILTER (WHERE rank >= 0))[1]",
        "newest": "(ARRAY_AGG(id ORDER BY occurred_at DESC, id DESC)"
        " FILTER (WHERE rank IS NULL))[1]",
        "differs": "IS DISTINCT FROM",
        "hours": "FLOOR(EXTRACT(EPOCH FROM {1} - {0}) / 3600)::int",
    },
}

# The actions since a time, with the opportunity that `rules.funnel.key_of` puts each in. Left to
# themselves, SQLite reads every detail of each action, and PostgreSQL finds its brief twice.
_TOLD = """
WITH named AS NOT MATERIALIZED (
  SELECT id, action_type, play_id, title, occurred_at, {decision} AS decision,
    COALESCE(NULLIF(subject_id, ''), log_id) AS own, {signal} AS signal, {brief} AS brief
  FROM plays_action WHERE occurred_at >= %s AND action_type <> 'Activity'
), told AS {kept} (
  SELECT id, play_id, title, occurred_at, decision,
    CASE action_type WHEN 'Signal' THEN 0 WHEN 'Brief' THEN 1 WHEN 'S2' THEN 2 WHEN 'S3' THEN 3 END
      AS rank,
    CASE WHEN action_type IN ('Signal', 'Scorecard') THEN 'signal:' || own
      WHEN action_type = 'Brief' AND signal = '' THEN 'brief:' || own
      WHEN action_type = 'Brief' THEN 'signal:' || signal
      WHEN brief = '' THEN lower(action_type) || ':' || own
      ELSE COALESCE('signal:' || NULLIF((
          SELECT {signal} FROM plays_action first_brief
          WHERE action_type = 'Brief' AND subject_id = named.brief
          ORDER BY occurred_at, id LIMIT 1), ''), 'brief:' || brief)
    END AS key
  FROM named
)"""
# What every opportunity is right by: each of its actions fits it, each of its times is that of an
# action, and it began with its first. Where two actions of a step have one time but say different
# things it cannot tell: those do not fit, and the ways are folded.
_PROOF = """, beside AS (
  SELECT o.id, told.play_id, told.title, occurred_at, told.decision,
    o.play_id AS o_play, o.title AS o_title, o.decision AS o_decision, s2_at,
    COALESCE(rank, 4) AS step,
    CASE WHEN signal_at IS NOT NULL THEN 0 WHEN brief_at IS NOT NULL THEN 1
      WHEN validated_at IS NOT NULL THEN 2 WHEN s3_at IS NOT NULL THEN 3 ELSE 4 END AS first_step,
    CASE rank WHEN 0 THEN signal_at WHEN 1 THEN brief_at WHEN 2 THEN validated_at WHEN 3 THEN s3_at
      ELSE scored_at END AS step_at
  FROM told LEFT JOIN plays_opportunity o ON o.key = told.key
  WHERE o.id IS NULL OR o.began_at >= %s
)
SELECT astray = 0 AND untrue = 0 AND met = times FROM (
  SELECT COUNT(CASE WHEN (
      CASE WHEN step = 4 THEN occurred_at <= step_at ELSE occurred_at >= step_at END
      AND (step <> 2 OR decision <> 'GO' OR occurred_at >= s2_at)
      AND (step <> first_step OR occurred_at <> step_at OR play_id = o_play AND title = o_title)
      AND (step <> 4 OR occurred_at <> step_at OR substr(decision, 1, {longest}) = o_decision)
    ) IS NOT TRUE THEN 1 END) AS astray,
    COUNT(DISTINCT CASE WHEN occurred_at = step_at THEN id * 5 + step END)
      + COUNT(DISTINCT CASE WHEN step = 2 AND decision = 'GO' AND occurred_at = s2_at THEN id END)
      AS met
  FROM beside
) AS actions CROSS JOIN (
  SELECT COUNT(CASE WHEN (
      began_at IN (signal_at, brief_at, validated_at, s3_at, scored_at)
      AND (began_at > signal_at OR began_at > brief_at OR began_at > validated_at
        OR began_at > s3_at OR began_at > scored_at) IS NOT TRUE
      AND (scored_at IS NOT NULL OR decision = '')
      AND year * 10 + quarter = {quarter}
    ) IS NOT TRUE THEN 1 END) AS untrue,
    COUNT(signal_at) + COUNT(brief_at) + COUNT(validated_at) + COUNT(s2_at) + COUNT(s3_at)
      + COUNT(scored_at) AS times
  FROM plays_opportunity WHERE began_at >= %s
) AS opportunities
"""
# The ways of the actions since a time, as `rules.funnel.after` folds them.
_WAYS = """, folded AS (
  SELECT key, {first} AS first, {newest} AS newest,
    MIN(CASE WHEN rank = 0 THEN occurred_at END) AS signal_at,
    MIN(CASE WHEN rank = 1 THEN occurred_at END) AS brief_at,
    MIN(CASE WHEN rank = 2 THEN occurred_at END) AS validated_at,
    MIN(CASE WHEN rank = 2 AND decision = 'GO' THEN occurred_at END) AS s2_at,
    MIN(CASE WHEN rank = 3 THEN occurred_at END) AS s3_at,
    MAX(CASE WHEN rank IS NULL THEN occurred_at END) AS scored_at,
    MIN(CASE WHEN rank >= 0 THEN occurred_at END) AS stepped_at
  FROM told GROUP BY key
), ways AS (
  SELECT key, one.play_id, one.title, signal_at, brief_at, validated_at, s2_at, s3_at, scored_at,
    COALESCE(substr({score_decision}, 1, {longest}), '') AS decision,
    CASE WHEN stepped_at <= scored_at OR scored_at IS NULL THEN stepped_at ELSE scored_at END
      AS began_at
  FROM folded JOIN plays_action one ON one.id = COALESCE(first, newest)
    LEFT JOIN plays_action score ON score.id = newest
)
"""
_COLUMNS = ("play_id", "title", "signal_at", "brief_at", "validated_at", "s2_at", "s3_at",
            "scored_at", "decision", "began_at")  # fmt: skip
# What began before the time is left alone: its first steps are not among the actions looked at.
_WRONG = """
SELECT NULL AS id, ways.key, {columns} FROM ways LEFT JOIN plays_opportunity o ON o.key = ways.key
WHERE ways.key > %s AND CASE
  WHEN ({differ} OR o.year * 10 + o.quarter <> {quarter}) AND (o.id IS NULL OR o.began_at >= %s)
  THEN NOT EXISTS (
    SELECT 1 FROM plays_action WHERE occurred_at < %s
      AND action_type = CASE substr(ways.key, 1, 6)
        WHEN 'signal' THEN 'Signal' WHEN 'brief:' THEN 'Brief' END
      AND subject_id = substr(ways.key, CASE substr(ways.key, 1, 6) WHEN 'signal' THEN 8 ELSE 7 END)
  ) ELSE 1 = 0 END
UNION ALL
SELECT NULL, key, {no_columns} FROM (
  SELECT key FROM plays_opportunity WHERE key > %s AND began_at >= %s EXCEPT SELECT key FROM ways
) AS untrue
ORDER BY 2 LIMIT %s
"""

# What is to be added to the counts to make them what the opportunities add up to.
_CHANGES = """
SELECT play_id, year, quarter, step, is_last, hours, SUM(count) FROM (
  {reached}
  UNION ALL
  SELECT play_id, year, quarter, step, is_last, hours, -count FROM plays_funnelcount
) AS cells
WHERE (year, quarter) >= (%s, %s) GROUP BY 1, 2, 3, 4, 5, 6 HAVING SUM(count) <> 0
"""


def recount_funnel(*, now: datetime, since: Quarter | None = None) -> int:
    """Repair the opportunities that began in `since` (the quarter before this one, unless said) or
    later, and their counts. Returns how many opportunities were wrong.

    Two statements where nothing is wrong, and nobody waits for them; else all Plays are locked, for
    `TOGETHER` opportunities at a time.
    """
    last = Quarter.of(now, timezone.get_default_timezone()).next
    first, wrong = since or last.previous.previous, 0
    rows, behind = [] if _are_right(first, last) else _wrong_ways(first, last, most=1), ""
    while rows:
        with transaction.atomic():
            _lock()
            rows = _wrong_ways(first, last, most=TOGETHER, behind=behind)
            _repair(rows)
        wrong += len(rows)
        behind = rows[-1].key if rows else ""
    if _changes(first):
        with transaction.atomic():
            _lock()
            add_to_counts(_changes(first))
    if wrong:
        log.warning("%d opportunities were repaired", wrong)
    return wrong


def _lock() -> None:
    list(Play.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    one_at_a_time()


def _are_right(first: Quarter, last: Quarter) -> bool:
    """Whether all opportunities are proved. It takes a third of the time of `_wrong_ways`."""
    start, quarter, ends = _times(first, last)
    query = _filled(_TOLD + _PROOF, quarter)
    with connection.cursor() as cursor:
        cursor.execute(query, [start, start, *ends, start])
        return bool(cursor.fetchone()[0])


def _wrong_ways(first: Quarter, last: Quarter, *, most: int, behind: str = "") -> list[Opportunity]:
    """As they should be, in the order of their keys; one that should not be has no Play."""
    start, quarter, ends = _times(first, last)
    query = _filled(_TOLD + _WAYS + _WRONG, quarter.replace("began_at", "ways.began_at"))
    values = [start, behind, *ends, start, start, behind]
    return list(Opportunity.objects.raw(query, [*values, start, most]))


def _times(first: Quarter, last: Quarter) -> tuple[Any, str, list[Any]]:
    """When `first` begins, and SQL that says in which quarter `began_at` lies, with its values."""
    zone, ends = timezone.get_default_timezone(), list[Any]()
    start = _moment(first.bounds(zone)[0])
    while first < last:
        ends += [_moment(first.bounds(zone)[1]), first.year * 10 + first.number]
        first = first.next
    quarter = f"CASE {'WHEN began_at < %s THEN %s ' * (len(ends) // 2)} ELSE %s END"
    return start, quarter, [*ends, last.year * 10 + last.number]


def _filled(query: str, quarter: str) -> str:
    said = _SAID[connection.vendor]
    return query.format(
        **said,
        decision=said["field"].format("data", "decision"),
        signal=said["field"].format("data", "signal_id"),
        brief=said["field"].format("data", "brief_id"),
        score_decision=said["field"].format("score.data", "decision"),
        longest=LONGEST_DECISION,
        columns=", ".join(f"ways.{name}" for name in _COLUMNS),
        no_columns=", ".join(["NULL"] * len(_COLUMNS)),
        differ=" OR ".join(f"o.{name} {said['differs']} ways.{name}" for name in _COLUMNS),
        quarter=quarter,
    )


def _repair(rows: Sequence[Opportunity]) -> None:
    for chunk in in_chunks([row.key for row in rows if row.play_id is None]):
        Opportunity.objects.filter(key__in=chunk).delete()
    right = [row for row in rows if row.play_id is not None]
    for row in right:
        quarter = Quarter.of(row.began_at, timezone.get_default_timezone())
        row.year, row.quarter = quarter.year, quarter.number
    insert(right, unique=["key"], update=["year", "quarter", *_COLUMNS])


def _changes(first: Quarter) -> dict[tuple[int, Cell], int]:
    steps = dict(zip(STEPS, ("signal_at", "brief_at", "s2_at", "s3_at"), strict=True))
    names = list(steps.values())
    reached = []
    for number, (step, at) in enumerate(steps.items()):
        later = [f"{name} IS NULL" for name in names[number + 1 :]]
        hours = str(UNTIMED)
        if number:
            before = names[number - 1]
            timed = _SAID[connection.vendor]["hours"].format(before, at)
            hours = (
                f"CASE WHEN {before} IS NULL THEN {UNTIMED} WHEN {at} < {before} THEN 0"
                f" ELSE {timed} END"
            )
        reached.append(
            f"SELECT play_id, year, quarter, '{step}' AS step, {' AND '.join(later) or '1 = 1'}"  # noqa: S608  # nosec B608
            f" AS is_last, {hours} AS hours, 1 AS count FROM plays_opportunity"
            f" WHERE {at} IS NOT NULL"
        )
    with connection.cursor() as cursor:
        query = _CHANGES.format(reached=" UNION ALL ".join(reached))
        cursor.execute(query, [first.year, first.number])
        rows = cursor.fetchall()
    return {
        (play, Cell(quarter=Quarter(year, number), step=step, is_last=bool(last), hours=hours)): n
        for play, year, number, step, last, hours, n in rows
    }


def _moment(moment: datetime) -> Any:
    """As the database keeps it."""
    return connection.ops.adapt_datetimefield_value(moment)
