"""The company's Confluence: a sandbox in a process of its own, read and steered over HTTP."""

from __future__ import annotations

import re
from typing import Any

import requests

from benchmarks.campaigns.programs import Program, wait_until

SECONDS = 60.0


class Site:
    """`program` runs `manage.py sandbox`; what people and the checker do goes past its faults."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.email, self.token, self.space = "demo@example.com", "sandbox-token", "AX"
        self.url = ""
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (self.email, self.token)

    def start(self) -> None:
        self.program.start()
        wait_until(self._told_its_url, seconds=60, what="the sandbox to start")

    def add_page(self, title: str, body: str) -> str:
        made = self.order("POST", "pages", title=title, body=body)
        return str(made["id"])

    def read(self, page_id: str) -> dict[str, Any]:
        """A page as it is: body, version, status."""
        return self.order("GET", f"pages/{page_id}/body")

    def save(self, page_id: str, body: str, *, version: int, by: str) -> bool:
        """Save as a browser does; False where somebody was quicker or the page is not there."""
        path = f"{self._control}/pages/{page_id}/edit"
        sent = {"body": body, "version": version, "by": by}
        answer = self._session.post(path, json=sent, timeout=SECONDS)
        if answer.status_code == 409:
            return False
        answer.raise_for_status()
        return True

    def order(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        answer = self._session.request(
            method, f"{self._control}/{path}", json=sent or None, timeout=SECONDS
        )
        answer.raise_for_status()
        answered: dict[str, Any] = answer.json()
        return answered

    def all_pages(self) -> dict[str, dict[str, Any]]:
        """Every page of the space by its id, over the API that the product uses too."""
        found: dict[str, dict[str, Any]] = {}
        path: str | None = "/wiki/api/v2/pages?limit=50&body-format=storage"
        while path:
            answer = self._session.get(self._root + path, timeout=SECONDS)
            answer.raise_for_status()
            listed = answer.json()
            found |= {page["id"]: page for page in listed["results"]}
            path = listed["_links"].get("next")
        return found

    @property
    def _root(self) -> str:
        return self.url.removesuffix("/wiki")

    @property
    def _control(self) -> str:
        return f"{self._root}/_sandbox"

    def _told_its_url(self) -> bool:
        said = self.program.log.read_text() if self.program.log.exists() else ""
        found = re.search(r"Confluence\s+(http\S+)", said)
        self.url = found[1] if found else ""
        return bool(self.url)
