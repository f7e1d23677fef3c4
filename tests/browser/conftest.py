"""What the browser tests of people at work share: tabs of somebody who has logged in."""

import pytest

from tests.browser.test_screens import DESKTOP


@pytest.fixture
def visit(browser, live_server):
    """Opens tabs; at the end none may have complained on its console (CSP speaks there too)."""
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
        tab = context.new_page()
        tab.on("console", lambda m: m.type in ("error", "warning") and complaints.append(m.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        if clock:
            tab.clock.install()
        tab.goto("/login/")
        tab.fill("[name=username]", who)
        tab.fill("[name=password]", "secret")
        tab.click("main button")
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert complaints == []
