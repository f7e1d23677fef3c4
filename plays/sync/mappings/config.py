"""The seed system's JSON configuration: its pages are mapped, its numbers are compared.

Schedule and retry numbers come from the environment only, so it is told what to set there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from plays.models import PageMapping, Play
from plays.models.audit import Verb
from plays.models.mapping import ENVIRONMENT, SHARED_PARTS, PartChoice
from plays.sync import audit
from plays.sync.mappings.assign import assign, id_of
from plays.sync.mappings.page_reference import BadReference, page_id_of
from plays.sync.naming import NotOnePlay, play_called

MAX_BYTES = 1024 * 1024
# The seed's names of what we read from the environment.
SETTINGS = {
    "sync_schedule": "SYNC_SCHEDULE",
    "retry_count": "SYNC_RETRY_COUNT",
    "retry_delay": "SYNC_RETRY_DELAY",
}
# Names of the seed's agent itself: nothing here depends on them.
OTHERS = ("agent_id", "skill")
_PLACEHOLDER = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


class ConfigRefused(ValueError):
    """Nothing was loaded; `problems` says why, entry by entry."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A page for a part; `play_id` is empty for a shared part, `old` the page that is mapped."""

    part: PartChoice
    play_id: str
    old: str
    new: str

    def __str__(self) -> str:
        name = f"{self.part} {self.play_id}".strip()
        return f"{name}: {self.old or '(not mapped)'} → {self.new}"


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a configuration came to. `advice` is what is left for a person to do."""

    changes: tuple[Wanted, ...]
    unchanged: int
    advice: tuple[str, ...]


def load(text: str, *, dry_run: bool = False) -> Loaded:
    """Map the pages that a configuration names. Raises `ConfigRefused` and maps nothing."""
    config = _parsed(text)
    with transaction.atomic():
        problems: list[str] = []
        wanted = [*_shared(config, problems), *_of_plays(config, problems)]
        advice = list(_advice(config, problems))
        if problems:
            raise ConfigRefused(problems)
        changes = tuple(one for one in wanted if one.new and one.new != one.old)
        if not dry_run:
            _apply(changes)
    unchanged = sum(one.new == one.old != "" for one in wanted)
    return Loaded(changes=changes, unchanged=unchanged, advice=tuple(advice))


def _parsed(text: str) -> Mapping[str, Any]:
    if len(text) > MAX_BYTES:
        raise ConfigRefused(["the file is larger than 1 MB"])
    try:
        config = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ConfigRefused([f"not JSON: {error}"]) from error
    if not isinstance(config, dict):
        raise ConfigRefused(["the file must be one JSON object"])
    known = {"pages", "play_todo_pages", *SETTINGS, *OTHERS}
    problems = [f"{name}: is unknown" for name in config if name not in known]
    problems += [
        f"{name}: must be an object"
        for name in ("pages", "play_todo_pages")
        if not isinstance(config.get(name, {}), dict)
    ]
    if problems:
        raise ConfigRefused(problems)
    return config


def _shared(config: Mapping[str, Any], problems: list[str]) -> Iterator[Wanted]:
    for name, value in config.get("pages", {}).items():
        if name not in SHARED_PARTS:
            problems.append(f"pages.{name}: is unknown; there are {', '.join(SHARED_PARTS)}")
            continue
        mapping = PageMapping.objects.shared(name)
        new = _page_id(value, f"pages.{name}", problems)
        yield Wanted(part=PartChoice(name), play_id="", old=id_of(mapping.page), new=new)


def _of_plays(config: Mapping[str, Any], problems: list[str]) -> Iterator[Wanted]:
    for name, value in config.get("play_todo_pages", {}).items():
        new = _page_id(value, f"play_todo_pages.{name}", problems)
        try:
            play = play_called(name)
        except NotOnePlay as unknown:
            problems.append(f"play_todo_pages.{name}: {unknown}; import the Plays first")
            continue
        play_id = play.play_id
        mapping = PageMapping.objects.of_play(play, PartChoice.PLAY_TODO)
        old = id_of(mapping.page)
        yield Wanted(part=PartChoice.PLAY_TODO, play_id=play_id, old=old, new=new)


def _page_id(value: Any, place: str, problems: list[str]) -> str:
    """The id that a value names; "" for TBD, or where it is a problem, which is added."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        problems.append(f"{place}: must be a page id, the address of a page, ${{NAME}} or TBD")
        return ""
    text = str(value).strip()
    placeholder = _PLACEHOLDER.fullmatch(text)
    if placeholder:
        name = placeholder.group(1)
        if name not in ENVIRONMENT.values():
            problems.append(f"{place}: ${{{name}}} is none of {', '.join(ENVIRONMENT.values())}")
            return ""
        text = str(getattr(settings, name)).strip()
    try:
        return page_id_of(text, site=settings.CONFLUENCE_URL)
    except BadReference as error:
        problems.append(f"{place}: {error}")
        return ""


def _advice(config: Mapping[str, Any], problems: list[str]) -> Iterator[str]:
    for name, value in config.get("pages", {}).items():
        placeholder = _PLACEHOLDER.fullmatch(value.strip()) if isinstance(value, str) else None
        if placeholder and not getattr(settings, placeholder.group(1), ""):
            yield f"{name} is not mapped: set {placeholder.group(1)}, or map it on /mappings/"
    for name, variable in SETTINGS.items():
        value, now = config.get(name), getattr(settings, variable)
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            problems.append(f"{name}: must be a text or a number")
        elif value is not None and not _same(value, now):
            yield f"set {variable}={_quoted(value)} in the environment (now {_quoted(now)})"


def _same(value: str | float, now: str | float) -> bool:
    """Whether two settings mean the same: 2 is 2.0, and spaces do not count."""
    if isinstance(now, str):
        return " ".join(str(value).split()) == " ".join(now.split())
    try:
        return float(value) == float(now)
    except ValueError:
        return False


def _quoted(value: str | float) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f'"{text}"' if " " in text else text


def _apply(changes: tuple[Wanted, ...]) -> None:
    for one in changes:
        play = Play.objects.get(play_id=one.play_id) if one.play_id else None
        mapping = PageMapping.objects.get(part=one.part, play=play)
        assign(mapping, one.new, reason="load_config")
    if changes:
        audit.note(
            Verb.MAP,
            by=None,
            target="load_config",
            count=len(changes),
            details={"mapped": [str(one) for one in changes]},
        )
