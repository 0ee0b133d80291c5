"""From pairs to accounts: which records, of however many systems, are one account.

Links join records transitively, the most trusted first: a chain of good links may still lead from
one company to another. So a link is refused when the two groups that it would join hold

* two records that a person said are not one, or one that a person said is nobody's,
* two records of a system that is itself a list of accounts (`distinct`), unless a person links them,
* two records whose own domains or names contradict each other, unless a person, the map or an id
  that both carry says otherwise.

What is refused is a question for a person. The same records and links, in whatever order they come,
give the same accounts.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, get_args

from revops_pipeline.matching.overrides import Decisions, Ref
from revops_pipeline.matching.settings import MANUAL, MAP, System

# The most trusted first. What is stated is not contradicted by what is inferred.
STATED = (MANUAL, MAP, "id")
TRUST = (*STATED, "domain", "exact", "name_fuzzy_match")
SENIORITY = get_args(System)

_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two records; `decided_at` (UTC) is a person's, the latest is joined first."""

    left: Ref
    right: Ref
    method: str
    score: float
    evidence: str
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    edge: Edge
    reason: str


@dataclass(frozen=True, slots=True)
class Member:
    """A record and the link by which it belongs to its account; None for the senior record."""

    ref: Ref
    edge: Edge | None

    @property
    def via(self) -> Ref | None:
        if self.edge is None:
            return None
        return self.edge.right if self.edge.left == self.ref else self.edge.left


@dataclass(frozen=True, slots=True)
class Account:
    """Members by seniority; the first one gives the key, `<system>:<id>`."""

    members: tuple[Member, ...]

    @property
    def key(self) -> str:
        return str(self.members[0].ref)


class Resolution(NamedTuple):
    accounts: list[Account]
    refused: list[Refusal]


def by_seniority(ref: Ref) -> tuple[int, str, bool, int, str]:
    """Sorts by system, then by id: as numbers where they are numbers."""
    place = SENIORITY.index(ref.system) if ref.system in SENIORITY else len(SENIORITY)
    number = ref.id.isascii() and ref.id.isdigit()
    return place, ref.system, not number, int(ref.id) if number else 0, ref.id


def resolve(
    records: Iterable[Ref],
    edges: Iterable[Edge],
    decisions: Decisions,
    disputed: Iterable[tuple[Ref, Ref]] = (),
    distinct: Collection[str] = (),
) -> Resolution:
    """Every record is in exactly one account. Edges to records that are not there are left out."""
    groups = _Groups(records, decisions, disputed, frozenset(distinct))
    refused = []
    for edge in sorted(edges, key=_by_trust):
        if groups.knows(edge) and (reason := groups.join(edge)):
            refused.append(Refusal(edge, reason))
    accounts = [Account(_members(refs, groups.edges)) for refs in groups]
    return Resolution(sorted(accounts, key=lambda a: by_seniority(a.members[0].ref)), refused)


def _by_trust(edge: Edge) -> tuple[object, ...]:
    trust = TRUST.index(edge.method) if edge.method in TRUST else len(TRUST)
    latest = (_EPOCH - edge.decided_at).total_seconds() if edge.decided_at else 0.0
    ends = sorted(map(by_seniority, (edge.left, edge.right)))
    return trust, latest, -edge.score, *ends, edge.method, edge.evidence, edge.left


@dataclass
class _Group:
    """`wary`: members about whom a person, or evidence, said whom they are not."""

    members: list[Ref]
    wary: list[Ref]
    of: dict[str, Ref] = field(default_factory=dict)


class _Groups:
    def __init__(
        self,
        records: Iterable[Ref],
        decisions: Decisions,
        disputed: Iterable[tuple[Ref, Ref]],
        distinct: Collection[str],
    ) -> None:
        self._decisions = decisions
        self._apart = _both_ways(decisions.apart)
        self._disputed = _both_ways(disputed)
        self._friends = _both_ways(decisions.links)
        said = {*decisions.alone, *self._apart, *self._disputed}
        self._group: dict[Ref, _Group] = {}
        for ref in set(records):
            own = {ref.system: ref} if ref.system in distinct else {}
            self._group[ref] = _Group([ref], [ref] if ref in said else [], own)
        self.edges: dict[Ref, list[Edge]] = defaultdict(list)

    def __iter__(self) -> Iterator[Sequence[Ref]]:
        return iter({id(group): group.members for group in self._group.values()}.values())

    def knows(self, edge: Edge) -> bool:
        return edge.left in self._group and edge.right in self._group

    def join(self, edge: Edge) -> str | None:
        """Makes one group of two; or says why not."""
        one, other = self._group[edge.left], self._group[edge.right]
        if one is other:
            return None
        if reason := self._against(one, other, edge.method):
            return reason
        if len(one.members) < len(other.members):
            one, other = other, one
        one.members += other.members
        one.wary += other.wary
        one.of |= other.of
        for ref in other.members:
            self._group[ref] = one
        self.edges[edge.left].append(edge)
        self.edges[edge.right].append(edge)
        return None

    def _against(self, one: _Group, other: _Group, method: str) -> str | None:
        for here, there in ((one, other), (other, one)):
            for ref in sorted(here.wary, key=by_seniority):
                if enemy := self._met(self._apart.get(ref, ()), there):
                    return f"would join {ref} and {enemy}, which a person said are not one"
                if ref in self._decisions.alone and not self._friends.get(ref, set()).issuperset(
                    there.members
                ):
                    return f"would join {ref} with others, which a person said is linked to nothing"
                if method not in STATED and (
                    enemy := self._met(self._disputed.get(ref, ()), there)
                ):
                    return f"would join {ref} and {enemy}, which contradict each other"
        for system in sorted(one.of.keys() & other.of.keys()) if method != MANUAL else ():
            first, second = sorted((one.of[system], other.of[system]), key=by_seniority)
            return f"would join {first} and {second}, two accounts of {system}"
        return None

    def _met(self, refs: Iterable[Ref], group: _Group) -> Ref | None:
        met = (ref for ref in refs if self._group.get(ref) is group)
        return min(met, key=by_seniority, default=None)


def _both_ways(pairs: Iterable[Collection[Ref]]) -> Mapping[Ref, set[Ref]]:
    found: dict[Ref, set[Ref]] = defaultdict(set)
    for pair in pairs:
        for one in pair:
            found[one].update(other for other in pair if other != one)
    return found


def _members(refs: Sequence[Ref], edges: Mapping[Ref, Sequence[Edge]]) -> tuple[Member, ...]:
    """Each record with the link that leads towards the senior one, over as few as there can be."""
    ordered = sorted(refs, key=by_seniority)
    towards: dict[Ref, Edge | None] = {ordered[0]: None}
    waiting = deque([ordered[0]])
    while waiting:
        here = waiting.popleft()
        for edge in sorted(edges.get(here, ()), key=_by_trust):
            other = edge.right if edge.left == here else edge.left
            if other not in towards:
                towards[other] = edge
                waiting.append(other)
    return tuple(Member(ref, towards[ref]) for ref in ordered)
