"""The sandbox's screens in a real browser: forms work without script, nothing is blocked or cut."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from plays.sandbox import Sandbox
from tests.browser.looks import sticks_out

TASK = (
    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete"
    "</ac:task-status><ac:task-body>Call</ac:task-body></ac:task></ac:task-list>"
)
WIDE = "<table><tbody><tr>" + "<td>a_rather_long_name</td>" * 12 + "</tr></tbody></table>"

pytestmark = pytest.mark.browser


@pytest.fixture
def site(sandbox: Sandbox) -> Sandbox:
    sandbox.add_page("Play DB", "<p>one</p>" + TASK + WIDE, page_id="720899", by="김철수")
    return sandbox


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab in which no script runs."""
    context = browser.new_context(locale="ko-KR", java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_colleague_edits_a_page_and_a_conflict_keeps_the_typing(
    site: Sandbox, page: Page
) -> None:
    page.goto(f"{site.url}/spaces/AX/overview")
    page.get_by_role("main").get_by_role("link", name="Play DB").first.click()
    page.get_by_role("link", name="편집", exact=True).click()
    page.get_by_label("본문").fill("<p>mine</p>")
    page.get_by_label("저장하는 사람").fill("김영수")
    site.edit("720899", "<p>theirs</p>", by="이영희")

    page.get_by_role("button", name="업데이트").click()
    typed_after_conflict = page.get_by_label("본문").input_value()
    body_after_conflict = site.body("720899")
    page.get_by_role("button", name="버전 2 위에 저장").click()

    assert typed_after_conflict == "<p>mine</p>"
    assert ">theirs</p>" in body_after_conflict
    assert ">mine</p>" in site.body("720899")
    assert site.history("720899")[-1].author == "김영수"
    assert page.get_by_role("heading", name="Play DB").is_visible()


def test_a_checkbox_is_ticked_with_the_keyboard(site: Sandbox, page: Page) -> None:
    page.goto(f"{site.url}/pages/viewpage.action?pageId=720899")

    page.get_by_role("checkbox", name="Call").focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/Play+DB")

    assert page.get_by_role("checkbox", name="Call", checked=True).is_visible()
    assert "<ac:task-status>complete" in site.body("720899")


def test_a_page_goes_to_the_trash_and_comes_back(site: Sandbox, page: Page) -> None:
    page.goto(f"{site.url}/pages/viewpage.action?pageId=720899")

    page.get_by_label("더 보기").click()
    page.get_by_role("button", name="휴지통으로 이동").click()
    note = page.get_by_text("휴지통에 있는 페이지입니다.")
    was_trashed = note.is_visible()
    page.get_by_role("button", name="복원").click()

    assert was_trashed
    assert not note.is_visible()


ADDRESSES = [
    "/spaces/AX/overview",
    "/spaces/AX/pages",
    "/pages/viewpage.action?pageId=720899",
    "/pages/viewpreviousversions.action?pageId=720899",
    "/pages/diffpagesbyversion.action?pageId=720899",
    "/pages/editpage.action?pageId=720899",
    "/pages/createpage.action",
    "/search?text=one",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_is_cut_off_or_blocked_by_its_own_policy(
    site: Sandbox, browser: Browser, scheme: str
) -> None:
    site.edit_with("720899", lambda body: body.replace(">one<", ">two<"))
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    for address in ADDRESSES:
        page.goto(site.url + address)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert not sticks_out(page), (address, width)

    context.close()
    assert complaints == []
