"""Leases: who of us holds a row, whether he is dead, and how it is given back."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone

from plays.models import Page
from plays.sync import leases
from plays.sync.writing.claims import page_claim, take_back_dead
from tests.factories import make_page

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs Linux' /proc")


def hold(token):
    return make_page(lease_until=timezone.now() + timedelta(minutes=2), lease_token=token)


def token_of_a_dead_process(**machine):
    name, _pid, start, unique = leases.lease_token().split(" ")
    for old, new in machine.items():
        name = name.replace(old, new)
    return f"{name} 999999999 {start} {unique}"


@pytest.mark.django_db
def test_a_page_of_a_dead_process_of_this_machine_is_taken_back():
    hold(token_of_a_dead_process())

    assert take_back_dead() == 1


@pytest.mark.django_db
def test_a_page_of_a_machine_of_the_same_name_is_not():
    """Its process id is not ours to judge by, however alike the two machines call themselves."""
    boot = leases.BOOT_ID.read_text().strip()
    hold(token_of_a_dead_process(**{boot: "6f1f4c1e-0000-4000-8000-000000000000"}))

    assert take_back_dead() == 0


@pytest.mark.django_db
def test_a_token_fits_its_column_whatever_the_host_is_called(monkeypatch):
    monkeypatch.setattr(leases.socket, "gethostname", lambda: "h" * 253)

    assert len(leases.lease_token()) <= Page._meta.get_field("lease_token").max_length


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_given_back_once_the_database_answers_again(monkeypatch):
    page, waits = make_page(), []
    answers = iter([OperationalError("gone"), OperationalError("gone"), None])
    end = leases.end

    def flaky(free, *, until):
        def fails_twice():
            if error := next(answers):
                raise error
            return free()

        end(fails_twice, until=until, sleep=waits.append)

    monkeypatch.setattr(leases, "end", flaky)
    with page_claim(page.pk):
        pass

    assert waits == [leases.SECONDS_BETWEEN_ENDS] * 2
    assert Page.objects.get(pk=page.pk).lease_until is None


@pytest.mark.django_db(transaction=True)
def test_nobody_tries_to_give_back_what_has_run_out():
    def never():
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        leases.end(never, until=timezone.now() - timedelta(seconds=1), sleep=pytest.fail)
