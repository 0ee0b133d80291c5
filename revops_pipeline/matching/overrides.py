"""Which of the decisions that people took hold, of all that were ever taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from revops_pipeline.matching.party import Override, Party
from revops_pipeline.matching.sides import LEFT, RIGHT, Pair


@dataclass(frozen=True, slots=True)
class Standing:
    """`links`: pairs that are linked by decision. `skip`: for each side, which records of the
    other one a record may not be linked to. `closed`: for each side, records that are linked to
    nothing."""

    links: dict[Pair, Override] = field(default_factory=dict)
    skip: tuple[dict[int, set[int]], dict[int, set[int]]] = field(default_factory=lambda: ({}, {}))
    closed: tuple[set[int], set[int]] = field(default_factory=lambda: (set(), set()))

    def one_each(self) -> dict[Pair, Override]:
        """Of several links of one left record the latest."""
        latest: dict[int, Pair] = {}
        for pair in sorted(self.links, key=lambda p: (self.links[p].decided_at, -p.right)):
            latest[pair.left] = pair
        return {pair: self.links[pair] for pair in latest.values()}


def standing(
    overrides: Iterable[Override], parties: tuple[Sequence[Party], Sequence[Party]]
) -> Standing:
    """What holds of each pair and each record, whichever of the two the decision calls left;
    decisions about unknown records do not."""
    places = [{(p.system, p.id): at for at, p in enumerate(side)} for side in parties]
    latest: dict[_Places, Override] = {}
    for override in sorted(overrides, key=_by_time):
        if found := _found(override, places):
            latest[found] = override
    holds = Standing()
    for (at, to), override in latest.items():
        if at is None or to is None:
            side, record = (LEFT, at) if to is None else (RIGHT, to)
            if record is not None:
                holds.closed[side].add(record)
        elif override.decision == "no_link":
            holds.skip[LEFT].setdefault(at, set()).add(to)
            holds.skip[RIGHT].setdefault(to, set()).add(at)
        else:
            never = [latest[alone] for alone in ((at, None), (None, to)) if alone in latest]
            if all(override.decided_at > closing.decided_at for closing in never):
                holds.links[Pair(at, to)] = override
    return holds


class Ref(NamedTuple):
    """One record of one system."""

    system: str
    id: str

    def __str__(self) -> str:
        return f"{self.system}:{self.id}"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What holds among the records of all systems: pairs that are one, pairs that are not, and
    records that are linked to nothing but what was linked to them later."""

    links: dict[frozenset[Ref], Override] = field(default_factory=dict)
    apart: frozenset[frozenset[Ref]] = frozenset()
    alone: frozenset[Ref] = frozenset()


def decisions(overrides: Iterable[Override]) -> Decisions:
    """Of all that were taken, by whatever end is called left, those that hold."""
    latest: dict[frozenset[Ref], Override] = {}
    for override in sorted(overrides, key=_by_time):
        one = Ref(override.left_system, override.left_id)
        other = Ref(override.right_system or "", override.right_id) if override.right_id else None
        if one != other:
            latest[frozenset({one, other} if other else {one})] = override
    links: dict[frozenset[Ref], Override] = {}
    for refs, override in latest.items():
        never = [latest[alone] for ref in refs if (alone := frozenset({ref})) in latest]
        later = all(override.decided_at > closing.decided_at for closing in never)
        if override.decision == "link" and later:
            links[refs] = override
    return Decisions(
        links,
        frozenset(r for r, o in latest.items() if len(r) == 2 and o.decision == "no_link"),
        frozenset(ref for refs in latest if len(refs) == 1 for ref in refs),
    )


# Left and right record by their position; None where the decision is about the other one alone.
_Places = tuple[int | None, int | None]


def _found(override: Override, places: Sequence[Mapping[tuple[str, str], int]]) -> _Places | None:
    """Which pair, or which record alone, a decision is about; None if it is about none here."""
    one, other = (override.left_system, override.left_id), None
    if override.right_id is not None:
        other = (override.right_system or "", override.right_id)
    here, there = places[LEFT], places[RIGHT]
    if other is None:
        return (here[one], None) if one in here else (None, there[one]) if one in there else None
    for first, second in ((one, other), (other, one)):
        if first in here and second in there:
            return here[first], there[second]
    return None


def _by_time(override: Override) -> tuple[object, bool, str, str]:
    """Later ones overwrite earlier ones; at one time, `no_link` overwrites `link`."""
    return override.decided_at, override.decision == "no_link", override.author, override.reason
