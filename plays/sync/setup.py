"""What `migrate` leaves behind: groups, the mappings that the environment names, schedules."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from plays.models import PageMapping, Play, Team
from plays.models.mapping import ENVIRONMENT, PLAY_PARTS
from plays.models.person import GROUPS
from plays.sync.mappings.assign import assign
from plays.sync.mappings.page_reference import is_page_id
from plays.sync.schedules import ensure_schedules

ADMIN_MODELS = ("play", "playalias", "pagemapping", "user", "group")


def after_migrate(**_: Any) -> None:
    """Receiver of `post_migrate`; doing it twice is doing it once."""
    make_groups()
    make_mappings()
    make_team()
    ensure_schedules()


def make_groups() -> None:
    """PM sees, Staff also retries, Admin also edits Plays, mappings and users in Django's admin."""
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in GROUPS}
    plays = Permission.objects.filter(content_type__app_label="plays")
    views = plays.filter(codename__startswith="view_")
    for group in groups.values():
        group.permissions.add(*views)
    groups["Admin"].permissions.add(
        *Permission.objects.filter(content_type__model__in=ADMIN_MODELS)
    )


def make_team() -> None:
    """From the day of installation on, owners are asked for their word each Friday."""
    Team.objects.get_or_create(pk=1, defaults={"words_since": timezone.localdate()})


def make_mappings() -> None:
    """A mapping for every part there is; a page id of the environment fills an empty one.

    What an admin has mapped since is left alone.
    """
    for part, name in ENVIRONMENT.items():
        mapping = PageMapping.objects.shared(part)
        page_id = str(getattr(settings, name)).strip()
        if mapping.page is None and is_page_id(page_id):
            assign(mapping, page_id, reason=name)
    for play in Play.objects.exclude(mappings__part=PLAY_PARTS[0]):
        PageMapping.objects.make_parts_of(play)
