"""A column that a shared page's table lacks, added because a person asked for it; nothing else."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from plays.confluence import Confluence, ConfluenceError, VersionConflict
from plays.models import PageLayout, PageMapping, Play
from plays.models.audit import Verb
from plays.models.mapping import PartChoice
from plays.storage import AddColumn, apply_edits, check_skeleton
from plays.sync import audit
from plays.sync.jobs.enqueue import enqueue, row_of
from plays.sync.layouts.choosing import Changes, choose
from plays.sync.layouts.guidance import guidance_for, shape_of
from plays.sync.layouts.looking import NotMapped, look, read_mapped
from plays.sync.site.connection import connect
from plays.sync.site.diagnosis import reported
from plays.sync.writing.attempt import OUR_MESSAGE
from plays.sync.writing.claims import page_claim

SAVES_OF_OTHERS = 5


class PageBusy(RuntimeError):
    """A worker is writing the page just now, or people save it all the time."""


def add_column(mapping: PageMapping, name: str, *, by: User, reason: str = "") -> bool:
    """Add a column for the field `name` at the table's right, in each of its parts, and have the
    Plays' rows written into it. False: the table has one. A field that was left alone no longer is.

    Raises `PageBusy`, `NotMapped`, `EditError`, `ConfluenceError`, and `ImproperlyConfigured`
    where Confluence is not set up. Doing it again after a lost answer adds no second one.
    """
    client = connect()
    if mapping.page is None:
        raise NotMapped(PartChoice(mapping.part))
    if PageLayout.objects.of(mapping).choice.headings.get(name) == "":
        choose(mapping, Changes(headings={name: None}), by=by, reason=reason)
    with page_claim(mapping.page.pk) as claim:
        if claim is None:
            raise PageBusy
        if not _add(client, mapping, name):
            return False
    audit.note(
        Verb.ADD_COLUMN,
        by=by,
        target=mapping.part,
        reason=reason,
        details={"part": mapping.part, "field": name},
    )
    look(mapping, client=client)
    if mapping.part == PartChoice.PLAY_DB:
        enqueue(map(row_of, Play.objects.active()), now=timezone.now())
    return True


@reported
def _add(client: Confluence, mapping: PageMapping, name: str) -> bool:
    shape = shape_of(mapping)
    guidance = guidance_for(mapping.page)
    was_sent = False
    for _attempt in range(SAVES_OF_OTHERS):
        page, read = read_mapped(mapping, client)
        applied = apply_edits(read.body, [AddColumn(shape, name)], guidance)
        if problem := applied.outcomes[0].problem:
            raise problem
        if applied.body == read.body:
            return was_sent
        check_skeleton(read.body, applied.body)
        try:
            client.update_page(
                page.page_id,
                title=read.title,
                body=applied.body,
                version=read.version.number + 1,
                message=f"{OUR_MESSAGE}a column for {shape.label(name)}",
            )
        except VersionConflict:
            continue
        except ConfluenceError as error:
            if not error.outcome_unknown:
                raise
        was_sent = True  # the next read says whether it landed
    raise PageBusy
