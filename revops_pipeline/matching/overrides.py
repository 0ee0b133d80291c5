"""Which of the decisions that people took hold, of all that were ever taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from revops_pipeline.matching.party import Override, Party
from revops_pipeline.matching.sides import LEFT, RIGHT, Pair


@dataclass(frozen=True, slots=True)
class Standing:
    """`links`: pairs that are linked by decision. `skip`: for each side, which records of the
    other one a record may not be linked to. `closed`: left records that are linked to nothing."""

    links: dict[Pair, Override] = field(default_factory=dict)
    skip: tuple[dict[int, set[int]], dict[int, set[int]]] = field(default_factory=lambda: ({}, {}))
    closed: set[int] = field(default_factory=set)

    def one_each(self) -> dict[Pair, Override]:
        """Of several links of one left record the latest."""
        latest: dict[int, Pair] = {}
        for pair in sorted(self.links, key=lambda p: (self.links[p].decided_at, -p.right)):
            latest[pair.left] = pair
        return {pair: self.links[pair] for pair in latest.values()}


def standing(
    overrides: Iterable[Override], parties: tuple[Sequence[Party], Sequence[Party]]
) -> Standing:
    """What holds of each pair and each left record; decisions about unknown records do not."""
    places = [{(p.system, p.id): at for at, p in enumerate(side)} for side in parties]
    latest: dict[tuple[int, int | None], Override] = {}
    for override in sorted(overrides, key=_by_time):
        at = places[LEFT].get((override.left_system, override.left_id))
        to = None
        if override.right_id is not None:
            to = places[RIGHT].get((override.right_system or "", override.right_id))
        if at is not None and (to is not None or override.right_id is None):
            latest[at, to] = override
    holds = Standing()
    for (at, to), override in latest.items():
        never = latest.get((at, None))
        if to is None:
            holds.closed.add(at)
        elif override.decision == "no_link":
            holds.skip[LEFT].setdefault(at, set()).add(to)
            holds.skip[RIGHT].setdefault(to, set()).add(at)
        elif never is None or override.decided_at > never.decided_at:
            holds.links[Pair(at, to)] = override
    return holds


def _by_time(override: Override) -> tuple[object, bool, str, str]:
    """Later ones overwrite earlier ones; at one time, `no_link` overwrites `link`."""
    return override.decided_at, override.decision == "no_link", override.author, override.reason
