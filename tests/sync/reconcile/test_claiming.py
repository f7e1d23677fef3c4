"""Pages are compared only while nobody writes one: who writes is waited for, not for ever."""

import pytest

from plays.sync.reconcile import reconciling
from plays.sync.weekly.page_reads import RunMustWait
from plays.sync.writing.claims import page_claim
from tests.factories import make_mapping, make_page

pytestmark = pytest.mark.django_db


def test_a_page_that_is_being_written_is_waited_for(monkeypatch):
    page = make_mapping("action_log", page=make_page()).page
    writing = page_claim(page.pk)
    writing.__enter__()
    monkeypatch.setattr(reconciling.time, "sleep", lambda _: writing.__exit__(None, None, None))

    with reconciling._claimed():
        page.refresh_from_db()
        assert page.lease_until is not None


def test_a_page_that_is_written_for_too_long_is_said_to_be_busy(monkeypatch):
    page = make_mapping("action_log", page=make_page()).page
    monkeypatch.setattr(reconciling, "CLAIM_SECONDS", 0.0)

    with page_claim(page.pk), pytest.raises(RunMustWait), reconciling._claimed():
        pytest.fail("another has it")
