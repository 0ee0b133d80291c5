"""The default strategy: names that are equal, or alike enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from revops_pipeline.matching.candidates import nearest
from revops_pipeline.matching.compare import BEGINNING, DOUBT, Comparison, Words, compare
from revops_pipeline.matching.normalise import Name
from revops_pipeline.matching.sides import LEFT, RIGHT, Candidate, Side, Sides, other
from revops_pipeline.matching.strategies import ExactName, Strategy
from revops_pipeline.matching.weights import Weights

_TAKEN = "; but another record is named exactly so"


class _Form(NamedTuple):
    """All that `compare` reads of a name: records of one form are compared once."""

    words: Words
    plain: bool


class FuzzyName(Strategy):
    """Equal names score as `ExactName` grades them, and a record that has one is asked no further.

    All others score as `compare` says, against the forms that share enough words with theirs.
    """

    name = "name_fuzzy_match"

    def __init__(self, sides: Sides) -> None:
        self._exact = ExactName(sides)
        self._names = sides.names
        self._forms = tuple(
            _Forms(names, closed) for names, closed in zip(sides.names, sides.closed, strict=True)
        )
        self._near: dict[Side, Sequence[Sequence[int]]] = {}
        self._scored: dict[tuple[Side, _Form], list[tuple[int, float, bool]]] = {}

    @cached_property
    def weights(self) -> Weights:
        return Weights({form.words for forms in self._forms for form in forms.all})

    def candidates(self, side: Side, record: int, skip: Collection[int]) -> list[Candidate]:
        name = self._names[side][record]
        if name is None:
            return []
        found = self._exact.candidates(side, record, skip)
        if found and found[0].score > DOUBT:
            return found
        there = self._forms[other(side)]
        for place, score, begins in self._compared(side, name):
            fresh = (owner for owner in there.records[place] if owner not in skip)
            for owner in islice(fresh, 2):
                taken = begins and (self._taken(side, record) or self._taken(other(side), owner))
                found.append(Candidate(owner, min(score, DOUBT) if taken else score))
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.record))

    def score(self, left: int, right: int) -> float:
        exact = self._exact.score(left, right)
        if exact:
            return exact
        compared = self._compare(left, right)
        if compared is None:
            return 0.0
        taken = compared.rule == BEGINNING and self._either_taken(left, right)
        return min(compared.score, DOUBT) if taken else compared.score

    def evidence(self, left: int, right: int) -> dict[str, Any]:
        if self._exact.score(left, right):
            return self._exact.evidence(left, right)
        compared = self._compare(left, right)
        return described(compared) if compared else {}

    def doubt(self, left: int, right: int) -> str:
        if self._exact.score(left, right):
            return self._exact.doubt(left, right)
        compared = self._compare(left, right)
        if compared is None:
            return ""
        taken = compared.rule == BEGINNING and self._either_taken(left, right)
        return compared.rule + (_TAKEN if taken else "")

    def _compare(self, left: int, right: int) -> Comparison | None:
        ours, theirs = self._names[LEFT][left], self._names[RIGHT][right]
        return compare(ours, theirs, self.weights) if ours and theirs else None

    def _compared(self, side: Side, name: Name) -> list[tuple[int, float, bool]]:
        """The forms of the other side that could be this name: place, score, whether one name
        is merely how the other begins."""
        form = _form(name)
        known = self._scored.get((side, form))
        if known is None:
            known = self._scored[side, form] = []
            there = self._forms[other(side)]
            for place in self._nearest(side, form):
                theirs = there.names[place]
                if theirs.bare != name.bare:
                    result = compare(name, theirs, self.weights)
                    known.append((place, result.score, result.rule == BEGINNING))
        return known

    def _nearest(self, side: Side, form: _Form) -> Sequence[int]:
        here, there = self._forms[side], self._forms[other(side)]
        if side not in self._near:
            asking = [form.words for form in here.all]
            self._near[side] = nearest(asking, [form.words for form in there.all], self.weights)
        return self._near[side][here.places[form]]

    def _either_taken(self, left: int, right: int) -> bool:
        return self._taken(LEFT, left) or self._taken(RIGHT, right)

    def _taken(self, side: Side, record: int) -> bool:
        """Whether the other side has a record of the very same name."""
        found = self._exact.candidates(side, record, ())
        return bool(found) and found[0].score > DOUBT


class _Forms:
    """The different forms of one side, and the open records of each."""

    def __init__(self, names: Sequence[Name | None], closed: Collection[int]) -> None:
        records: dict[_Form, list[int]] = defaultdict(list)
        for record, name in enumerate(names):
            if name and record not in closed:
                records[_form(name)].append(record)
        self.all = list(records)
        self.places = {form: place for place, form in enumerate(self.all)}
        self.records = [records[form] for form in self.all]
        self.names = [name for own in self.records if (name := names[own[0]])]


def described(compared: Comparison) -> dict[str, Any]:
    """For a person to read: which words agreed and how, which did not, and the rule that held."""
    return {
        "words": [list(pairing) for pairing in compared.agreed],
        "left_only": compared.left_only,
        "right_only": compared.right_only,
        "share": compared.share,
        "rule": compared.rule,
    }


def _form(name: Name) -> _Form:
    return _Form(name.heavy, name.plain)
