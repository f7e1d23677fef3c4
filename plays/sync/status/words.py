"""Spans of time in words, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86400


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `5 min`, `2 h 10 min`, `3 d 4 h`: two units at most."""
    if seconds < 10:
        return _("%(count)s s") % {"count": f"{seconds:.1f}".removesuffix(".0")}
    whole = int(seconds)
    if whole < MINUTE:
        return _("%(count)s s") % {"count": whole}
    if whole < HOUR:
        return _("%(count)s min") % {"count": whole // MINUTE}
    if whole < DAY:
        hours = _("%(count)s h") % {"count": whole // HOUR}
        minutes = whole % HOUR // MINUTE
        return f"{hours} " + _("%(count)s min") % {"count": minutes} if minutes else hours
    days, left = _("%(count)s d") % {"count": whole // DAY}, whole % DAY // HOUR
    return f"{days} " + _("%(count)s h") % {"count": left} if left else days
