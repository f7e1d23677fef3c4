"""Who may do what: each view is guarded here, by the groups that docs/interface.md names."""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

View = Callable[..., HttpResponseBase]


class Role(enum.IntEnum):
    """What a person may do; each role may also do what those before it may."""

    PM = 1
    STAFF = 2
    ADMIN = 3


ROLE_OF_GROUP = {"PM": Role.PM, "Staff": Role.STAFF, "Admin": Role.ADMIN}


class RoleRequest(HttpRequest):
    """A request that has passed its guard."""

    user: User
    role: Role


def role_of(user: User | AnonymousUser) -> Role | None:
    """The highest role of `user`; None for a stranger or somebody in no group."""
    if not user.is_authenticated:
        return None
    if user.is_superuser:
        return Role.ADMIN
    names = user.groups.values_list("name", flat=True)
    return max((ROLE_OF_GROUP[name] for name in names if name in ROLE_OF_GROUP), default=None)


def guard(needed: Role) -> Callable[[View], View]:
    """Let only people of role `needed` or higher in; others log in first, or get a 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_log_in(request)
            role = role_of(request.user)
            if role is None:
                raise PermissionDenied(_("You are in no group yet. Ask an admin to add you."))
            if role < needed:
                raise PermissionDenied(_("Your group may not do this."))
            cast(RoleRequest, request).role = role
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def sees_and_admins_change(view: View) -> View:
    """Everybody reads the page, by GET; only admins change what it shows, by POST."""
    reading, changing = guard(Role.PM)(view), guard(Role.ADMIN)(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return (changing if request.method == "POST" else reading)(request, *args, **kwargs)

    return guarded


sees = guard(Role.PM)
may_retry = guard(Role.STAFF)
may_pause = guard(Role.STAFF)
may_map = guard(Role.ADMIN)
may_edit = guard(Role.ADMIN)
may_administer = guard(Role.ADMIN)


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """To the login page and back. htmx is told to leave the page it is on: no login in a table."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        address = htmx.current_url_abs_path or "/"
        login = redirect_to_login(address, resolve_url("plays:login"))
        return HttpResponseClientRedirect(login.url)
    address = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    return redirect_to_login(address, resolve_url("plays:login"))
