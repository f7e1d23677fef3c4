"""Every error body that is known from real sites, and what it means."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from plays import confluence
from plays.confluence import ConfluenceError
from plays.confluence.answer import Answer
from plays.confluence.error_mapping import refusal
from tests.confluence.samples import v1_error, v2_error

JAVA = "com.atlassian.confluence.api.service.exceptions."
OPTIMISTIC = (
    JAVA + "ConflictException: javax.persistence.OptimisticLockException: Batch update returned "
    "unexpected row count from update [0]; actual row count: 0; expected: 1"
)
STALE = (
    "Version must be incremented when updating a page. Current Version: [3]. Provided version: [3]"
)
TAKEN = (
    "A page with this title already exists: A page already exists with the same TITLE in this space"
)
TOMCAT = (
    b"<!doctype html><html><head><title>HTTP Status 401 \xe2\x80\x93 Unauthorized</title>"
    b"<style>h1{}</style></head><body><h1>HTTP Status 401</h1></body></html>"
)
EDGE = b"<html><head></head><body><script>x()</script><h1>502 Bad\n Gateway</h1></body></html>"

CASES: list[tuple[str, int, Any, str, str]] = [
    ("v2 stale", 409, v2_error("409", STALE, code="CONFLICT"), "VersionConflict", STALE),
    (
        "v1 stale",
        409,
        v1_error(
            409,
            JAVA + "ConflictException: Version must be incremented on update. "
            "Current version is: 5",
            reason="Conflict",
        ),
        "VersionConflict",
        "Version must be incremented on update. Current version is: 5",
    ),
    ("conflict told as 400", 400, v2_error(400, STALE), "VersionConflict", STALE),
    (
        "no version supplied",
        400,
        v1_error(
            400, "Must supply an incremented version when updating Content. No version supplied."
        ),
        "VersionConflict",
        "Must supply an incremented version",
    ),
    ("lock", 500, v1_error(500, OPTIMISTIC), "VersionConflict", "Batch update returned"),
    (
        "rolled back",
        500,
        {
            "message": "org.springframework.transaction.UnexpectedRollbackException: "
            "Transaction rolled back because it has been marked as rollback-only"
        },
        "VersionConflict",
        "Transaction rolled back",
    ),
    (
        "stale object in HTML",
        500,
        b"<html>StaleObjectStateException</html>",
        "VersionConflict",
        "StaleObjectState",
    ),
    (
        "property",
        409,
        v2_error(409, "Property with key [k] already exists"),
        "VersionConflict",
        "Property with key [k]",
    ),
    ("title v2", 400, v2_error(400, TAKEN, code="BAD_REQUEST"), "TitleTaken", TAKEN),
    ("title v1", 400, v1_error(400, JAVA + "BadRequestException: " + TAKEN), "TitleTaken", TAKEN),
    (
        "title on old servers",
        400,
        v1_error(
            400,
            "A page with this title already exists: A page with the title X already "
            "exists in the space with key K",
        ),
        "TitleTaken",
        "with the title X",
    ),
    ("title told as 500", 500, v1_error(500, TAKEN), "TitleTaken", TAKEN),
    (
        "xhtml",
        400,
        v2_error(
            400,
            "Error parsing xhtml: Unexpected close tag </xml>; expected </p>.\n at "
            "[row,col {unknown-source}]: [1,405]",
        ),
        "InvalidBody",
        "expected </p>. at [row,col {unknown-source}]: [1,405]",
    ),
    (
        "xhtml v1",
        400,
        v1_error(
            400, JAVA + 'BadRequestException: Error parsing xhtml: Undeclared general entity "word"'
        ),
        "InvalidBody",
        'Error parsing xhtml: Undeclared general entity "word"',
    ),
    (
        "cdata",
        400,
        v2_error(400, "Illegal input: CDATA block has embedded ']]>'"),
        "InvalidBody",
        "CDATA block",
    ),
    (
        "extensions",
        400,
        v2_error(
            400, "Content contains unsupported extensions and cannot be edited in Fabric editor"
        ),
        "InvalidBody",
        "unsupported extensions",
    ),
    (
        "missing",
        404,
        v2_error(404, "Cannot find a page with id [999999999999]"),
        "PageNotFound",
        "Cannot find a page with id [999999999999]",
    ),
    (
        "missing, other words",
        404,
        v2_error(404, "Could not find page with id [12]"),
        "PageNotFound",
        "Could not find page",
    ),
    (
        "missing, third words",
        404,
        v2_error(404, "Content with id: [12] not found"),
        "PageNotFound",
        "Content with id",
    ),
    (
        "missing v1",
        404,
        v1_error(404, JAVA + "NotFoundException: No content found with id : ContentId{id=12}"),
        "PageNotFound",
        "No content found with id : ContentId{id=12}",
    ),
    ("space", 404, v1_error(404, "No space with key : ZZ"), "SpaceNotFound", "No space with key"),
    (
        "dead credentials v2",
        404,
        v2_error(404, "Not Found", code="NOT_FOUND"),
        "AccessUnclear",
        "Not Found",
    ),
    (
        "gateway knows no route",
        404,
        {"code": 404, "message": "HTTP 404 Not Found"},
        "AccessUnclear",
        "HTTP 404",
    ),
    ("404 from elsewhere", 404, b"<html><title>404 [12]</title></html>", "AccessUnclear", "404"),
    ("404 and silence", 404, b"", "AccessUnclear", ""),
    (
        "dead credentials v1",
        403,
        v1_error(403, "Current user not permitted to use Confluence"),
        "AccessUnclear",
        "Current user not permitted",
    ),
    (
        "dead credentials, account",
        403,
        v1_error(403, "caller cannot access Confluence"),
        "AccessUnclear",
        "caller cannot",
    ),
    ("403 from elsewhere", 403, b"<h1>Request blocked</h1>", "AccessUnclear", "Request blocked"),
    (
        "no right",
        403,
        v1_error(403, "You do not have permission to edit this content"),
        "NotAllowed",
        "You do not have permission",
    ),
    ("forged", 403, v1_error(403, "XSRF check failed"), "Refused", "XSRF check failed"),
    (
        "scope",
        401,
        {"code": 401, "message": "Unauthorized; scope does not match"},
        "ScopeMissing",
        "Unauthorized; scope does not match",
    ),
    (
        "scope told as 403",
        403,
        {"code": 403, "message": "Forbidden; scope does not match"},
        "ScopeMissing",
        "scope",
    ),
    ("tomcat", 401, TOMCAT, "CredentialsRejected", "HTTP Status 401 – Unauthorized"),
    (
        "401 v2",
        401,
        v2_error(401, "Unauthorized", code="UNAUTHORIZED"),
        "CredentialsRejected",
        "Unauthorized",
    ),
    (
        "401 v1",
        401,
        v1_error(401, "Client must be authenticated to access this resource."),
        "CredentialsRejected",
        "Client must be authenticated",
    ),
    ("401 and silence", 401, b"", "CredentialsRejected", ""),
    ("busy", 429, b"", "RateLimited", ""),
    ("busy, in a text that lies", 429, v2_error(429, STALE), "RateLimited", STALE),
    (
        "too large",
        413,
        v1_error(
            413, "Request is too large. Requests for this resource can be at most 5242880 bytes"
        ),
        "TooLarge",
        "5242880",
    ),
    (
        "too large, nginx",
        413,
        b"<html><title>413 Request Entity Too Large</title></html>",
        "TooLarge",
        "413",
    ),
    (
        "too large told as 400",
        400,
        {"message": "Request too large. Requests for this resource can be at most 65536 bytes"},
        "TooLarge",
        "65536",
    ),
    (
        "unreconciled",
        501,
        {
            "statusCode": 501,
            "message": "Unable to save changes to unreconciled page "
            "ContentId{id=12}. Refreshing the page should fix this.",
            "reason": "Not Implemented",
        },
        "Unreconciled",
        "Unable to save changes to unreconciled page",
    ),
    (
        "a proxy that knows no PUT",
        501,
        b"<p>Unsupported method ('PUT')</p>",
        "ServerFault",
        "Unsupported method",
    ),
    ("fault", 500, v2_error(500, "Internal Server Error"), "ServerFault", "Internal"),
    ("edge", 502, EDGE, "ServerFault", "502 Bad Gateway"),
    ("outage", 503, b"", "ServerFault", ""),
    ("timeout at the edge", 504, b"<title>504 Gateway Time-out</title>", "ServerFault", "504"),
    ("slow request", 408, b"", "ServerFault", ""),
    (
        "own parent",
        400,
        v2_error(400, "Can not set page as its own parent"),
        "Refused",
        "Can not set page",
    ),
    ("gone", 410, v1_error(410, "Gone"), "Refused", "Gone"),
    ("bad cql", 400, v1_error(400, "Could not parse cql : x"), "Refused", "Could not parse cql"),
    ("detail only", 400, v2_error(400, "", detail="Invalid id"), "Refused", "Invalid id"),
    (
        "translated",
        400,
        v1_error(400, "", errors=[{"message": {"key": "k", "translation": "Title is required"}}]),
        "Refused",
        "Title is required",
    ),
    ("a list", 400, ["what"], "Refused", '["what"]'),
]


def refused(status: int, body: Any, *, method: str = "PUT", **headers: str) -> ConfluenceError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = CaseInsensitiveDict({name.replace("_", "-"): value for name, value in headers.items()})
    answer = Answer(status=status, headers=named, body=raw)
    return refusal(answer, method=method, path="/wiki/api/v2/pages/12")


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_each_known_error_body_has_its_class_and_its_words(
    status: int, body: Any, kind: str, said: str
) -> None:
    problem = refused(status, body)
    assert type(problem) is getattr(confluence, kind)
    assert said in problem.message
    assert problem.status == status
    assert JAVA not in problem.message


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_names_where_to_but_not_its_query(status: int) -> None:
    problem = refused(status, b"", Location="https://id.example.com/login?token=secret#x")
    assert type(problem) is confluence.Redirected
    assert problem.message == "to https://id.example.com/login"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"X_Seraph_LoginReason": "AUTHENTICATED_FAILED"}, "CredentialsRejected"),
        (
            {"X_Authentication_Denied_Reason": "CAPTCHA_CHALLENGE; login-url=https://x/"},
            "CredentialsRejected",
        ),
        ({"X_Seraph_LoginReason": "AUTHORISATION_FAILED"}, "NotAllowed"),
        ({"X_Seraph_LoginReason": "OK"}, "NotAllowed"),
    ],
)
def test_data_center_tells_a_failed_login_in_headers(headers: dict[str, str], kind: str) -> None:
    problem = refused(403, v1_error(403, "no"), **headers)
    assert type(problem).__name__ == kind
    assert "login-url" not in problem.message


def test_the_headers_give_request_id_wait_and_reason() -> None:
    problem = refused(
        429,
        b"",
        Retry_After="7",
        RateLimit_Reason="confluence-burst-based",
        ATL_Request_ID="abc-1",
        ATL_TraceId="def",
    )
    assert (problem.request_id, problem.retry_after) == ("abc-1", 7.0)
    assert problem.code == "confluence-burst-based"
    assert refused(500, b"", atl_traceid="def").request_id == "def"
    assert "abc-1" in str(problem)


UNKNOWN = {"ServerFault", "Redirected", "NoAnswer"}


@pytest.mark.parametrize(
    ("status", "body"), [(c[1], c[2]) for c in CASES], ids=[c[0] for c in CASES]
)
def test_only_a_fault_leaves_open_whether_a_write_happened(status: int, body: Any) -> None:
    wrote, read = refused(status, body), refused(status, body, method="GET")
    is_fault = status == 408 or (status >= 500 and type(wrote) is not confluence.Unreconciled)
    assert wrote.sent is is_fault
    assert wrote.outcome_unknown is is_fault
    assert not read.outcome_unknown


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["errors", "message", "data", "title", "detail", "code", "translation"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
bodies = st.binary() | st.text().map(str.encode) | json_values.map(lambda v: json.dumps(v).encode())


@given(
    status=st.integers(300, 599),
    body=bodies,
    header=st.text(st.characters(max_codepoint=255)),
)
def test_any_answer_gives_one_error_with_a_short_clean_message(
    status: int, body: bytes, header: str
) -> None:
    headers = CaseInsensitiveDict(
        dict.fromkeys(
            [
                "Retry-After",
                "X-RateLimit-Reset",
                "Location",
                "X-Seraph-LoginReason",
                "X-Authentication-Denied-Reason",
                "atl-traceid",
                "RateLimit-Reason",
            ],
            header,
        )
    )
    answer = Answer(status=status, headers=headers, body=body)
    problem = refusal(answer, method="PUT", path="/x", now=datetime(2026, 1, 1, tzinfo=UTC))
    assert len(problem.message) <= 500
    assert problem.message == problem.message.strip()
    assert "\n" not in str(problem)
    assert problem.retry_after is None or 0 <= problem.retry_after <= 3_600


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"errors":' * 50_000,
        b"<title" * 50_000,
        b"<" * 500_000,
        b"a.b.Error:" * 50_000,
        b"<script" * 50_000,
        b"9" * 10_000,
        b'{"message": "' + b"a.b.CError: " * 20_000 + b'"}',
        b"\xff\xfe\x00",
        "\ud800".encode("utf-16", "surrogatepass"),
    ],
    ids=[
        "deep list",
        "deep object",
        "titles",
        "tags",
        "classes",
        "scripts",
        "number",
        "message",
        "utf-16",
        "surrogate",
    ],
)
@pytest.mark.timeout(5)
def test_a_hostile_error_body_is_read_quickly(body: bytes) -> None:
    assert isinstance(refused(500, body), confluence.ServerFault)
