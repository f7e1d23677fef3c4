"""What goes wrong in the demo, and what colleagues do meanwhile: both on purpose, both counted."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from plays.demo.portfolio import OWNERS
from plays.sandbox import Fault, Sandbox

REMARKS = (
    "회의에서 다시 논의하기로 함",
    "고객 회신 대기",
    "담당자 변경 예정",
    "다음 주 데모에 포함",
    "예산 확인 필요",
)

# In turn, each with what people are told; None is a colleague, whose edit is made for the occasion.
FAULTS: tuple[tuple[Fault | None, str], ...] = (
    (
        Fault("rate_limited", retry_after="1"),
        "Confluence answers the next write with 429, Retry-After: 1",
    ),
    (Fault("unavailable"), "Confluence answers the next write with 503"),
    (Fault("lost_reply"), "Confluence makes the next write, and its answer gets lost"),
    (None, "a colleague saves between the next read and its write"),
    (
        Fault("truncated_json"),
        "Confluence makes the next write, and its answer breaks off in the middle",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Note:
    """A sentence that a colleague has written on a page; no other sentence is the same."""

    page_id: str
    text: str
    by: str


class Trouble:
    """Faults of Confluence in turn, and colleagues who save in the browser."""

    def __init__(self, sandbox: Sandbox, pages: Sequence[str], *, seed: int) -> None:
        self._sandbox, self._pages = sandbox, pages
        self._random = random.Random(seed)  # noqa: S311 - a scenario, no secret
        self._numbers = itertools.count(1)
        self._turn = itertools.cycle(FAULTS)
        self.notes: list[Note] = []

    @property
    def faults(self) -> int:
        """How many faults have been met so far."""
        return self._sandbox.faults.fired.total()

    def next_fault(self) -> str:
        """Let the next write meet trouble. Returns what it is, for people."""
        fault, said = next(self._turn)
        self._sandbox.faults.script(fault or self._edit_in_between(), match="PUT")
        return said

    def colleague_edits(self) -> Note:
        """Let a colleague write a sentence somewhere and save, as the browser editor does."""
        page_id = self._random.choice(self._pages)
        note = self._note(page_id)
        self._sandbox.edit_with(page_id, lambda body: _with(body, note), by=note.by)
        self.notes.append(note)
        return note

    def title_of(self, page_id: str) -> str:
        return self._sandbox.store.page(page_id).title

    def _edit_in_between(self) -> Fault:
        def edit(body: str) -> str:
            # Whose page it is is known only when the write comes; the text says where it went.
            note = self._note("")
            self.notes.append(note)
            return _with(body, note)

        return Fault("colleague_edit", edit=edit)

    def _note(self, page_id: str) -> Note:
        remark, by = self._random.choice(REMARKS), self._random.choice(OWNERS)
        return Note(page_id=page_id, text=f"메모 {next(self._numbers)}: {remark}", by=by)


def _with(body: str, note: Note) -> str:
    """The body with the note as a paragraph behind its first one, or at its end."""
    paragraph = f"<p>{note.text} ({note.by})</p>"
    before, found, after = body.partition("</p>")
    return before + found + paragraph + after if found else body + paragraph
