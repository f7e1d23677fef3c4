"""`/setup/`: from an empty installation to the first event on a page; admins only."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from plays.models import Play
from plays.sync.doctor.first_steps import Key, Step, first_steps, looked_up_steps
from plays.views.common.access import may_administer
from plays.views.common.render import render_page

# Where each step is done, and what leads there. The others are done in the settings.
BUTTONS = {
    Key.PAGES: ("plays:mappings", gettext_lazy("Map the pages")),
    Key.PLAYS: ("plays:plays_import", gettext_lazy("Import Plays")),
    Key.WORKER: ("plays:status", gettext_lazy("Look at the workers")),
    Key.EVENT: ("plays:access", gettext_lazy("Make a token")),
    Key.ALERTS: ("plays:status", gettext_lazy("Send a test message")),
}
LABELS = {
    Key.CONFLUENCE: gettext_lazy("Confluence lets us in"),
    Key.PAGES: gettext_lazy("The three shared pages"),
    Key.PLAYS: gettext_lazy("Plays"),
    Key.WORKER: gettext_lazy("A worker"),
    Key.EVENT: gettext_lazy("A first event"),
    Key.ALERTS: gettext_lazy("Who is told of trouble"),
    Key.EXPIRY: gettext_lazy("The end of Confluence's API token"),
    Key.SIGN_ON: gettext_lazy("The company's login"),
}
EXAMPLE_PLAY = "EXT_Desk_D01"
EVENTS = "/api/events"


@may_administer
@require_safe
def setup(request: HttpRequest) -> HttpResponse:
    """What is known here; the page itself then asks Confluence (`setup_look`)."""
    return shown(request)


@may_administer
@require_safe
def setup_look(request: HttpRequest) -> HttpResponse:
    """The same after asking Confluence."""
    now = timezone.now()
    context = {**_steps(looked_up_steps(now), request), "has_looked": True}
    return render_page(request, "setup/setup.html", context, part="setup/_steps.html")


def shown(request: HttpRequest) -> HttpResponse:
    """Also what an admin sees in place of an empty overview."""
    context = _steps(first_steps(timezone.now()), request)
    return render_page(request, "setup/setup.html", context)


def _steps(steps: list[Step], request: HttpRequest) -> dict[str, Any]:
    return {
        "steps": [(step, LABELS[step.key], _button(step)) for step in steps],
        "done": sum(bool(step.is_done) for step in steps),
        "curl": _curl(request),
        "account": settings.CONFLUENCE_EMAIL,
    }


def _button(step: Step) -> tuple[str, Any] | None:
    """To where the step is done; once people are told, to where that is tried."""
    is_shown = step.is_done if step.key is Key.ALERTS else not step.is_done
    return BUTTONS.get(step.key) if is_shown else None


def _curl(request: HttpRequest) -> str:
    """A first event of a Play that is there, ready to be pasted; only the token is missing."""
    play = Play.objects.active().order_by("play_id").first()
    event = {
        "specversion": "1.0",
        "id": "first-event",
        "source": "/by/hand",
        "type": "activity.created",
        "time": timezone.localtime().isoformat(timespec="seconds"),
        "data": {
            "activity_id": "ACT-FIRST",
            "play_id": play.play_id if play else EXAMPLE_PLAY,
            "title": _("A first activity"),
        },
    }
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    body = json.dumps(event, ensure_ascii=False).replace("'", "\\u0027")
    return (
        f"curl {base}{EVENTS} \\\n"
        "  -H 'Authorization: Bearer TOKEN' \\\n"
        "  -H 'Content-Type: application/cloudevents+json' \\\n"
        f"  -d '{body}'"
    )
