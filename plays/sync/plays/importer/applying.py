"""An import carried out: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from plays.models import AuditEntry, PageMapping, Play, Site
from plays.models.audit import Verb
from plays.models.mapping import PLAY_PARTS
from plays.sync import audit
from plays.sync.intake.receiving import accept_everything_now_known
from plays.sync.jobs.enqueue import enqueue, row_of
from plays.sync.jobs.taking import taken_by
from plays.sync.mappings.assign import assign
from plays.sync.naming import write_aliases
from plays.sync.plays.goals import write_goals
from plays.sync.plays.importer.choices import NOTHING_CHOSEN, Choices
from plays.sync.plays.importer.memory import remember
from plays.sync.plays.importer.preview import CHANGED, CREATED, PlayChange, Preview, compare
from plays.sync.plays.importer.rows import read_file

# How many Plays the audit trail names with their differences.
NAMED_IN_AUDIT = 200


class DiffersFromPreview(RuntimeError):
    """The Plays have changed since the preview was shown; nothing was imported."""

    def __init__(self, preview: Preview | None) -> None:
        super().__init__("the Plays have changed since the preview was shown")
        self.preview = preview


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did: how many Plays it made, changed and found as they were. `act` is None
    where nothing differed.
    """

    created: int
    changed: int
    unchanged: int
    accepted_events: int = 0
    act: AuditEntry | None = None


def import_plays(
    content: bytes | str,
    *,
    choices: Choices = NOTHING_CHOSEN,
    by: User | None = None,
    digest: str | None = None,
) -> Imported:
    """Import Plays from a CSV or JSON file; columns that are not there stay as they are.

    With `digest`, only if the file still does what the preview of that digest showed. What was
    chosen of its columns is remembered for the next file with the same headings. Raises
    `ImportRefused` where any line is wrong and `DiffersFromPreview`; nothing is imported then.
    """
    try:
        with transaction.atomic():
            preview, act = _apply(content, choices, by, digest)
    except IntegrityError as error:  # somebody made the same Play at this very moment
        raise DiffersFromPreview(None) from error
    with taken_by(act):
        accepted = accept_everything_now_known()
    return Imported(
        created=preview.created,
        changed=preview.changed,
        unchanged=preview.unchanged,
        accepted_events=accepted,
        act=act,
    )


def _apply(
    content: bytes | str, choices: Choices, by: User | None, digest: str | None
) -> tuple[Preview, AuditEntry | None]:
    Site.lock()  # one import at a time
    list(Play.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    file = read_file(content, choices)
    preview = compare(file)
    if digest is not None and digest != preview.digest:
        raise DiffersFromPreview(preview)
    act = _note(preview, by)
    with taken_by(act):
        _write(preview, by)
    remember(file.table.headings, choices.columns, by=by)
    return preview, act


def _write(preview: Preview, by: User | None) -> None:
    _create([change for change in preview.plays if change.state == CREATED])
    for change in preview.plays:
        if change.state == CHANGED and change.play is not None:
            _update(change.play, change)
    plays = _plays_of(preview)
    _set_goals(preview, plays)
    write_aliases({plays[c.play_id]: c.aliases for c in preview.plays if c.aliases is not None})
    _map(preview, plays, by)


def _plays_of(preview: Preview) -> dict[str, Play]:
    """The Plays that differ, as they are now, by id."""
    play_ids = [change.play_id for change in preview.differing]
    return {play.play_id: play for play in Play.objects.filter(play_id__in=play_ids)}


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


def _set_goals(preview: Preview, plays: Mapping[str, Play]) -> None:
    """The Play DB's rows follow where an active Play's goals of this quarter are others now."""
    wanted = {
        (plays[change.play_id].pk, quarter): values
        for change in preview.differing
        for quarter, values in change.goals.items()
    }
    now = timezone.now()
    changed = write_goals(wanted, now=now)
    rows = [c.play for c in preview.plays if c.play and c.play.pk in changed and c.play.is_active]
    if rows:
        enqueue(map(row_of, rows), now=now)


def _map(preview: Preview, plays: Mapping[str, Play], by: User | None) -> None:
    now = timezone.now()
    for change in preview.differing:
        for part, page_id in change.pages.items():
            mapping = PageMapping.objects.of_play(plays[change.play_id], part)
            assign(mapping, page_id, by=by, reason="import", now=now)


def _note(preview: Preview, by: User | None) -> AuditEntry | None:
    differing = preview.differing
    if not differing:
        return None
    return audit.note(
        Verb.IMPORT,
        by=by,
        count=len(differing),
        details={
            "created": preview.created,
            "changed": preview.changed,
            "plays": {
                change.play_id: {c.name: [c.old, c.new] for c in change.changes}
                for change in differing[:NAMED_IN_AUDIT]
            },
        },
    )
