"""Views of the overview that people name for themselves."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from plays.models import SavedView

MOST_VIEWS = 20


class TooManyViews(Exception):
    """A person has as many views as there may be."""


def keep_view(user: User, *, name: str, query: str, is_start: bool) -> SavedView:
    """Save a filtered address under a name; the same name again takes its place.

    Raises TooManyViews.
    """
    with transaction.atomic():
        list(User.objects.select_for_update(no_key=True).filter(pk=user.pk))
        views = SavedView.objects.filter(user=user)
        if not views.filter(name=name).exists() and views.count() >= MOST_VIEWS:
            raise TooManyViews
        if is_start:
            views.update(is_start=False)
        values = {"query": query, "is_start": is_start}
        view, _ = SavedView.objects.update_or_create(user=user, name=name, defaults=values)
    return view


def drop_view(user: User, pk: int) -> None:
    """Forget a view of the person's own; one that is gone already is fine."""
    SavedView.objects.filter(user=user, pk=pk).delete()
