"""What the properties of a record were, and since when.

Changes are noted as they happen. A generated record has no noted changes: what it went through is
derived from where it ended (a deal won went through every open stage, evenly over its life), so
that a large portal carries no histories that nobody asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from revops_pipeline.sandbox.schema import DEAL_STAGES

if TYPE_CHECKING:
    from revops_pipeline.sandbox.store import Record

Version = tuple[int, str | None]
"""Since when (epoch milliseconds), and what."""

_OPEN: Final = tuple(id_ for id_, _, _, closed in DEAL_STAGES if not closed)
LIFECYCLE: Final = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)
_PATHS: Final = {
    "deals": ("dealstage",),
    "contacts": ("lifecyclestage",),
    "companies": ("lifecyclestage",),
}


def versions(kind: str, record: Record, name: str) -> list[Version]:
    """The values of a property, oldest first; none if it never had one."""
    if record.history is None and name in _PATHS.get(kind, ()):
        return _path(record, name)
    noted = (record.history or {}).get(name)
    if noted is not None:
        return noted
    value = record.properties.get(name)
    return [] if value in (None, "") else [(record.created, value)]


def note(kind: str, record: Record, properties: Mapping[str, str | None], at: int) -> None:
    """Note what is about to become different."""
    if record.history is None:
        record.history = {name: _path(record, name) for name in _PATHS.get(kind, ())}
    for name, value in properties.items():
        if value != record.properties.get(name):
            record.history[name] = [*versions(kind, record, name), (at, value)]


def joined(
    kind: str, values: Mapping[str, str | None], at: int, *sources: Record
) -> dict[str, list[Version]]:
    """The history of what is merged at that instant into these values. Of two versions with one
    time, that of the later source (the primary record) counts."""
    whole: dict[str, list[Version]] = {}
    for name, value in values.items():
        told = [version for record in sources for version in versions(kind, record, name)]
        found = sorted(dict.fromkeys(told), key=lambda version: version[0])
        if value not in (None, "") and (not found or found[-1][1] != value):
            found.append((at, value))
        if found:
            whole[name] = found
    return whole


def _path(record: Record, name: str) -> list[Version]:
    value = record.properties.get(name)
    if not value:
        return []
    order = _OPEN if name == "dealstage" else LIFECYCLE[:6]
    if value in order:
        steps = order[: order.index(value) + 1]
    elif name != "dealstage":
        steps = (value,)
    else:
        reached = len(order) if value == "closedwon" else 1 + record.id % len(order)
        steps = (*order[:reached], value)
    span = record.modified - record.created
    return [(record.created + span * i // len(steps), step) for i, step in enumerate(steps)]
