"""Who somebody is and how they like the screens: login, logout, light or dark."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from plays.views.common.render import back

THEMES = ("auto", "light", "dark")
A_YEAR_SECONDS = 365 * 24 * 3600

login = LoginView.as_view(template_name="session/login.html", redirect_authenticated_user=True)
logout = LogoutView.as_view()


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
