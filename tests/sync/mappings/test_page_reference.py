"""A page as people name it: the id is found, or it is said what to do instead."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from plays.sync.mappings.page_reference import BadReference, is_page_id, page_id_of

SITE = "https://team.atlassian.net/wiki"


@pytest.mark.parametrize(
    ("given", "page_id"),
    [
        ("40108041", "40108041"),
        ("  40108041\n", "40108041"),
        ("<40108041>", "40108041"),
        ("0040108041", "40108041"),
        (f"{SITE}/spaces/AX/pages/40108041/Live+doc", "40108041"),
        (f"{SITE}/spaces/AX/pages/40108041", "40108041"),
        (f"{SITE}/spaces/AX/pages/40108041/%EB%9D%BC%EC%9D%B4%EB%B8%8C?focusedId=1#2", "40108041"),
        (f"{SITE}/spaces/AX/pages/edit-v2/40108041?draftShareId=7", "40108041"),
        (f"{SITE}/pages/viewpage.action?pageId=40108041", "40108041"),
        (f"{SITE}/pages/viewpreviousversions.action?pageId=40108041", "40108041"),
        (f"{SITE}/api/v2/pages/40108041?body-format=storage", "40108041"),
        (f"{SITE}/rest/api/content/40108041", "40108041"),
        ("https://TEAM.atlassian.net/wiki/spaces/~712/pages/40108041/x", "40108041"),
        (f"{SITE}/spaces/blog/pages/40108041/T", "40108041"),
        (f"{SITE}/spaces/live/pages/40108041", "40108041"),
        (f"{SITE}/spaces/AX/pages/40108041/blog/", "40108041"),
        (f"{SITE}/spaces/AX/overview?homepageId=40108041", "40108041"),
        ("/wiki/spaces/AX/pages/40108041/Live+doc", "40108041"),
        ("/pages/viewpage.action?spaceKey=AX&pageId=40108041", "40108041"),
        ("", ""),
        (" tbd ", ""),
        ("-", ""),
    ],
)
def test_the_id_is_found(given, page_id):
    assert page_id_of(given, site=SITE) == page_id


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (f"{SITE}/x/AYBkAg", "short link"),
        (f"{SITE}/display/AX/Live+doc", "has the page's title, not its ID"),
        (f"{SITE}/spaces/AX/overview", "no page ID in this address"),
        (f"{SITE}/spaces/AX/blog/2026/01/02/40108041/News", "blog post, whiteboard"),
        (f"{SITE}/spaces/AX/whiteboard/40108041", "blog post, whiteboard"),
        ("https://other.atlassian.net/wiki/spaces/AX/pages/1/x", "another Confluence (other."),
        ("https://[broken/pages/1", "neither a page ID"),
        ("Live doc", "neither a page ID"),
        ("javascript:/pages/1", "neither a page ID"),
        ("４０１", "neither a page ID"),
        ("-5", "neither a page ID"),
        ("1" * 21, "neither a page ID"),
        ("https://team.atlassian.net/wiki/pages/1 2", "neither a page ID"),
    ],
)
def test_what_has_no_id_is_refused_with_what_to_do(given, said):
    with pytest.raises(BadReference) as refused:
        page_id_of(given, site=SITE)

    with translation.override("en"):
        assert said in str(refused.value)


def test_where_people_see_another_host_than_we_do_any_host_will_do():
    gateway = "https://api.atlassian.com/ex/confluence/0-1/wiki"

    assert page_id_of(f"{SITE}/spaces/AX/pages/7/x", site=gateway) == "7"
    assert page_id_of(f"{SITE}/spaces/AX/pages/7/x") == "7"


def test_this_machine_has_many_names():
    address = "http://localhost:8090/wiki/spaces/AX/pages/7/x"

    assert page_id_of(address, site="http://127.0.0.1:8090/wiki") == "7"


@given(st.text(max_size=80) | st.text("0123456789/?=&:xpagesId.", max_size=60))
def test_whatever_is_pasted_gives_an_id_or_a_reason(text):
    try:
        found = page_id_of(text, site=SITE)
    except BadReference as refused:
        found = str(refused)

    assert found == "" or is_page_id(found) or " " in found
