"""Confluence Query Language, as much of it as finds pages; it refuses the rest as Confluence does.

query  = [any] ["order by" field ["asc" | "desc"] {"," …}]
any    = all {"or" all}
all    = one {"and" one}
one    = "not" one | "(" any ")" | field operator value | field ["not"] "in" "(" value {","} ")"
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from plays.sandbox.content.entities import Page
from plays.sandbox.content.store import Store
from plays.sandbox.rest.cql_fields import FIELDS, SORT_KEYS, NotComparableError
from plays.sandbox.server.errors import ApiError

Test = Callable[[Page], bool]

_TOKEN = re.compile(
    r"\s*(?:"
    r"\"(?P<double>(?:\\.|[^\"\\])*)\""
    r"|'(?P<single>(?:\\.|[^'\\])*)'"
    r"|(?P<sign>!=|!~|>=|<=|[=~><(),])"
    r"|(?P<word>[^\s\"'=~!><(),]+)"
    r")",
    re.DOTALL,
)
_OPERATORS = {"=", "!=", "~", "!~", ">", ">=", "<", "<="}


@dataclass(frozen=True, kw_only=True)
class _Token:
    text: str
    kind: str

    def says(self, word: str) -> bool:
        return self.kind != "text" and self.text.lower() == word


def search(store: Store, cql: str) -> list[Page]:
    """Return the current pages that a query finds. Raises `ApiError` (400) for a bad query.

    Archived and trashed pages are never found, as on the real site.
    """
    test, order = _Parser(store, cql).query()
    found = [page for page in store.pages() if not page.view_restricted and test(page)]
    for name, descending in reversed(order):
        found.sort(key=SORT_KEYS[name], reverse=descending)
    return found


class _Parser:
    def __init__(self, store: Store, cql: str) -> None:
        self._store = store
        self._cql = cql
        self._tokens = self._split()
        self._at = 0

    def query(self) -> tuple[Test, list[tuple[str, bool]]]:
        is_bare = not self._tokens or self._next_says("order")
        test: Test = (lambda _page: True) if is_bare else self._any()
        order = self._order() if self._take("order") else []
        if self._at < len(self._tokens):
            raise self._bad()
        return test, order

    def _split(self) -> list[_Token]:
        tokens, at, text = [], 0, self._cql.strip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self._bad()
            kind = match.lastgroup or ""
            value = match[kind]
            if kind in {"double", "single"}:
                kind, value = "text", re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)
            tokens.append(_Token(text=value, kind=kind))
            at = match.end()
        return tokens

    def _any(self) -> Test:
        tests = [self._all()]
        while self._take("or"):
            tests.append(self._all())
        return lambda page: any(test(page) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return lambda page: all(test(page) for test in tests)

    def _one(self) -> Test:
        if self._take("not"):
            inner = self._one()
            return lambda page: not inner(page)
        if self._take("("):
            inner = self._any()
            self._expect(")")
            return inner
        return self._clause()

    def _clause(self) -> Test:
        field = self._word().lower()
        if field not in FIELDS:
            raise ApiError(400, f"Could not parse cql : {self._cql}. Unknown field: {field}")
        negated = self._take("not")
        if negated or self._next_says("in"):
            self._expect("in")
            tests = [self._comparison(field, "=", value) for value in self._values()]
            return lambda page: any(test(page) for test in tests) is not negated
        operator = self._advance()
        if operator.kind != "sign" or operator.text not in _OPERATORS:
            raise self._bad()
        return self._comparison(field, operator.text, self._value())

    def _comparison(self, field: str, operator: str, value: str) -> Test:
        if operator in {"!=", "!~"}:
            same = self._comparison(field, "~" if operator == "!~" else "=", value)
            return lambda page: not same(page)
        try:
            return FIELDS[field](self._store, operator, value)
        except NotComparableError as error:
            raise ApiError(400, f"Could not parse cql : {self._cql}. {error}") from error

    def _values(self) -> list[str]:
        self._expect("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._expect(")")
        return values

    def _order(self) -> list[tuple[str, bool]]:
        self._expect("by")
        order: list[tuple[str, bool]] = []
        while True:
            name = self._word().lower()
            if name not in SORT_KEYS:
                raise self._bad()
            descending = self._take("desc")
            if not descending:
                self._take("asc")
            order.append((name, descending))
            if not self._take(","):
                return order

    def _advance(self) -> _Token:
        if self._at >= len(self._tokens):
            raise self._bad()
        self._at += 1
        return self._tokens[self._at - 1]

    def _word(self) -> str:
        token = self._advance()
        if token.kind != "word":
            raise self._bad()
        return token.text

    def _value(self) -> str:
        token = self._advance()
        if token.kind == "sign":
            raise self._bad()
        return token.text

    def _next_says(self, word: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].says(word)

    def _take(self, word: str) -> bool:
        taken = self._next_says(word)
        self._at += taken
        return taken

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._bad()

    def _bad(self) -> ApiError:
        return ApiError(400, f"Could not parse cql : {self._cql}")
