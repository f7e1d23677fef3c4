"""The files in deploy/ are right: their own programs take them, and what they call exists."""

import configparser
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from syncadmin.settings import env
from tests.conftest import missing

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(each.name for each in DEPLOY.glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def takes(*command, **options):
    """What a checking program says against a file; "" is nothing."""
    program = shutil.which(command[0])
    if not program:
        missing(f"{command[0]} is not installed")
    said = subprocess.run([program, *command[1:]], capture_output=True, text=True, **options)
    return "" if said.returncode == 0 else f"{said.stdout}{said.stderr}"


def unit(name):
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str
    parsed.read(DEPLOY / name)
    return parsed


def test_the_units_are_what_systemd_understands(tmp_path):
    """Systemd wants the programs to be there: this checkout stands in for /srv/syncadmin."""
    here = {"/srv/syncadmin/.venv/bin": str(Path(sys.executable).parent), "/srv/syncadmin": ROOT}
    for file in (*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")):
        text = file.read_text()
        for of_theirs, of_ours in here.items():
            text = text.replace(of_theirs, str(of_ours))
        (tmp_path / file.name).write_text(text)
    files = [each.name.replace("@", "@8000") for each in sorted(tmp_path.iterdir())]
    (tmp_path / "syncadmin-web@8000.service").write_bytes(
        (tmp_path / "syncadmin-web@.service").read_bytes()
    )

    assert takes("systemd-analyze", "verify", "--man=no", *files, cwd=tmp_path) == ""


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_gives_away_no_more_of_the_machine_than_it_needs(name, tmp_path):
    """Of systemd's 10, what is left is the network, which both processes are there for."""
    file = tmp_path / name.replace("@", "@8000")
    file.write_text((DEPLOY / name).read_text())

    assert takes("systemd-analyze", "security", "--offline=yes", "--threshold=15", file) == ""


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_may_write_only_where_it_must(name):
    service = unit(name)["Service"]

    assert service["User"] == "syncadmin"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"


def test_the_image_is_built_as_its_craft_asks():
    hadolint = Path(sys.executable).with_name("hadolint")

    assert takes(str(hadolint), DEPLOY / "Dockerfile") == ""


def test_the_image_holds_whatever_it_copies():
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]]
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()

    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [name for name in copied if f"!{name}" not in kept] == []


def test_caddy_takes_its_file():
    assert takes("caddy", "validate", "--adapter=caddyfile", "--config", DEPLOY / "Caddyfile") == ""


@pytest.mark.parametrize("service", ["migrate", "worker", "mcp", "web"])
def test_a_container_runs_a_command_that_there_is(service):
    image = (DEPLOY / "Dockerfile").read_text().rpartition("CMD ")[2]
    command = COMPOSE["services"][service].get("command") or yaml.safe_load(image)

    if command[:2] == ["python", "manage.py"]:
        assert get_commands()[command[2]]
    else:
        assert command[0] in {each.name for each in entry_points(group="console_scripts")}


def test_no_container_fills_the_disk_with_its_log():
    assert {str(each["logging"]["options"]) for each in COMPOSE["services"].values()} == {
        "{'max-size': '20m', 'max-file': '5'}"
    }


def test_compose_sets_only_what_is_read():
    app = COMPOSE["x-app"]["environment"]

    assert set(app) <= set(env.scheme)


def test_the_worker_gets_the_time_that_its_longest_write_takes(settings):
    minutes = int(COMPOSE["services"]["worker"]["stop_grace_period"].removesuffix("m"))
    seconds = int(unit("syncadmin-worker.service")["Service"]["TimeoutStopSec"])

    assert minutes * 60 > settings.SYNC_LONGEST_WRITE_SECONDS
    assert seconds > settings.SYNC_LONGEST_WRITE_SECONDS


def test_web_processes_listen_only_where_the_proxy_asks():
    command = shlex.split(unit("syncadmin-web@.service")["Service"]["ExecStart"])

    assert "--listen=127.0.0.1:%i" in command
    assert "--clear-untrusted-proxy-headers" in command
