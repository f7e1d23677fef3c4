"""What can be wrong with a value that somebody sent: a code, its field and its parameters.

The code is what is stored and compared. A sentence is made from it only where somebody reads it:
in English for programs, in the reader's language for the screens.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping
from typing import Any

from plays.rules.particles import with_particles

Value = str | int | tuple[str, ...]


class Code(enum.StrEnum):
    """What is wrong. The values are stored: a code may be added, never renamed."""

    MISSING = "missing"
    NO_WAY_TO_PLAY = "no_way_to_play"
    EMPTY = "empty"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    UNSEEN_CHARACTERS = "unseen_characters"
    OUTER_SPACES = "outer_spaces"
    NOT_ADDRESS = "not_address"
    ADDRESS_WITH_SPACES = "address_with_spaces"
    NOT_HTTP = "not_http"
    NOT_NUMBER = "not_number"
    NOT_A_SCORE = "not_a_score"
    NOT_ONE_OF = "not_one_of"
    NOT_TIME = "not_time"
    NO_OFFSET = "no_offset"
    NOT_DATE = "not_date"
    IMPLAUSIBLE_TIME = "implausible_time"
    TOO_EARLY = "too_early"
    IN_FUTURE = "in_future"
    NOT_OBJECT = "not_object"
    EVENT_NOT_OBJECT = "event_not_object"
    UNKNOWN_PLAY = "unknown_play"
    SEVERAL_PLAYS = "several_plays"
    NAME_TAKEN = "name_taken"
    SPACES_OR_SLASHES = "spaces_or_slashes"
    RESERVED_ID = "reserved_id"
    UNKNOWN_SIGNAL = "unknown_signal"
    UNKNOWN_BRIEF = "unknown_brief"


def gettext_noop(sentence: str) -> str:
    """`sentence` as it is; `makemessages` finds it by this name."""
    return sentence


# The English sentence of each code. Senders may read them: keep the wording.
SENTENCES: Mapping[Code, str] = {
    Code.MISSING: gettext_noop("is missing"),
    Code.NO_WAY_TO_PLAY: gettext_noop("is missing (play_id or %(other)s must be there)"),
    Code.EMPTY: gettext_noop("must not be empty"),
    Code.NOT_TEXT: gettext_noop("must be a text"),
    Code.TOO_LONG: gettext_noop("is too long: %(length)s characters, %(limit)s are allowed"),
    Code.CONTROL_CHARACTERS: gettext_noop("must not contain control characters"),
    Code.UNSEEN_CHARACTERS: gettext_noop("must not contain characters that nobody can see"),
    Code.OUTER_SPACES: gettext_noop("must not begin or end with spaces"),
    Code.NOT_ADDRESS: gettext_noop("must be a web address"),
    Code.ADDRESS_WITH_SPACES: gettext_noop("must be a web address without spaces"),
    Code.NOT_HTTP: gettext_noop("must begin with http:// or https://"),
    Code.NOT_NUMBER: gettext_noop("must be a number"),
    Code.NOT_A_SCORE: gettext_noop("must be from 0 to 100"),
    Code.NOT_ONE_OF: gettext_noop("must be one of %(choices)s"),
    Code.NOT_TIME: gettext_noop("must be a time like %(example)s"),
    Code.NO_OFFSET: gettext_noop("must say its offset, like %(example)s"),
    Code.NOT_DATE: gettext_noop("must be a date like %(example)s"),
    Code.IMPLAUSIBLE_TIME: gettext_noop("is not a plausible time"),
    Code.TOO_EARLY: gettext_noop("must not be before %(year)s"),
    Code.IN_FUTURE: gettext_noop("must not be in the future"),
    Code.NOT_OBJECT: gettext_noop("must be a JSON object"),
    Code.EVENT_NOT_OBJECT: gettext_noop("an event must be a JSON object"),
    Code.UNKNOWN_PLAY: gettext_noop("no Play is called %(name)s"),
    Code.SEVERAL_PLAYS: gettext_noop("no Play is called %(name)s, and several begin so: %(plays)s"),
    Code.NAME_TAKEN: gettext_noop("%(name)s already names the Play %(play)s"),
    Code.SPACES_OR_SLASHES: gettext_noop("must not hold spaces or slashes"),
    Code.RESERVED_ID: gettext_noop(
        "%(name)s is an address of this site: such a Play could not be opened"
    ),
    Code.UNKNOWN_SIGNAL: gettext_noop("no signal %(name)s is known, and data.play_id is missing"),
    Code.UNKNOWN_BRIEF: gettext_noop("no brief %(name)s is known, and data.play_id is missing"),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with one field (empty: with the whole); `params` fill the code's sentence.

    A parameter is a text, a whole number (shown with commas) or several texts.
    """

    code: Code
    field: str = ""
    params: Mapping[str, Value] = dataclasses.field(default_factory=dict)

    @property
    def message(self) -> str:
        """The English sentence, for programs."""
        return self.told()

    def told(self, translate: Callable[[str], str] = str) -> str:
        """The sentence; `translate` turns the English one into the reader's."""
        words = {k: _shown(v) for k, v in self.params.items()}
        return with_particles(translate(SENTENCES[self.code]) % words)

    def as_json(self) -> dict[str, Any]:
        """What is stored; `problem_of` reads it."""
        return {"code": self.code.value, "field": self.field, "params": dict(self.params)}


def problem_of(stored: Mapping[str, Any]) -> Problem:
    """A stored problem. Raises ValueError or KeyError for what `as_json` did not write."""
    return Problem(
        code=Code(stored["code"]),
        field=str(stored["field"]),
        params={name: _read(value) for name, value in stored["params"].items()},
    )


class FieldProblem(ValueError):
    """A check of one value found it wrong; `at` says of which field."""

    def __init__(self, code: Code, **params: Value) -> None:
        super().__init__(Problem(code=code, params=params).message)
        self.code, self.params = code, params

    def at(self, field: str) -> Problem:
        return Problem(code=self.code, field=field, params=self.params)


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) else f"{value:,}"


def _read(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value
