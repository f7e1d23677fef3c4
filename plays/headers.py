"""Headers of every answer: its request's id, what a browser may keep, what a page may ask for."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from plays.request_ids import HEADER, current, id_for

# What none of our pages uses; clipboard-write is used.
REFUSED = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer"),
    *("microphone", "midi", "payment", "publickey-credentials-get", "usb", "xr-spatial-tracking"),
)
PERMISSIONS = ", ".join(f"{name}=()" for name in REFUSED)


class HeadersMiddleware:
    """What somebody saw who was logged in stays in no cache, not even behind the Back button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = id_for(request.headers.get(HEADER))
        before = current.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            current.reset(before)
        response[HEADER] = request_id
        response.setdefault("Permissions-Policy", PERMISSIONS)
        is_known = settings.SESSION_COOKIE_NAME in request.COOKIES  # asks no database
        if is_known and "Cache-Control" not in response:
            add_never_cache_headers(response)
        return response
