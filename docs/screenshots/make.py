"""Takes the pictures in this folder anew: starts the demo, waits for its first events, looks.

    python docs/screenshots/make.py

Needs the `dev` extra and a Chromium.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
MANAGE = HERE.parents[1] / "manage.py"
FIRST_EVENTS_SECONDS = 45
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One page as somebody sees it; `who` is a login of the demo."""

    name: str
    path: str
    who: str = "pm"
    locale: str = "ko-KR"
    scheme: str = "light"
    size: tuple[tuple[str, int], ...] = tuple(DESKTOP.items())


PICTURES = (
    Picture(name="overview", path="/"),
    Picture(name="overview-dark-en", path="/", locale="en-US", scheme="dark"),
    Picture(name="overview-phone", path="/", size=tuple(PHONE.items())),
    Picture(name="play", path="/plays/EXT_Desk_D01_Seminar/"),
    Picture(name="digest", path="/digest/"),
    Picture(name="jobs", path="/jobs/", who="staff"),
    Picture(name="jobs-phone-dark-en", path="/jobs/", who="staff", locale="en-US", scheme="dark",
            size=tuple(PHONE.items())),
    Picture(name="events", path="/events/", who="staff"),
    Picture(name="weekly", path="/weekly/", who="staff"),
    Picture(name="todo", path="/todo/"),
    Picture(name="mappings", path="/mappings/", who="admin"),
)  # fmt: skip


def main() -> None:
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        sys.exit("no Chromium is installed")
    with tempfile.TemporaryFile("w+") as said:
        demo = subprocess.Popen([sys.executable, str(MANAGE), "demo"], stdout=said)
        try:
            address, password = _wait_for_addresses(said)
            time.sleep(FIRST_EVENTS_SECONDS)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=browser_path, args=["--no-sandbox"]
                )
                for picture in PICTURES:
                    _take(browser, picture, address, password)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=60)


def _wait_for_addresses(said) -> tuple[str, str]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        said.seek(0)
        text = said.read()
        address = re.search(r"Dashboard\s+(http://\S+?)/?\s", text)
        password = re.search(r"password (\S+)", text)
        if address and password:
            return address[1], password[1]
        time.sleep(0.5)
    sys.exit("the demo did not start")


def _take(browser: Browser, picture: Picture, address: str, password: str) -> None:
    context = browser.new_context(
        viewport=dict(picture.size),
        locale=picture.locale,
        color_scheme=picture.scheme,
        timezone_id="Asia/Seoul",
    )
    page = context.new_page()
    page.goto(f"{address}/login/")
    page.fill("input[name=username]", picture.who)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{address}/")
    page.goto(address + picture.path)
    page.screenshot(path=HERE / f"{picture.name}.png")
    context.close()
    print(picture.name)


if __name__ == "__main__":
    main()
