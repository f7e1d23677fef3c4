"""Talking to Confluence about ToDo pages: only while it is open, and what goes wrong is passed on
to the site, so that the writers of other pages know."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils import timezone

from plays.confluence import Confluence, ConfluenceError, RateLimited
from plays.models import Pause, Play, Site
from plays.models.pause import PauseScope
from plays.sync.site import diagnosis
from plays.sync.site.connection import connect
from plays.sync.todo.problems import HeldByPerson, NotSetUp, SiteClosed


def reach() -> Confluence:
    """The client, while the site may be asked. Raises NotSetUp and SiteClosed."""
    try:
        client = connect()
    except ImproperlyConfigured as error:
        raise NotSetUp(str(error)) from error
    standing = Site.current()
    if not standing.is_open(timezone.now()):
        raise SiteClosed(standing.message)
    return client


def refuse_unless_free(play: Play) -> None:
    """Raises HeldByPerson while somebody has paused everything or this Play, and NotSetUp
    where no space is named for new pages."""
    if not settings.CONFLUENCE_SPACE_KEY:
        raise NotSetUp("CONFLUENCE_SPACE_KEY")
    held = Pause.objects.active().filter(Q(scope=PauseScope.ALL) | Q(play=play)).first()
    if held:
        raise HeldByPerson(held.reason)


def told(client: Confluence, error: ConfluenceError) -> ConfluenceError:
    """What was really wrong, after the site has heard of it: it pauses when it is busy, and
    stops when our account is refused."""
    if isinstance(error, RateLimited):
        diagnosis.pause(error)
        return error
    if not isinstance(error, diagnosis.CREDENTIAL_ERRORS):
        return error
    trouble = diagnosis.check_credentials(client)
    if isinstance(trouble, diagnosis.CREDENTIAL_ERRORS):
        diagnosis.stop(trouble)
    return trouble or error
