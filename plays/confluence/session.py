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
    _take_environment(session, address)
    return session


def _take_environment(session: requests.Session, address: Address) -> None:
    """Proxies and certificates as the environment says now, but no proxy to this very machine.

    Requests would look them up for each call, which is a fifth of the client's own work.
    """
    found = session.merge_environment_settings(address.root, {}, None, None, None)
    session.proxies = {} if address.is_loopback else found["proxies"]
    session.verify = found["verify"]
    session.trust_env = False


def our_version() -> str:
    """The installed version; "0" where the package is not installed."""
    try:
        return version("syncadmin")
    except PackageNotFoundError:
        return "0"
