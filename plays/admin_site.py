"""Django's admin with our own door: who is an admin here may enter, and logs in where all do."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from plays.views.common.access import Role, role_of


class OurAdminSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active) and role_of(request.user) == Role.ADMIN

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One login for all: there wrong passwords are counted, and single sign-on is offered."""
        if request.user.is_authenticated:
            raise PermissionDenied(_("Your group may not do this."))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(  # type: ignore[override]  # Django's own redirects too, in the end
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("plays:password")
