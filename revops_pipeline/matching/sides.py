"""The two lists that are matched: records are known by their position in their list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from revops_pipeline.matching.normalise import Name, normalise
from revops_pipeline.matching.party import Party
from revops_pipeline.matching.readings import NameIndex

Side = Literal[0, 1]
LEFT: Side = 0
RIGHT: Side = 1


def other(side: Side) -> Side:
    return RIGHT if side == LEFT else LEFT


class Candidate(NamedTuple):
    """A record of the other side, by its position there, and how good it is (0-1)."""

    record: int
    score: float


@dataclass(frozen=True)
class Sides:
    """Both sides in a fixed order. Records in `closed` are linked to nothing, by decision: they
    are never proposed, but still count as owners of their domain."""

    parties: tuple[Sequence[Party], Sequence[Party]]
    closed: tuple[frozenset[int], frozenset[int]]

    @cached_property
    def names(self) -> tuple[Sequence[Name | None], Sequence[Name | None]]:
        left, right = self.parties
        return [normalise(party.name) for party in left], [normalise(party.name) for party in right]

    @cached_property
    def index(self) -> tuple[NameIndex, NameIndex]:
        """Of the records that may be proposed."""
        (left, right), (closed_left, closed_right) = self.names, self.closed
        return NameIndex(left, closed_left), NameIndex(right, closed_right)


class Pair(NamedTuple):
    left: int
    right: int
