"""Why an event was rejected, in the reader's language.

The API and the database keep the English sentence, which programs of the portal may read; people
see it in their own language, with the values it names.
"""

from __future__ import annotations

import re

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

_KINDS: dict[str, str | Promise] = {"signal": _("signal"), "brief": _("brief")}

# A test says that no sentence of the rules is missing.
REASONS: tuple[tuple[str, str | Promise], ...] = (
    (r"is missing", _("is missing")),
    (r"is missing \((?P<ways>.+) must be there\)", _("is missing (%(ways)s must be there)")),
    (r"must not be empty", _("must not be empty")),
    (r"must not contain control characters", _("must not contain control characters")),
    (
        r"must not contain characters that nobody can see",
        _("must not contain characters that nobody can see"),
    ),
    (r"must not begin or end with spaces", _("must not begin or end with spaces")),
    (r"must be a web address without spaces", _("must be a web address without spaces")),
    (r"must be a web address", _("must be a web address")),
    (r"must begin with http:// or https://", _("must begin with http:// or https://")),
    (r"must be a number", _("must be a number")),
    (r"must be from 0 to 100", _("must be from 0 to 100")),
    (r"must be one of (?P<choices>.+)", _("must be one of %(choices)s")),
    (r"must be a time like (?P<example>.+)", _("must be a time like %(example)s")),
    (
        r"must say its offset, like (?P<example>.+)",
        _("must say its offset, like %(example)s"),
    ),
    (r"must be a date like (?P<example>.+)", _("must be a date like %(example)s")),
    (r"must be a text", _("must be a text")),
    (
        r"is too long: (?P<length>.+) characters, (?P<limit>.+) are allowed",
        _("is too long: %(length)s characters, %(limit)s are allowed"),
    ),
    (r"is not a plausible time", _("is not a plausible time")),
    (r"must not be before (?P<year>.+)", _("must not be before %(year)s")),
    (r"must not be in the future", _("must not be in the future")),
    (r"must be a JSON object", _("must be a JSON object")),
    (r"an event must be a JSON object", _("an event must be a JSON object")),
    (r"no Play is called (?P<play_id>.+)", _("no Play is called %(play_id)s")),
    (
        r"no (?P<kind>signal|brief) (?P<name>.+) is known, and data\.play_id is missing",
        _("no %(kind)s %(name)s is known, and data.play_id is missing"),
    ),
)
_COMPILED = tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in REASONS)


@register.filter
def reason(message: str) -> str:
    """The sentence in the reader's language; as it is where it is not one of ours."""
    for pattern, words in _COMPILED:
        if match := pattern.fullmatch(message):
            values = {name: _KINDS.get(v, v) for name, v in match.groupdict().items()}
            return str(words) % values if values else str(words)
    return message
