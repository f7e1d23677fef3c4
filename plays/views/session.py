"""Who somebody is and how they like the screens: login, logout, password, light or dark."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from plays import single_sign_on
from plays.models.person import GROUPS
from plays.rules.claims import read_map
from plays.sync.access.identities import person_of
from plays.sync.access.logins import address_of, lock_of, minutes_left
from plays.sync.access.people import log_out_everywhere, note_password
from plays.views.common.access import RoleRequest, role_of
from plays.views.common.render import back, base_context, own_address

THEMES = ("auto", "light", "dark")
A_YEAR_SECONDS = 365 * 24 * 3600

SSO_NEXT = "sso_next"
BACKEND = "django.contrib.auth.backends.ModelBackend"

log = logging.getLogger(__name__)
logout = LogoutView.as_view()


class _LoginView(LoginView):
    template_name = "session/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"has_sso": single_sign_on.is_on(), **super().get_context_data(**kwargs)}


login = _LoginView.as_view()


@never_cache
@require_safe
def sso(request: HttpRequest) -> HttpResponse:
    """To the company's login; where somebody wanted to go is kept for when they are back."""
    if not single_sign_on.is_on():
        raise Http404
    if request.user.is_authenticated:
        return redirect("plays:dashboard")
    request.session[SSO_NEXT] = request.GET.get("next", "")[:2000]
    try:
        return single_sign_on.begin(request)
    except single_sign_on.SignOnFailed as failed:
        return _not_signed_on(request, str(failed))


@never_cache
@require_safe
def sso_done(request: HttpRequest) -> HttpResponse:
    """Back from there."""
    if not single_sign_on.is_on():
        raise Http404
    try:
        claims = single_sign_on.finish(request)
    except single_sign_on.SignOnFailed as failed:
        return _not_signed_on(request, str(failed))
    person = person_of(claims, read_map(settings.OIDC_GROUP_MAP, GROUPS))
    if not person.is_active:
        return _not_signed_on(request, _("This account is not active. Ask an admin."))
    address = request.session.pop(SSO_NEXT, "")
    start_session(request, person, backend=BACKEND)
    return redirect(own_address(request, address) or "plays:dashboard")


def _not_signed_on(request: HttpRequest, reason: str) -> HttpResponse:
    log.warning("single sign-on failed: %s", reason)
    words = _("Single sign-on did not work: %(reason)s") % {"reason": reason}
    messages.error(request, words)
    return redirect("plays:login")


def locked_out(
    request: HttpRequest, _response: HttpResponse, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """The answer to a login after too many wrong passwords: until when, and what else there is."""
    name, now = str((credentials or {}).get("username", "")), timezone.now()
    lock = lock_of(name, address_of(request), now)
    minutes = minutes_left(lock, now) if lock else 1
    context = {"name": name, "lock": lock, "minutes": minutes}
    response = render(request, "session/locked.html", context, status=429)
    response["Retry-After"] = str(60 * minutes)
    return response


class _PasswordView(PasswordChangeView):
    """Their own password; Django ends their other sessions with it."""

    template_name = "session/password.html"
    success_url = reverse_lazy("plays:me")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "label_suffix": ""}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        person = cast(User, self.request.user)
        note_password(person, by=person)
        messages.success(
            self.request, _("Your password is changed. Your other sessions have ended.")
        )
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        role = role_of(self.request.user)
        if role is None:  # in no group: nothing of the product is theirs to see
            return super().get_context_data(**kwargs)
        cast(RoleRequest, self.request).role = role
        return {**base_context(self.request), **super().get_context_data(**kwargs)}


password = _PasswordView.as_view()


@login_required
@require_POST
def everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of who asks, this one too."""
    person = cast(User, request.user)
    log_out_everywhere(person, by=person)
    end_session(request)
    messages.success(request, _("You are logged out on every device."))
    return redirect("plays:login")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the chosen theme in a cookie, so that the next page is drawn right at once."""
    response = back(request, "plays:dashboard")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            "theme", chosen, max_age=A_YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    return response
