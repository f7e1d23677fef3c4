"""How a field of a Play is called on the import screens."""

from __future__ import annotations

from django import template

from plays.sync.importer.preview import LABELS

register = template.Library()


@register.filter
def field_label(name: str) -> str:
    """The field's name in the reader's language."""
    return str(LABELS[name])
