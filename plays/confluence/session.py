"""The kept-open connection: whose it is, what it says of itself, and what it refuses to do."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import requests

from plays.confluence.address import Address
from plays.confluence.credentials import Credentials
from plays.confluence.deadline import TimedAdapter


class _Session(requests.Session):
    """A session that never looks where a redirect points.

    It takes proxies and certificates from the environment, but no proxy to this very machine.
    """

    def __init__(self, *, is_loopback: bool) -> None:
        super().__init__()
        self._is_loopback = is_loopback

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None

    def merge_environment_settings(self, *args: Any, **options: Any) -> Any:
        settings = super().merge_environment_settings(*args, **options)
        if self._is_loopback:
            settings["proxies"] = {}
        return settings


def open_session(address: Address, credentials: Credentials) -> requests.Session:
    """A session without retries, redirects and cookies, with our credentials and no others."""
    session = _Session(is_loopback=address.is_loopback)
    session.auth = credentials
    # A session cookie would outlive the token that it was given for.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Errors are told apart by their text, and Confluence translates it.
    session.headers.update(
        {
            "Accept": "application/json",
            "Accept-Language": "en",
            "User-Agent": f"syncadmin/{our_version()}",
        }
    )
    session.mount("http://", TimedAdapter())
    session.mount("https://", TimedAdapter())
    return session


def our_version() -> str:
    """The installed version; "0" where the package is not installed."""
    try:
        return version("syncadmin")
    except PackageNotFoundError:
        return "0"
