"""Where a Confluence lives: any base that people paste, and the links that its answers carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_GATEWAY_HOST = "api.atlassian.com"
_GATEWAY_PATH = re.compile(r"(/ex/confluence/[^/]+)(?:/.*)?")
_ROUTE = re.compile(r"/(?:api/v2|rest/(?:api|experimental))/.*", re.DOTALL)


@dataclass(frozen=True)
class Address:
    """The root that requests go to, context path included and without a slash at its end."""

    root: str

    @classmethod
    def parse(cls, base_url: str) -> Address:
        """Read a base such as `https://site.atlassian.net/wiki`.

        On `*.atlassian.net` and on the API gateway whatever follows the context is cut, so an
        address copied from the browser works. Raises ValueError, never showing a password.
        """
        parts = _split(base_url.strip())
        return cls(f"{parts.scheme}://{parts.netloc}{_context(parts)}")

    def path_of(self, route: str) -> str:
        """The path of a call as logs and errors name it: no host, no query."""
        return urlsplit(self.root).path + urlsplit(route).path

    @property
    def is_gateway(self) -> bool:
        """Requests go to Atlassian's gateway, which is no address for people."""
        return urlsplit(self.root).hostname == _GATEWAY_HOST

    @property
    def is_loopback(self) -> bool:
        """On this machine, where no proxy stands between."""
        host = urlsplit(self.root).hostname or ""
        try:
            return host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False

    def next_page(self, link: str) -> str | None:
        """The route of a `_links.next`, below our root, whatever host and context it names.

        v2 gives site-relative paths that include `/wiki`, v1 gives paths below the context, and
        behind the gateway both name a host that the token must not be sent to.
        """
        try:
            parts = urlsplit(link)
        except ValueError:
            return None
        route = _ROUTE.search(parts.path)
        return (route.group() + (f"?{parts.query}" if parts.query else "")) if route else None

    def for_people(self, link: str, *, base: str = "") -> str:
        """An absolute http(s) address of a `webui` link; empty when it is not known."""
        if not link:
            return ""
        start = base if _is_web(base) else ("" if self.is_gateway else self.root)
        whole = link if _is_web(link) else (start.rstrip("/") + "/" + link.lstrip("/"))
        return whole if _is_web(whole) else ""


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))


def _split(base_url: str) -> SplitResult:
    example = "write it as https://your-site.atlassian.net/wiki"
    try:
        parts = urlsplit(base_url)
        host, _ = (parts.hostname or "").encode("idna"), parts.port
    except ValueError as error:
        raise ValueError(f"the Confluence address cannot be read; {example}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(f"the Confluence address needs http:// or https:// and a host; {example}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the Confluence address must not hold a name or password")
    if parts.query or parts.fragment or re.search(r"[\s\x00-\x1f\\]", base_url):
        raise ValueError(f"the Confluence address has more than a path; {example}")
    return parts


def _context(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if host.endswith(".atlassian.net"):
        return "/wiki"
    gateway = _GATEWAY_PATH.fullmatch(parts.path) if host == _GATEWAY_HOST else None
    if gateway:
        return f"{gateway.group(1)}/wiki"
    if host == _GATEWAY_HOST:
        raise ValueError(
            "the gateway address is https://api.atlassian.com/ex/confluence/{cloud id}"
        )
    return parts.path.rstrip("/")
