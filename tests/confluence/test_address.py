from __future__ import annotations

import pytest

from plays.confluence import Confluence
from plays.confluence.address import Address

GATEWAY = "https://api.atlassian.com/ex/confluence/af818fbb/wiki"


@pytest.mark.parametrize(
    ("given", "root"),
    [
        ("https://site.atlassian.net/wiki", "https://site.atlassian.net/wiki"),
        ("https://site.atlassian.net/wiki///", "https://site.atlassian.net/wiki"),
        (" https://site.atlassian.net ", "https://site.atlassian.net/wiki"),
        ("https://site.atlassian.net/wiki/spaces/AX/pages/1/T", "https://site.atlassian.net/wiki"),
        (GATEWAY, GATEWAY),
        ("https://api.atlassian.com/ex/confluence/af818fbb/", GATEWAY),
        ("https://wiki.example.com", "https://wiki.example.com"),
        ("https://wiki.example.com:8443/confluence/", "https://wiki.example.com:8443/confluence"),
        ("http://127.0.0.1:8090/wiki", "http://127.0.0.1:8090/wiki"),
        ("http://[::1]:8090/wiki", "http://[::1]:8090/wiki"),
    ],
)
def test_any_base_that_people_paste_is_understood(given: str, root: str) -> None:
    assert Address.parse(given).root == root


@pytest.mark.parametrize(
    "given",
    [
        "",
        "site.atlassian.net/wiki",
        "ftp://site.example.com",
        "https://",
        "https://[::1",
        "https://x:port/wiki",
        "https://bot:hunter2@wiki.example.com/wiki",
        "https://hunter2@wiki.example.com/wiki",
        "https://wiki.example.com/wiki?token=hunter2",
        "https://wiki.example.com/#x",
        "https://wiki.example.com/a b",
        "https://api.atlassian.com/wiki",
        "https://" + "x" * 64 + ".example.com",
        "https://a..example.com",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_showing_secrets(given: str) -> None:
    with pytest.raises(ValueError, match=r"Confluence|gateway") as caught:
        Confluence(given, token="t")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("link", "route"),
    [
        ("/wiki/api/v2/pages?limit=1&cursor=eyJ=", "/api/v2/pages?limit=1&cursor=eyJ="),
        ("/api/v2/pages?cursor=a", "/api/v2/pages?cursor=a"),
        ("https://other.example.com/wiki/api/v2/pages?cursor=a", "/api/v2/pages?cursor=a"),
        ("/ex/confluence/af/wiki/api/v2/tasks?cursor=a", "/api/v2/tasks?cursor=a"),
        ("/rest/api/search?next=true&cursor=a", "/rest/api/search?next=true&cursor=a"),
        ("/confluence/rest/api/content?start=2", "/rest/api/content?start=2"),
        (
            "/rest/experimental/content/1/version?start=2",
            "/rest/experimental/content/1/version?start=2",
        ),
        ("https://evil.example.com/steal", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_the_next_page_is_asked_of_our_own_site(link: str, route: str | None) -> None:
    assert Address(GATEWAY).next_page(link) == route


@pytest.mark.parametrize(
    ("root", "link", "base", "url"),
    [
        (
            "https://s.example.com/wiki",
            "/spaces/AX/pages/1",
            "",
            "https://s.example.com/wiki/spaces/AX/pages/1",
        ),
        (
            GATEWAY,
            "/spaces/AX",
            "https://s.atlassian.net/wiki",
            "https://s.atlassian.net/wiki/spaces/AX",
        ),
        (GATEWAY, "/spaces/AX", "", ""),
        ("https://s.example.com", "/x", "javascript:alert(1)", "https://s.example.com/x"),
        (
            "https://s.example.com",
            "javascript:alert(1)",
            "",
            "https://s.example.com/javascript:alert(1)",
        ),
        ("https://s.example.com", "", "https://s.example.com", ""),
    ],
)
def test_people_get_web_addresses_or_none(root: str, link: str, base: str, url: str) -> None:
    assert Address(root).for_people(link, base=base) == url


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"deployment": "server"}, "deployment"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"token": "a\r\nb"}, "token"),
        ({"token": "비밀"}, "token"),
        ({"email": "a:b@example.com", "token": "t"}, "e-mail"),
    ],
)
def test_options_that_cannot_be_used_are_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Confluence("https://wiki.example.com", **options)  # type: ignore[arg-type]
