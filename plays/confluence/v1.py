"""The REST v1 calls that Cloud and Data Center share: search and accounts."""

from __future__ import annotations

from plays.confluence import from_v1
from plays.confluence.errors import AccessUnclear, CredentialsRejected, NotAllowed
from plays.confluence.http import Http
from plays.confluence.paging import rows
from plays.confluence.values import SearchHit, User

_WHO = "/rest/api/user/current"
_LARGEST_SEARCH_PAGE = 50


def whoami(http: Http) -> User:
    """The account that our credentials are. Raises CredentialsRejected when they are nobody's.

    A dead token is answered with 401, or (measured on Cloud) with 403, or as to anonymous.
    """
    try:
        user = http.get(_WHO, read=from_v1.user)
    except (AccessUnclear, NotAllowed) as problem:
        raise CredentialsRejected(
            problem.message,
            status=problem.status,
            code=problem.code,
            request_id=problem.request_id,
            retry_after=problem.retry_after,
            method=problem.method,
            path=problem.path,
        ) from problem
    if user is None:
        path = http.address.path_of(_WHO)
        raise CredentialsRejected("taken for nobody", status=200, method="GET", path=path)
    return user


def user(http: Http, account_id: str, *, parameter: str) -> User | None:
    """Somebody by account id (`accountId`), user key (`key`) or user name (`username`); None where
    nobody is told of.
    """
    return http.get("/rest/api/user", params={parameter: account_id}, read=from_v1.user)


def search(http: Http, cql: str, *, limit: int) -> list[SearchHit]:
    """Pages found by a CQL query, best first. Bad CQL is Refused."""
    return rows(
        http,
        "/rest/api/search",
        params={"cql": cql, "limit": min(limit, _LARGEST_SEARCH_PAGE)},
        read=lambda row, base: from_v1.search_hit(row, http.address, base),
        limit=limit,
    )
