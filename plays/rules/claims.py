"""What single sign-on says of a person -> who they are to us, and which groups they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_USERNAME = 150
_SIGNS = "@.+-_"  # what Django allows in a user name beside letters and digits


class BadMap(ValueError):
    """An entry of OIDC_GROUP_MAP that is no `claim value=group`."""


@dataclass(frozen=True, kw_only=True)
class Claims:
    """One person, as their provider names them. `mail` is empty unless the provider says that it
    was verified; `groups` are the provider's, None where it said nothing of groups.
    """

    issuer: str
    subject: str
    username: str
    mail: str
    first_name: str
    last_name: str
    groups: frozenset[str] | None


def read_claims(claims: Mapping[str, Any], groups_claim: str) -> Claims:
    """The standard claims (OpenID Connect Core 1.0, section 5.1) and the one that holds groups."""
    verified = claims.get("email_verified") in (True, "true")  # some send text
    mail = _text(claims, "email")
    first, last = _text(claims, "given_name"), _text(claims, "family_name")
    return Claims(
        issuer=_text(claims, "iss"),
        subject=_text(claims, "sub"),
        username=_username(
            _text(claims, "preferred_username"), mail.partition("@")[0], _text(claims, "sub")
        ),
        mail=mail if verified else "",
        first_name=(first if first or last else _text(claims, "name"))[:LONGEST_USERNAME],
        last_name=last[:LONGEST_USERNAME],
        groups=_groups(claims.get(groups_claim)),
    )


def read_map(entries: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """`claim value=group` entries as a table. Raises `BadMap`."""
    table, groups = {}, tuple(known)
    for entry in entries:
        value, equals, group = entry.rpartition("=")
        value, group = value.strip(), group.strip()
        if not equals or not value or group not in groups:
            raise BadMap(f"{entry!r} must be like sync-staff=Staff; groups: {', '.join(groups)}")
        table[value] = group
    return table


def groups_of(claims: Claims, table: Mapping[str, str]) -> frozenset[str] | None:
    """Our groups for a person; None where single sign-on does not decide them."""
    if not table:
        return None
    return frozenset(table[value] for value in claims.groups or () if value in table)


def _groups(value: Any) -> frozenset[str] | None:
    if value is None:
        return None
    values = value if isinstance(value, list) else [value]
    return frozenset(one for one in values if isinstance(one, str))


def _username(*wanted: str) -> str:
    """The first that leaves something once it has only what a user name may have."""
    for text in wanted:
        fit = "".join(sign for sign in text if sign.isalnum() or sign in _SIGNS)
        if fit:
            return fit[:LONGEST_USERNAME]
    return "user"


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        return ""
    return "".join(sign for sign in value if sign.isprintable()).strip()
