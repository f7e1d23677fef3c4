"""Faults: what the caller sees, and whether the write happened, exactly."""

import threading
import time
from email.utils import parsedate_to_datetime

import pytest
import requests

from plays.sandbox import KINDS, Fault, Sandbox
from tests.sandbox.conftest import Api, title_of, update

NOT_WRITTEN = [
    ("rate_limited", 429),
    ("unavailable", 503),
    ("bad_gateway", 502),
    ("timeout", 504),
    ("error_before", 500),
    ("optimistic_lock", 500),
    ("unreconciled", 501),
    ("not_found_flap", 404),
    ("not_found_named", 404),
    ("login_page", 200),
]
CAN_COME_AFTER = ["unavailable", "bad_gateway", "timeout", "login_page", "not_found_flap"]


@pytest.mark.parametrize(("kind", "status"), NOT_WRITTEN)
def test_a_fault_before_the_write_leaves_the_page_as_it_was(api, sandbox, page_id, kind, status):
    sandbox.faults.script(kind, match="PUT")

    assert api.put(page_id, 2).status_code == status

    assert (sandbox.version(page_id), sandbox.body(page_id)) == (1, "<p>old</p>")
    assert api.put(page_id, 2).status_code == 200, "the fault happens once"


def test_a_reset_drops_the_connection_before_the_write(api, sandbox, page_id):
    sandbox.faults.script("reset")

    with pytest.raises(requests.ConnectionError):
        api.put(page_id, 2)

    assert sandbox.version(page_id) == 1
    assert sandbox.calls[-1].status == 0


def test_a_lost_reply_drops_the_connection_after_the_write(api, sandbox, page_id):
    sandbox.faults.script("lost_reply")

    with pytest.raises(requests.ConnectionError):
        api.put(page_id, 2)

    assert (sandbox.version(page_id), sandbox.body(page_id)) == (2, "<p>new</p>")
    assert api.put(page_id, 2).status_code == 409


def test_a_lost_reply_to_a_create_leaves_the_page_there(api, sandbox):
    sandbox.faults.script("lost_reply", match="POST")

    with pytest.raises(requests.ConnectionError):
        api.create("Once")

    assert title_of(api.create("Once")).startswith("A page with this title already exists")


@pytest.mark.parametrize("kind", ["error_after", *CAN_COME_AFTER])
def test_a_fault_after_the_write_hides_that_it_landed(api, sandbox, page_id, kind):
    sandbox.faults.script(Fault(kind, after=True))

    response = api.put(page_id, 2)

    assert "<p>new</p>" not in response.text
    assert (sandbox.version(page_id), sandbox.body(page_id)) == (2, "<p>new</p>")


def test_truncated_json_comes_after_the_write(api, sandbox, page_id):
    sandbox.faults.script("truncated_json", times=2)

    for response in (api.put(page_id, 2), api.page(page_id)):
        assert response.status_code == 200
        assert response.content
        with pytest.raises(requests.JSONDecodeError):
            response.json()

    assert sandbox.version(page_id) == 2


def test_a_refused_write_is_told_as_it_is_even_when_its_reply_was_to_be_lost(api, sandbox, page_id):
    sandbox.faults.script("error_after")

    assert api.put(page_id, 7).status_code == 409
    assert sandbox.version(page_id) == 1


@pytest.mark.parametrize(("after", "version_meanwhile"), [(False, 1), (True, 2)])
def test_a_hang_waits_before_or_after_the_write(sandbox, api, page_id, after, version_meanwhile):
    payload = update(page_id, 2, title="Action Log", body="<p>new</p>")
    sandbox.faults.script(Fault("hang", seconds=30, after=after))

    with pytest.raises(requests.ReadTimeout):
        api.call("PUT", f"/api/v2/pages/{page_id}", json=payload, timeout=0.3)

    assert sandbox.version(page_id) == version_meanwhile


def test_a_hang_ends_when_the_sandbox_stops():
    sandbox = Sandbox().start()
    api = Api(sandbox)
    page_id = sandbox.add_page("Log")
    sandbox.faults.script(Fault("hang", seconds=60))
    caller = threading.Thread(target=_ignoring_errors, args=(api.page, page_id))
    caller.start()
    while sandbox.faults.waiting:
        time.sleep(0.01)

    began = time.monotonic()
    sandbox.stop()
    caller.join(5)

    assert time.monotonic() - began < 3
    assert not caller.is_alive()
    api.session.close()


def test_a_conflict_is_a_real_save_by_somebody_else(api, sandbox, page_id):
    sandbox.faults.script("conflict", match="PUT", times=2)

    assert api.put(page_id, 2).status_code == 409
    assert api.put(page_id, 3).status_code == 409
    assert api.put(page_id, 4).status_code == 200

    assert [version.author for version in sandbox.history(page_id)] == [
        "colleague",
        "colleague",
        "colleague",
        sandbox.email,
    ]


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_colleague_saves_between_read_and_write(api, sandbox, page_id, method):
    sandbox.faults.script(
        Fault("colleague_edit", edit=lambda body: body + "<p>theirs</p>"), match=method
    )

    read = api.page(page_id).json()
    response = api.put(page_id, 2, read["body"]["storage"]["value"] + "<p>mine</p>")

    assert (read["version"]["number"], response.status_code) == (1, 409)
    assert "theirs" in sandbox.body(page_id)
    assert "mine" not in sandbox.body(page_id)


def test_a_colleagues_note_stays_inside_a_layout(api, sandbox):
    end = "</ac:layout-cell></ac:layout-section></ac:layout>"
    body = f"<ac:layout><ac:layout-section><ac:layout-cell><p>a</p>{end}"
    page_id = sandbox.add_page("Layout", body)
    sandbox.faults.script("colleague_edit")

    api.page(page_id)

    assert "colleague note" in sandbox.body(page_id)
    assert sandbox.body(page_id).endswith(end)


def test_an_empty_body_is_only_read_never_true(api, sandbox, page_id):
    sandbox.faults.script("empty_body")

    assert api.page(page_id).json()["body"]["storage"]["value"] == ""
    assert sandbox.body(page_id) == "<p>old</p>"


def test_a_stale_read_shows_the_version_before_with_its_own_number(api, sandbox, page_id):
    api.put(page_id, 2)
    sandbox.faults.script("stale_read")

    page = api.page(page_id).json()

    assert (page["version"]["number"], page["body"]["storage"]["value"]) == (1, "<p>old</p>")
    assert api.page(page_id).json()["version"]["number"] == 2


def test_a_stale_list_does_not_know_the_newest_page(api, sandbox, page_id):
    sandbox.faults.script("stale_read", match="/api/v2/pages")

    assert page_id not in api.get("/api/v2/pages").text
    assert page_id in api.get("/api/v2/pages").text


@pytest.mark.parametrize("sent", ["2", "0", "9223372036854775807"])
def test_retry_after_is_sent_as_it_was_scripted(api, sandbox, page_id, sent):
    sandbox.faults.script(
        Fault("rate_limited", retry_after=sent), Fault("unavailable", retry_after=sent)
    )

    for status in (429, 503):
        response = api.page(page_id)
        assert (response.status_code, response.headers["Retry-After"]) == (status, sent)


def test_retry_after_can_be_a_date(api, sandbox, page_id):
    sandbox.faults.script(Fault("rate_limited", retry_after="http-date", seconds=90))

    response = api.page(page_id)

    wait = parsedate_to_datetime(response.headers["Retry-After"])
    assert 80 < (wait - parsedate_to_datetime(response.headers["Date"])).total_seconds() <= 91
    assert response.headers["X-RateLimit-Remaining"] == "0"
    assert response.headers["RateLimit-Reason"] == "confluence-burst-based"


def test_an_unavailable_site_need_not_say_how_long(api, sandbox, page_id):
    sandbox.faults.script("unavailable")

    response = api.page(page_id)

    assert "Retry-After" not in response.headers
    assert response.headers["Content-Type"].startswith("text/html")


def test_the_edge_hides_pages_in_each_dialects_words(api, sandbox, page_id):
    sandbox.faults.script("not_found_flap", times=2)

    v2, v1 = api.page(page_id), api.get(f"/rest/api/content/{page_id}")

    assert (v2.status_code, title_of(v2)) == (404, "Not Found")
    assert (v1.status_code, v1.json()["message"]) == (
        403,
        "Current user not permitted to use Confluence",
    )
    assert v1.headers["x-cache"] == v2.headers["x-cache"] == "Error from cloudfront"


def test_a_page_can_be_missing_by_name_just_after_it_was_made(api, sandbox, page_id):
    sandbox.faults.script("not_found_named", match=f"GET /pages/{page_id}")

    assert title_of(api.page(page_id)) == f"Cannot find a page with id [{page_id}]"


def test_scripted_faults_come_in_order_and_only_where_they_match(api, sandbox, page_id):
    sandbox.faults.script("timeout", "unavailable", match="PUT /pages/786433", times=2)

    assert api.page(page_id).status_code == 200
    assert [api.put(page_id, 2).status_code for _ in range(5)] == [504, 503, 504, 503, 200]
    assert sandbox.faults.waiting == 0


def test_a_fault_waits_for_a_request_that_it_can_befall(api, sandbox, page_id):
    sandbox.faults.script("empty_body")

    assert api.get("/api/v2/spaces").status_code == 200
    assert sandbox.faults.waiting == 1


def test_random_faults_are_the_same_for_the_same_seed():
    def statuses(seed):
        with Sandbox(seed=seed) as sandbox:
            api = Api(sandbox)
            page_id = sandbox.add_page("Log")
            sandbox.faults.random(0.5, ["unavailable", "timeout"], methods=["GET"])
            found = [api.page(page_id).status_code for _ in range(40)]
            assert api.put(page_id, 2).status_code == 200
            api.session.close()
            return found

    first = statuses(7)
    assert set(first) == {200, 503, 504}
    assert first == statuses(7)
    assert first != statuses(8)


def test_cleared_faults_are_gone(api, sandbox, page_id):
    sandbox.faults.script("timeout")
    sandbox.faults.random(1.0, ["unavailable"])

    sandbox.faults.clear()

    assert api.page(page_id).status_code == 200


def test_every_kind_can_be_drawn_and_leaves_the_sandbox_well(api, sandbox, page_id):
    for kind in KINDS:
        sandbox.faults.script(Fault(kind, seconds=0.01), match=f"/pages/{page_id}")
    while sandbox.faults.waiting:
        _ignoring_errors(api.page, page_id)
        _ignoring_errors(api.put, page_id, sandbox.version(page_id) + 1)

    assert set(sandbox.faults.fired) == set(KINDS)
    assert api.page(page_id).status_code == 200


def test_there_is_no_fault_of_an_unknown_kind():
    with pytest.raises(ValueError, match="no such fault: 'surprise'"):
        Fault("surprise")


def test_calls_tell_what_the_caller_saw(api, sandbox, page_id):
    sandbox.faults.script("timeout", match="PUT")
    api.page(page_id)
    api.put(page_id, 2)

    assert [(c.method, c.status, c.page_id, c.fault) for c in sandbox.calls] == [
        ("GET", 200, page_id, None),
        ("PUT", 504, page_id, "timeout"),
    ]
    assert sandbox.calls.by_method == {"GET": 1, "PUT": 1}
    sandbox.reset_calls()
    assert len(sandbox.calls) == 0


def _ignoring_errors(call, *args):
    try:
        call(*args)
    except requests.RequestException:
        return
