"""The examples of docs/api.md do what they say, as they stand there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from plays.models import Action, SyncJob
from plays.models.api_token import Scope
from plays.sync.access.tokens import make_token
from tests.factories import make_job, make_play

DOCS = Path(__file__).resolve().parents[2] / "docs"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(live_server):
    """The environment that the examples take."""
    token = make_token("example", list(Scope), by=None)[1]
    return {"SYNC_URL": live_server.url, "SYNC_TOKEN": token}


def example(heading, language):
    """The code below a heading of docs/api.md."""
    section = (DOCS / "api.md").read_text(encoding="utf-8").split(f"\n## {heading}\n")[1]
    return re.search(rf"```{language}\n(.+?)```", section, re.DOTALL)[1]


def run(program, code, place):
    done = subprocess.run(
        program, input=code, env=os.environ | place, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_with_curl_an_event_is_sent_and_followed(place):
    make_play(play_id="EXT_Desk_D01")

    said = run(["bash", "-euo", "pipefail", "-s"], example("curl", "sh"), place)

    action = Action.objects.get()
    assert action.title == "Seminar"
    assert f'"log_id": "{action.log_id}"' in said
    assert '"kind": "log_row"' in said


def test_with_python_what_failed_is_told_and_tried_again_once(place):
    for _ in range(3):
        make_job(state="failed", last_error="PageNotFound")
    code = example("Python", "python")

    said = run([sys.executable, "-"], code, place).splitlines()
    SyncJob.objects.filter(pk=SyncJob.objects.first().pk).update(state="failed")
    again = run([sys.executable, "-"], code, place).splitlines()

    assert (len(said), said[-1], again[-1]) == (4, "3", "3")
    assert SyncJob.objects.failed().count() == 1


# Where there is no node (18 or later) the example is for reading: nothing of ours needs it.
@pytest.mark.parametrize("node", [path for path in [shutil.which("node")] if path])
def test_with_javascript_plays_that_are_behind_are_listed(place, node):
    play = make_play()

    said = run([node, "-"], example("JavaScript", "javascript"), place)

    assert said.split()[0] == play.play_id
    assert said.split()[-1] == "unchanged"


def test_the_nodes_of_the_n8n_workflow_are_answered(place):
    make_play(play_id="EXT_Desk_D01")
    job = make_job(state="failed", last_error="Unreachable")
    workflow = json.loads((DOCS / "examples" / "n8n.json").read_text(encoding="utf-8"))
    nodes = {node["name"]: node for node in workflow["nodes"]}
    event = {
        "event_type": "activity.created", "activity_id": "A1", "play_id": "EXT_Desk_D01",
        "title": "x",
    }  # fmt: skip

    answers = {
        name: replay(node["parameters"], place, event)
        for name, node in nodes.items()
        if node["type"] == "n8n-nodes-base.httpRequest"
    }

    assert answers["Send the event"]["accepted"] == 1
    assert [each["id"] for each in answers["What failed"]["items"]] == [job.pk]
    assert answers["Try it again"]["retried"] == 1
    linked = {name for outs in workflow["connections"].values() for out in outs["main"]
              for name in (each["node"] for each in out)}  # fmt: skip
    assert set(nodes) == linked | set(workflow["connections"])


def replay(parameters, place, event):
    """What n8n does with a node of its HTTP request, its expressions filled in."""

    def filled(text):
        text = text.removeprefix("=").replace("{{ $env.SYNC_URL }}", place["SYNC_URL"])
        text = text.replace("{{ JSON.stringify($json.body) }}", json.dumps(event))
        return text.replace("{{ $execution.id }}", "231")

    def pairs(name):
        return {
            p["name"]: filled(p["value"]) for p in parameters.get(name, {}).get("parameters", [])
        }

    headers = {"Authorization": f"Bearer {place['SYNC_TOKEN']}", **pairs("headerParameters")}
    body = json.loads(filled(parameters["jsonBody"])) if "jsonBody" in parameters else None
    answer = requests.request(
        parameters["method"],
        filled(parameters["url"]),
        params=pairs("queryParameters"),
        json=body,
        headers=headers,
        timeout=30,
    )
    assert answer.ok, answer.text
    return answer.json()
