"""A whole company on one machine: Confluence, database, queue, web, workers, and a person of staff.

Nothing here knows the product but by its commands, its addresses and its environment.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests

from benchmarks.campaigns.clocks import Clocks
from benchmarks.campaigns.colleagues import Table
from benchmarks.campaigns.programs import Program, TooLate, ended_at_last, wait_until
from benchmarks.campaigns.site import Site
from benchmarks.campaigns.stores import (
    Disk,
    PostgresStore,
    RedisServer,
    SqliteStore,
    free_port,
    postgres_on,
)
from tests.environment import product_environment

ROOT = Path(__file__).resolve().parents[2]
OWED = ("pending", "unmapped", "retrying", "failed")
WORKERS = ("worker 1", "worker 2")
SERVERS = ("web", *WORKERS)

PLAY_DB = (
    "<h1>Play DB</h1><p>매주 금요일에 갱신합니다.</p>"
    '<table data-layout="wide"><tbody><tr><th><p>Play ID</p></th><th><p>이름</p></th>'
    "<th><p>Status</p></th><th><p>Activity QTD</p></th><th><p>Signal QTD</p></th>"
    "<th><p>Brief QTD</p></th><th><p>S2 QTD</p></th><th><p>S3 QTD</p></th>"
    "<th><p>Last Updated</p></th><th><p>메모</p></th></tr>{rows}</tbody></table><p>끝</p>"
)
PLAY_ROW = "<tr><td><p>{play}</p></td><td><p>세미나 &amp; 리포트</p></td>" + "<td />" * 8 + "</tr>"
LOG = (
    "<p>모든 Play의 작업 이력입니다.</p><table><tbody><tr>"
    "<th>log_id</th><th>play_id</th><th>action_type</th><th>title</th><th>url</th>"
    "<th>actor</th><th>created_at</th><th>비고</th></tr></tbody></table>"
)
LIVE_DOC = (
    '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>담당자만 고칩니다.</p>'
    "</ac:rich-text-body></ac:structured-macro>"
    "<h2>개요</h2><p>목표와 가설.</p><h2>활동 로그</h2><p>아래에 쌓입니다.</p><h2>메모</h2><p>…</p>"
)


@dataclass(kw_only=True)
class Pages:
    """The ids of the pages that the product writes."""

    play_db: str = ""
    action_log: str = ""
    live_docs: dict[str, str] = field(default_factory=dict)

    @property
    def all(self) -> list[str]:
        return [self.play_db, self.action_log, *self.live_docs.values()]

    @property
    def tables(self) -> list[Table]:
        return [Table(self.play_db, "play_id", "메모"), Table(self.action_log, "log_id", "비고")]


class Company:
    """Open from `opened` on; `tree` is the folder of the product's code that runs from now on."""

    def __init__(self, disk: Disk, store: SqliteStore | PostgresStore, redis: RedisServer | None):
        self.disk, self.store, self.redis = disk, store, redis
        self.folder, self.tree = disk.folder, ROOT
        self.logs = disk.folder.with_name("logs")
        self.logs.mkdir()
        self.secret_key, self.token = secrets.token_urlsafe(50), secrets.token_urlsafe(24)
        self._password = secrets.token_urlsafe(12)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.pages = Pages()
        self.clocks = Clocks(disk.folder)
        self.site = Site(self._program("sandbox", "manage.py", "sandbox", "--port=0"))
        self.web = self._program(
            "web", "-m", "waitress", f"--listen=127.0.0.1:{self._port}", "--threads=6",
            "syncadmin.wsgi:application",
        )  # fmt: skip
        self.workers = [self._program(name, "manage.py", "worker", "--bell=1") for name in WORKERS]
        self._staff: requests.Session | None = None

    @property
    def servers(self) -> list[Program]:
        """The product's own processes."""
        return [self.web, *self.workers]

    @property
    def programs(self) -> list[Program]:
        return [self.site.program, *self.servers, *([self.redis.program] if self.redis else [])]

    @contextlib.contextmanager
    def opened(self, plays: Sequence[str], *, tree: Path) -> Iterator[Company]:
        """Everything runs in the block, with a page for each Play; afterwards nothing is left."""
        self.tree = tree
        with ended_at_last(self.programs):
            if self.redis:
                self.redis.start()
            self.site.start()
            self._make_pages(plays)
            self._prepare(plays)
            for program in self.servers:
                program.start()
            wait_until(self.is_ready, seconds=90, what="the web to start")
            yield self

    def manage(self, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """`manage.py` with `arguments`, to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.tree,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def managed(self, *arguments: str) -> str:
        """The same where it must end well; what it said."""
        done = self.manage(*arguments)
        if done.returncode:
            raise TooLate(f"manage.py {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def is_ready(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/readyz", timeout=10).ok
        return False

    def owed(self) -> dict[str, int]:
        """How many jobs are in each stage that is not the end, as /metrics tells."""
        found = dict(re.findall(r'syncadmin_jobs{stage="(\w+)"} (\d+)', self._figures()))
        return {stage: int(found[stage]) for stage in OWED if int(found[stage])}

    def retry_everything(self) -> bool:
        """What a person does: has the site tried now, retries all that is open, and where the log
        is stopped brings pages and database together. Returns whether it was."""
        if self._staff is None:
            self._staff = self._logged_in()
        is_stopped = self._figure("syncadmin_log_stopped") > 0
        acts = [("/site/try-now/", {}), ("/jobs/retry/", {"all": "1"})]
        if is_stopped:
            acts.insert(0, ("/reconcile/act/", {"do": "adopt"}))
        for path, data in acts:
            headers = {"X-CSRFToken": self._staff.cookies["csrftoken"]}
            answer = self._staff.post(
                self.url + path, data=data, headers=headers, timeout=300, allow_redirects=False
            )
            if answer.status_code != 302 or "/login/" in answer.headers["Location"]:
                self._staff = None
                return False
        return is_stopped

    def _figure(self, name: str) -> float:
        found = re.search(rf"^{name} (\S+)$", self._figures(), re.MULTILINE)
        return float(found[1]) if found else 0.0

    def _figures(self) -> str:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.get(f"{self.url}/metrics", headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.text

    def environment(self, program: str = "") -> dict[str, str]:
        own = self.clocks.environment(program) if program in SERVERS else {}
        return own | product_environment(
            SECRET_KEY=self.secret_key,
            DATABASE_URL=self.store.url,
            CONFLUENCE_URL=self.site.url,
            CONFLUENCE_EMAIL=self.site.email,
            CONFLUENCE_API_TOKEN=self.site.token,
            CONFLUENCE_SPACE_KEY=self.site.space,
            CONFLUENCE_PLAY_DB_PAGE_ID=self.pages.play_db,
            CONFLUENCE_ACTION_LOG_PAGE_ID=self.pages.action_log,
            CONFLUENCE_TIMEOUT="5",
            SYNC_RETRY_DELAY="0.2",
            EVENTS_TOKENS=self.token,
            Q_BROKER_URL=self.redis.url if self.redis else "",
        )

    def _program(self, name: str, *arguments: str) -> Program:
        return Program(
            name,
            lambda: [sys.executable, *arguments],
            environment=lambda: self.environment(name),
            folder=lambda: self.tree if name in SERVERS else ROOT,
            log=self.logs / f"{name.replace(' ', '-')}.log",
        )

    def _make_pages(self, plays: Sequence[str]) -> None:
        rows = "".join(PLAY_ROW.format(play=play) for play in plays[::2])
        self.pages.play_db = self.site.add_page("Our Plays", PLAY_DB.format(rows=rows))
        self.pages.action_log = self.site.add_page("Our log", LOG)
        for play in plays:
            self.pages.live_docs[play] = self.site.add_page(f"{play} Live", LIVE_DOC)

    def _prepare(self, plays: Sequence[str]) -> None:
        file = self.folder / "plays.csv"
        docs = self.pages.live_docs
        file.write_text(
            "play_id,live_doc_page_id\n" + "".join(f"{play},{docs[play]}\n" for play in plays)
        )
        self.managed("migrate", "--verbosity=0")
        self.managed("import_plays", str(file), "--yes")
        script = (
            "from django.contrib.auth.models import User;"
            f"User.objects.create_superuser('staff', password='{self._password}')"
        )
        self.managed("shell", "--command", script)

    def _logged_in(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        address = f"{self.url}/login/"
        session.get(address, timeout=60)
        form = {"username": "staff", "password": self._password}
        token = {"X-CSRFToken": session.cookies["csrftoken"]}
        session.post(address, data=form, headers=token, timeout=60, allow_redirects=False)
        return session


@contextlib.contextmanager
def company(folder: Path, *, db: str, broker: str) -> Iterator[Company]:
    """A company that is not open yet, on a disk of its own. Raises NoPostgres."""
    with contextlib.ExitStack() as exits:
        disk = exits.enter_context(Disk(folder).mounted())
        place = (
            exits.enter_context(postgres_on(folder)) if db == "postgres" else SqliteStore(folder)
        )
        yield Company(disk, place, RedisServer(folder) if broker == "redis" else None)
