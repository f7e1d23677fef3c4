"""Why a ToDo page cannot be made, each with what to do about it; nothing half-done is left."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plays.rules.retry import Remedy

Words = str | Promise


class TodoProblem(Exception):
    """`means` says what is wrong, `ask` what to do, `detail` which page or in whose words;
    `remedy` is what a request that nobody waits for does about it."""

    means: ClassVar[Words] = ""
    ask: ClassVar[Words] = ""
    remedy: ClassVar[Remedy] = Remedy.PERSON

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.means}{detail}. {self.ask}"


class NotSetUp(TodoProblem):
    means = _("Confluence is not set up")
    ask = _("Set CONFLUENCE_URL, CONFLUENCE_API_TOKEN and CONFLUENCE_SPACE_KEY.")


class SiteClosed(TodoProblem):
    """The site is busy or does not accept our account; it is asked again by itself."""

    means = _("Confluence is left alone at the moment")
    ask = _("Try again once it is open.")
    remedy = Remedy.WAIT_SITE


class HeldByPerson(TodoProblem):
    means = _("A person has paused this")
    ask = _("Resume it, then try again.")
    remedy = Remedy.WAIT_SITE


class ParentNotMapped(TodoProblem):
    means = _("Project TODO, below which ToDo pages are made, is not mapped yet")
    ask = _("Map the Project TODO page, then try again.")


class ParentGone(TodoProblem):
    means = _("The page that is mapped as Project TODO cannot be used")
    ask = _("Restore it in Confluence or map another page, then try again.")
    remedy = Remedy.CONFIRM


class ParentElsewhere(TodoProblem):
    means = _("Project TODO lies in another space than CONFLUENCE_SPACE_KEY names")
    ask = _("Map a page of that space, or set CONFLUENCE_SPACE_KEY to the page's space.")


class MayNotCreate(TodoProblem):
    means = _("Our account may not make pages below Project TODO")
    ask = _("Let the sync account add pages in the space, then try again.")
    remedy = Remedy.CONFIRM


class MappedPageGone(TodoProblem):
    means = _("The page that is mapped as this Play's ToDo page cannot be used")
    ask = _("Restore it in Confluence, or take it out of the mapping; then try again.")
    remedy = Remedy.CONFIRM


class TitlePlaysAnotherPart(TodoProblem):
    means = _("The page with the live doc's title plays another part already")
    ask = _("Map the right page by hand, or rename that one; then try again.")


class MappedMeanwhile(TodoProblem):
    means = _("Somebody mapped another page for this Play in the meantime")
    ask = _("Look at the mapping: it was left as it is.")


PROBLEMS: dict[str, type[TodoProblem]] = {
    kind.__name__: kind for kind in TodoProblem.__subclasses__()
}
