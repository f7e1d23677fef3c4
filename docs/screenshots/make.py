"""Takes the pictures in this folder again: starts the demo, waits for its first events, looks.

    python docs/screenshots/make.py [NAME...]

Each picture is kept in 256 colours, at most 120 KiB. Needs the `dev` extra and a Chromium.
"""

from __future__ import annotations

import io
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
MANAGE = HERE.parents[1] / "manage.py"
FIRST_EVENTS_SECONDS = 45
MOST_BYTES = 120 * 1024
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LONG = {"width": 1280, "height": 1100}
LOCALES = {"ko": "ko-KR", "en": "en-US"}
OWNER = "김철수"
# A file with one Play more and another owner, as an admin would paste it.
PASTED = """play_id,name,owner
EXT_Desk_D01_Seminar,세미나 파이프라인,이영희
EXT_Lab_L09_Robot,로봇 실증,박지민
"""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One page as somebody sees it; `who` is a login of the demo, `first` what they do there."""

    name: str
    path: str
    who: str = "pm"
    locale: str = "ko-KR"
    size: tuple[tuple[str, int], ...] = tuple(DESKTOP.items())
    first: Callable[[Page], object] = lambda page: None


def _open_the_worst_play(page: Page) -> None:
    page.locator("main table a[href*='/plays/EXT']").first.click()
    page.wait_for_load_state()


def _say_who_one_is(page: Page) -> None:
    field = page.locator("main input[name=names]")
    if field.input_value() != OWNER:
        field.fill(OWNER)
        field.press("Enter")
        page.wait_for_load_state()


def _look_a_page_up(page: Page) -> None:
    page.fill("main input[name=q]", "786433")
    page.press("main input[name=q]", "Enter")
    page.locator("#look-up:not(.blank-part)").wait_for()


def _paste_plays(page: Page) -> None:
    page.fill("main textarea[name=text]", PASTED)
    page.locator("main form:has(textarea[name=text]) button.primary").click()
    page.wait_for_load_state()


def _run_and_wait(page: Page) -> None:
    """Open the newest run; start one where none was."""
    if not page.locator("main table a[href*='/weekly/']").count():
        page.locator("main form[action*='/weekly/run/'] button").click()
        page.locator("main table a[href*='/weekly/']").first.wait_for()
    page.locator("main table a[href*='/weekly/']").first.click()
    page.wait_for_load_state()
    while page.locator("main progress").count():
        page.wait_for_timeout(3_000)
        page.reload()


def _guide_pictures() -> Iterator[Picture]:
    """What docs/guide shows, in each of its languages."""
    for language, locale in LOCALES.items():
        for name, path, who, first in (
            ("red", "/?status=R", "pm", _open_the_worst_play),
            ("mapping", "/mappings/action_log/", "admin", _look_a_page_up),
            ("import", "/plays/import/", "admin", _paste_plays),
            ("weekly", "/weekly/", "staff", _run_and_wait),
            ("failed", "/jobs/?state=failed", "staff", lambda page: None),
        ):
            yield Picture(
                name=f"guide-{name}-{language}",
                path=path,
                who=who,
                locale=locale,
                size=tuple((LONG if name == "mapping" else DESKTOP).items()),
                first=first,
            )
        yield Picture(
            name=f"guide-me-{language}",
            path="/me/",
            locale=locale,
            size=tuple(PHONE.items()),
            first=_say_who_one_is,
        )


PICTURES = (Picture(name="overview", path="/"), *_guide_pictures())


def main() -> None:
    wanted = [picture for picture in PICTURES if picture.name in sys.argv[1:] or not sys.argv[1:]]
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        sys.exit("no Chromium is installed")
    with tempfile.TemporaryFile("w+") as said:
        demo = subprocess.Popen([sys.executable, str(MANAGE), "demo"], stdout=said)
        try:
            address, password, log_page = _wait_for_addresses(said)
            time.sleep(FIRST_EVENTS_SECONDS)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=browser_path, args=["--no-sandbox"]
                )
                for picture in sorted(wanted, key=_is_of_failures):
                    if _is_of_failures(picture):
                        _throw_away(browser, log_page)
                    _take(browser, picture, address, password)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=60)


def _is_of_failures(picture: Picture) -> bool:
    return "state=failed" in picture.path


def _throw_away(browser: Browser, page_address: str) -> None:
    """Move a page to the trash, as a colleague does: what is owed to it fails from now on."""
    page = browser.new_page(locale="en-US")
    page.goto(page_address)
    button = page.locator("button:text-is('Move to trash')")
    if button.count():
        page.locator("details.menu summary").click()
        button.click()
        time.sleep(FIRST_EVENTS_SECONDS)
    page.close()


def _wait_for_addresses(said) -> tuple[str, str, str]:
    """The dashboard, everybody's password, and the Action Log in the demo's Confluence."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        said.seek(0)
        text = said.read()
        address = re.search(r"Dashboard\s+(http://\S+?)/?\s", text)
        password = re.search(r"password (\S+)", text)
        log_page = re.search(r"Action Log page\s+(http://\S+)", text)
        if address and password and log_page:
            return address[1], password[1], log_page[1]
        time.sleep(0.5)
    sys.exit("the demo did not start")


def _take(browser: Browser, picture: Picture, address: str, password: str) -> None:
    context = browser.new_context(
        viewport=dict(picture.size),
        locale=picture.locale,
        timezone_id="Asia/Seoul",
    )
    page = context.new_page()
    page.goto(f"{address}/login/")
    page.fill("input[name=username]", picture.who)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{address}/")
    page.goto(address + picture.path)
    picture.first(page)
    size = _keep(page.screenshot(), HERE / f"{picture.name}.png")
    context.close()
    print(f"{picture.name}: {size // 1024} KiB", flush=True)


def _keep(png: bytes, path: Path) -> int:
    """Keep a picture in as many colours as fit. Returns its size in bytes."""
    for colours in (256, 128, 64, 32):
        small = io.BytesIO()
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        picture.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() <= MOST_BYTES:
            break
    path.write_bytes(small.getvalue())
    return small.tell()


if __name__ == "__main__":
    main()
