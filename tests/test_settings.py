"""The environment: what settings read, what the documents promise, who may reach in."""

import subprocess
import sys
from pathlib import Path

import environ
import pytest

from syncadmin.settings import ENV_ENCODING, env
from tests.environment import defaults, product_environment
from tests.readme import table

ROOT = Path(__file__).resolve().parent.parent


def test_the_list_of_settings_has_every_variable_with_its_default():
    told = {row["name"]: row["default"] for row in table("settings.md")}

    assert told == defaults()


def test_the_example_file_lists_every_variable_in_the_order_of_that_list():
    names = [line.partition("=")[0] for line in _assignments()]

    assert names == [row["name"] for row in table("settings.md")]


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


def test_the_items_of_a_list_may_have_blanks_around_them():
    said = _python(
        "from syncadmin import settings as s;"
        "print(s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS, s.EVENTS_TOKENS, s.HTTPS_ONLY)",
        product_environment(
            ALLOWED_HOSTS="localhost, sync.example",
            CSRF_TRUSTED_ORIGINS="http://localhost , https://sync.example,",
            EVENTS_TOKENS=" one,, two ",
        ),
    )

    assert said == (
        "['localhost', 'sync.example'] ['http://localhost', 'https://sync.example']"
        " ['one', 'two'] True"
    )


def test_a_dollar_sign_is_a_letter_like_any_other():
    said = _python(
        "from syncadmin.settings import SECRET_KEY; print(SECRET_KEY)",
        product_environment(SECRET_KEY="$ecret"),
    )

    assert said == "$ecret"


def test_an_env_file_may_begin_with_a_byte_order_mark(tmp_path, monkeypatch):
    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    file = tmp_path / ".env"
    file.write_bytes(b"\xef\xbb\xbfSECRET_KEY=first-line\n")

    env.read_env(file, encoding=ENV_ENCODING)

    assert env("SECRET_KEY") == "first-line"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SYNC_RETRY_COUNT", "", "a whole number"),
        ("SYNC_RETRY_COUNT", "2.5", "a whole number"),
        ("CONFLUENCE_TIMEOUT", "10s", "a number"),
        ("CONFLUENCE_TIMEOUT", "inf", "a number"),
        ("DEBUG", "maybe", "true or false"),
        ("TIME_ZONE", "Asia/Seol", "the name of a time zone"),
        ("TIME_ZONE", "", "the name of a time zone"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named_in_one_sentence(name, value, told):
    refused = _manage("check", product_environment(**{name: value}))

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"{name} must be {told}")
    assert refused.stderr.endswith(f"it is {value!r}.\n")
    assert refused.stderr.count("\n") == 1


def test_an_address_of_no_database_is_refused_without_its_password():
    refused = _manage("check", product_environment(DATABASE_URL="postgers://me:hush@db/plays"))

    assert refused.stderr.startswith(
        "DATABASE_URL must be like sqlite:///db.sqlite3 or postgres://"
    )
    assert "hush" not in refused.stderr


def test_a_silent_side_ends_a_connection_to_postgresql_and_the_address_may_say_otherwise():
    said = _python(
        "from syncadmin.settings import DATABASES;"
        "o = DATABASES['default']['OPTIONS'];"
        "waits = [each for each in o['options'].split() if each.startswith('idle_')];"
        "print(o['connect_timeout'], o['tcp_user_timeout'], *waits)",
        product_environment(DATABASE_URL="postgres://me@db/plays?connect_timeout=3"),
    )

    assert said == "3 30000 idle_in_transaction_session_timeout=60000"


def test_check_refuses_an_empty_secret_key():
    refused = _manage("check", product_environment(SECRET_KEY=""))

    assert refused.returncode == 1
    assert "SECRET_KEY is empty." in refused.stderr


def _manage(command, environment):
    return subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


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
