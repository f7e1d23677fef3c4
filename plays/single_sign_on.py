"""The way to the company's login and back (OpenID Connect, authorization code with PKCE).

Authlib checks state, nonce, signature, issuer, audience and times; here it is set up, and what it
refuses becomes one kind of error. Its many modules are imported when somebody logs in with it:
most programs never need them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from plays.rules.claims import Claims, read_claims

SECONDS = 10


class SignOnFailed(Exception):
    """The provider could not be asked, refused, or said what cannot be believed."""


class OtherIssuer(SignOnFailed):
    """Somebody else answers there, or the same under another name."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """What a provider says of itself, and of us where it was asked; "" is no objection."""

    endpoints: tuple[str, ...]
    against_return: str
    against_client: str


def is_on() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def begin(request: HttpRequest) -> HttpResponse:
    """A redirect to the provider. Raises `SignOnFailed`."""
    try:
        return cast(HttpResponse, _client().authorize_redirect(request, _return_address(request)))
    except _refusals() as error:
        raise SignOnFailed(_reason(error)) from error


def finish(request: HttpRequest) -> Claims:
    """Who has come back. Raises `SignOnFailed`."""
    try:
        client = _client()
        token = client.authorize_access_token(request)
        claims = dict(token["userinfo"])
        if settings.OIDC_GROUPS_CLAIM not in claims:
            claims |= _asked(client, token, claims["sub"])
    except _refusals() as error:
        raise SignOnFailed(_reason(error)) from error
    return read_claims(claims, settings.OIDC_GROUPS_CLAIM)


def _refusals() -> tuple[type[Exception], ...]:
    """What Authlib raises where the provider refuses, or answers what cannot be read."""
    from authlib.integrations.base_client import OAuthError
    from authlib.oauth2.rfc6749 import OAuth2Error
    from joserfc.errors import JoseError
    from requests import RequestException

    of_authlib = (OAuthError, OAuth2Error, JoseError)
    of_its_answer = (RuntimeError, ValueError, KeyError, TypeError)
    return *of_authlib, *of_its_answer, RequestException


def look(return_address: str) -> Provider:
    """Whether the provider is there, and would let people come back to `return_address`; nobody is
    logged in. Three calls. Raises `SignOnFailed`.

    A provider refuses a return address or a client that it does not know without a redirect (RFC
    6749, section 4.1.2.1), and a wrong secret as `invalid_client` (section 5.2): a code that it
    never gave out shows which.
    """
    try:
        client = _client()
        said = client.load_server_metadata()
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        return Provider(
            endpoints=tuple(said[name] for name in names if name in said),
            against_return=_against_return(client, return_address),
            against_client=_against_client(client, return_address),
        )
    except _refusals() as error:
        raise SignOnFailed(_reason(error)) from error


def is_safe(address: str) -> bool:
    """TLS, or this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")


def _against_return(client: Any, return_address: str) -> str:
    import requests

    there = client.create_authorization_url(return_address)["url"]
    answer = requests.get(there, allow_redirects=False, timeout=SECONDS)
    if answer.status_code == requests.codes.bad_request:
        return "400 Bad Request"
    back = answer.headers.get("Location", "")
    if not back.startswith(return_address):
        return ""
    return parse_qs(urlsplit(back).query).get("error", [""])[0]


def _against_client(client: Any, return_address: str) -> str:
    from authlib.integrations.base_client import OAuthError

    try:
        client.fetch_access_token(
            code="doctor", code_verifier=43 * "x", redirect_uri=return_address
        )
    except OAuthError as error:
        return error.error if error.error in ("invalid_client", "unauthorized_client") else ""
    return ""


def _client() -> Any:
    """Made for each call: the provider's description and keys are never older than the login."""
    from authlib.integrations.django_client import OAuth

    issuer = settings.OIDC_ISSUER.rstrip("/")
    oauth = OAuth()
    oauth.register(
        "provider",
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )
    client = oauth.provider
    said = client.load_server_metadata().get("issuer", "")
    if said.rstrip("/") != issuer:  # OpenID Connect Discovery 1.0, section 4.3
        raise OtherIssuer(f"the provider calls itself {said!r}, not {issuer!r}")
    return client


def _asked(client: Any, token: dict[str, Any], subject: str) -> dict[str, Any]:
    """The claims that are not in the token; only of the same person (Core 1.0, section 5.3.2)."""
    if "userinfo_endpoint" not in client.load_server_metadata():
        return {}
    more = dict(client.userinfo(token=token))
    if more.pop("sub", None) != subject:
        raise SignOnFailed("the provider answered with another person's claims")
    return {name: value for name, value in more.items() if name not in ("iss", "aud")}


def _return_address(request: HttpRequest) -> str:
    path = reverse("plays:sso_done")
    return settings.PUBLIC_URL + path if settings.PUBLIC_URL else request.build_absolute_uri(path)


def _reason(error: Exception) -> str:
    """What went wrong, without addresses: they may hold a code."""
    from requests import RequestException

    if isinstance(error, RequestException):
        return f"the provider did not answer as it should ({type(error).__name__})"
    if isinstance(error, SignOnFailed):
        return str(error)
    return (str(error) or type(error).__name__).splitlines()[0][:300]
