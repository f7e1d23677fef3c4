"""What holds the company's data: a SQLite file or a PostgreSQL server, and Redis for its queue."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import psycopg
import redis

from benchmarks.campaigns.programs import Program, wait_until
from tests.postgres import Server, server_programs, throwaway_server

DISK = "3g"
SPARE_BYTES = 16 * 1024


class Store(Protocol):
    """A database that can be put back as it was."""

    url: str

    def put_back(self, copy: Path) -> None:
        """Make a file of `manage.py backup` the database; nobody may use it meanwhile."""


class SqliteStore:
    def __init__(self, folder: Path) -> None:
        self._file = folder / "syncadmin.sqlite3"
        self.url = f"sqlite:///{self._file}"

    def put_back(self, copy: Path) -> None:
        for end in ("", "-wal", "-shm"):
            Path(f"{self._file}{end}").unlink(missing_ok=True)
        shutil.copy(copy, self._file)


class PostgresStore:
    def __init__(self, server: Server) -> None:
        self._server = server
        self.url = server.url

    def crash(self) -> None:
        self._server.crash()

    def start(self) -> None:
        self._server.start()

    def is_up(self) -> bool:
        return self._server.process.poll() is None

    def put_back(self, copy: Path) -> None:
        place, _, name = self.url.rpartition("/")
        with psycopg.connect(f"{place}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")
        subprocess.run(
            [
                *(server_programs() / "pg_restore", "--no-owner", "--exit-on-error"),
                *(f"--dbname={self.url}", copy),
            ],
            check=True,
        )


class RedisServer:
    """A Redis that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        program = shutil.which("redis-server") or "redis-server"
        options = ["--bind", "127.0.0.1", "--port", str(self._port), "--save", ""]
        self.program = Program(
            "redis",
            lambda: [program, *options, "--dir", str(folder)],
            environment=lambda: dict(os.environ),
            folder=lambda: folder,
            log=folder / "redis.log",
        )

    def start(self) -> None:
        self.program.start()
        wait_until(self.answers, seconds=20, what="Redis to answer")

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(self.url) as client:
            return bool(client.ping())
        return False


class Disk:
    """A folder on a disk that can be filled up: a tmpfs, which only root may mount.

    Elsewhere it is a plain folder, and `can_fill` is False.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.can_fill = False

    @contextlib.contextmanager
    def mounted(self) -> Iterator[Disk]:
        self.can_fill = self._mount(f"size={DISK}", "mode=755")
        try:
            yield self
        finally:
            if self.can_fill:
                subprocess.run(["umount", "--lazy", self.folder], check=True)

    def fill(self) -> None:
        """Nothing more fits, but for a few pages."""
        size = shutil.disk_usage(self.folder).used + SPARE_BYTES
        self._mount(f"remount,size={size}")

    def make_room(self) -> None:
        self._mount(f"remount,size={DISK}")

    def _mount(self, *options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", self.folder]
        with contextlib.suppress(OSError):
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        return False


@contextlib.contextmanager
def postgres_on(folder: Path) -> Iterator[PostgresStore]:
    """A throw-away server whose files are below `folder`. Raises NoPostgres."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        with throwaway_server() as server:
            server.make_database()
            yield PostgresStore(server)
    finally:
        tempfile.tempdir = before


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
