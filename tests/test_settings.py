"""The environment: what settings read, what README and .env.example promise, who may reach in."""

import subprocess
import sys
from pathlib import Path

import environ
import pytest

from syncadmin.settings import env
from tests.environment import defaults, product_environment
from tests.readme import table

ROOT = Path(__file__).resolve().parent.parent


def test_readme_names_every_variable_with_its_default():
    told = {row["name"]: row["default"] for row in table("Settings")}

    assert told == defaults()


def test_the_example_file_lists_every_variable_in_the_order_of_readme():
    names = [line.partition("=")[0] for line in _assignments()]

    assert names == [row["name"] for row in table("Settings")]


def test_the_example_file_as_it_is_changes_nothing(monkeypatch):
    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    environ.Env.read_env(ROOT / ".env.example")

    read = {name: env(name) for name in env.scheme}

    assert read == {name: default for name, (_type, default) in env.scheme.items()}


def test_a_persons_environment_does_not_reach_the_tests(monkeypatch):
    monkeypatch.setenv("CONFLUENCE_URL", "https://a-real-site.example/wiki")
    monkeypatch.setenv("EVENTS_TOKENS", "a-real-token")
    monkeypatch.setenv("TIME_ZONE", "Europe/Berlin")

    said = _settings_say("tests.settings", env_of=None)

    assert said == "'' [] Asia/Seoul"


def test_a_persons_env_file_does_not_reach_the_tests():
    _python(
        "import environ; environ.Env.read_env = classmethod(lambda *_: 1 / 0);"
        "import tests.settings",
        environment=None,
    )


def test_a_process_started_by_a_test_sees_only_what_the_test_names(monkeypatch):
    monkeypatch.setenv("CONFLUENCE_URL", "https://a-real-site.example/wiki")

    said = _settings_say("syncadmin.settings", env_of=product_environment(EVENTS_TOKENS="a,b"))

    assert said == "'' ['a', 'b'] Asia/Seoul"


@pytest.mark.parametrize(
    ("origins", "secure"),
    [("", False), ("http://sync.example", False), ("http://a.example,https://b.example", True)],
)
def test_an_https_origin_turns_on_https_only(origins, secure):
    said = _python(
        "from syncadmin import settings as s;"
        "print({s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_HSTS_SECONDS > 0})",
        product_environment(CSRF_TRUSTED_ORIGINS=origins),
    )

    assert said == str({secure})


def _assignments():
    lines = (ROOT / ".env.example").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _settings_say(module, env_of):
    return _python(
        f"from {module} import *; print(repr(CONFLUENCE_URL), EVENTS_TOKENS, TIME_ZONE)", env_of
    )


def _python(code, environment):
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()
