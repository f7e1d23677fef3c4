"""A trouble in words, in whichever language is active: what is wrong, what to do, where to look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plays.models.mapping import PartChoice
from plays.models.page import PageState
from plays.sync.alerts import conditions as rule
from plays.sync.log_stop_words import Stopped
from plays.sync.site.own_words import own_words

Facts = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Words:
    """`path`: the screen to look at, without the address of the installation."""

    what: str
    do: str
    path: str


def words(name: str, count: int, facts: Facts) -> Words:
    """The words of the rule `name`; facts as its condition has them."""
    return _WORDS[name](count, facts)


def _worker(_count: int, facts: Facts) -> Words:
    waiting = facts.get("waiting", "0")  # "10,000+" where no more were counted
    what = _("No worker is at work: nothing is written to Confluence.")
    if since := facts.get("since"):
        what += " " + _("The last sign of life was at %(since)s.") % {"since": _moment(since)}
    if waiting != "0":
        what += " " + ngettext(
            "%(count)s edit waits; nothing is lost.",
            "%(count)s edits wait; nothing is lost.",
            1 if waiting == "1" else 2,
        ) % {"count": waiting}
    do = _("Start manage.py worker, and keep it running (systemd, docker).")
    return Words(what=what, do=do, path=reverse("plays:status"))


def _site(_count: int, facts: Facts) -> Words:
    what = _("Writing to Confluence is stopped: it does not accept our account.")
    do = _(
        "Check the Confluence account and its permissions. If its token has ended, put a new one "
        "into CONFLUENCE_API_TOKEN, and start web and worker again."
    )
    return Words(what=_said(what, facts), do=do, path=reverse("plays:status"))


def _log(_count: int, facts: Facts) -> Words:
    log = Stopped(reason=facts.get("message", ""), before_us=facts.get("before_us", ""))
    what = log.what if log.before_us else _said(log.what, facts)
    return Words(what=what, do=log.do, path=reverse("plays:reconcile"))


def _weekly_late(_count: int, facts: Facts) -> Words:
    what = _("The weekly sync of %(slot)s has not begun.") % {"slot": _moment(facts["slot"])}
    do = _("See whether a worker runs, and start the run by hand.")
    return Words(what=what, do=do, path=reverse("plays:weekly"))


def _weekly_failed(_count: int, facts: Facts) -> Words:
    what = _("The weekly sync of %(slot)s failed.") % {"slot": _moment(facts["slot"])}
    do = _("Put right what it names, then start the run again.")
    path = reverse("plays:weekly_result", args=[facts["run"]])
    return Words(what=_said(what, facts), do=do, path=path)


def _findings(count: int, facts: Facts) -> Words:
    what = ngettext(
        "The weekly sync found %(count)s difference that a person must see to.",
        "The weekly sync found %(count)s differences that a person must see to.",
        count,
    ) % {"count": count}
    do = _("Look at the findings of the run.")
    path = reverse("plays:weekly_result", args=[facts["run"]]) + "#findings"
    return Words(what=what, do=do, path=path)


def _page(_count: int, facts: Facts) -> Words:
    state = PageState(facts["state"]).label
    what = _("The page “%(page)s” cannot be written: %(state)s.")
    do = _("Put the page right in Confluence, or map another one.")
    told = what % {"page": facts["page"], "state": state}
    return Words(what=_said(told, facts), do=do, path=reverse("plays:mappings"))


def _layout(_count: int, facts: Facts) -> Words:
    part = PartChoice(facts["part"]).label
    if facts["asks"]:
        what = _("The table of %(part)s is not known for sure: nothing is written to it.")
        do = _("Answer the question on the mapping screen.")
    else:
        what = _("The table of %(part)s has changed: a part of it is no longer written.")
        do = _("See what has changed on the mapping screen, and say how it is to be read.")
    path = reverse("plays:mapping", args=[facts["part"]])
    return Words(what=what % {"part": part}, do=do, path=path)


def _jobs(count: int, facts: Facts) -> Words:
    what = ngettext(
        "%(count)s edit of the page “%(page)s” needs a person (%(error)s).",
        "%(count)s edits of the page “%(page)s” need a person (%(error)s).",
        count,
    ) % {"count": count, "page": facts["page"] or "–", "error": facts["error"]}
    search = f"error:{facts['error']}" + (f" page:{facts['page_id']}" if facts["page_id"] else "")
    path = reverse("plays:jobs") + "?" + urlencode({"state": "failed", "q": search})
    do = _("Open one of the jobs: it says what happened and what to do. Then retry.")
    return Words(what=_said(what, facts), do=do, path=path)


def _events(count: int, _facts: Facts) -> Words:
    what = ngettext(
        "%(count)s event was not accepted: it stands on no page.",
        "%(count)s events were not accepted: they stand on no page.",
        count,
    ) % {"count": count}
    do = _("See why, mend the cause, and accept it again.")
    path = reverse("plays:events") + "?state=rejected"
    return Words(what=what, do=do, path=path)


def _token(_count: int, facts: Facts) -> Words:
    days, day = int(facts["days"]), date.fromisoformat(facts["day"]).isoformat()
    if days < 0:
        what = _("Confluence's API token ended on %(day)s.") % {"day": day}
    else:
        what = ngettext(
            "Confluence's API token ends in %(count)s day, on %(day)s.",
            "Confluence's API token ends in %(count)s days, on %(day)s.",
            days,
        ) % {"count": days, "day": day}
    do = _(
        "Make a new one in the Atlassian account, set CONFLUENCE_API_TOKEN and "
        "CONFLUENCE_API_TOKEN_EXPIRES, and start web and worker again."
    )
    return Words(what=what, do=do, path=reverse("plays:status"))


def _logins(count: int, facts: Facts) -> Words:
    what = ngettext(
        "%(count)s login is closed after wrong passwords (%(names)s, from %(addresses)s).",
        "%(count)s logins are closed after wrong passwords (%(names)s, from %(addresses)s).",
        count,
    ) % {"count": count, "names": facts["names"], "addresses": facts["addresses"]}
    do = _("Ask whether it was them. If not, look at where the tries come from.")
    return Words(what=what, do=do, path=reverse("plays:access"))


def _red(count: int, facts: Facts) -> Words:
    what = ngettext(
        "%(count)s of your Plays has turned red: %(plays)s.",
        "%(count)s of your Plays have turned red: %(plays)s.",
        count,
    ) % {"count": count, "plays": facts["plays"]}
    path = reverse("plays:play", args=[facts["play"]]) if facts["play"] else reverse("plays:me")
    return Words(what=what, do=_("See which goals are behind, and what comes next."), path=path)


def _report(count: int, facts: Facts) -> Words:
    what = _("The weekly report is ready.")
    if count:
        what += " " + _("Your Plays: %(plays)s.") % {"plays": facts["plays"]}
    return Words(what=what, do="", path=reverse("plays:digest"))


_WORDS: dict[str, Callable[[int, Facts], Words]] = {
    rule.WORKER: _worker,
    rule.SITE: _site,
    rule.LOG: _log,
    rule.WEEKLY_LATE: _weekly_late,
    rule.WEEKLY_FAILED: _weekly_failed,
    rule.FINDINGS: _findings,
    rule.PAGE: _page,
    rule.LAYOUT: _layout,
    rule.JOBS: _jobs,
    rule.EVENTS: _events,
    rule.TOKEN: _token,
    rule.LOGINS: _logins,
    rule.RED: _red,
    rule.REPORT: _report,
}


def _said(what: str, facts: Facts) -> str:
    """With the words that came from outside, if there are any."""
    said = own_words(facts.get("message", ""))
    return f"{what} “{said[:300]}”" if said else what


def _moment(text: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"
