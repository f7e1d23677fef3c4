"""Whom single sign-on lets in: the user of an identity, found, linked or made; groups follow."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

from plays.models.person import Identity
from plays.rules.claims import LONGEST_USERNAME, Claims, groups_of
from plays.sync.access.people import note_person, state_of
from plays.sync.audit import acting_as

SINGLE_SIGN_ON = "single sign-on"


def person_of(claims: Claims, group_map: Mapping[str, str]) -> User:
    """The user whom `claims` name, in the groups that they give; changes are audited.

    One who is no user yet becomes one. A user who was there before is linked by a verified mail
    address alone, and never a superuser: who may choose a name at the provider is nobody here.
    """
    with transaction.atomic(), acting_as(SINGLE_SIGN_ON):
        person = _known(claims) or _linked(claims)
        before = state_of(person) if person else {}
        person = person or _made(claims)
        groups = groups_of(claims, group_map)
        if groups is not None and not person.is_superuser:
            person.groups.set(Group.objects.filter(name__in=groups))
        note_person(person, before, by=None)
    return person


def _known(claims: Claims) -> User | None:
    identity = Identity.objects.select_related("user").filter(
        issuer=claims.issuer, subject=claims.subject
    )
    found = identity.first()
    return found.user if found else None


def _linked(claims: Claims) -> User | None:
    if not claims.mail:
        return None
    fits = User.objects.filter(
        email__iexact=claims.mail, is_superuser=False, is_active=True, identity=None
    )
    if fits.count() != 1:
        return None
    person = fits.get()
    _identify(person, claims)
    return person


def _made(claims: Claims) -> User:
    person = User(
        username=_free(claims.username),
        first_name=claims.first_name,
        last_name=claims.last_name,
        email=claims.mail[:254],
    )
    person.set_unusable_password()
    person.save()
    _identify(person, claims)
    return person


def _identify(person: User, claims: Claims) -> None:
    Identity.objects.create(
        user=person, issuer=claims.issuer, subject=claims.subject, created_at=timezone.now()
    )


def _free(name: str) -> str:
    """`name`, or the first of name-2, name-3 … that nobody has."""
    like_it = User.objects.filter(username__istartswith=name[: LONGEST_USERNAME - 8])
    taken = {one.lower() for one in like_it.values_list("username", flat=True)}
    number, free = 1, name
    while free.lower() in taken:
        number += 1
        free = f"{name[: LONGEST_USERNAME - 8]}-{number}"
    return free
