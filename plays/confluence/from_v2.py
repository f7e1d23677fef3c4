"""Cloud's REST v2 JSON -> values. Field names are those of Atlassian's OpenAPI document."""

from __future__ import annotations

from plays.confluence.address import Address
from plays.confluence.fields import Fields
from plays.confluence.page_checks import storage_text
from plays.confluence.values import Page, PageHead, Space, Task, User, Version


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
    text = storage_text(answer, otherwise=body)
    return head(answer, address).with_text(text, version(answer.inside("version")))


def head(answer: Fields, address: Address, base: str = "") -> PageHead:
    """A page without its text; rows of a list take `base` from the list."""
    links = answer.optional_inside("_links")
    return PageHead(
        id=answer.id("id"),
        title=answer.text("title"),
        status=answer.text("status"),
        space_id=answer.optional_id("spaceId"),
        parent_id=answer.optional_id("parentId"),
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


def users(answer: Fields) -> list[User]:
    """The people that a bulk look-up found."""
    return [
        User(
            account_id=row.id("accountId"),
            name=row.optional_text("displayName") or row.optional_text("publicName"),
        )
        for row in answer.each("results")
    ]
