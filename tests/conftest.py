"""What all tests share: the database, the sandbox, people, a browser, and what CI forbids."""

import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings as project_settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import emptying, factories
from tests.postgres import NoPostgres, throwaway_postgres

IN_CI = os.environ.get("CI") == "true"
NOT_TO_BE_HAD = "not to be had here:"  # begins the reason of a skip that CI allows
TEST_NET = "198.18."  # RFC 2544: networks of tests, which no other machine has
LOCAL_HOSTS = ("127.", "localhost", "::1", TEST_NET)
# The first has no windows of its own to draw: a page costs a third of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Atlassian's own description of REST v2 is not ours to publish: set CONFLUENCE_OPENAPI to a copy.
OPENAPI = Path(os.environ.get("CONFLUENCE_OPENAPI", ""))  # "" is no file
SANDBOX_EMAIL = "demo@example.com"
SANDBOX_TOKEN = "sandbox-token"
SANDBOX_SPACE = "AX"

# A program that a test starts is compiled once, not at each of a hundred starts.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

if not IN_CI:  # there hypothesis loads a profile of its own, without deadlines too
    hypothesis.settings.register_profile("shared machine", deadline=None)
    hypothesis.settings.load_profile("shared machine")


# --- The run -----------------------------------------------------------------------------------


def pytest_addoption(parser):
    parser.addoption(
        "--db",
        choices=["sqlite", "postgres"],
        default="sqlite",
        help="postgres: run on a throw-away PostgreSQL server (or on TEST_DATABASE_URL)",
    )
    parser.addoption(
        "--deployment",
        choices=["cloud", "datacenter"],
        default="cloud",
        help="which Confluence the sandbox is, with the client's dialect that goes with it",
    )
    parser.addoption(
        "--clients",
        action="store_true",
        help="also what installs other people's clients, from npm and PyPI",
    )
    parser.addoption(
        "--every-look",
        action="store_true",
        help="each screen in each language, width and scheme, not one look of each screen",
    )


def pytest_xdist_auto_num_workers():
    """Two more than there are cores: tests of processes wait for more than half of their time."""
    return len(os.sched_getaffinity(0)) + 2


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """With --db=postgres, run the same tests again as a child that finds a server.

    Django has read its settings by now, so this process only keeps the server. Each test goes to
    the worker that is free first (`loadgroup`); by files, one would wait for another's last.
    """
    if config.option.numprocesses and config.option.dist == "no":
        config.option.dist = "loadgroup"
    if config.option.db == "sqlite" or "TEST_DATABASE_URL" in os.environ:
        return None
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    tests = [sys.executable, "-m", "pytest", *config.invocation_params.args]
    try:
        with throwaway_postgres() as url:
            signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the child: it reports
            return subprocess.call(tests, env=os.environ | {"TEST_DATABASE_URL": url})
    except NoPostgres as reason:
        raise pytest.UsageError(str(reason)) from reason


def pytest_report_header():
    return None if OPENAPI.is_file() else "no CONFLUENCE_OPENAPI: tests against it are left out"


def pytest_collection_modifyitems(config, items):
    """Leave out what reads Atlassian's document where it is absent: a clone cannot have it. And
    what installs clients, unless it is asked for; and on SQLite what needs a server.

    What takes long comes first, so that no core waits for another's last test.
    """
    left_out = [
        item
        for item in items
        if ("contract" in getattr(item, "fixturenames", ()) and not OPENAPI.is_file())
        or (item.get_closest_marker("clients") and not config.option.clients)
        or (item.get_closest_marker("postgres") and connection.vendor == "sqlite")
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=_is_short)  # stable: otherwise in the order of the files


def pytest_collection_finish():
    """What is imported stays: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def _is_short(item):
    return not any(item.get_closest_marker(name) for name in ("processes", "browser"))


def pytest_sessionfinish(session):
    """In CI a skipped test is a promise that nobody checked. Only what other people's registries
    do not hand out may be missing.
    """
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = terminal.stats.get("skipped", []) if terminal else []
    if IN_CI and any(NOT_TO_BE_HAD not in str(each.longrepr) for each in skipped):
        terminal.ensure_newline()
        terminal.write_line("Skipped tests are failures in CI.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def _only_this_machine():
    """Nothing in a test may talk to another machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once():
    """Each test's client makes a WhiteNoise of its own, which would look at all of them again:
    almost half the time of a test that asks for one screen.
    """
    listed = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(middleware):
        if not listed:
            look(middleware)
            listed.update(middleware.files)
        middleware.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


def _guarded(connect):
    def guarded(self, address):
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOCAL_HOSTS):
            self.close()
            pytest.fail(f"a test tried to reach {address[0]}")
        return connect(self, address)

    return guarded


# --- The database ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory, django_db_modify_db_settings_parallel_suffix):
    """A SQLite database in a file: threads and other processes see the same one."""
    if connection.vendor == "sqlite":
        folder = tmp_path_factory.mktemp("database")
        project_settings.DATABASES["default"]["TEST"]["NAME"] = str(folder / "tests.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """What tests commit is taken back by `emptying`. A connection that a test's thread left open
    must not keep PostgreSQL from the drop.
    """
    with django_db_blocker.unblock():
        put_back = emptying.remember()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: put_back())
        yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def database_url(transactional_db):
    """DATABASE_URL of the test database, for a process that the test starts."""
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    return (
        f"postgres://{place['USER']}:{place['PASSWORD']}"
        f"@{place['HOST']}:{place['PORT']}/{place['NAME']}"
    )


# --- Confluence --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def contract():
    """Atlassian's OpenAPI document of REST v2; tests that take it are left out without it."""
    return json.loads(OPENAPI.read_text(encoding="utf-8"))


@pytest.fixture
def deployment(pytestconfig):
    """Cloud, unless `--deployment` or a test says otherwise."""
    return pytestconfig.option.deployment


@pytest.fixture
def sandbox(deployment):
    """A running local Confluence with an empty space."""
    from plays.sandbox import Sandbox

    with Sandbox(
        email=SANDBOX_EMAIL,
        token=SANDBOX_TOKEN,
        space_key=SANDBOX_SPACE,
        deployment=deployment,
    ) as running:
        yield running


@pytest.fixture
def confluence_settings(settings, sandbox, deployment):
    """Django's settings, pointing at the sandbox; with a personal access token on Data Center."""
    settings.CONFLUENCE_URL = sandbox.url
    settings.CONFLUENCE_DEPLOYMENT = deployment
    settings.CONFLUENCE_EMAIL = SANDBOX_EMAIL if deployment == "cloud" else ""
    settings.CONFLUENCE_API_TOKEN = SANDBOX_TOKEN
    settings.CONFLUENCE_SPACE_KEY = SANDBOX_SPACE
    return settings


@pytest.fixture(autouse=True)
def _nothing_is_cached():
    """What one test asked Confluence for is not known to the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def _numbers_begin_at_one():
    """What the factories number is named alike in each test, whichever ran before it."""
    factories.restart_numbers()


# --- People ------------------------------------------------------------------------------------


@pytest.fixture
def pm(db):
    return _person("pm", "PM")


@pytest.fixture
def staff(db):
    return _person("staff", "Staff")


@pytest.fixture
def admin_user(db):
    """Someone in the Admin group, who is no superuser (unlike pytest-django's own)."""
    return _person("admin", "Admin", is_staff=True)


def _person(name, group, **flags):
    person = User.objects.create_user(name, password=name, **flags)
    person.groups.add(Group.objects.get_or_create(name=group)[0])
    return person


# --- A browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser():
    """A real Chromium, one for all tests of a worker."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        missing(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's event loop runs in this thread; Django would take our queries for async.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield playwright.chromium.launch(
            executable_path=Path(program), args=["--no-sandbox"], timeout=60_000
        )


@pytest.fixture
def page(browser):
    """A fresh tab of a Korean visitor: no cookies, nothing remembered."""
    context = browser.new_context(locale="ko-KR", timezone_id="Asia/Seoul")
    yield context.new_page()
    context.close()


def missing(reason):
    """Skip here, fail in CI, where everything must be installed."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def live_server(live_server):
    """It answers in threads, so all is imported before, as in syncadmin.wsgi."""
    from syncadmin.imports import import_all

    import_all()
    return live_server
