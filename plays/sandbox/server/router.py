"""Finds the function for a method and a path; it knows nothing of what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from plays.sandbox.server.messages import Request, Response

Handler = Callable[[Request], Response]


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route; `scope` is what a scoped token must have to call it."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    scope: str


class Router:
    """Routes below one base path; `{name}` in a template stands for one path segment."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._routes: list[Route] = []

    def add(self, method: str, template: str, scope: str) -> Callable[[Handler], Handler]:
        """Return a decorator that puts a function on a route."""
        parts = re.split(r"\{([\w-]+)\}", self.base + template)
        source = "".join(
            f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
        pattern = re.compile(source + "/?")

        def register(handler: Handler) -> Handler:
            self._routes.append(Route(method=method, pattern=pattern, handler=handler, scope=scope))
            return handler

        return register

    def find(self, method: str, path: str) -> tuple[Route | None, dict[str, str], bool]:
        """Return (route, path parameters, whether the path is known at all)."""
        known = False
        for route in self._routes:
            if match := route.pattern.fullmatch(path):
                known = True
                if route.method == method:
                    return route, match.groupdict(), True
        return None, {}, known
