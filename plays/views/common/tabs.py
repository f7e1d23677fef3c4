"""The tabs above a list: its narrower views, each with how many rows it has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One view of a list: its name in the address ("" for the whole list), its label and count."""

    name: str
    label: str
    count: int
    is_current: bool
    is_alarm: bool = False


def tabs(
    labels: Mapping[str, object],
    counts: Mapping[str, int],
    current: str,
    *,
    alarms: Collection[str] = (),
) -> list[Tab]:
    """A tab for each of `labels`, by the name in the address, which begins with "", everything.

    That one is current where the address names none of them. `alarms` ask for attention.
    """
    current = current if current in labels else ""
    return [
        Tab(
            name=name,
            label=str(label),
            count=counts[name],
            is_current=name == current,
            is_alarm=name in alarms,
        )
        for name, label in labels.items()
    ]
