"""One call over HTTP: sends it once, reads the answer within time and size, names what went wrong.

No retries, no redirects, no cookies. A caller gets what its `read` made of the JSON, or one
`ConfluenceError`; nothing of requests or urllib3 comes out of here.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from plays.confluence import errors
from plays.confluence.address import Address
from plays.confluence.answer import Answer
from plays.confluence.credentials import Credentials
from plays.confluence.error_mapping import login_failed, refusal
from plays.confluence.fields import Fields, Implausible
from plays.confluence.messages import shorten, words_of
from plays.confluence.no_answer import AnswerTooLong, unanswered
from plays.confluence.session import open_session

T = TypeVar("T")
Params = Mapping[str, str | int | Sequence[str]]

LONGEST_CONNECT_SECONDS: Final = 5.0
LARGEST_ANSWER: Final = 32 * 1024 * 1024

_log = logging.getLogger("plays.confluence")


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is asked: `route` begins below the site's root, `content` goes as JSON."""

    method: str
    route: str
    params: Params | None = None
    content: object = None


class Http:
    """The way to one Confluence; `calls` counts what was asked of it.

    `refuses_anonymous`: an answer given as to nobody is CredentialsRejected, not a success.
    """

    def __init__(
        self,
        address: Address,
        credentials: Credentials,
        *,
        timeout: float,
        refuses_anonymous: bool = False,
    ) -> None:
        if not 0 < timeout < 3600:
            raise ValueError("the Confluence timeout must lie between 0 and 3600 seconds")
        self.address = address
        self.calls = 0
        self._refuses_anonymous = refuses_anonymous and credentials.are_given
        self._credentials = credentials
        self._timeout = Timeout(connect=min(timeout, LONGEST_CONNECT_SECONDS), total=timeout)
        self._session = open_session(address, credentials)

    def close(self) -> None:
        """Give up the connections."""
        self._session.close()

    def get(self, route: str, *, read: Callable[[Fields], T], params: Params | None = None) -> T:
        """Ask, and read the JSON object that comes back. Raises any ConfluenceError."""
        return self.read(Call(method="GET", route=route, params=params), read)

    def read(self, call: Call, read: Callable[[Fields], T]) -> T:
        """Send once, and read the JSON object that comes back. Raises any ConfluenceError."""
        answer = self._send(call)
        try:
            return read(Fields(self._json(call, answer)))
        except Implausible as problem:
            raise self._unusable(
                errors.ImplausibleAnswer, str(problem), call=call, answer=answer
            ) from problem

    def _send(self, call: Call) -> Answer:
        """Send once, and give any success as it came. Raises any ConfluenceError."""
        answer = self._exchange(call)
        if self._refuses_anonymous and _is_nobody(answer):
            said = "answered as to nobody"
            if answer.status >= 400:
                said += f": {words_of(answer.body).text}"
            raise self._unusable(errors.CredentialsRejected, said, call=call, answer=answer)
        if not 200 <= answer.status < 300:
            raise refusal(answer, method=call.method, path=self._path(call))
        return answer

    def _path(self, call: Call) -> str:
        return self.address.path_of(call.route)

    def _json(self, call: Call, answer: Answer) -> Any:
        kind = answer.headers.get("Content-Type", "") or "no content type"
        if not answer.is_json:
            said = f"{kind}: {words_of(self._credentials.hidden_in(answer.body)).text}"
            raise self._unusable(errors.NotJson, said, call=call, answer=answer)
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as problem:
            said = f"{kind}: {len(answer.body)} bytes that are not whole"
            raise self._unusable(errors.NotJson, said, call=call, answer=answer) from problem

    def _unusable(
        self, kind: type[errors.ConfluenceError], message: str, *, call: Call, answer: Answer
    ) -> errors.ConfluenceError:
        """A success whose answer tells us nothing: what a write did is unknown."""
        return kind(
            shorten(message),
            status=answer.status,
            request_id=answer.request_id,
            method=call.method,
            path=self._path(call),
            sent=answer.status < 400,
        )

    def _exchange(self, call: Call) -> Answer:
        self.calls += 1
        started, path = time.monotonic(), self._path(call)
        outcome = "no answer"
        try:
            answer = self._over_the_wire(call)
            outcome = f"{answer.status} {answer.request_id}".rstrip()
        except (OSError, HTTPError) as problem:
            raise unanswered(problem, method=call.method, path=path) from problem
        finally:
            took = (time.monotonic() - started) * 1000
            _log.debug("%s %s %.0f ms %s", call.method, path, took, outcome)
        return answer

    def _over_the_wire(self, call: Call) -> Answer:
        # v1 takes a write from a script for a forged one without X-Atlassian-Token.
        headers = {} if call.method == "GET" else {"X-Atlassian-Token": "no-check"}
        if call.content is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        with self._session.request(
            call.method,
            self.address.root + call.route,
            params=call.params,
            data=None if call.content is None else _encoded(call.content),
            headers=headers,
            timeout=self._timeout,  # type: ignore[arg-type]
            allow_redirects=False,
            stream=True,
        ) as response:
            body = _body(response)
            if not response.ok:
                body = self._credentials.hidden_in(body)
            return Answer(status=response.status_code, headers=response.headers, body=body)


def _is_nobody(answer: Answer) -> bool:
    """Data Center may take a rejected token for a visitor, who gets a 200, 403 or 404."""
    if answer.status < 300 and login_failed(answer.headers):
        return True
    is_anonymous = answer.headers.get("X-AUSERNAME", "").lower() == "anonymous"
    return is_anonymous and (answer.status < 300 or answer.status in (401, 403, 404))


def _encoded(content: object) -> bytes:
    """As UTF-8: six-byte escapes of Korean text would count twice against Confluence's 5 MB."""
    try:
        return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        return json.dumps(content, allow_nan=False).encode()


def _body(response: requests.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(64 * 1024):
        size += len(part)
        if size > LARGEST_ANSWER:
            raise AnswerTooLong(f"the answer has more than {LARGEST_ANSWER:,} bytes")
        parts.append(part)
    return b"".join(parts)
