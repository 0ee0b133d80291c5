"""Where possible links come from: one class a strategy, all with the same few questions.

A strategy proposes scored records of the other side for one record; it decides nothing. It never
lists the pairs of a block: 5,000 records of one name on both sides stay 10,000 look-ups.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Any, ClassVar

from revops_pipeline.matching.domains import is_page, registrable_domain
from revops_pipeline.matching.party import Party
from revops_pipeline.matching.readings import keys_of, lookups
from revops_pipeline.matching.sides import LEFT, RIGHT, Candidate, Side, Sides, other
from revops_pipeline.matching.vocabulary import NO_NAMES


class Strategy(ABC):
    """`stated`: the records say themselves that they belong together, so what other strategies
    infer cannot contradict it."""

    name: ClassVar[str]
    stated: ClassVar[bool] = False

    @abstractmethod
    def __init__(self, sides: Sides) -> None: ...

    @abstractmethod
    def candidates(self, side: Side, record: int, skip: Collection[int]) -> list[Candidate]:
        """For a record of `side`, the best records of the other side that are not in `skip`:
        best first, equals by position, at least two where there are two."""

    @abstractmethod
    def score(self, left: int, right: int) -> float:
        """How well this pair agrees; 0 when this strategy has nothing to say for it."""

    @abstractmethod
    def evidence(self, left: int, right: int) -> dict[str, Any]:
        """What agreed, for a person to read. Only for pairs that were proposed."""

    def doubt(self, left: int, right: int) -> str:
        """Why this pair does not score more, in words, where there is more to say than its score."""
        return ""

    def denies(self, left: int, right: int) -> bool:
        """Whether this strategy knows better than a less trusted one that proposes the pair."""
        return False


class _Keyed(Strategy):
    """Agreement on one of several keys; all or nothing."""

    def __init__(self, sides: Sides) -> None:
        self._keys = tuple(
            [self._usable(self.keys_of(party)) for party in parties] for parties in sides.parties
        )
        self._owners = tuple(map(_owners, self._keys))
        self._open = tuple(map(_owners, self._keys, sides.closed))

    @staticmethod
    @abstractmethod
    def keys_of(party: Party) -> Iterable[str | None]: ...

    @staticmethod
    def _usable(keys: Iterable[str | None]) -> tuple[str, ...]:
        return tuple(sorted({key for key in keys if key}))

    def counts(self, key: str) -> bool:
        return True

    def candidates(self, side: Side, record: int, skip: Collection[int]) -> list[Candidate]:
        found: list[int] = []
        for key in self._keys[side][record]:
            owners = self._open[other(side)].get(key, ()) if self.counts(key) else ()
            fresh = (owner for owner in owners if owner not in skip and owner not in found)
            found += list(islice(fresh, 2))
        return [Candidate(owner, 1.0) for owner in sorted(found)]

    def score(self, left: int, right: int) -> float:
        return 1.0 if self._shared(left, right) else 0.0

    def evidence(self, left: int, right: int) -> dict[str, Any]:
        return {self.name: self._shared(left, right)}

    def _shared(self, left: int, right: int) -> list[str]:
        theirs = self._keys[RIGHT][right]
        return [key for key in self._keys[LEFT][left] if key in theirs and self.counts(key)]


class SharedId(_Keyed):
    name = "id"
    stated = True

    @staticmethod
    def keys_of(party: Party) -> Iterable[str | None]:
        for key in map(str.strip, party.keys):
            placeholder = key.casefold() in NO_NAMES or key.casefold() == "n/a"
            yield key if any(map(str.isalnum, key)) and not placeholder else None


class SharedDomain(_Keyed):
    """A domain with two owners on either side says nothing."""

    name = "domain"

    def __init__(self, sides: Sides) -> None:
        super().__init__(sides)
        self._pages = frozenset(
            registrable_domain(text)
            for parties in sides.parties
            for party in parties
            for text in _addresses(party)
            if is_page(text)
        )

    @staticmethod
    def keys_of(party: Party) -> Iterable[str | None]:
        yield from map(registrable_domain, _addresses(party))

    def counts(self, key: str) -> bool:
        """Whoever has only a page within a site is seldom whom the site is about."""
        alone = all(len(owners.get(key, ())) == 1 for owners in self._owners)
        return alone and key not in self._pages

    def doubt(self, left: int, right: int) -> str:
        """Why this pair does not score more, in words, where there is more to say than its score."""
        return ""

    def denies(self, left: int, right: int) -> bool:
        """Both have a domain of their own, and those look nothing like each other.

        acme.com and acme-group.de do not deny: companies own several.
        """
        ours = self._own(LEFT, left)
        theirs = self._own(RIGHT, right)
        return bool(ours and theirs) and not any(_alike(one, two) for one in ours for two in theirs)

    def _own(self, side: Side, record: int) -> list[str]:
        owners = self._owners[side]
        mine = self._keys[side][record]
        return [key for key in mine if len(owners[key]) == 1 and key not in self._pages]


class ExactName(Strategy):
    """Equality of normalised names, graded by how much had to be put aside for it.

    The grades are further apart than the default margin, so that "Acme Inc" takes "Acme, Inc."
    although "Acme Ltd" is there; all but the last lie above the default threshold.
    """

    name = "exact"
    grades: ClassVar = {"full": 1.0, "core": 0.96, "bare": 0.92, "initials": 0.88, "kin": 0.8}

    def __init__(self, sides: Sides) -> None:
        self._names, self._index = sides.names, sides.index

    def candidates(self, side: Side, record: int, skip: Collection[int]) -> list[Candidate]:
        name = self._names[side][record]
        found: list[Candidate] = []
        if name is None:
            return found
        there = self._index[other(side)]
        for grade, keys in lookups(name):
            for owner in there.records(keys):
                if owner in skip or any(owner == seen.record for seen in found):
                    continue
                found.append(Candidate(owner, self.grades[grade]))
                if len(found) == 2:
                    return found
        return found

    def score(self, left: int, right: int) -> float:
        return self.grades.get(self._reading(left, right), 0.0)

    def evidence(self, left: int, right: int) -> dict[str, Any]:
        name = self._names[LEFT][left]
        return {"words": list(name.words) if name else [], "reading": self._reading(left, right)}

    def doubt(self, left: int, right: int) -> str:
        kin = self._reading(left, right) == "kin"
        return "the names differ in legal form and in words such as group or holding" if kin else ""

    def _reading(self, left: int, right: int) -> str:
        """The grade of a pair: the first one whose look-up for the left name finds the right."""
        one, two = self._names[LEFT][left], self._names[RIGHT][right]
        if one and two:
            found = keys_of(two)
            for grade, keys in lookups(one):
                if any(key in found for key in keys):
                    return grade
        return ""


def _owners(keys: Sequence[tuple[str, ...]], without: Collection[int] = ()) -> dict[str, list[int]]:
    owners: dict[str, list[int]] = defaultdict(list)
    for record, own in enumerate(keys):
        for key in own if record not in without else ():
            owners[key].append(record)
    return dict(owners)


def _addresses(party: Party) -> Iterable[str]:
    for text in party.domains:
        yield from text.replace(",", " ").replace(";", " ").split()


def _alike(one: str, two: str) -> bool:
    """Whether one domain's own label is within the other's: acme.com, getacme.io."""
    short, long = sorted((one.split(".", 1)[0], two.split(".", 1)[0]), key=len)
    return short in long
