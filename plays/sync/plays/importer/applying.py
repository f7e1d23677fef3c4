"""An import carried out: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from plays.models import PageMapping, Play, Site
from plays.models.audit import Verb
from plays.models.mapping import PLAY_PARTS
from plays.sync import audit
from plays.sync.jobs.enqueue import enqueue, row_of
from plays.sync.mappings.assign import assign
from plays.sync.plays.editing import accept_events
from plays.sync.plays.goals import quarter_of, write_goals
from plays.sync.plays.importer.preview import CHANGED, CREATED, PlayChange, Preview, compare
from plays.sync.plays.importer.rows import PlayFile, read_file

# How many Plays the audit trail names with their differences.
NAMED_IN_AUDIT = 200


class DiffersFromPreview(RuntimeError):
    """The Plays have changed since the preview was shown; nothing was imported."""

    def __init__(self, preview: Preview | None) -> None:
        super().__init__("the Plays have changed since the preview was shown")
        self.preview = preview


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did: how many Plays it made, changed and found as they were."""

    created: int
    changed: int
    unchanged: int
    accepted_events: int = 0


def import_plays(
    content: bytes | str, *, by: User | None = None, digest: str | None = None
) -> Imported:
    """Import Plays from a CSV or JSON file; columns that are not there stay as they are.

    With `digest`, only if the file still does what the preview of that digest showed. Raises
    `ImportRefused` where any line is wrong and `DiffersFromPreview`; nothing is imported then.
    """
    file = read_file(content)
    try:
        with transaction.atomic():
            preview = _apply(file, by, digest)
    except IntegrityError as error:  # somebody made the same Play at this very moment
        raise DiffersFromPreview(None) from error
    return Imported(
        created=preview.created,
        changed=preview.changed,
        unchanged=preview.unchanged,
        accepted_events=accept_events(),
    )


def _apply(file: PlayFile, by: User | None, digest: str | None) -> Preview:
    Site.lock()  # one import at a time
    list(Play.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    preview = compare(file)
    if digest is not None and digest != preview.digest:
        raise DiffersFromPreview(preview)
    _create([change for change in preview.plays if change.state == CREATED])
    for change in preview.plays:
        if change.state == CHANGED and change.play is not None:
            _update(change.play, change)
    _set_goals(preview)
    _map(preview, by)
    _note(preview, by)
    return preview


def _create(changes: Iterable[PlayChange]) -> None:
    made = Play.objects.bulk_create(
        [Play(play_id=change.play_id, **change.fields) for change in changes], batch_size=500
    )
    PageMapping.objects.bulk_create(
        [PageMapping(part=part, play=play) for play in made for part in PLAY_PARTS],
        batch_size=500,
    )


def _update(play: Play, change: PlayChange) -> None:
    for name, value in change.fields.items():
        setattr(play, name, value)
    if change.fields:
        play.save(update_fields=list(change.fields))


def _set_goals(preview: Preview) -> None:
    """The Play DB's rows follow where an active Play's goals of this quarter are others now."""
    goals = {change.play_id: change.goals for change in preview.plays if change.goals}
    if not goals:
        return
    now = timezone.now()
    plays = {play.pk: play for play in Play.objects.filter(play_id__in=goals)}
    wanted = {(pk, quarter_of(now)): goals[play.play_id] for pk, play in plays.items()}
    changed = write_goals(wanted, now=now)
    known = {change.play.pk for change in preview.plays if change.play}
    if rows := [plays[pk] for pk in changed & known if plays[pk].is_active]:
        enqueue(map(row_of, rows), now=now)


def _map(preview: Preview, by: User | None) -> None:
    wanted = {change.play_id: change.pages for change in preview.plays if change.pages}
    now = timezone.now()
    for play in Play.objects.filter(play_id__in=wanted):
        for part, page_id in wanted[play.play_id].items():
            mapping = PageMapping.objects.of_play(play, part)
            assign(mapping, page_id, by=by, reason="import", now=now)


def _note(preview: Preview, by: User | None) -> None:
    differing = preview.differing
    if not differing:
        return
    audit.note(
        Verb.IMPORT,
        by=by,
        target="import_plays",
        count=len(differing),
        details={
            "created": preview.created,
            "changed": preview.changed,
            "plays": {
                change.play_id: {c.field: [c.old, c.new] for c in change.changes}
                for change in differing[:NAMED_IN_AUDIT]
            },
        },
    )
