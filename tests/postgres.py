"""A throw-away PostgreSQL server for one test run; refuses to be anything durable or shared."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

USER = "syncadmin"
START_SECONDS = 30
STOP_SECONDS = 15
SPEED_OVER_SAFETY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NoPostgres(Exception):
    """This machine has no PostgreSQL server programs, or they do not start."""


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """Yield the URL of a fresh server on 127.0.0.1, gone again at the end. Raises NoPostgres."""
    with throwaway_server() as server:
        yield server.url


@dataclass
class Server:
    """A running server that may be crashed and started again on its port."""

    programs: Path
    folder: Path
    port: int
    url: str
    account: pwd.struct_passwd | None
    process: subprocess.Popen[bytes]

    def make_database(self) -> None:
        """The one that `url` names."""
        place = f"{self.url.rpartition('/')[0]}/postgres"
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {USER}")

    def crash(self) -> None:
        """As `pg_ctl stop -m immediate` does: at once, and with nothing put in order."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=STOP_SECONDS)

    def start(self) -> None:
        self.process = _start(self.programs, self.folder, self.account, self.port)
        _wait_until_it_answers(self.process, self.url, self.folder)


@contextmanager
def throwaway_server() -> Iterator[Server]:
    """The same with the server in hand.

    Raises NoPostgres when the programs are missing or the server does not answer in time.
    """
    prefix = "syncadmin-postgres-"
    with tempfile.TemporaryDirectory(prefix=prefix) as folder, server_in(Path(folder)) as server:
        yield server


@contextmanager
def server_in(folder: Path) -> Iterator[Server]:
    """A server, stopped at the end, whose cluster is that of `folder`, made if there is none.

    Raises NoPostgres as `throwaway_server` does, also where another server has the cluster.
    """
    programs, account, port = server_programs(), _unprivileged_account(), _free_port()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    kept = folder / "password"
    if not kept.exists():
        _make_cluster(programs, folder, secrets.token_hex(16), account)
    process = _start(programs, folder, account, port)
    url = f"postgres://{USER}:{kept.read_text()}@127.0.0.1:{port}/{USER}"
    server = Server(programs, folder, port, url, account, process)
    try:
        _wait_until_it_answers(process, url, folder)
        yield server
    finally:
        _stop(server.process)


def server_programs() -> Path:
    """The folder of `initdb` and `postgres`: from PATH, else Debian's newest version."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda found: float(found.parts[-3]), default=None)
    if newest is None:
        raise NoPostgres("PostgreSQL is not installed: no `initdb` on PATH")
    return newest.parent


def _unprivileged_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; someone else must own the server then."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name for account in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def _identity(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _make_cluster(
    programs: Path, folder: Path, password: str, account: pwd.struct_passwd | None
) -> None:
    password_file = folder / "password"
    password_file.write_text(password)
    if account:
        os.chown(password_file, account.pw_uid, account.pw_gid)
    made = subprocess.run(
        [
            programs / "initdb",
            f"--pgdata={folder / 'cluster'}",
            f"--username={USER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **_identity(account),
    )
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stderr.strip()}")


def _start(
    programs: Path, folder: Path, account: pwd.struct_passwd | None, port: int
) -> subprocess.Popen[bytes]:
    options = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "max_connections=200",
        *SPEED_OVER_SAFETY,
    ]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", folder / "cluster", *(f"--{each}" for each in options)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C is for the tests; they still need their database to end cleanly.
            start_new_session=True,
            **_identity(account),
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_it_answers(server: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(f"{url.rpartition('/')[0]}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise NoPostgres(f"PostgreSQL did not start: {(folder / 'log').read_text()[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one."""
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(how)
        try:
            server.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return
