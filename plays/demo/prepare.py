"""Fills the demo's database with tables, people and Plays, in a process with its settings."""

from __future__ import annotations

import sys
from pathlib import Path

from plays.worker import lifeline

# User name -> group; the last may also enter Django's admin.
PEOPLE = {"pm": "PM", "staff": "Staff", "admin": "Admin"}


def command(plays: Path, password: str) -> list[str]:
    """How to start `main` as a `Child`: with a CSV file of Plays and everyone's password."""
    return [sys.executable, "-m", __name__, "{lifeline}", str(plays), password]


def main(descriptor: str, plays: str, password: str) -> None:
    lifeline.hold(int(descriptor))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("import_plays", plays, verbosity=0)
    _make_people(password)


def _make_people(password: str) -> None:
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group, User

    hashed = make_password(password)
    for name, group in PEOPLE.items():
        person = User.objects.create(
            username=name, password=hashed, is_staff=group == "Admin", is_superuser=False
        )
        person.groups.set([Group.objects.get(name=group)])


if __name__ == "__main__":
    main(*sys.argv[1:])
