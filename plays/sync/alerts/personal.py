"""What people asked to be told by mail: their Plays that turned red, the weekly report.

The mails go the way of all messages: tried again until they are taken, and shown while they are
not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import AlertDelivery, AlertMessage, Person, Play, WeeklySync
from plays.models.alert import AlertLevel
from plays.models.weekly import WeeklyState
from plays.rules.status import Status
from plays.sync.alerts.channels import person_key
from plays.sync.alerts.conditions import RED, REPORT
from plays.sync.alerts.turns import Turn, is_our_turn
from plays.sync.people.owners import plays_of
from plays.sync.plays.play_status import play_statuses

EVERY = timedelta(minutes=5)


def choose(user: User, *, red: bool, report: bool) -> None:
    """Keep what a person wants to be told; what is so already is on their screen, and not sent."""
    with transaction.atomic():
        person, _ = Person.objects.select_for_update().get_or_create(user=user)
        if red and not person.mails_red:
            person.red_told = sorted(_red_of(user, timezone.now()))
        if report and not person.mails_report:
            person.report_told = _last_run()
        person.mails_red, person.mails_report = red, report
        person.save(update_fields=["mails_red", "mails_report", "red_told", "report_told"])


def tell_people(*, now: datetime | None = None) -> int:
    """Make the mails that are due; how many. One process looks, every five minutes."""
    now = now or timezone.now()
    if not is_our_turn(Turn.PEOPLE, EVERY, now):
        return 0
    people = Person.objects.filter(user__is_active=True).exclude(user__email="")
    wanted = people.filter(mails_red=True) | people.filter(mails_report=True)
    last = _last_run()
    return sum(_tell(person, last, now) for person in wanted.select_related("user"))


def _tell(person: Person, last: int | None, now: datetime) -> int:
    items = []
    with transaction.atomic():
        if person.mails_red:
            red = _red_of(person.user, now)
            if new := sorted(red.keys() - set(person.red_told)):
                items.append(_item(RED, (red[pk] for pk in new), now))
            person.red_told = sorted(red)
        if person.mails_report and last is not None and last != person.report_told:
            mine = plays_of(person.user)
            items.append(_item(REPORT, mine, now))
            person.report_told = last
        person.save(update_fields=["red_told", "report_told"])
        if items:
            message = AlertMessage.objects.create(at=now, items=items)
            AlertDelivery.objects.create(
                message=message,
                channel=person_key(person),
                label=person.user.email[:200],
                run_after=now,
            )
    return bool(items)


def _red_of(user: User, now: datetime) -> dict[int, Play]:
    mine = {play.pk: play for play in plays_of(user)}
    statuses = play_statuses(mine.values(), now=now)
    return {pk: mine[pk] for pk, one in statuses.items() if one.status is Status.RED}


def _last_run() -> int | None:
    done = WeeklySync.objects.filter(state=WeeklyState.DONE)
    return done.order_by("-slot").values_list("pk", flat=True).first()


def _item(rule: str, plays: Iterable[Play], now: datetime) -> dict[str, object]:
    plays = list(plays)
    letters = {pk: one.status.value for pk, one in play_statuses(plays, now=now).items()}
    told = [f"{letters[play.pk]} {play.name or play.play_id}" for play in plays]
    first = plays[0].play_id if len(plays) == 1 else ""
    return {
        "why": "new",
        "rule": rule,
        "level": AlertLevel.WARNING if rule == RED else AlertLevel.OK,
        "count": len(plays),
        "facts": {"plays": ", ".join(told), "play": first},
        "seconds": 0,
    }
