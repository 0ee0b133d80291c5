"""How alike two names are that are not equal: which words agree, which do not, and what follows.

Words are paired off: the same word, words that one name writes together ("Sirius XM"), a shortened
word, a slip of the pen, initials. What is left over on each side then decides. `SAME` and above
is the same company at the default threshold; `DOUBT` and below is for a person: whatever share of
the words agrees, doubt is never worth more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import OSA

from revops_pipeline.matching.everyday import CALLINGS, LIGHT, LINES, PLACES, REACH
from revops_pipeline.matching.normalise import Name
from revops_pipeline.matching.weights import Weights

Words = tuple[str, ...]

SAME = 0.87
DOUBT = 0.8
# Each name says something that the other does not: they are not even close.
_TWO_NAMES = 0.6
# How much of a word's weight a pair is worth, the surest first.
_WORTH = {"same": 1.0, "joined": 1.0, "short": 0.9, "slip": 0.9, "initials": 0.9}
# A slip in a short word makes another word; a long one may hold two.
_SLIP_LENGTH, _TWO_SLIPS_LENGTH = 5, 10
_SHORT_LENGTH = 4
_NUMERALS = frozenset(
    {
        "ii",
        "iii",
        "iv",
        "vi",
        "vii",
        "viii",
        "ix",
        "xi",
        "xii",
        "one",
        "two",
        "three",
        "four",
        "five",
    }
)

_PARTS = PLACES | LINES | _NUMERALS

BEGINNING = "one name is how the other begins, and the rest only says what the company does"


class Pairing(NamedTuple):
    """Where the words stand in the left and the right name; `how` is a key of `_WORTH`."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    how: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`share`: how much of all that both names say is agreed, by weight, 0-1. `score` is what
    `rule` makes of it."""

    score: float
    share: float
    rule: str
    left: Words
    right: Words
    pairings: tuple[Pairing, ...]

    @property
    def agreed(self) -> list[tuple[str, str, str]]:
        """Left words, right words, how."""
        return [
            (" ".join(_at(self.left, p.left)), " ".join(_at(self.right, p.right)), p.how)
            for p in self.pairings
        ]

    @property
    def left_only(self) -> list[str]:
        return _rest(self.left, (p.left for p in self.pairings))

    @property
    def right_only(self) -> list[str]:
        return _rest(self.right, (p.right for p in self.pairings))


def compare(left: Name, right: Name, weights: Weights) -> Comparison:
    """Of two names whose bare readings differ. Exchanging them exchanges left and right only."""
    ours, theirs = left.heavy, right.heavy
    pairings = tuple(_pair_off(ours, theirs))
    left_rest = _rest(ours, (p.left for p in pairings))
    right_rest = _rest(theirs, (p.right for p in pairings))
    share = _share(ours, theirs, pairings, weights)
    if left_rest and right_rest:
        score, rule = _both_say_more(left_rest, right_rest, weights)
    else:
        sure = [p for p in pairings if p.how in ("same", "joined")]
        named = any(p.how == "joined" or weights.is_rare(ours[p.left[0]]) for p in sure)
        in_order = _in_order(pairings)
        if left_rest or right_rest:
            shorter, longer = (right, left) if left_rest else (left, right)
            extra = left_rest or right_rest
            begins = in_order and len(sure) == len(pairings) and _leads(pairings, bool(right_rest))
            score, rule = _one_says_more(longer, extra, shorter.plain, begins and named, weights)
        else:
            score, rule = _same_words(ours, theirs, pairings, named, in_order)
    if score <= DOUBT:
        score = min(score, share)
    return Comparison(round(score, 4), round(share, 4), rule, ours, theirs, pairings)


def _same_words(
    ours: Words, theirs: Words, pairings: Sequence[Pairing], named: bool, in_order: bool
) -> tuple[float, str]:
    how = {p.how for p in pairings}
    if "initials" in how:
        return DOUBT, "one name could be the initials of the other, as of many"
    if "slip" in how and not named:
        return DOUBT, "the word that names the company is spelled differently"
    if len(pairings) == 1 and not named:
        return DOUBT, "the only word that both names have is a common one"
    if not in_order and not named:
        return DOUBT, "the same common words in another order"
    if not in_order:
        return 0.9, "the same words in another order"
    if "slip" in how:
        return 0.92, "the same words but for a slip of the pen"
    return 0.94, "the same words, shortened or written apart"


def _one_says_more(
    longer: Name, extra: Sequence[str], plain: bool, begins: bool, weights: Weights
) -> tuple[float, str]:
    """`plain`: whether the shorter name is one that people use rather than a registered one."""
    parts = sorted({word for word in extra if _names_a_part(word)})
    if parts:
        return DOUBT, f"only one name has {_listed(parts)}, which names another company or a part"
    if not begins:
        return DOUBT, "one name says more than the other"
    before = longer.stem[longer.stem.index(extra[0]) - 1]
    if before in LIGHT:
        return DOUBT, f"only one name says {before!r} what"
    if any(map(weights.is_rare, extra)):
        return DOUBT, "one name is how the other begins, but the rest has a name of its own"
    if not plain:
        return DOUBT, "one registered name is how the other begins"
    # Further apart than the default margin: "Cisco" is "Cisco Systems" before "Cisco International".
    return (SAME if any(word in REACH for word in extra) else SAME + 0.03), BEGINNING


def _both_say_more(
    left: Sequence[str], right: Sequence[str], weights: Weights
) -> tuple[float, str]:
    if all(any(map(_names_a_part, rest)) for rest in (left, right)):
        return _TWO_NAMES, "the names have different places, numbers or lines of business"
    if all(any(map(weights.is_rare, rest)) for rest in (left, right)):
        return _TWO_NAMES, "each name has a rare word that the other lacks"
    return DOUBT, "each name has words that the other lacks"


def _names_a_part(word: str) -> bool:
    """Whether this word tells companies apart that share all others."""
    return word in _PARTS or word.isdecimal() or (len(word) == 1 and word.isascii())


def _pair_off(ours: Words, theirs: Words) -> list[Pairing]:
    """Each word at most once, the surest pairs first; in the order of the left name."""
    found: list[Pairing] = []
    free = (set(range(len(ours))), set(range(len(theirs))))

    def take(left: Sequence[int], right: Sequence[int], how: str) -> None:
        if free[0].issuperset(left) and free[1].issuperset(right):
            free[0].difference_update(left)
            free[1].difference_update(right)
            found.append(Pairing(tuple(left), tuple(right), how))

    for i, word in enumerate(ours):
        if word in theirs:
            for j in sorted(free[1]):
                if theirs[j] == word:
                    take((i,), (j,), "same")
                    break
    if free[0] and free[1]:
        together = [
            *(
                (text, run, (j,))
                for run, text in _runs(ours, free[0])
                for j in free[1]
                if text == theirs[j]
            ),
            *(
                (text, (i,), run)
                for run, text in _runs(theirs, free[1])
                for i in free[0]
                if text == ours[i]
            ),
        ]
        for _, left, right in sorted(together, key=lambda t: (-len(t[0]), *t)):
            take(left, right, "joined")
        near = [
            (_RANK[how], min(ours[i], theirs[j]), max(ours[i], theirs[j]), i, j)
            for i in free[0]
            for j in free[1]
            if (how := _near(ours[i], theirs[j]))
        ]
        for rank, _, _, i, j in sorted(near):
            take((i,), (j,), _KINDS[rank])
        if len(free[0]) == 1 or len(free[1]) == 1:
            one, two = sorted(free[0]), sorted(free[1])
            if _initials(_at(ours, one), _at(theirs, two)):
                take(one, two, "initials")
    return sorted(found)


_KINDS = tuple(_WORTH)
_RANK = {how: rank for rank, how in enumerate(_KINDS)}


def _near(one: str, two: str) -> str:
    """How two words that differ can be the same one; '' when they cannot."""
    short, long = (one, two) if len(one) <= len(two) else (two, one)
    if len(short) < _SHORT_LENGTH or not (one.isalpha() and two.isalpha()):
        return ""
    if long in CALLINGS and long.startswith(short):
        return "short"
    slips = 0 if len(short) < _SLIP_LENGTH else 1 if len(short) < _TWO_SLIPS_LENGTH else 2
    if len(long) - len(short) <= slips and OSA.distance(one, two, score_cutoff=slips) <= slips:
        return "slip"
    return ""


def _initials(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    one, many = (ours, theirs) if len(ours) == 1 else (theirs, ours)
    return len(one) == 1 and len(many) > 2 and one[0] == "".join(word[0] for word in many)


def _runs(words: Words, free: set[int]) -> list[tuple[tuple[int, ...], str]]:
    """Two or three free words that stand together, and how they look written together."""
    runs: list[tuple[int, ...]] = [(at, at + 1) for at in free if at + 1 in free]
    runs += [(*run, run[1] + 1) for run in runs if run[1] + 1 in free]
    return [(run, "".join(_at(words, run))) for run in runs]


def _in_order(pairings: Sequence[Pairing]) -> bool:
    places = [p.right for p in sorted(pairings)]
    return places == sorted(places)


def _leads(pairings: Sequence[Pairing], right_is_longer: bool) -> bool:
    """Whether what is agreed stands at the beginning of the longer name."""
    taken = [at for p in pairings for at in (p.right if right_is_longer else p.left)]
    return bool(taken) and max(taken) == len(taken) - 1


def _share(ours: Words, theirs: Words, pairings: Sequence[Pairing], weights: Weights) -> float:
    # fsum is exact whatever the order, so that a pair has one score from both sides.
    total = math.fsum(map(weights.__getitem__, ours + theirs))
    agreed = math.fsum(
        _WORTH[p.how] * weights[word]
        for p in pairings
        for word in (*_at(ours, p.left), *_at(theirs, p.right))
    )
    return agreed / total


def _at(words: Sequence[str], places: Iterable[int]) -> list[str]:
    return [words[place] for place in places]


def _rest(words: Words, taken: Iterable[tuple[int, ...]]) -> list[str]:
    gone = {place for places in taken for place in places}
    return [word for place, word in enumerate(words) if place not in gone]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(map(repr, words))
