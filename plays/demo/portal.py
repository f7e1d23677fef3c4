"""The team's portal, as the product sees it: posts events over HTTP and remembers every answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from plays.demo.scenario import Step

SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Entered:
    """An accepted event and the log id that it was given."""

    log_id: str
    step: Step

    @property
    def at(self) -> datetime:
        return self.step.at


class Portal:
    """One sender with one bearer token. Raises `requests.RequestException` where nobody answers."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy has no business on this machine
        self._session.headers["Authorization"] = f"Bearer {token}"
        self.entered: list[Entered] = []
        self.answers: Counter[str] = Counter()
        self.surprises: list[str] = []

    def send(self, step: Step, *, expect: str = "accepted") -> None:
        """Post one event."""
        self._read(self._post(step.event), [step], expect)

    def send_all(self, steps: Sequence[Step]) -> None:
        """Post up to 1,000 events in one call."""
        self._read(self._post([step.event for step in steps]), steps, "accepted")

    def send_again(self, entered: Entered) -> None:
        """Post an event that was accepted before: the portal is not sure that it arrived."""
        self.send(entered.step, expect="duplicate")

    def figures(self) -> str:
        """The product's figures in Prometheus' text format."""
        answer = self._session.get(f"{self._url}/metrics", timeout=SECONDS)
        answer.raise_for_status()
        return answer.text

    def why_the_log_waits(self) -> str:
        """A sentence; empty while rows and entries are written."""
        answer = self._session.get(f"{self._url}/api/status", timeout=SECONDS)
        answer.raise_for_status()
        return str(answer.json()["log"]["why"])

    def is_answered(self) -> bool:
        """Whether the web server is there and its database is ready."""
        try:
            return self._session.get(f"{self._url}/readyz", timeout=SECONDS).ok
        except requests.ConnectionError:
            return False

    def _post(self, payload: Any) -> dict[str, Any]:
        answer = self._session.post(f"{self._url}/api/events", json=payload, timeout=SECONDS)
        if answer.status_code not in (202, 422):
            answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return body

    def _read(self, body: dict[str, Any], steps: Sequence[Step], expect: str) -> None:
        for step, result in zip(steps, body["results"], strict=True):
            status = result["status"]
            self.answers[status] += 1
            if status != expect:
                self.surprises.append(f"{result['id']} was {status}: {result.get('errors', '')}")
            elif status == "accepted":
                self.entered.append(Entered(log_id=result["log_id"], step=step))
