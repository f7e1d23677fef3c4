"""The way to Confluence without a network: calls are answered in the same thread, or go astray."""

import io

import requests
import urllib3

from plays.confluence.waiting import work_meanwhile
from plays.sandbox import Fault
from plays.sandbox.server.server import RawRequest
from tests.sync.writing.model.workers import Worker

URL = "http://127.0.0.1:1/wiki"
# What may become of a call. Those of the sandbox have its names.
FAULTS = {
    "answered with 503": Fault("unavailable"),
    "answered with 429": Fault("rate_limited", retry_after="1"),
    "failed after it was done": Fault("error_after"),
    "reply lost": Fault("lost_reply"),
    "reply cut off": Fault("truncated_json"),
    "a colleague was quicker": Fault("colleague_edit"),
    "read stale": Fault("stale_read"),
    "read empty": Fault("empty_body"),
    "lost lock": Fault("optimistic_lock"),
}
FATES = ("answered", "lost on the way", "late", *FAULTS)


class Wire:
    """Takes the place of the client's network. `late`: requests that still are on their way."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self.late = []

    def send(self, _adapter, request, **_options):
        """In place of `HTTPAdapter.send`."""
        worker = Worker.current()
        if worker is None:
            return self._answer(request, "answered")
        worker.rest(f"before {request.method}")
        fate = worker.fate
        work_meanwhile()
        try:
            return self._answer(request, fate)
        finally:
            worker.rest(f"after {request.method}, {fate}")

    def deliver_late(self, place=0):
        """A request arrives whose sender has given up waiting."""
        self._exchange(self.late.pop(place))

    def _answer(self, request, fate):
        raw = _raw(request)
        if fate == "lost on the way":
            raise requests.ConnectionError("reset by peer")
        if fate == "late":
            self.late += [raw] if request.method != "GET" else []
            raise requests.ReadTimeout("no answer in time")
        if fault := FAULTS.get(fate):
            self._sandbox.faults.script(fault)
        answer = self._exchange(raw)
        self._sandbox.faults.clear()
        if answer is None:
            raise requests.ConnectionError("closed without an answer")
        return _response(request, answer)

    def _exchange(self, raw):
        return self._sandbox._exchange.answer(raw)


def _raw(request):
    body = request.body or b""
    target = request.url.removeprefix("http://127.0.0.1:1")
    headers = dict(request.headers)
    return RawRequest(method=request.method, target=target, headers=headers, body=body)


def _response(request, answer):
    headers = {"Content-Type": answer.content_type, **answer.headers}
    response = requests.Response()
    response.status_code = answer.status
    response.headers.update(headers)
    response.request, response.url = request, request.url
    response.raw = urllib3.HTTPResponse(
        io.BytesIO(answer.body), headers=headers, status=answer.status, preload_content=False
    )
    return response
