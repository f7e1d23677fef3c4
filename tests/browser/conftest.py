"""What the browser tests of people at work share: tabs of somebody who has logged in."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from plays.models import Heartbeat
from tests.browser.looks import DESKTOP


@pytest.fixture
def visit(browser, live_server):
    """Opens tabs at the overview; at the end none may have complained on its console (CSP speaks
    there too). `who` is the name of a person there is; nobody is logged in without one.
    """
    contexts, complaints = [], []

    def open_tab(
        who="staff",
        *,
        viewport=DESKTOP,
        scheme="light",
        locale="en-GB",
        javascript=True,
        clock=False,
    ):
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport,
            color_scheme=scheme,
            locale=locale,
            timezone_id="Asia/Seoul",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        # A worker is at work, else its banner stands on every screen.
        Heartbeat.objects.update_or_create(worker="w", defaults={"beat_at": timezone.now()})
        if who:
            context.add_cookies([_session_of(who, live_server.url)])
        tab = context.new_page()
        tab.on("console", lambda m: _is_complaint(m) and complaints.append(m.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        if clock:
            tab.clock.install()
        tab.goto("/")
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert complaints == []


def _is_complaint(message):
    """A page that is left ends what it was still fetching, which htmx tells as these two. A request
    that failed is told as another.
    """
    is_left = message.text.startswith(("htmx:afterRequest", "htmx:sendAbort"))
    return message.type in ("error", "warning") and not is_left


def _session_of(who, url):
    """The cookie that the login form would have set; the form has tests of its own."""
    client = Client()
    client.force_login(User.objects.get(username=who))
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}
