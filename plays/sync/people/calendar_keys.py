"""The secret in the address of a person's calendar: who has it reads their dates, nothing else."""

from __future__ import annotations

import secrets

from django.contrib.auth.models import User
from django.db import transaction

from plays.models import Person
from plays.models.audit import Verb
from plays.sync import audit

BYTES = 24


def key_of(user: User) -> str:
    """A user's key; "" while they have none."""
    found = Person.objects.filter(user=user).values_list("calendar_key", flat=True).first()
    return found or ""


def renew_key(user: User) -> str:
    """Give a user a new key; an address with the old one opens nothing from now on."""
    with transaction.atomic():
        person, _ = Person.objects.select_for_update().get_or_create(user=user)
        person.calendar_key = secrets.token_urlsafe(BYTES)
        person.save(update_fields=["calendar_key"])
        audit.note(Verb.CALENDAR_KEY, by=user)
    return person.calendar_key


def end_key(user: User) -> None:
    """Take the key away: the calendar is read only by who logs in."""
    with transaction.atomic():
        if Person.objects.filter(user=user).update(calendar_key=None):
            audit.note(Verb.CALENDAR_KEY, by=user, details={"ended": True})


def user_with(key: str) -> User | None:
    """Who a key belongs to, while they may log in."""
    if not key:
        return None
    person = Person.objects.filter(calendar_key=key, user__is_active=True)
    found = person.select_related("user").first()
    return found.user if found else None
