"""Colleagues who save pages in the browser all day, and remember every sentence they wrote."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import requests

from benchmarks.campaigns.site import Site

_HEADING = re.compile(r"<h2\b")
_ENTRY_END = re.compile(r"(?<=</code>)((?:(?!</p>|</li>|<code).)*)(</p>)", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<td\b[^>]*?/>|<td\b[^>]*>.*?</td>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Said:
    """Words that a colleague left on a page; where `row_key` is given, as a cell of that row."""

    page: str
    words: str
    row_key: str = ""
    key_column: str = ""
    column: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a last column that belongs to people."""

    page: str
    key_column: str
    column: str


class Colleagues:
    """Save a page every `pause` seconds in a thread, between `start` and `stop`."""

    def __init__(
        self, site: Site, pages: Sequence[str], tables: Sequence[Table], *, pause: float, seed: int
    ) -> None:
        self._site, self._pages, self._tables = site, list(pages), list(tables)
        self._pause, self._dice = pause, random.Random(seed)
        self._memos: dict[tuple[str, str], Said] = {}
        self._sentences: list[Said] = []
        self.saves: Counter[str] = Counter()
        self._number = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def said(self) -> list[Said]:
        """What must still stand: every sentence, and in a cell what was written there last."""
        return [*self._sentences, *self._memos.values()]

    def _work(self) -> None:
        while not self._stop.wait(self._pause * self._dice.uniform(0.3, 1.7)):
            try:
                self._save_something()
            except requests.RequestException as error:
                # An answer that was not heard: what was meant may or may not be there.
                self.saves[type(error).__name__] += 1

    def _save_something(self) -> None:
        self._number += 1
        words = f"동료 메모 {self._number}번."
        if self._dice.random() < 0.3:
            self._fill_a_cell(self._dice.choice(self._tables), words)
            return
        page = self._dice.choice(self._pages)
        how = self._dice.choice(WAYS)
        read = self._site.read(page)
        body = how(read["body"], words, self._dice)
        if self._save(page, body, read):
            self._sentences.append(Said(page, words))

    def _fill_a_cell(self, table: Table, words: str) -> None:
        read = self._site.read(table.page)
        rows = [(row, _CELL.findall(row[0])) for row in _ROW.finditer(read["body"])]
        filled = [(row, cells) for row, cells in rows if len(cells) > 1]
        if not filled:
            return
        row, cells = self._dice.choice(filled)
        key = " ".join(_TAG.sub("", cells[0]).split())
        start, end = row.start() + row[0].rindex(cells[-1]), row.end()
        new = f"<td><p>{words}</p></td></tr>"
        body = read["body"][:start] + new + read["body"][end:]
        if key and self._save(table.page, body, read):
            said = Said(table.page, words, key, table.key_column, table.column)
            self._memos[table.page, key] = said

    def _save(self, page: str, body: str, read: dict[str, object]) -> bool:
        if read["status"] != "current":
            return False
        saved = self._site.save(page, body, version=int(str(read["version"])), by="이영희")
        self.saves["saved" if saved else "somebody was quicker"] += 1
        return saved


def above(body: str, words: str, _dice: random.Random) -> str:
    return f"<p>{words}</p>{body}"


def below(body: str, words: str, _dice: random.Random) -> str:
    return f"{body}<p>{words}</p>"


def between(body: str, words: str, dice: random.Random) -> str:
    places = [found.start() for found in _HEADING.finditer(body)] or [len(body)]
    place = dice.choice(places)
    return f"{body[:place]}<p>{words}</p>{body[place:]}"


def in_an_entry(body: str, words: str, dice: random.Random) -> str:
    """A remark at the end of one of our entries; below everything where there is none."""
    ends = [found.start(2) for found in _ENTRY_END.finditer(body)]
    if not ends:
        return below(body, words, dice)
    place = dice.choice(ends)
    return f"{body[:place]} {words}{body[place:]}"


WAYS = (above, below, between, in_an_entry)
