"""Live docs made from here: found by their title and adopted, or else created, and mapped."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plays.confluence import Confluence, ConfluenceError, PageHead, TitleTaken
from plays.models import PageMapping, Play
from plays.models.audit import Verb
from plays.models.mapping import PartChoice
from plays.rules.pages import ACTIVITY_HEADINGS
from plays.storage import escape_text
from plays.sync import audit
from plays.sync.mappings.assign import assign


class NotCreated(RuntimeError):
    """No live doc could be had; `str` says why and what to do."""

    def __init__(self, words: str | Promise, **holes: str) -> None:
        super().__init__(words)
        self.words, self.holes = words, holes

    def __str__(self) -> str:
        return str(self.words) % self.holes


ARCHIVED = _(
    "An archived page is called “%(title)s”. Restore or rename it in Confluence, then try again."
)
TAKEN = _("The page “%(title)s” plays another part already: %(part)s.")


@dataclass(frozen=True, kw_only=True)
class LiveDoc:
    """The page that is the Play's live doc now; `is_new` unless one with the title was adopted."""

    page_id: str
    title: str
    is_new: bool


def title_of(play: Play) -> str:
    return f"{play.play_id} Live doc"


def create_live_doc(
    client: Confluence, play: Play, *, by: User, reason: str = "", expected: str | None = None
) -> LiveDoc:
    """Map the page with the Play's live doc title, made in the space where there is none.

    Doing it again, also after a lost answer or at the same time as somebody else, gives the same
    page. `expected` is the page id that the Play is thought to have now. Raises `NotCreated`,
    `ChangedMeanwhile`, and any `ConfluenceError`.
    """
    mapping = PageMapping.objects.of_play(play, PartChoice.LIVE_DOC)
    found = _find(client, title_of(play))
    doc = _adopted(found) if found else _created(client, play)
    _refuse_double_part(doc, mapping)
    with transaction.atomic():
        assign(mapping, doc.page_id, by=by, reason=reason, expected=expected)
        audit.note(
            Verb.CREATE_PAGE,
            by=by,
            target=doc.title,
            play=play,
            reason=reason,
            details={"part": mapping.part, "page": doc.page_id, "adopted": not doc.is_new},
        )
    return doc


def _find(client: Confluence, title: str) -> PageHead | None:
    """The page with this very title. Raises `NotCreated` where an archived one keeps the title."""
    found = client.find_page(title)
    for head in found:
        if head.status == "current":
            return head
    if found:
        raise NotCreated(ARCHIVED, title=title)
    return None


def _created(client: Confluence, play: Play) -> LiveDoc:
    title = title_of(play)
    try:
        made = client.create_page(title=title, body=_body(play))
    except ConfluenceError as error:
        # A lost answer may hide a page that was made; a taken title, one that somebody else made.
        if not (error.outcome_unknown or isinstance(error, TitleTaken)):
            raise
        found = _find(client, title)
        if found is None:
            raise
        return _adopted(found)
    return LiveDoc(page_id=made.id, title=made.title, is_new=True)


def _adopted(head: PageHead) -> LiveDoc:
    return LiveDoc(page_id=head.id, title=head.title, is_new=False)


def _refuse_double_part(doc: LiveDoc, mapping: PageMapping) -> None:
    others = PageMapping.objects.filter(page__page_id=doc.page_id).exclude(pk=mapping.pk)
    if other := others.select_related("play").first():
        raise NotCreated(TAKEN, title=doc.title, part=str(other))


def _body(play: Play) -> str:
    """Headings for people, and the section that entries go to."""
    about = " · ".join(part for part in (play.name, play.owner, play.cycle) if part)
    first = escape_text(about or play.play_id)
    return (
        f"<h2>개요</h2><p>{first}</p>"
        "<h2>목표와 가설</h2><p></p>"
        f"<h2>{ACTIVITY_HEADINGS[0]}</h2>"
        "<p>아래에 활동이 자동으로 기록됩니다. 사이사이에 자유롭게 적어도 지워지지 않습니다.</p>"
        "<h2>메모</h2><p></p>"
    )
