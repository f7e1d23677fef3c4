"""The client against a whole Confluence: both dialects, and each thing that goes wrong there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from plays import confluence
from plays.confluence import Confluence, ConfluenceError, Deployment
from plays.sandbox import KINDS, Fault, Sandbox

BODY = "<p>one</p>"


def client_of(sandbox: Sandbox, deployment: Deployment, *, timeout: float = 5) -> Confluence:
    return Confluence(
        sandbox.url,
        email=sandbox.email,
        token=sandbox.token,
        deployment=deployment,
        timeout=timeout,
        space_key=sandbox.space_key,
    )


@pytest.fixture(params=["cloud", "datacenter"])
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """Each test here meets both, whatever `--deployment` says."""
    made: Deployment = request.param
    return made


@pytest.fixture
def client(sandbox: Sandbox, deployment: Deployment) -> Iterator[Confluence]:
    with client_of(sandbox, deployment) as made:
        yield made


def test_a_page_is_made_read_changed_and_thrown_away(sandbox: Sandbox, client: Confluence) -> None:
    made = client.create_page(title="할 일 & more", body=BODY)
    read = client.get_page(made.id)
    assert (read.title, read.body, read.version.number) == ("할 일 & more", BODY, 1)
    assert read.parent_id == sandbox.homepage_id
    assert read.url.startswith(sandbox.url)

    saved = client.update_page(
        read.id, title=read.title, body="<p>two</p>", version=2, message="sync [ab12]"
    )
    assert saved.number == 2
    assert sandbox.body(read.id) == "<p>two</p>"
    assert sandbox.history(read.id)[-1].message == "sync [ab12]"
    assert client.get_page(read.id).version.author_id == client.whoami().account_id
    assert client.get_page_version(read.id, 1).body == BODY
    assert [version.number for version in client.versions(read.id)] == [2, 1]
    assert client.can_edit(read.id) is not False

    sandbox.set_status(read.id, "trashed")
    with pytest.raises((confluence.PageNotCurrent, confluence.PageNotFound)):
        client.get_page(read.id)
    assert client.get_page(read.id, allow_status=["trashed"]).status == "trashed"


def test_two_writers_of_one_version_do_not_both_win(sandbox: Sandbox, client: Confluence) -> None:
    page_id = sandbox.add_page("T", BODY)
    read = client.get_page(page_id)
    sandbox.edit(page_id, "<p>a colleague's</p>")
    with pytest.raises(confluence.VersionConflict) as caught:
        client.update_page(page_id, title="T", body="<p>ours</p>", version=read.version.number + 1)
    assert caught.value.status == 409
    assert not caught.value.outcome_unknown
    assert "a colleague's" in sandbox.body(page_id)


def test_each_refusal_has_its_name(sandbox: Sandbox, client: Confluence) -> None:
    page_id = sandbox.add_page("Taken", BODY)
    archived = sandbox.add_page("Put away", BODY)
    sandbox.set_status(archived, "archived")
    for title in ("Taken", "TAKEN", "put away"):
        with pytest.raises(confluence.TitleTaken):
            client.create_page(title=title, body=BODY)
    with pytest.raises(confluence.InvalidBody, match="Error parsing xhtml"):
        client.update_page(page_id, title="Taken", body="<p>open", version=2)
    with pytest.raises(confluence.PageNotFound, match="999999"):
        client.get_page("999999")
    with pytest.raises(confluence.Refused):
        client.update_page(page_id, title=" ", body=BODY, version=2)
    with pytest.raises(confluence.SpaceNotFound):
        client.space("NOPE")
    with pytest.raises(confluence.TooLarge):
        client.update_page(page_id, title="Taken", body=f"<p>{'x' * 5_300_000}</p>", version=2)
    with pytest.raises(confluence.Refused):
        client.search_pages(cql="title ~~ (")
    assert sandbox.version(page_id) == 1


def test_a_page_that_may_not_be_edited_is_told(sandbox: Sandbox, client: Confluence) -> None:
    page_id = sandbox.add_page("T", BODY)
    sandbox.restrict(page_id, edit=True)
    assert client.get_page(page_id).body == BODY
    assert not client.can_edit(page_id)
    with pytest.raises((confluence.PageNotFound, confluence.NotAllowed)):
        client.update_page(page_id, title="T", body="<p>x</p>", version=2)


def test_titles_and_search(sandbox: Sandbox, client: Confluence) -> None:
    parent = sandbox.add_page("Project: TODO")
    child = sandbox.add_page('Desk "D01" \\ x', "<p>콜센터</p>", parent_id=parent)
    archived = sandbox.add_page("Old", parent_id=parent)
    sandbox.set_status(archived, "archived")
    assert [head.id for head in client.find_page("project: todo")] == [parent]
    assert [head.id for head in client.find_page("OLD")] == [archived]
    assert client.find_page("Project") == []
    assert [hit.id for hit in client.search_pages('Desk "D01"')] == [child]
    hit = client.search_pages("콜센터", space_key=sandbox.space_key)[0]
    assert (hit.id, hit.title) == (child, 'Desk "D01" \\ x')
    assert hit.url.startswith(sandbox.url)


def test_long_lists_come_whole(sandbox: Sandbox, client: Confluence) -> None:
    parent = sandbox.add_page("Parent")
    for number in range(260):
        sandbox.add_page(f"Child {number}", parent_id=parent)
        sandbox.edit(parent, f"<p>{number}</p>")
    before = client.calls
    assert [v.number for v in client.versions(parent, limit=300)] == list(range(261, 0, -1))
    assert client.calls - before >= 2
    assert len(client.search_pages(cql=f"parent = {parent}", limit=120)) == 120


@pytest.mark.parametrize("deployment", ["cloud"])
def test_tasks_are_read_from_the_page(sandbox: Sandbox, client: Confluence) -> None:
    task = "<ac:task><ac:task-status>{}</ac:task-status><ac:task-body>{}</ac:task-body></ac:task>"
    due = 'write by <time datetime="2026-08-01" />'
    both = task.format("complete", "call") + task.format("incomplete", due)
    page = client.create_page(title="T", body=f"<ac:task-list>{both}</ac:task-list>")
    tasks = client.tasks(page.id)
    assert tasks is not None
    assert [(one.status, one.body) for one in tasks] == [("complete", "call"), ("incomplete", due)]
    assert tasks[1].due_at == datetime(2026, 8, 1, tzinfo=UTC)
    assert client.tasks(sandbox.homepage_id) == []


@pytest.mark.parametrize("deployment", ["datacenter"])
def test_data_center_does_not_tell_of_tasks(sandbox: Sandbox, client: Confluence) -> None:
    assert client.tasks(sandbox.homepage_id) is None


@pytest.mark.parametrize("deployment", ["cloud"])
def test_dead_credentials_look_like_missing_pages_until_whoami_is_asked(
    sandbox: Sandbox, client: Confluence
) -> None:
    page_id = sandbox.add_page("T", BODY)
    sandbox.revoke_token()
    with pytest.raises(confluence.AccessUnclear):
        client.get_page(page_id)
    with pytest.raises(confluence.AccessUnclear):
        client.search_pages("T")
    with pytest.raises(confluence.CredentialsRejected):
        client.whoami()
    sandbox.accept_token()
    assert client.get_page(page_id).body == BODY
    assert client.whoami().account_id


def test_documented_401s_are_understood_too(deployment: Deployment) -> None:
    with (
        Sandbox(dead_credentials="documented", deployment=deployment) as sandbox,
        client_of(sandbox, deployment) as client,
    ):
        sandbox.revoke_token()
        for ask in (client.whoami, lambda: client.get_page(sandbox.homepage_id)):
            with pytest.raises(confluence.CredentialsRejected):
                ask()


def test_a_token_that_fell_to_anonymous_is_noticed() -> None:
    with (
        Sandbox(dead_credentials="anonymous", deployment="datacenter") as sandbox,
        client_of(sandbox, "datacenter") as client,
    ):
        sandbox.revoke_token()
        for ask in (client.whoami, lambda: client.get_page(sandbox.homepage_id)):
            with pytest.raises(confluence.CredentialsRejected):
                ask()


def test_a_scoped_token_works_through_the_gateway_and_misses_what_it_lacks() -> None:
    with (
        Sandbox(scopes=["read:page:confluence"]) as sandbox,
        Confluence(sandbox.gateway_url, token=sandbox.token) as client,
        client_of(sandbox, "cloud") as direct,
    ):
        parent = sandbox.add_page("Parent")
        for number in range(250):
            sandbox.edit(parent, f"<p>{number}</p>")
        assert len(client.versions(parent, limit=300)) == 251
        with pytest.raises(confluence.ScopeMissing):
            client.update_page(parent, title="P", body="", version=2)
        with pytest.raises(confluence.CredentialsRejected):
            direct.get_page(parent)


# kind -> the error on a PUT, on a GET (None: no error)
FAULTS: dict[str, tuple[type[ConfluenceError] | None, type[ConfluenceError] | None]] = {
    "rate_limited": (confluence.RateLimited, confluence.RateLimited),
    "unavailable": (confluence.ServerFault, confluence.ServerFault),
    "bad_gateway": (confluence.ServerFault, confluence.ServerFault),
    "timeout": (confluence.ServerFault, confluence.ServerFault),
    "error_before": (confluence.ServerFault, confluence.ServerFault),
    "error_after": (confluence.ServerFault, confluence.ServerFault),
    "lost_reply": (confluence.NoAnswer, confluence.NoAnswer),
    "reset": (confluence.NoAnswer, confluence.NoAnswer),
    "hang": (confluence.NoAnswer, confluence.NoAnswer),
    "not_found_flap": (confluence.AccessUnclear, confluence.AccessUnclear),
    "not_found_named": (confluence.PageNotFound, confluence.PageNotFound),
    "login_page": (confluence.NotJson, confluence.NotJson),
    "truncated_json": (confluence.NotJson, confluence.NotJson),
    "optimistic_lock": (confluence.VersionConflict, None),
    "unreconciled": (confluence.Unreconciled, None),
    "conflict": (confluence.VersionConflict, None),
    "colleague_edit": (confluence.VersionConflict, None),
    "empty_body": (None, None),
    "stale_read": (None, None),
}


def test_every_fault_of_the_sandbox_is_in_the_table() -> None:
    assert set(FAULTS) == set(KINDS)


@pytest.mark.parametrize("kind", FAULTS)
def test_no_fault_lets_a_write_happen_that_the_client_denies(
    sandbox: Sandbox, deployment: Deployment, kind: str
) -> None:
    on_put, on_get = FAULTS[kind]
    page_id = sandbox.add_page("T", BODY)
    with client_of(sandbox, deployment, timeout=0.4) as client:
        sandbox.faults.script(
            Fault(kind, seconds=0.7, retry_after="0"), match=f"PUT /pages/{page_id}"
        )
        problem = error_of(
            lambda: client.update_page(page_id, title="T", body="<p>y</p>", version=2)
        )
        sandbox.faults.clear()
        assert type(problem) is (on_put or type(None))
        landed = "<p>y</p>" in [version.body for version in sandbox.history(page_id)]
        assert not landed or problem is None or problem.outcome_unknown
        sandbox.faults.script(
            Fault(kind, seconds=0.7, retry_after="0"),
            match=f"GET /pages/{page_id}",
            times=2,  # a page that is said to be gone is asked for twice on Data Center
        )
        problem = error_of(lambda: client.get_page(page_id))
        assert type(problem) is (on_get or type(None))
        assert not problem or not problem.outcome_unknown


def error_of(ask: Callable[[], object]) -> ConfluenceError | None:
    try:
        ask()
    except ConfluenceError as problem:
        return problem
    return None


@pytest.mark.parametrize(
    ("asked", "wait"),
    [("2", 2.0), ("0", 0.0), ("9223372036854775807", 7.0), ("http-date", 30.0)],
)
def test_the_wait_that_is_asked_for_is_handed_on(
    sandbox: Sandbox, client: Confluence, asked: str, wait: float
) -> None:
    sandbox.faults.script(Fault("rate_limited", retry_after=asked, seconds=30))
    with pytest.raises(confluence.RateLimited) as caught:
        client.whoami()
    assert caught.value.retry_after == pytest.approx(wait, abs=2)


def test_a_real_rate_limit_is_felt() -> None:
    with Sandbox(rate_limit=3) as sandbox, client_of(sandbox, "cloud") as client:
        problems = [problem for _ in range(10) if (problem := error_of(client.whoami))]
        assert {type(problem) for problem in problems} == {confluence.RateLimited}
        assert all(0 < (problem.retry_after or 0) <= 2 for problem in problems)


def test_a_write_that_changes_nothing_may_keep_the_old_number() -> None:
    with Sandbox(noop_put="same_version") as sandbox, client_of(sandbox, "cloud") as client:
        page_id = sandbox.add_page("T", BODY)
        assert client.update_page(page_id, title="T", body=BODY, version=2).number == 1


def test_calls_are_counted_as_the_server_counts_them(sandbox: Sandbox, client: Confluence) -> None:
    page_id = sandbox.add_page("T", BODY)
    sandbox.reset_calls()
    client.get_page(page_id)
    sandbox.faults.script("error_before")
    assert error_of(lambda: client.get_page(page_id))
    assert client.calls == len(sandbox.calls) == 2


def test_a_person_is_named_by_the_account_that_a_version_tells(
    sandbox: Sandbox, client: Confluence
) -> None:
    page_id = sandbox.add_page("Notes", "<p>one</p>", by="김철수")
    author = client.user(client.get_page(page_id).version.author_id)
    assert author is not None
    assert author.name == "김철수"
    with pytest.raises((confluence.PageNotFound, confluence.AccessUnclear)):
        client.user("nobody-at-all")


def test_on_data_center_who_is_mentioned_by_user_name_is_found_by_it(sandbox: Sandbox) -> None:
    page_id = sandbox.add_page("by one", by="kim.chulsoo@example.com")
    with client_of(sandbox, "datacenter") as client:
        key = client.get_page(page_id).version.author_id

        found = client.users([key, "kim.chulsoo@example.com", "nobody-at-all"])

        assert {user.account_id: user.name for user in found} == {
            key: "kim.chulsoo",
            "kim.chulsoo@example.com": "kim.chulsoo",
        }


def test_people_are_found_all_at_once(sandbox: Sandbox, client: Confluence) -> None:
    page_id = sandbox.add_page("by two", by="김영희")
    sandbox.edit_with(page_id, lambda body: body + "<p>x</p>", by="이민수")
    accounts = [version.author_id for version in client.versions(page_id)]
    before = client.calls

    found = client.users([*accounts, "nobody-at-all", ""])

    assert {user.account_id: user.name for user in found} == dict(
        zip(accounts, ("이민수", "김영희"), strict=True)
    )
    assert client.users([]) == []
    assert client.calls - before in (1, 4)  # Data Center: each by key, who is not there by name too
