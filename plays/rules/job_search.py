"""What people type to find jobs -> qualifiers and words; what cannot be meant is told, not guessed.

play:EXT_Desk_D01 error:PageNotFound attempts:>3 page:786433 event:evt-1 log:LOG-2026-00001
kind:log_row part:live_doc state:failed "free words" and others
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection
from dataclasses import dataclass

from plays.rules.planner import Kind, Part

TEXTS = ("play", "error", "page", "event", "log")
LARGEST = 1_000_000

_TOKEN = re.compile(r'(?:(?P<name>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))')
_NUMBER = re.compile(r"(?P<sign>>=|<=|>|<|=)?(?P<digits>[0-9]{1,7})")


class Reason(enum.Enum):
    """Why a term cannot be meant."""

    UNKNOWN_NAME = "unknown name"
    NO_VALUE = "no value"
    NOT_A_NUMBER = "not a number"
    NOT_A_CHOICE = "not a choice"
    OPEN_QUOTE = "open quote"


@dataclass(frozen=True, kw_only=True)
class SearchProblem:
    """`choices` are what could stand there instead, where that is a short list."""

    term: str
    reason: Reason
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """How many tries a job has had: `sign` is one of > >= < <= =."""

    sign: str
    number: int


@dataclass(frozen=True, kw_only=True)
class JobSearch:
    """Every qualifier and every word must fit; of one qualifier given twice either may."""

    words: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    attempts: tuple[Attempts, ...] = ()
    problems: tuple[SearchProblem, ...] = ()

    def values(self, name: str) -> list[str]:
        """What was asked of a qualifier with text, e.g. of `play`."""
        return [value for found, value in self.texts if found == name]


def parse_search(text: str, *, states: Collection[str]) -> JobSearch:
    """Read a search; `states` are the words that `state:` may have. Never raises."""
    reading = _Reading(tuple(states))
    for token in _TOKEN.finditer(text):
        reading.take(token)
    return reading.result()


def term(name: str, value: str) -> str:
    """A qualifier as it is typed, quoted where it must be."""
    value = " ".join(value.replace('"', " ").split())
    return f'{name}:"{value}"' if not value or " " in value else f"{name}:{value}"


class _Reading:
    def __init__(self, states: tuple[str, ...]) -> None:
        self.choices = {
            "kind": tuple(Kind),
            "part": tuple(Part),
            "state": states,
        }
        self.names = (*TEXTS, *self.choices, "attempts")
        self.words: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.chosen: dict[str, list[str]] = {name: [] for name in self.choices}
        self.attempts: list[Attempts] = []
        self.problems: list[SearchProblem] = []

    def take(self, token: re.Match[str]) -> None:
        whole, name, quoted = token[0], (token["name"] or "").lower(), token["quoted"]
        value = (quoted if quoted is not None else token["plain"]).strip()
        if quoted is None and value.startswith('"'):
            self._object(whole, Reason.OPEN_QUOTE)
        elif name and (name in self.names or not value.startswith("//")):  # https://… is a word
            self._qualify(whole, name, value)
        elif not name and quoted is None and value[:-1].lower() in self.names and value[-1] == ":":
            self._object(whole, Reason.NO_VALUE)
        elif value:
            self.words.append(whole if name else value)

    def _qualify(self, whole: str, name: str, value: str) -> None:
        if name not in self.names:
            self._object(whole, Reason.UNKNOWN_NAME, self.names)
        elif not value:
            self._object(whole, Reason.NO_VALUE)
        elif name in TEXTS:
            self.texts.append((name, value))
        elif name == "attempts":
            self._count(whole, value)
        elif value.lower() in self.choices[name]:
            self.chosen[name].append(value.lower())
        else:
            self._object(whole, Reason.NOT_A_CHOICE, self.choices[name])

    def _count(self, whole: str, value: str) -> None:
        found = _NUMBER.fullmatch(value)
        if found is None or int(found["digits"]) > LARGEST:
            self._object(whole, Reason.NOT_A_NUMBER)
        else:
            self.attempts.append(Attempts(sign=found["sign"] or "=", number=int(found["digits"])))

    def _object(self, whole: str, reason: Reason, choices: tuple[str, ...] = ()) -> None:
        self.problems.append(SearchProblem(term=whole, reason=reason, choices=choices))

    def result(self) -> JobSearch:
        return JobSearch(
            words=tuple(self.words),
            texts=tuple(self.texts),
            kinds=tuple(self.chosen["kind"]),
            parts=tuple(self.chosen["part"]),
            states=tuple(self.chosen["state"]),
            attempts=tuple(self.attempts),
            problems=tuple(self.problems),
        )
