"""What we ask is what Atlassian's own OpenAPI document of REST v2 allows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from plays.confluence import Confluence
from tests.confluence.samples import SPACES, v2_page
from tests.confluence.wire import Asked, Reply, Wire

# Accepted, and it spares people a mail, though the request's schema does not name it.
UNNAMED = {"version.minorEdit"}

NOTHING = Reply(body={"results": []})
PAGE = Reply(body=v2_page())

CALLS: dict[str, tuple[Callable[[Confluence], object], list[Reply]]] = {
    "get": (lambda c: c.get_page("123", allow_status=["archived"]), [PAGE]),
    "get version": (lambda c: c.get_page_version("123", 2), [PAGE]),
    "update": (
        lambda c: c.update_page("123", title="T", body="b", version=4, message="m"),
        [PAGE],
    ),
    "minor update": (
        lambda c: c.update_page("123", title="T", body="b", version=4, minor_edit=True),
        [PAGE],
    ),
    "create": (
        lambda c: c.create_page(title="T", body="b", parent_id="9"),
        [Reply(body=SPACES), PAGE],
    ),
    "create below the homepage": (
        lambda c: c.create_page(title="T", body="b"),
        [Reply(body=SPACES), PAGE],
    ),
    "find": (lambda c: c.find_page("T"), [Reply(body=SPACES), NOTHING]),
    "versions": (lambda c: c.versions("123"), [NOTHING]),
    "space": (lambda c: c.space("AX"), [Reply(body=SPACES)]),
    "tasks": (lambda c: c.tasks("123"), [NOTHING]),
    "right": (lambda c: c.can_edit("123"), [Reply(body={"operations": []})]),
}


@pytest.fixture
def contract(contract: dict[str, Any]) -> dict[str, Any]:
    """With "any of" for the two body shapes: the nested one allows any object, so both match."""
    loosened: dict[str, Any] = json.loads(json.dumps(contract).replace('"oneOf"', '"anyOf"'))
    return loosened


@pytest.mark.parametrize(("ask", "replies"), CALLS.values(), ids=CALLS)
def test_each_request_is_one_that_the_document_describes(
    wire: Wire,
    client: Confluence,
    contract: dict[str, Any],
    ask: Callable[[Confluence], object],
    replies: list[Reply],
) -> None:
    wire.will(*replies)
    ask(client)
    assert len(wire.asked) == len(replies)
    for asked in wire.asked:
        operation = described(contract, asked)
        check_query(contract, operation, asked)
        check_body(contract, operation, asked)


def described(contract: dict[str, Any], asked: Asked) -> dict[str, Any]:
    route = asked.path.removeprefix("/wiki/api/v2")
    for template, methods in contract["paths"].items():
        pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, route):
            operation: dict[str, Any] = methods[asked.method.lower()]
            return operation
    raise AssertionError(f"no such route: {route}")


def check_query(contract: dict[str, Any], operation: dict[str, Any], asked: Asked) -> None:
    known = {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == "query"}
    for name, values in asked.query.items():
        schema = known[name]
        for value in values:
            value_schema = schema["items"] if schema.get("type") == "array" else schema
            number = value_schema.get("type") == "integer"
            valid(contract, value_schema, int(value) if number else value)


def check_body(contract: dict[str, Any], operation: dict[str, Any], asked: Asked) -> None:
    if not asked.body:
        assert "requestBody" not in operation
        return
    wanted = resolved(contract, operation["requestBody"])["content"]["application/json"]["schema"]
    valid(contract, wanted, asked.json)
    named = resolved(contract, wanted)["properties"]
    for name, value in asked.json.items():
        assert name in named
        if isinstance(value, dict) and "properties" in named[name]:
            unknown = {f"{name}.{key}" for key in value} - UNNAMED
            assert unknown <= {f"{name}.{key}" for key in named[name]["properties"]}


def resolved(contract: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        place: Any = contract
        for step in schema["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        schema = place
    return schema


def valid(contract: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    whole = schema | {"components": contract["components"]}
    problems = [problem.message for problem in Draft202012Validator(whole).iter_errors(value)]
    assert problems == []
