"""Live docs made from here: found by their title and adopted, or else created, and mapped."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from plays.confluence import Confluence
from plays.models import PageMapping, Play
from plays.models.audit import Verb
from plays.models.mapping import PartChoice
from plays.rules.pages import ACTIVITY_HEADINGS
from plays.storage import escape_text
from plays.sync import audit
from plays.sync.mappings.assign import answer, assign
from plays.sync.site import pages
from plays.sync.site.diagnosis import reported


class PlaysAnotherPart(RuntimeError):
    """The page with the live doc's title is mapped to something else; `str` says to what."""

    def __init__(self, title: str, part: str) -> None:
        super().__init__(title, part)
        self.title, self.part = title, part

    def __str__(self) -> str:
        words = _("The page “%(title)s” plays another part already: %(part)s.")
        return words % {"title": self.title, "part": self.part}


@dataclass(frozen=True, kw_only=True)
class LiveDoc:
    """The page that is the Play's live doc now; `is_new` unless one with the title was adopted."""

    page_id: str
    title: str
    is_new: bool


def title_of(play: Play) -> str:
    return f"{play.play_id} Live doc"


@reported
def create_live_doc(
    client: Confluence,
    play: Play,
    *,
    by: User | None,
    reason: str = "",
    expected: str | None = None,
) -> LiveDoc:
    """Map the page with the Play's live doc title, made in the space where there is none.

    Doing it again, also after a lost answer or at the same time as somebody else, gives the same
    page. `expected` is the page id that the Play is thought to have now. Raises
    `PlaysAnotherPart`, `MappingChanged`, and any `ConfluenceError`: a `TitleHeld` where a page
    that cannot be taken has the title.
    """
    mapping = PageMapping.objects.of_play(play, PartChoice.LIVE_DOC)
    there = pages.ensure(client, title_of(play), body=_body(play))
    doc = LiveDoc(page_id=there.page.id, title=there.page.title, is_new=there.how == "made")
    _refuse_double_part(doc, mapping)
    with transaction.atomic():
        assign(mapping, doc.page_id, by=by, reason=reason, expected=expected)
        answer(play, PartChoice.LIVE_DOC, pages.remember_well(there.page), how=there.how)
        audit.note(
            Verb.CREATE_PAGE,
            by=by,
            target=doc.title,
            play=play,
            reason=reason,
            details={"part": mapping.part, "page": doc.page_id, "adopted": not doc.is_new},
        )
    return doc


def _refuse_double_part(doc: LiveDoc, mapping: PageMapping) -> None:
    others = PageMapping.objects.filter(page__page_id=doc.page_id).exclude(pk=mapping.pk)
    if other := others.select_related("play").first():
        raise PlaysAnotherPart(doc.title, str(other))


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
