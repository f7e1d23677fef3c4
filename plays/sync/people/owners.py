"""Which owners a user is: the names they keep, else those that look like theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from plays.models import OwnerName, Person, Play
from plays.models.audit import Verb
from plays.rules.owners import is_owned, likely_names, owner_names
from plays.sync import audit

MOST_NAMES = 20


@dataclass(frozen=True, kw_only=True)
class Names:
    """The owner names of a user; `is_guess` where nobody has said so yet."""

    names: tuple[str, ...]
    is_guess: bool


def names_of(user: User) -> Names:
    """Kept ones, else those of the Plays' owners that a user's own name fits; two queries."""
    kept = OwnerName.objects.filter(person__user=user).values_list("name", flat=True)
    if names := tuple(kept):
        return Names(names=names, is_guess=False)
    guessed = likely_names(user.first_name, user.last_name, user.get_username(), _owner_cells())
    return Names(names=guessed, is_guess=True)


def known_owners() -> list[str]:
    """Every person whom a Play names as its owner, sorted."""
    return sorted({name for cell in _owner_cells() for name in owner_names(cell)})


def plays_of(user: User, *, names: Names | None = None) -> list[Play]:
    """The active Plays that a user owns, in the order of their ids; one query besides the names."""
    names = names or names_of(user)
    if not names.names:
        return []
    return [p for p in Play.objects.active() if is_owned(p.owner, names.names)]


def keep_names(user: User, names: Iterable[str]) -> list[str]:
    """Make `names` the owner names of a user; none lets them be guessed. Returns what is kept."""
    wanted = list(owner_names("\n".join(names)))[:MOST_NAMES]
    with transaction.atomic():
        person, _ = Person.objects.select_for_update().get_or_create(user=user)
        before = list(person.owner_names.values_list("name", flat=True))
        if before != wanted:
            _write(person, wanted)
            details = {"names": [", ".join(before), ", ".join(wanted)]}
            audit.note(Verb.OWN_NAMES, by=user, target=", ".join(wanted), details=details)
    return wanted


def _write(person: Person, names: Sequence[str]) -> None:
    person.owner_names.all().delete()
    OwnerName.objects.bulk_create(OwnerName(person=person, name=name[:200]) for name in names)


def _owner_cells() -> list[str]:
    rows = Play.objects.active().exclude(owner="").order_by("owner")
    return list(rows.values_list("owner", flat=True).distinct())
