"""Two people import the same file at the same moment."""

import threading

import pytest
from django.db import connection

from plays.models import PageMapping, Play
from plays.sync.plays.importer.applying import import_plays

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_imports_at_once_are_one_after_the_other():
    content = "play_id,name,live_doc_page_id\n" + "".join(f"P{n},x,{n + 1}\n" for n in range(40))
    together, results = threading.Barrier(2), []

    def run():
        try:
            together.wait(10)
            results.append(import_plays(content))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted((done.created, done.unchanged) for done in results) == [(0, 40), (40, 0)]
    assert Play.objects.count() == 40
    assert PageMapping.objects.filter(page__isnull=False).count() == 40
