"""The campaign in short; and its checker, which must see each thing that it promises to see."""

import re
import subprocess
import sys

import pytest

from benchmarks.campaigns import runs
from benchmarks.campaigns.checker import check
from benchmarks.campaigns.colleagues import Said
from benchmarks.campaigns.company import LOG, PLAY_DB
from benchmarks.campaigns.portal import Events
from plays.models import PageMapping
from plays.sync.intake.receiving import record_all
from plays.sync.mappings.assign import assign
from plays.sync.writing.drain import drain
from tests.processes.running import BASE
from tests.world import make_world

PLAY = "EXT_Desk_D01"
SHORT = (
    "process killed",
    "program killed with all its processes",
    "process stopped",
    "Confluence errs",
    "a colleague saves at every write",
    "old copy put back",
)
MEMO, NOTE = "동료 메모 1번.", "colleague note"


@pytest.mark.processes
@pytest.mark.timeout(400)
def test_a_short_campaign_ends_with_every_event_once_and_no_edit_lost():
    """Colleagues save all the while; each kind of trouble happens at least once."""
    command = [sys.executable, "benchmarks/campaign.py", "--minutes=0.1", "--seed=1", "--plays=5"]
    trouble = ["--events=150", *(f"--only={kind}" for kind in SHORT)]

    done = subprocess.run(
        [*command, *trouble], cwd=BASE, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for zero in ("missing", "doubled", "overwritten", "lost edits"):
        assert f"| **{zero}** | **0** |" in done.stdout
    assert all(kind in done.stdout for kind in SHORT)


def test_the_documents_have_the_tables_of_the_runs_that_were_kept():
    kept = runs.read()
    table = "\n".join(runs.tables(kept))

    assert f"{runs.BEGIN}\n{table}\n\n{runs.END}" in runs.FIGURES.read_text()
    assert runs.headline(kept) in runs.README.read_text().splitlines()


class Looked:
    """Pages that are right, and what was sent and said; tests spoil the pages and look."""

    def __init__(self, sandbox):
        self.world = make_world(sandbox)
        self.log = sandbox.add_page("Our log", LOG)
        self.play_db = sandbox.add_page("Our Plays", PLAY_DB.format(rows=""))
        assign(PageMapping.objects.shared("action_log"), self.log)
        assign(PageMapping.objects.shared("play_db"), self.play_db)
        self.world.add_play(PLAY)
        self.live_doc = self.world.live_docs[PLAY]
        self.sent = Events([PLAY], seed=1).chain()
        for sent, receipt in zip(self.sent, record_all(s.event for s in self.sent), strict=True):
            sent.log_id = receipt.log_id
        drain()
        self.pages = {page.id: page.body for page in sandbox.store.pages()}
        self.pages[self.live_doc] += f"<p>{MEMO}</p><p>{NOTE} 1</p><p>{NOTE} 2</p>"
        self.said = [Said(self.live_doc, MEMO)]

    def spoil(self, page, old, new):
        assert re.search(old, self.pages[page], re.DOTALL), self.pages[page]
        self.pages[page] = re.sub(old, new, self.pages[page], count=1, flags=re.DOTALL)

    def verdict(self):
        return check(
            self.pages,
            self.sent,
            self.said,
            live_docs={PLAY: [self.live_doc]},
            play_db=self.play_db,
        )


@pytest.fixture
def looked(confluence_settings, sandbox, db):
    return Looked(sandbox)


ROW = r"<tr[^>]*>(?:(?!</tr>).)*LOG-\d+-00001(?:(?!</tr>).)*</tr>"
ENTRY = r"<p[^>]*>(?:(?!</p>).)*LOG-\d+-00003(?:(?!</p>).)*</p>"


def test_the_checker_finds_nothing_on_pages_that_are_right(looked):
    assert looked.verdict().is_clean, looked.verdict()


@pytest.mark.parametrize(
    ("page", "old", "new", "seen"),
    [
        ("log", ROW, "", "missing"),
        ("live_doc", ENTRY, "", "missing"),
        ("log", f"({ROW})", r"\1\1", "doubled"),
        ("live_doc", f"({ENTRY})", r"\1\1", "doubled"),
        ("log", "ev000000", "ev000001", "doubled"),
        ("log", "ev000000", "ev999999", "overwritten"),
        ("log", f">{PLAY}<", ">EXT_Desk_D99<", "overwritten"),
        ("log", "00001", "00009", "overwritten"),
        ("live_doc", "LOG-(\\d+)-00003", r"LOG-\1-00009", "overwritten"),
        ("live_doc", "Scorecard", "Activity", "overwritten"),
        ("live_doc", MEMO, "", "lost_edits"),
        ("live_doc", f"{NOTE} 1", "", "lost_edits"),
    ],
)
def test_the_checker_sees_what_was_spoiled(looked, page, old, new, seen):
    looked.spoil(getattr(looked, page), old, new)

    assert getattr(looked.verdict(), seen)


@pytest.mark.parametrize(("count", "seen"), [("0", "missing"), ("2", "doubled")])
def test_the_checker_sees_a_counter_that_is_wrong(looked, count, seen):
    """One brief was sent."""
    body = looked.pages[looked.play_db]
    looked.pages[looked.play_db] = body.replace(">1<", f">{count}<")

    told = getattr(looked.verdict(), seen)

    assert f"{PLAY}: brief_qtd is '{count}', 1 were sent" in told


def test_the_checker_sees_a_cell_of_people_that_was_written_over(looked):
    looked.spoil(
        looked.log, r"(<td[^>]*?/>|<td[^>]*>(?:(?!</td>).)*</td>)</tr>", "<td>내 말</td></tr>"
    )
    key = looked.sent[0].log_id
    looked.said.append(Said(looked.log, "내 말", key, "log_id", "비고"))
    assert looked.verdict().is_clean, looked.verdict()

    looked.spoil(looked.log, "내 말", "남의 말")

    assert looked.verdict().lost_edits == ["내 말"]


def test_the_checker_sees_an_id_that_two_events_got(looked):
    looked.sent[0].log_id = looked.sent[1].log_id

    assert looked.verdict().overwritten
