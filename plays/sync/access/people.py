"""People: their passwords and sessions, and what admins change of them; all of it is audited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from plays.models.audit import Verb
from plays.sync.audit import note

# What is told of a change; never a password.
TOLD = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")


def state_of(person: User) -> dict[str, str]:
    """What the audit trail tells of a person, as text."""
    told = {name: str(getattr(person, name)) for name in TOLD}
    groups = person.groups.order_by("name").values_list("name", flat=True) if person.pk else ()
    return {**told, "groups": ", ".join(groups)}


def note_person(person: User, before: Mapping[str, str], *, by: User | None) -> bool:
    """Note what has changed since `before` (empty: just made). False where nothing has."""
    now = state_of(person)
    changed = {name: [before.get(name, ""), value] for name, value in now.items()}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    if changed:
        verb = Verb.EDIT_USER if before else Verb.ADD_USER
        note(verb, by=by, target=person.get_username(), details=changed)
    return bool(changed)


def note_deleted(person: User, *, by: User) -> None:
    note(Verb.DELETE_USER, by=by, target=person.get_username(), details={"groups": _groups(person)})


def note_password(person: User, *, by: User) -> None:
    note(Verb.SET_PASSWORD, by=by, target=person.get_username())


def log_out_everywhere(person: User, *, by: User) -> int:
    """End all sessions of `person`; how many there were.

    Sessions are not indexed by person, so all are read; they are one per browser and week.
    """
    running = Session.objects.filter(expire_date__gt=timezone.now())
    theirs = [
        one.pk
        for one in running.iterator()
        if one.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    with transaction.atomic():
        Session.objects.filter(pk__in=theirs).delete()
        note(Verb.LOG_OUT_ALL, by=by, target=person.get_username(), count=len(theirs))
    return len(theirs)


def _groups(person: User) -> Any:
    return state_of(person)["groups"]
