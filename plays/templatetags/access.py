"""What a token may, in words."""

from __future__ import annotations

from django import template

from plays.models.api_token import ApiToken, Scope

register = template.Library()


@register.filter
def may(token: ApiToken) -> str:
    return ", ".join(str(Scope(scope).label) for scope in token.scopes)
