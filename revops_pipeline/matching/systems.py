"""Which systems are matched with which: every other one with the systems of record.

Two systems that are no systems of record meet in an account of one; they are not matched with each
other, for each pair of lists that are matched is another chance for a wrong link. Where no system
of record has a record, the most senior of the others stands in for one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from revops_pipeline.matching.decide import match_both_ways, match_one_sided
from revops_pipeline.matching.overrides import Decisions, Ref, decisions
from revops_pipeline.matching.party import Link, MatchResult, Override, Party
from revops_pipeline.matching.resolve import by_seniority
from revops_pipeline.matching.settings import MANUAL, AccountSettings, MatchSettings


def ref_of(party: Party) -> Ref:
    return Ref(party.system, party.id)


def hubs(parties: Iterable[Party], systems_of_record: Sequence[str]) -> tuple[str, ...]:
    """The systems that all others are matched with, by seniority."""
    found = sorted({party.system for party in parties}, key=lambda s: by_seniority(Ref(s, "")))
    of_record = tuple(system for system in found if system in systems_of_record)
    return of_record or tuple(found[:1])


def match_systems(
    parties: Iterable[Party],
    overrides: Iterable[Override],
    settings: MatchSettings,
    accounts: AccountSettings,
) -> MatchResult:
    """All links and questions between systems; right is the system of record's.

    A record may be several companies of HubSpot, but only one of a system whose records are
    distinct: two that fit equally are a question then, however sure each of the two is. Links by
    hand between other systems stand as they were given.
    """
    lists: dict[str, list[Party]] = defaultdict(list)
    for party in parties:
        lists[party.system].append(party)
    overrides = list(overrides)
    found = MatchResult()
    centre = hubs((p for each in lists.values() for p in each), accounts.systems_of_record)
    for system in sorted(lists, key=lambda s: by_seniority(Ref(s, ""))):
        for hub in centre[: centre.index(system)] if system in centre else centre:
            match = match_one_sided if hub in accounts.distinct else match_both_ways
            result = match(lists[system], lists[hub], overrides, settings)
            found.links.extend(result.links)
            found.reviews.extend(result.reviews)
            found.disputed.update(result.disputed)
    if MANUAL in settings.strategies:
        known = {ref_of(party) for each in lists.values() for party in each}
        found.links.extend(_by_hand_elsewhere(decisions(overrides), found.links, known))
    return MatchResult(sorted(found.links), sorted(found.reviews), found.disputed)


def _by_hand_elsewhere(taken: Decisions, links: Iterable[Link], known: set[Ref]) -> Iterable[Link]:
    there = {
        frozenset({Ref(link.left_system, link.left_id), Ref(link.right_system, link.right_id)})
        for link in links
    }
    for refs, override in taken.links.items():
        if refs not in there and refs <= known:
            left, right = sorted(refs, key=by_seniority, reverse=True)
            yield Link(*left, *right, MANUAL, 1.0, 1.0, override.evidence)
