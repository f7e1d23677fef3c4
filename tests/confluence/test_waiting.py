"""What is asked while Confluence answers: once, in the caller's thread, and in nobody's way."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler

import pytest

from plays import confluence
from plays.confluence import Confluence, meanwhile
from tests.confluence.samples import v1_page, v2_error, v2_page
from tests.confluence.wire import Reply, Wire


class Asked:
    """Counts how often it was asked; `error` is raised then."""

    def __init__(self, error: Exception | None = None) -> None:
        self.times, self.error = 0, error

    def __call__(self) -> str:
        self.times += 1
        if self.error:
            raise self.error
        return "answer"


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_it_is_asked_before_confluence_has_answered(
    wire: Wire, client: Confluence, datacenter: Confluence, deployment: str
) -> None:
    was_asked = threading.Event()
    threads = []

    def answers_then(handler: BaseHTTPRequestHandler) -> None:
        assert was_asked.wait(5)
        Reply(body=v2_page() if deployment == "cloud" else v1_page()).send(handler)

    def ask() -> None:
        threads.append(threading.current_thread())
        was_asked.set()

    wire.will(answers_then)
    with meanwhile(ask):
        (client if deployment == "cloud" else datacenter).get_page("123")

    assert threads == [threading.current_thread()]


def test_it_is_asked_once_however_many_calls_there_are(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page()), Reply(body=v2_page()))
    ask = Asked()

    with meanwhile(ask) as answer:
        client.get_page("123")
        client.get_page("123")

    assert (answer(), ask.times) == ("answer", 1)


def test_it_is_asked_without_a_call_too() -> None:
    late, soon = Asked(), Asked()

    with meanwhile(late):
        pass
    with meanwhile(soon) as answer:
        assert answer() == "answer"

    assert (late.times, soon.times) == (1, 1)


def test_a_call_outside_the_block_asks_nothing(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page()))
    ask = Asked()
    with pytest.raises(KeyError), meanwhile(ask):
        raise KeyError

    client.get_page("123")

    assert ask.times == 0


def test_the_error_of_the_call_comes_first(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(status=503, body=v2_error(503, "away")))

    with meanwhile(Asked(KeyError("asked"))) as answer:
        with pytest.raises(confluence.ServerFault):
            client.get_page("123")
        with pytest.raises(KeyError):
            answer()


def test_what_fails_meanwhile_leaves_no_call_unanswered(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page(title="first")), Reply(body=v2_page(title="second")))

    with meanwhile(Asked(OSError("not Confluence's"))):
        first = client.get_page("123")
    second = client.get_page("123")

    assert (first.title, second.title) == ("first", "second")
    assert len({asked.connection for asked in wire.asked}) == 1


def test_the_end_of_the_task_s_time_ends_the_call(wire: Wire, client: Confluence) -> None:
    """django-q2 raises SystemExit wherever the process is."""
    has_answered = threading.Event()

    def answers(handler: BaseHTTPRequestHandler) -> None:
        Reply(body=v2_page(title="first")).send(handler)
        has_answered.set()

    def end() -> None:
        assert has_answered.wait(5)
        raise SystemExit

    wire.will(answers, Reply(body=v2_page(title="second")))

    with pytest.raises(SystemExit), meanwhile(end):
        client.get_page("123")

    assert client.get_page("123").title == "second"


def test_what_it_takes_is_not_taken_for_confluence_s(wire: Wire) -> None:
    wire.will(Reply(body=v2_page()))

    with (
        Confluence(wire.url, token="t", timeout=0.2) as client,
        meanwhile(lambda: threading.Event().wait(0.25)),
    ):
        assert client.get_page("123").id == "123"
