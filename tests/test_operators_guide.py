"""docs/operations.md is true: its steps are run here as they stand, or by a test that is named."""

import os
import re
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.conftest import missing
from tests.postgres import NoPostgres, throwaway_server

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "operations.md").read_text()
FENCED = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(
    r"(?:(?:sudo -u \w+|MODEL_EXAMPLES=\d+|\.venv/bin/|python) ?)*"
    r"(manage\.py|useradd|git|ln|cd|pip|python3|createuser|createdb|install|cp|systemctl|curl|docker"
    r"|benchmarks/campaign\.py|pg_restore|sqlite3|journalctl|pytest|-m benchmarks|systemd-analyze) "
)
HERE = "tests/test_operators_guide.py::test_the_steps_work_as_they_stand"
DEPLOY, PROCESSES, SYNC = "tests/test_deploy.py", "tests/processes", "tests/sync"
COMPOSE = f"{DEPLOY}::test_a_container_runs_a_command_that_there_is"
UPGRADE = f"{PROCESSES}/test_proxy.py::test_people_come_by_tls_and_do_not_notice_an_upgrade"
UNITS = f"{DEPLOY}::test_the_units_are_what_systemd_understands"
BACKUP = f"{SYNC}/test_backup.py"
MEMORY = f"{SYNC}/reconcile/test_pages_remember.py"
CAMPAIGN = f"{PROCESSES}/test_campaign.py"

# What a command begins with, and where it is tried; the longest that fits counts.
TRIED = {
    "useradd": HERE,
    "git clone": HERE,
    "ln": HERE,
    "cd /srv": HERE,
    "python3 -m venv": "tests/test_readme.py::"
    "test_a_readme_command_is_one_line_that_installs_what_is_pinned",
    "pip install": "tests/test_readme.py::"
    "test_a_readme_command_is_one_line_that_installs_what_is_pinned",
    "createuser": HERE,
    "createdb": HERE,
    "install": HERE,
    "cp deploy": HERE,
    "cp /var/backups": f"{BACKUP}::"
    "test_a_copy_has_all_that_was_committed_and_what_came_later_is_in_the_next",
    "systemctl daemon-reload": HERE,
    "systemctl enable": HERE,
    "systemctl restart": UPGRADE,
    "systemd-analyze security": f"{DEPLOY}::"
    "test_a_unit_gives_away_no_more_of_the_machine_than_it_needs",
    "journalctl": UNITS,
    "curl": UPGRADE,
    "cd deploy": COMPOSE,
    "docker": COMPOSE,
    "pg_restore": HERE,
    "sqlite3": f"{SYNC}/test_retention.py",
    "benchmarks/campaign.py": f"{CAMPAIGN}::"
    "test_a_short_campaign_ends_with_every_event_once_and_no_edit_lost",
    "-m benchmarks.campaigns.runs": f"{CAMPAIGN}::"
    "test_the_documents_have_the_tables_of_the_runs_that_were_kept",
    "pytest tests/sync/writing/model": f"{SYNC}/writing/model",
    "manage.py migrate": HERE,
    "manage.py check --deploy": HERE,
    "manage.py createsuperuser": HERE,
    "manage.py backup": HERE,
    "manage.py doctor": f"{SYNC}/doctor/test_doctor.py",
    "manage.py worker": f"{PROCESSES}/test_worker.py::"
    "test_work_goes_on_after_an_idle_worker_was_killed",
    "manage.py worker --check": f"{PROCESSES}/test_stalls.py::"
    "test_the_check_says_whether_a_worker_is_at_work",
    "manage.py cleanup": f"{SYNC}/test_retention.py",
    "manage.py token": f"{SYNC}/access/test_tokens.py::test_the_command_makes_tells_and_revokes",
    "manage.py reconcile": f"{MEMORY}::test_a_restored_copy_ends_with_every_event_once",
    "manage.py reconcile --dry-run": f"{MEMORY}::"
    "test_a_dry_run_changes_nothing_and_an_act_is_in_the_audit_trail",
    "manage.py reconcile --go-on": f"{SYNC}/reconcile/test_here_before_us.py::"
    "test_the_command_goes_on_too_and_refuses_to_adopt_at_once",
}
ROTATED = {
    "a portal's token": TRIED["manage.py token"],
    "EVENTS_SIGNING_SECRETS": "tests/api/test_events.py::"
    "test_a_signature_by_any_of_the_secrets_opens_the_door",
    "CONFLUENCE_API_TOKEN": f"{SYNC}/site/test_availability.py::"
    "test_a_person_has_a_stopped_site_asked_and_it_opens_only_if_it_accepts_us",
    "SECRET_KEY": HERE,
    "the database's password": HERE,
    "OIDC_CLIENT_SECRET": "tests/views/test_single_sign_on.py::"
    "test_the_doctor_says_what_lets_nobody_in_and_what_to_do",
    "ALERT_WEBHOOK_SECRET": f"{SYNC}/alerts/test_alerts.py::"
    "test_a_channel_that_is_away_gets_it_later_and_its_address_is_told_to_nobody",
}


def commands():
    """Every command of the guide, each once, from its first program's name on."""
    blocks = [line for block in FENCED.findall(GUIDE) for line in block.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", FENCED.sub("", GUIDE))
    found = {}
    for line in blocks:
        for command in line.split("#")[0].split(" && "):
            if command.strip():
                found[_bare(command.strip())] = None
    for words in inline:
        if PROGRAM.match(words):  # a program's name alone is no step
            found[_bare(words)] = None
    return list(found)


def _bare(command):
    known = PROGRAM.match(f"{command} ")
    return command[known.start(1) :] if known else command


@pytest.mark.parametrize("command", commands())
def test_every_command_is_tried_by_a_test_that_is_there(command):
    fitting = [begin for begin in TRIED if command.startswith(begin)]

    assert fitting, f"no test tries {command!r}: run it in {HERE}, or name the test that does"
    assert _is_there(TRIED[max(fitting, key=len)])


def test_every_secret_is_changed_by_a_test_that_is_there():
    table = GUIDE[GUIDE.index("## Change a secret") : GUIDE.index("## What heals by itself")]
    rows = [row.split("|")[1].strip().strip("`") for row in table.splitlines() if row[:1] == "|"]

    assert set(rows[2:]) == set(ROTATED)
    assert all(map(_is_there, ROTATED.values()))


def _is_there(test):
    path, _, name = test.partition("::")
    return (ROOT / path).exists() and (not name or f"def {name}(" in (ROOT / path).read_text())


# --- Run as they stand ---------------------------------------------------------------------------

STUBS = {  # what only root on a machine with systemd may do; each notes that it was asked
    "useradd": 'echo "useradd $*" >>"$ASKED"',
    "systemctl": 'echo "systemctl $*" >>"$ASKED"',
    "sudo": 'shift 2; exec "$@"',
}


@pytest.fixture
def machine(tmp_path):
    """A folder that stands for the machine, and PostgreSQL where `syncadmin` may be made."""
    try:
        with throwaway_server() as server:
            yield Machine(tmp_path, server)
    except NoPostgres as reason:
        missing(str(reason))


class Machine:
    def __init__(self, folder, server):
        self.folder, self.url = folder, server.url
        programs = folder / "programs"
        for name, does in STUBS.items():
            programs.mkdir(exist_ok=True)
            (programs / name).write_text(f"#!/bin/sh\n{does}\n")
            (programs / name).chmod(0o755)
        for place in ("srv", "etc/systemd/system", "var/backups/syncadmin"):
            (folder / place).mkdir(parents=True)
        user, password, host, port = re.split(r"[:@/]+", server.url)[1:5]
        path = f"{programs}:{server.programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.environment = {
            "PATH": path, "HOME": str(folder), "ASKED": str(folder / "asked"),
            "PGHOST": host, "PGPORT": port, "PGUSER": user, "PGPASSWORD": password,
            "DJANGO_SUPERUSER_PASSWORD": "kept-by-nobody-7",
        }  # fmt: skip
        self.replaced = {
            "https://git.example.com/syncadmin.git": f"--quiet {ROOT}",
            "python3 -m venv .venv": f"ln -s {Path(sys.executable).parents[1]} .venv",
            "&& .venv/bin/pip install --constraint constraints.txt --editable "
            "'.[redis,xlsx,mcp]'": "",
            "createuser syncadmin": "createuser operator",  # the server's own is called syncadmin
            "--owner=syncadmin ": "--owner=operator ",
            "--owner=operator --mode": "--mode",  # the account was not really made
            "manage.py createsuperuser": "manage.py createsuperuser --noinput "
            "--username first --email first@example.com",
        }

    def run(self, *lines, folder="srv/syncadmin"):
        """The lines as they stand but for what must be this machine's; what they said."""
        text = "\n".join(lines)
        for theirs, ours in self.replaced.items():
            text = text.replace(theirs, ours)
        text = re.sub(r"(?<![\w.])/(srv|etc/systemd|var/backups)\b", rf"{self.folder}/\1", text)
        done = subprocess.run(
            ["bash", "-euxo", "pipefail", "-c", text],
            cwd=self.folder / folder, env=self.environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        return done.stdout

    def set(self, **values):
        """Lines of `.env`, as a person writes them."""
        file = self.folder / "srv/syncadmin/.env"
        lines = file.read_text().splitlines()
        for name, value in values.items():
            lines = [f"{name}={value}" if line.startswith(f"{name}=") else line for line in lines]
        file.write_text("\n".join(lines) + "\n")


def blocks(heading):
    """The code blocks of one section."""
    section = GUIDE[GUIDE.index(f"\n## {heading}\n") :]
    return FENCED.findall(section[: section.find("\n## ", 4)])


@pytest.mark.processes
def test_the_steps_work_as_they_stand(machine):
    code, database, settings, tables, processes = blocks("Install")
    machine.run(code, folder=".")
    machine.run(database, settings)
    assert stat.S_IMODE((machine.folder / "srv/syncadmin/.env").stat().st_mode) == 0o600
    machine.set(
        SECRET_KEY=secrets.token_urlsafe(50),
        ALLOWED_HOSTS="sync.example.com",
        CSRF_TRUSTED_ORIGINS="https://sync.example.com",
        PUBLIC_URL="https://sync.example.com",
        DATABASE_URL=machine.url,
        CONFLUENCE_URL="https://example.atlassian.net/wiki",
        CONFLUENCE_EMAIL="sync@example.com",
        CONFLUENCE_API_TOKEN="token",
        CONFLUENCE_SPACE_KEY="BD",
    )
    machine.run(tables.replace("check --deploy", "check --deploy --fail-level WARNING"))
    machine.run(processes)
    units = {file.name for file in (machine.folder / "etc/systemd/system").iterdir()}
    asked = (machine.folder / "asked").read_text()
    assert {"syncadmin-web@.service", "syncadmin-worker.service"} <= units
    assert "systemctl enable --now syncadmin-web@8000 syncadmin-web@8001" in asked

    machine.run(*blocks("Backup"))
    (copy,) = (machine.folder / "var/backups/syncadmin").iterdir()
    back = re.search(r"`(createdb syncadmin)`, then `(pg_restore [^`]+)`", GUIDE)
    machine.run("dropdb syncadmin", back[1], re.sub(r"\S+\.backup", str(copy), back[2]))
    assert people(machine.url) == ["first"]

    machine.set(SECRET_KEY=secrets.token_urlsafe(50))
    machine.run("psql --quiet --command \"ALTER ROLE syncadmin PASSWORD 'newer'\"")
    machine.set(DATABASE_URL=re.sub(r":[0-9a-f]+@", ":newer@", machine.url))
    machine.run(".venv/bin/python manage.py migrate --check")


def people(url):
    with psycopg.connect(url) as connection:
        return [name for (name,) in connection.execute("SELECT username FROM auth_user")]
