"""Rendering: a whole page, or only the part of it that htmx asked for."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme

from plays.models import Event, Pause, Site
from plays.models.acknowledgement import open_failures, open_rejections
from plays.models.counting import DEEPEST, Count, count_of
from plays.sync.status.silence import silence
from plays.views.common.access import Role

PAGE_SIZE = 50
CSRF_FIELD = re.compile(rb'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>')


def render_page(
    request: HttpRequest, page: str, context: dict[str, Any], *, part: str | None = None
) -> HttpResponse:
    """Render `page`, or only `part` where htmx asks to replace it."""
    htmx = getattr(request, "htmx", None)
    if part and htmx and not htmx.history_restore_request:
        response = render(request, part, {**rights(request), **context})
    else:
        response = render(request, page, {**base_context(request), **context})
    patch_vary_headers(response, ["HX-Request"])
    return _unless_unchanged(request, response) if "X-Live" in request.headers else response


def _unless_unchanged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 where a page that refreshes itself has this already; a form's token is new each time.

    Others get no ETag: a browser's cache would hand out forms with the token of an older session.
    """
    content = CSRF_FIELD.sub(b"", response.content)
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response)
    return cast(HttpResponse, answer)


def base_context(request: HttpRequest) -> dict[str, Any]:
    """What every page shows around its own content."""
    from plays.sync.log_stop_words import stopped  # with the page editor, which a login needs not

    now = timezone.now()
    return {
        **rights(request),
        "silence": silence(now),
        "is_new": rights(request)["may_administer"] and not Event.objects.accepted().exists(),
        "closed_site": closed_site(now),
        "log_stop": stopped(),
        "active_pauses": active_pauses(),
        "failed_jobs": open_failures(now).count(),
        "rejected_events": open_rejections(now).count(),
        "zone": settings.TIME_ZONE,
        "guide_url": settings.GUIDE_URL,
    }


def rights(request: HttpRequest) -> dict[str, bool]:
    """For showing buttons only: each view guards itself."""
    role = getattr(request, "role", Role.PM)
    return {"may_retry": role >= Role.STAFF, "may_administer": role >= Role.ADMIN}


def closed_site(now: datetime) -> Site | None:
    """The Confluence site while it is paused or stopped."""
    site = Site.objects.filter(pk=1).first()
    return site if site and not site.is_open(now) else None


def active_pauses() -> list[Pause]:
    """What people hold back now, the longest first."""
    active = Pause.objects.active().select_related("page", "play", "by")
    return list(active.order_by("at", "pk"))


def paginate(
    rows: QuerySet[Any] | list[Any],
    request: HttpRequest,
    count: Count | None = None,
    *,
    name: str = "p",
    orphans: int = 0,
) -> Page[Any]:
    """The rows of the page that the address names; the nearest one where it is out of range.

    `count` is how many rows there are, where that is known; no page lies behind `DEEPEST` rows. At
    most `PAGE_SIZE` rows are on a page: those on the last may be `orphans` more than on the others.
    `name` is what the address calls the page; a screen with two lists has two.
    """
    paginator = _Paginator(rows, PAGE_SIZE - orphans, count, name=name, orphans=orphans)
    return paginator.get_page(request.GET.get(name))


def paginate_found(
    pks: QuerySet[Any, tuple[int]] | list[int],
    rows: QuerySet[Any],
    request: HttpRequest,
    count: Count | None = None,
) -> Page[Any]:
    """The same where the primary keys are known or asked for alone, in the order of `rows`: of
    what lies before the page nothing else is read.
    """
    page = paginate(pks, request, count)
    page.object_list = rows.filter(pk__in=page.object_list)
    return page


class _Paginator(Paginator):  # type: ignore[type-arg]  # no generic where it runs
    def __init__(
        self,
        rows: QuerySet[Any] | list[Any],
        size: int,
        count: Count | None,
        *,
        name: str,
        orphans: int,
    ) -> None:
        super().__init__(rows, size, orphans=orphans)
        self._rows, self._known, self.name = rows, count, name

    @cached_property
    def count(self) -> int:
        return count_of(self._rows) if self._known is None else self._known

    @cached_property
    def num_pages(self) -> int:
        return min(super().num_pages, max(1, DEEPEST // PAGE_SIZE))


def back(request: HttpRequest, otherwise: Any) -> HttpResponse:
    """Back to the address the form named as `next`, if it is one of ours."""
    return redirect(own_address(request, request.POST.get("next", "")) or otherwise)


def own_address(request: HttpRequest, address: str) -> str:
    """An address that a request named, if it is one of ours; else nothing."""
    ours = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else ""
