"""How two names are scored, step by step, for a person to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from revops_pipeline.matching.compare import Comparison, compare
from revops_pipeline.matching.normalise import Name, normalise
from revops_pipeline.matching.party import Party
from revops_pipeline.matching.settings import NEAR, MatchSettings
from revops_pipeline.matching.sides import Sides
from revops_pipeline.matching.strategies import ExactName
from revops_pipeline.matching.weights import Weights

_OPEN: frozenset[int] = frozenset()


def explain(
    left: str, right: str, settings: MatchSettings, others: Iterable[str | None] = ()
) -> str:
    """`others`: the names of the lists in question, by which words are weighed; without them
    words weigh what they do in most lists. Says nothing of margins: those depend on rivals."""
    return "\n".join(_lines(left, right, settings, others))


def _lines(
    left: str, right: str, settings: MatchSettings, others: Iterable[str | None]
) -> Iterator[str]:
    ours, theirs = normalise(left), normalise(right)
    yield f"left   {_readings(left, ours)}"
    yield f"right  {_readings(right, theirs)}"
    if ours is None or theirs is None:
        yield "score  0: what is no name matches nobody"
        return
    parties = ([Party("left", "1", left)], [Party("right", "1", right)])
    exact = ExactName(Sides(parties, (_OPEN, _OPEN)))
    score = exact.score(0, 0)
    if score:
        yield f"equal  in the reading {exact.evidence(0, 0)['reading']!r}"
        yield f"rule   {exact.doubt(0, 0) or 'equal names need no comparing'}"
    else:
        known = [name.heavy for name in map(normalise, others) if name]
        compared = compare(ours, theirs, weights := Weights({*known, ours.heavy, theirs.heavy}))
        yield from _steps(compared, weights)
        score = compared.score
    yield f"score  {score:.4g}: {_verdict(score, settings)}"


def _readings(text: str, name: Name | None) -> str:
    if name is None:
        return f"{text!r} is no name"
    aside = f", without {name.generic!r}" if name.generic else ""
    form = ", a registered name" if name.registered else ""
    return f"{text!r}: full {name.full!r}, core {name.core!r}, bare {name.bare!r}{aside}{form}"


def _steps(compared: Comparison, weights: Weights) -> Iterator[str]:
    for side, words in (("left", compared.left), ("right", compared.right)):
        weighed = ", ".join(f"{word} {weights[word]:.1f}" for word in words)
        yield f"words  {side}: {weighed} (the rarer the heavier)"
    for left, right, how in compared.agreed:
        yield f"agree  {left} = {right} ({how})"
    for side, rest in (("left", compared.left_only), ("right", compared.right_only)):
        if rest:
            yield f"only   {side}: {', '.join(rest)}"
    yield f"share  {compared.share:.4g} of the weight is agreed"
    yield f"rule   {compared.rule}"


def _verdict(score: float, settings: MatchSettings) -> str:
    threshold = settings.threshold
    if score >= threshold:
        return f"a link at threshold {threshold:g}, if no other is within {settings.margin:g}"
    if score >= round(threshold - NEAR, 6):
        return f"below the threshold {threshold:g}, near enough for a person to look"
    return f"no link at threshold {threshold:g}"
