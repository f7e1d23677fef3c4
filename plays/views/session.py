"""Who somebody is and how they like the screens: login, logout, password, light or dark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plays.sync.access.logins import address_of, lock_of, minutes_left
from plays.sync.access.people import log_out_everywhere, note_password
from plays.views.common.access import RoleRequest, role_of
from plays.views.common.render import back, base_context

THEMES = ("auto", "light", "dark")
A_YEAR_SECONDS = 365 * 24 * 3600

login = LoginView.as_view(template_name="session/login.html", redirect_authenticated_user=True)
logout = LogoutView.as_view()


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
