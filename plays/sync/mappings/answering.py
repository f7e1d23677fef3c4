"""A page that a Play has now answers whoever asked for it."""

from __future__ import annotations

from django.utils import timezone

from plays.models import Page, PageRequest, Play


def answer(play: Play, part: str, page: Page, *, how: str) -> None:
    """Close the open request for a Play's page; outside a batch nobody looks for it again."""
    asked = PageRequest.objects.open().filter(play=play, part=part)
    asked.filter(batch=None).delete()
    asked.update(made_at=timezone.now(), how=how, page=page, error="", message="", given_up_at=None)
