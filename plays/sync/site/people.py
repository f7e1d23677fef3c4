"""Display names of accounts: asked for all at once, and kept for a day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from plays.confluence import Confluence, ConfluenceError
from plays.sync.site.connection import connect

KEPT = timedelta(days=1)


def display_names(accounts: Iterable[str], *, client: Confluence | None = None) -> dict[str, str]:
    """Names by account id (on Data Center user key or user name), as far as they can be had now.

    One call at most where Confluence looks up several at once. Raises nothing: a name that cannot
    be had is missing.
    """
    site = hashlib.sha256(settings.CONFLUENCE_URL.encode()).hexdigest()[:12]
    keys = {f"display-name/{site}/{quote(account)}": account for account in accounts}
    known = {keys[key]: name for key, name in cache.get_many(keys).items()}
    missing = set(keys.values()) - known.keys()
    if not missing:
        return known
    try:
        found = {user.account_id: user.name for user in (client or connect()).users(missing)}
    except (ConfluenceError, ImproperlyConfigured):
        return known
    named = {key: found[account] for key, account in keys.items() if found.get(account)}
    cache.set_many(named, timeout=KEPT.total_seconds())
    return known | {keys[key]: name for key, name in named.items()}
