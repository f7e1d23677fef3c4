"""`{{ error|advice }}`: what happened and what to do about it."""

from __future__ import annotations

from django import template

from plays.advice import advice

register = template.Library()
register.filter(advice)
