"""Single sign-on, where it is on: is the provider there, and does it know us as we are set up."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from plays.single_sign_on import OtherIssuer, Provider, SignOnFailed, is_on, is_safe, look
from plays.sync.doctor.findings import Area, Finding, fine, note, problem

SUBJECT = "OIDC_ISSUER"


def look_at_single_sign_on() -> Iterator[Finding]:
    """Nothing where it is off. Three calls to the provider."""
    if not is_on():
        return
    return_address = (settings.PUBLIC_URL or "http://localhost") + reverse("plays:sso_done")
    try:
        provider = look(return_address)
    except OtherIssuer as error:
        do = _("Set OIDC_ISSUER to the name that the provider gives itself, to the letter.")
        yield _wrong(str(error), do)
        return
    except SignOnFailed as error:
        do = _(
            "%(issuer)s/.well-known/openid-configuration must answer from this machine: check "
            "OIDC_ISSUER, the network and the provider."
        )
        yield _wrong(str(error), do % {"issuer": settings.OIDC_ISSUER.rstrip("/")})
        return
    found = [*_of_the_provider(provider), *_of_the_return(provider, return_address)]
    yield from found
    if not any(finding.is_problem for finding in found):
        words = _("Single sign-on: %(issuer)s answers, and lets people come back to us.")
        yield fine(Area.CONFIGURATION, words % {"issuer": settings.OIDC_ISSUER}, subject=SUBJECT)


def _of_the_provider(provider: Provider) -> Iterator[Finding]:
    for address in provider.endpoints:
        if not is_safe(address):
            do = _("Let the provider offer https: passwords and tokens go there.")
            yield _wrong(_("%(address)s has no TLS") % {"address": address}, do)
    if provider.against_client:
        do = _("Make a new secret for the client at the provider, set OIDC_CLIENT_SECRET, restart.")
        said = _("the provider does not take OIDC_CLIENT_ID with OIDC_CLIENT_SECRET (%(error)s)")
        yield _wrong(said % {"error": provider.against_client}, do)


def _of_the_return(provider: Provider, address: str) -> Iterator[Finding]:
    """Where PUBLIC_URL is empty each address that people use is one to come back to."""
    if not settings.PUBLIC_URL:
        yield note(
            Area.CONFIGURATION,
            _("Single sign-on: people come back to whichever address they used."),
            do=_("Set PUBLIC_URL, and register its %(path)s at the provider.")
            % {"path": reverse("plays:sso_done")},
            subject="PUBLIC_URL",
        )
    elif provider.against_return:
        do = _("Register exactly this return address for the client at the provider: %(address)s")
        said = _("the provider refuses our client or its return address (%(error)s)")
        yield _wrong(said % {"error": provider.against_return}, do % {"address": address})
    elif not is_safe(address):
        do = _("Begin PUBLIC_URL with https://, and change the address at the provider too.")
        yield _wrong(
            _("people would come back without TLS, to %(address)s") % {"address": address}, do
        )


def _wrong(reason: str, do: str) -> Finding:
    what = _("Single sign-on lets nobody in safely: %(reason)s") % {"reason": reason}
    return problem(Area.CONFIGURATION, what, do=do, subject=SUBJECT)
