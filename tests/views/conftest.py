"""What the web tests share: a PM who reads pages, on a Monday in November."""

import re

import pytest
import time_machine
from django.urls import reverse

from plays.models import QuarterCount
from tests.factories import NOW

EN = {"Accept-Language": "en-GB,en;q=0.9"}


@pytest.fixture
def monday():
    """A clock that stands still in the middle of the fourth quarter."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def seen(client, pm, monday):
    """A page's visible text, read by a PM; English unless said otherwise."""
    client.force_login(pm)

    def read(name, *args, query=""):
        response = client.get(reverse(f"plays:{name}", args=args) + query, headers=EN)
        assert response.status_code == 200
        text = re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2])
        return re.sub(r"\s+", " ", text)

    return read


@pytest.fixture
def counted():
    """Sets a Play's counters of the current quarter."""

    def count(play, **counts):
        return QuarterCount.objects.create(play=play, year=2026, quarter=4, **counts)

    return count
