"""`manage.py check` and the first page beside those of a bare Django.

    python benchmarks/start.py [--times N] [--json]

The bare Django has nothing but its own applications that ours has too. Seconds are of the
processors' work of a process that ends when it is done; each takes its turn, the best counts.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.surroundings import ROOT

_SETTINGS = """
import django.conf
django.conf.settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions", "django.contrib.messages",
                    "django.contrib.staticfiles", "django.contrib.humanize"], STATIC_URL="static/",
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                "django.middleware.common.CommonMiddleware",
                "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                "OPTIONS": {"context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages"]}}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
import django
django.setup()
from django.contrib import admin
from django.urls import path
urlpatterns = [path("admin/", admin.site.urls)]
"""
_OURS = """
import os
os.environ.update(DJANGO_SETTINGS_MODULE="tests.settings")
"""
_CHECK = """
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check"])
"""
_BARE_CHECK = """
from django.core.management import call_command
call_command("check")
"""
_ASK = """
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
{1}
from django.test import Client
assert Client(SERVER_NAME="localhost").get("{0}").status_code == 200
"""
PROGRAMS = {
    "check": (_OURS + _CHECK, _SETTINGS + _BARE_CHECK),
    "first_page": (
        _OURS + _ASK.format("/login/", "from syncadmin.imports import import_all; import_all()"),
        _SETTINGS + _ASK.format("/admin/login/", ""),
    ),
}


def measure(times: int) -> dict[str, Any]:
    least: dict[str, list[float]] = {name: [float("inf")] * 2 for name in PROGRAMS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(times + 1):  # the first compiles what is not compiled yet
            for name, programs in PROGRAMS.items():
                took = [_seconds(program, Path(folder)) for program in programs]
                least[name] = [min(pair) for pair in zip(least[name], took, strict=True)]
    return {
        name: {"seconds": ours, "beside": bare, "ratio": ours / bare}
        for name, (ours, bare) in least.items()
    }


def _seconds(program: str, folder: Path) -> float:
    path = folder / "benchmark_start.py"
    path.write_text(program)
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, path], check=True, capture_output=True, cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{folder}", "PATH": "/usr/bin"},
    )  # fmt: skip
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.times)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    for name, row in found.items():
        ms, beside = row["seconds"] * 1e3, row["beside"] * 1e3
        print(f"{name:<12}{ms:9.1f} ms beside {beside:9.1f}: {row['ratio']:.2f}")


if __name__ == "__main__":
    main()
