"""From candidates to links and questions. The rules, in the order in which they apply:

1. What a person decided holds. A record with a manual link is decided; a forbidden pair is seen
   by nothing below. (Both ways, other records may still choose that record from their side.)
2. The most trusted strategy with a candidate at or above the threshold speaks for a record.
3. If the next candidate of that strategy is closer than the margin, it is a question.
4. If the two records of the pair disagree by a more trusted strategy (one name, two unrelated
   domains), it is a question.
5. If a less trusted strategy is sure of other records only (the domain says A, the name says B),
   it is a question, and neither pair becomes a link from either side. An id that both carry is
   beyond such contradiction.
6. Otherwise the best is linked.
7. A record that no strategy is sure about, but with a pair not far below the threshold that no
   more trusted strategy denies, is a question.

Both ways, each record of both sides is asked, and what they choose is joined. A question whose
record got a link from the other side is no question: a team that two companies are named like is
a tie seen from the team, but each company has one team, so both reach it. Two teams and two
companies of one name are ties from everywhere, and stay questions.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from revops_pipeline.matching.fuzzy import FuzzyName
from revops_pipeline.matching.overrides import Standing, standing
from revops_pipeline.matching.party import Link, MatchError, MatchResult, Override, Party, Review
from revops_pipeline.matching.settings import MANUAL, NEAR, MatchSettings
from revops_pipeline.matching.sides import LEFT, RIGHT, Candidate, Pair, Side, Sides, other
from revops_pipeline.matching.strategies import ExactName, SharedDomain, SharedId, Strategy

STRATEGIES = {s.name: s for s in (SharedId, SharedDomain, ExactName, FuzzyName)}

_DEFAULTS = MatchSettings()
_NOBODY: frozenset[int] = frozenset()
# Scores are compared after rounding: 0.88 - 0.85 is less than 0.03 to a float.
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class _Choice:
    """What one record chose: `trust` is the strategy's place, 0 the most trusted."""

    pair: Pair
    trust: int
    score: float
    margin: float


@dataclass(frozen=True, slots=True)
class _Question:
    """`disputed` holds the pairs that may not become links; a tie disputes none."""

    asker: Side
    pair: Pair
    score: float
    runner_up: Candidate | None
    why: str
    disputed: tuple[Pair, ...] = ()


def match_one_sided(
    left: Iterable[Party],
    right: Iterable[Party],
    overrides: Iterable[Override] = (),
    settings: MatchSettings = _DEFAULTS,
) -> MatchResult:
    """Each left record gets at most one link; several left records may share a right one.

    Of several manual links of one left record the latest holds. Raises MatchError for two
    records of one side with one id.
    """
    return _Matching(left, right, overrides, settings).run(both_ways=False)


def match_both_ways(
    left: Iterable[Party],
    right: Iterable[Party],
    overrides: Iterable[Override] = (),
    settings: MatchSettings = _DEFAULTS,
) -> MatchResult:
    """Each left record's best right one and each right record's best left one, joined.

    Raises MatchError for two records of one side with one id.
    """
    return _Matching(left, right, overrides, settings).run(both_ways=True)


class _Matching:
    def __init__(
        self,
        left: Iterable[Party],
        right: Iterable[Party],
        overrides: Iterable[Override],
        settings: MatchSettings,
    ) -> None:
        self.settings = settings
        self.parties = (_in_order(left, "left"), _in_order(right, "right"))
        trusted = MANUAL in settings.strategies
        self.standing = standing(overrides, self.parties) if trusted else Standing()
        left_closed, right_closed = map(frozenset, self.standing.closed)
        sides = Sides(self.parties, (left_closed, right_closed))
        self.closed = sides.closed
        self.strategies: list[Strategy] = [
            STRATEGIES[name](sides) for name in settings.strategies if name != MANUAL
        ]

    def run(self, *, both_ways: bool) -> MatchResult:
        manual = self.standing.links if both_ways else self.standing.one_each()
        decided = ({p.left for p in manual}, {p.right for p in manual})
        choices: list[_Choice] = []
        questions: list[_Question] = []
        for side in (LEFT, RIGHT) if both_ways else (LEFT,):
            for record in range(len(self.parties[side])):
                if record in decided[side] or record in self.closed[side]:
                    continue
                answer = self._ask(side, record)
                if isinstance(answer, _Choice):
                    choices.append(answer)
                elif answer:
                    questions.append(answer)
        disputed = {pair for question in questions for pair in question.disputed}
        best: dict[Pair, _Choice] = {}
        for choice in sorted(choices, key=lambda c: (c.trust, -c.margin)):
            if choice.pair not in disputed and choice.pair not in manual:
                best.setdefault(choice.pair, choice)
        links = [self._manual_link(*item) for item in manual.items()]
        links += map(self._link, best.values())
        linked = {*manual, *best}
        reviews = sorted(self._reviews(questions, linked))
        return MatchResult(sorted(links), reviews, set(map(self._ids, disputed)))

    def _ask(self, side: Side, record: int) -> _Choice | _Question | None:
        skip = self.standing.skip[side].get(record, _NOBODY)
        threshold = self.settings.threshold
        heard: list[tuple[int, Strategy, list[Candidate]]] = []
        unsure: list[tuple[int, Strategy, list[Candidate]]] = []
        for trust, strategy in enumerate(self.strategies):
            found = strategy.candidates(side, record, skip)
            if found:
                (heard if found[0].score >= threshold else unsure).append((trust, strategy, found))
        if not heard:
            return self._almost(side, record, unsure)
        trust, strategy, (best, *rest) = heard[0]
        pair = _pair(side, record, best.record)
        runner_up = rest[0] if rest else None
        margin = round(best.score - (runner_up.score if runner_up else 0.0), _DIGITS)
        if runner_up and margin < self.settings.margin:
            why = (
                f"{strategy.name}: fits both nearly equally"
                if margin
                else f"{strategy.name}: fits both equally"
            )
            return _Question(side, pair, best.score, runner_up, why)
        if denier := self._denier(pair, trust):
            why = f"{strategy.name} agrees, {denier} contradicts"
            return _Question(side, pair, best.score, None, why, (pair,))
        if not strategy.stated:
            for _, weaker, found in heard[1:]:
                if weaker.score(*pair) >= threshold:
                    continue
                rival = _pair(side, record, found[0].record)
                why = f"{strategy.name} says the first, {weaker.name} says the runner-up"
                return _Question(side, pair, best.score, found[0], why, (pair, rival))
        return _Choice(pair, trust, best.score, margin)

    def _almost(
        self, side: Side, record: int, unsure: Sequence[tuple[int, Strategy, list[Candidate]]]
    ) -> _Question | None:
        least = round(self.settings.threshold - NEAR, _DIGITS)
        for trust, strategy, found in unsure:
            near = [candidate for candidate in found if candidate.score >= least]
            for best, runner_up in zip_longest(near, near[1:]):
                pair = _pair(side, record, best.record)
                if not self._denier(pair, trust):
                    doubt = strategy.doubt(*pair)
                    why = f"{strategy.name}: below the threshold" + (f", {doubt}" if doubt else "")
                    return _Question(side, pair, best.score, runner_up, why)
        return None

    def _denier(self, pair: Pair, trust: int) -> str | None:
        """The strategy, more trusted than this one, that knows the pair to be two."""
        return next((s.name for s in self.strategies[:trust] if s.denies(*pair)), None)

    def _link(self, choice: _Choice) -> Link:
        strategy = self.strategies[choice.trust]
        also = [
            weaker.name
            for weaker in self.strategies[choice.trust + 1 :]
            if weaker.score(*choice.pair) >= self.settings.threshold
        ]
        evidence = {"strategy": strategy.name, **strategy.evidence(*choice.pair), "also": also}
        return Link(
            *self._ids(choice.pair), strategy.name, choice.score, choice.margin, _json(evidence)
        )

    def _manual_link(self, pair: Pair, override: Override) -> Link:
        return Link(*self._ids(pair), MANUAL, 1.0, 1.0, override.evidence)

    def _reviews(self, questions: Sequence[_Question], linked: set[Pair]) -> list[Review]:
        """One row a pair: the left record's question before the right one's."""
        has_link = ({p.left for p in linked}, {p.right for p in linked})
        reviews: dict[Pair, Review] = {}
        for question in sorted(questions, key=lambda q: (q.asker, q.pair)):
            asker, pair, runner_up = question.asker, question.pair, question.runner_up
            settled = not question.disputed and pair[asker] in has_link[asker]
            if settled or pair in linked or pair in reviews:
                continue
            asks = self.parties[asker][pair[asker]]
            there = self.parties[other(asker)]
            first = there[pair[other(asker)]]
            reason = f"{question.why}: {_called(asks)} and {_called(first)}"
            second = there[runner_up.record] if runner_up else None
            if second:
                reason += f", or {_called(second)}"
            reviews[pair] = Review(
                *self._ids(pair),
                question.score,
                second.id if second else None,
                runner_up.score if runner_up else None,
                reason,
                "left" if asker == LEFT else "right",
            )
        return list(reviews.values())

    def _ids(self, pair: Pair) -> tuple[str, str, str, str]:
        left, right = self.parties[LEFT][pair.left], self.parties[RIGHT][pair.right]
        return left.system, left.id, right.system, right.id


def _in_order(parties: Iterable[Party], side: str) -> list[Party]:
    ordered = sorted(parties, key=lambda party: (party.system, party.id))
    counts = Counter((party.system, party.id) for party in ordered)
    twice = [f"{system} {id_}" for (system, id_), count in counts.items() if count > 1]
    if twice:
        more = f" and {len(twice) - 3} more" if len(twice) > 3 else ""
        raise MatchError(
            f"{side} side: id given twice: {', '.join(twice[:3])}{more}; ids must be unique"
        )
    return ordered


def _pair(side: Side, here: int, there: int) -> Pair:
    return Pair(here, there) if side == LEFT else Pair(there, here)


def _called(party: Party) -> str:
    return f"{party.system} {party.id} {party.name!r}"


def _json(evidence: Mapping[str, object]) -> str:
    return json.dumps(evidence, ensure_ascii=False, sort_keys=True)
