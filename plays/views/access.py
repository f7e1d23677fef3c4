"""`/access/`: API tokens, and who is locked out; admins only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from plays.models import ApiToken
from plays.models.api_token import Scope
from plays.sync.access.logins import let_in, locks
from plays.sync.access.tokens import TokenRefused, make_token, revoke_token
from plays.views.common.access import RoleRequest, may_administer
from plays.views.common.forms import day_input, midnight
from plays.views.common.posted import posted_reason
from plays.views.common.render import render_page


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("The program that gets it, for example portal."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=Scope.choices,
        initial=[Scope.EVENTS],
        widget=forms.CheckboxSelectMultiple,
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: it does not end by itself."),
        widget=day_input(),
    )

    def expires_at(self) -> datetime | None:
        """The moment at which the last day ends here."""
        day = self.cleaned_data["last_day"]
        return midnight(day + timedelta(days=1)) if day else None


@may_administer
@require_safe
def access(request: RoleRequest) -> HttpResponse:
    return _shown(request, TokenForm(label_suffix=""))


@may_administer
@require_POST
def token_make(request: RoleRequest) -> HttpResponse:
    """The page with the new token on it, this once: it is stored nowhere."""
    form = TokenForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _shown(request, form)
    scopes = [Scope(name) for name in form.cleaned_data["scopes"]]
    try:
        token, text = make_token(
            form.cleaned_data["name"], scopes, by=request.user, expires_at=form.expires_at()
        )
    except (TokenRefused, OverflowError) as refused:
        form.add_error(None, str(refused))
        return _shown(request, form)
    return _shown(request, TokenForm(label_suffix=""), made=token, text=text)


@may_administer
@require_POST
def token_revoke(request: RoleRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk)
    if revoke_token(token, by=request.user, reason=posted_reason(request)):
        messages.success(request, _("“%(name)s” lets nobody in any more.") % {"name": token.name})
    return redirect("plays:access")


@may_administer
@require_POST
def let_in_again(request: RoleRequest) -> HttpResponse:
    name, address = (request.POST.get(field, "")[:255] for field in ("name", "address"))
    if any((lock.name, lock.address) == (name, address) for lock in locks(timezone.now())):
        let_in(name, address, by=request.user)
        messages.success(request, _("%(name)s may log in again.") % {"name": name})
    return redirect("plays:access")


def _shown(request: HttpRequest, form: TokenForm, **more: Any) -> HttpResponse:
    now = timezone.now()
    tokens = ApiToken.objects.select_related("created_by")
    context = {
        "form": form,
        "tokens": [(token, token.is_usable(now)) for token in tokens.filter(revoked_at=None)],
        "revoked": tokens.exclude(revoked_at=None).order_by("-revoked_at")[:20],
        "locks": locks(now),
        **more,
    }
    return render_page(request, "access/access.html", context)
