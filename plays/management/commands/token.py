"""`manage.py token`: makes an API token and shows it once, or revokes one."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from plays.checks import OUR_CHECKS
from plays.models import ApiToken
from plays.models.api_token import Scope
from plays.sync.access.tokens import TokenRefused, make_token, revoke_token


class Command(BaseCommand):
    help = "Makes an API token and prints it once; --revoke makes one useless; --list tells of all."
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="what people call it, e.g. portal")
        parser.add_argument(
            "--scope",
            type=_scopes,
            metavar="SCOPES",
            help="what it may do: events, read, act, with commas between",
        )
        parser.add_argument(
            "--expires", type=_end_of_day, metavar="YYYY-MM-DD", help="the last day it works"
        )
        parser.add_argument("--revoke", metavar="NAME", help="from now on it lets nobody in")
        parser.add_argument("--list", action="store_true", help="every token, without its text")

    @no_translations
    def handle(
        self,
        *,
        name: str | None,
        scope: list[Scope] | None,
        expires: datetime | None,
        revoke: str | None,
        list: bool,
        **_: Any,
    ) -> None:
        if list:
            self._tell()
        elif revoke is not None:
            self._revoke(revoke)
        elif name is None or scope is None:
            raise CommandError("name it and say what it may do: token portal --scope events,read")
        else:
            self._make(name, scope, expires)

    def _make(self, name: str, scopes: list[Scope], expires: datetime | None) -> None:
        try:
            _, text = make_token(name, scopes, by=None, expires_at=expires)
        except TokenRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stderr.write("Keep it now: it is shown this once.")
        self.stdout.write(text)

    def _revoke(self, name: str) -> None:
        token = ApiToken.objects.filter(name=name, revoked_at=None).first()
        if token is None or not revoke_token(token, by=None):
            raise CommandError(f"there is no token {name!r} in force")
        self.stdout.write(f"revoked {name}")

    def _tell(self) -> None:
        now = timezone.now()
        for token in ApiToken.objects.all():
            state = "revoked" if token.revoked_at else "usable" if token.is_usable(now) else "ended"
            used = f"used {_moment(token.used_at)}" if token.used_at else "never used"
            ends = f"ends {_moment(token.expires_at)}" if token.expires_at else "no end"
            scopes = ",".join(token.scopes)
            self.stdout.write(f"{token.name}  …{token.tail}  {scopes}  {state}, {ends}, {used}")


def _scopes(text: str) -> list[Scope]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    wrong = [name for name in names if name not in Scope.values]
    if wrong or not names:
        known = ", ".join(Scope.values)
        raise ArgumentTypeError(f"{', '.join(wrong) or 'nothing'}: scopes are {known}")
    return [Scope(name) for name in names]


def _end_of_day(text: str) -> datetime:
    """The moment at which that day ends here."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day like 2027-06-30") from None
    midnight = datetime(day.year, day.month, day.day) + timedelta(days=1)  # noqa: DTZ001
    return timezone.make_aware(midnight)


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
