"""Cloud's REST v2 JSON -> values. Field names are those of Atlassian's OpenAPI document."""

from __future__ import annotations

from plays.confluence.address import Address
from plays.confluence.fields import Fields
from plays.confluence.values import Page, PageHead, Property, Space, Task, User, Version


def version(answer: Fields) -> Version:
    """A version object, inside a page or in the list of versions."""
    return Version(
        number=answer.number("number"),
        created_at=answer.moment("createdAt"),
        author_id=answer.optional_id("authorId"),
        message=answer.optional_text("message"),
        minor_edit=answer.flag("minorEdit"),
    )


def page(answer: Fields, address: Address, *, body: str | None = None) -> Page:
    """A page with its storage text, or with `body` where the answer carries none."""
    seen = head(answer, address)
    echo = answer.optional_inside("body").optional_inside("storage").has("value")
    return Page(
        id=seen.id,
        title=seen.title,
        status=seen.status,
        body=_storage_text(answer) if echo or body is None else body,
        version=version(answer.inside("version")),
        space_id=seen.space_id,
        parent_id=seen.parent_id,
        url=seen.url,
        subtype=seen.subtype,
    )


def _storage_text(answer: Fields) -> str:
    """Without `body-format` the answer has `"body": {}`, which is not an empty page."""
    return answer.inside("body").inside("storage").text("value")


def head(answer: Fields, address: Address, base: str = "", *, parent_id: str = "") -> PageHead:
    """A page without its text; rows of a list take `base` from the list."""
    links = answer.optional_inside("_links")
    return PageHead(
        id=answer.id("id"),
        title=answer.text("title"),
        status=answer.text("status"),
        space_id=answer.optional_id("spaceId"),
        parent_id=answer.optional_id("parentId") or parent_id,
        url=address.for_people(
            links.optional_text("webui"), base=links.optional_text("base") or base
        ),
        subtype=answer.optional_text("subtype"),
        version=version(answer.inside("version")) if answer.has("version") else None,
    )


def space(answer: Fields) -> Space:
    """A space."""
    return Space(
        id=answer.id("id"),
        key=answer.text("key"),
        name=answer.optional_text("name"),
        homepage_id=answer.optional_id("homepageId"),
    )


def task(answer: Fields) -> Task:
    """A task; a blank one has no body."""
    return Task(
        id=answer.id("id"),
        local_id=answer.optional_id("localId"),
        status=answer.text("status"),
        body=answer.optional_inside("body").optional_inside("storage").optional_text("value"),
        assigned_to=answer.optional_id("assignedTo"),
        due_at=answer.moment("dueAt"),
    )


def content_property(answer: Fields) -> Property:
    """A content property; v1 writes it alike."""
    return Property(
        id=answer.id("id"),
        key=answer.text("key"),
        value=answer.value("value"),
        version=answer.inside("version").number("number"),
    )


def users(answer: Fields) -> list[User]:
    """The people that a bulk look-up found."""
    return [
        User(
            account_id=row.id("accountId"),
            name=row.optional_text("displayName") or row.optional_text("publicName"),
        )
        for row in answer.each("results")
    ]
