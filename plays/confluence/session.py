"""The kept-open connection: whose it is, what it says of itself, and what it refuses to do."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version

import requests

from plays.confluence.address import Address
from plays.confluence.credentials import Credentials
from plays.confluence.deadline import TimedAdapter


class _Session(requests.Session):
    """A session that never looks where a redirect points."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def open_session(address: Address, credentials: Credentials) -> requests.Session:
    """A session without retries, redirects and cookies, with our credentials and no others."""
    session = _Session()
    session.auth = credentials
    # The environment's proxies and certificates are wanted, but not on the way to this machine.
    session.trust_env = not address.is_loopback
    # A session cookie would outlive the token that it was given for.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Errors are told apart by their text, and Confluence translates it.
    session.headers.update(
        {
            "Accept": "application/json",
            "Accept-Language": "en",
            "User-Agent": f"syncadmin/{_version()}",
        }
    )
    session.mount("http://", TimedAdapter())
    session.mount("https://", TimedAdapter())
    return session


def _version() -> str:
    try:
        return version("syncadmin")
    except PackageNotFoundError:
        return "0"
