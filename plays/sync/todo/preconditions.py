"""What must hold before Confluence is asked about ToDo pages."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils import timezone

from plays.confluence import Confluence
from plays.models import Pause, Play, Site
from plays.models.pause import PauseScope
from plays.sync.site.connection import connect
from plays.sync.todo.problems import HeldByPerson, NotSetUp, SiteClosed


def open_client() -> Confluence:
    """The client, while the site may be asked. Raises NotSetUp and SiteClosed."""
    try:
        client = connect()
    except ImproperlyConfigured as error:
        raise NotSetUp(str(error)) from error
    site = Site.current()
    if not site.is_open(timezone.now()):
        raise SiteClosed(site.message)
    return client


def refuse_unless_free(play: Play) -> None:
    """Raises HeldByPerson while somebody has paused everything or this Play, and NotSetUp
    where no space is named for new pages."""
    if not settings.CONFLUENCE_SPACE_KEY:
        raise NotSetUp("CONFLUENCE_SPACE_KEY")
    held = Pause.objects.active().filter(Q(scope=PauseScope.ALL) | Q(play=play)).first()
    if held:
        raise HeldByPerson(held.reason)
