"""What became of links from one run to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple


class Pair(NamedTuple):
    left_system: str
    left_id: str
    right_system: str
    right_id: str


class Verdict(NamedTuple):
    """What makes a link the one it is: as long as both stay, it keeps the time of its decision."""

    method: str
    score: float


@dataclass(frozen=True, slots=True)
class Change:
    pair: Pair
    change: Literal["made", "dropped", "changed"]
    before: Verdict | None
    after: Verdict | None


def changes(before: Mapping[Pair, Verdict], after: Mapping[Pair, Verdict]) -> Iterator[Change]:
    """Sorted by pair. A record that is linked to another one than before is two changes: the one
    pair is dropped, the other made."""
    for pair in sorted(before.keys() | after.keys()):
        old, new = before.get(pair), after.get(pair)
        if old is None:
            yield Change(pair, "made", None, new)
        elif new is None:
            yield Change(pair, "dropped", old, None)
        elif old != new:
            yield Change(pair, "changed", old, new)
