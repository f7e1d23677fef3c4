"""A start: what a command and the first page wait for."""

import gc
import subprocess
import sys

CHECK = """
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check"])
print(*sys.modules)
"""
SERVE = """
import sys, django
django.setup()
from syncadmin.imports import import_all
import_all()
print(*sys.modules)
"""
LARGE = ("ninja", "pydantic", "requests", "plays.storage", "plays.sync.weekly", "plays.api.urls")


def test_check_imports_neither_the_api_nor_what_edits_pages_or_calls_confluence():
    assert not set(LARGE) & imported_by(CHECK)


def test_a_server_has_imported_all_of_it_before_its_first_request():
    assert set(LARGE) <= imported_by(SERVE)


def imported_by(program):
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_garbage_is_collected_once_django_has_started():
    assert gc.isenabled()
    assert gc.get_freeze_count() > 50_000
