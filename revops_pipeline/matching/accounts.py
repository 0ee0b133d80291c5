"""Accounts from the records of all systems: which records are one, and what is said of them.

Pure: records, decisions and settings in, the rows of four tables out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from revops_pipeline.matching.account_rows import (
    AccountRow,
    Profile,
    SourceRow,
    account_rows,
    source_rows,
)
from revops_pipeline.matching.overrides import Decisions, Ref, decisions
from revops_pipeline.matching.party import Link, MatchError, Override, Party, Review
from revops_pipeline.matching.resolve import Account, Edge, Resolution, resolve
from revops_pipeline.matching.settings import (
    MANUAL,
    MAP,
    AccountSettings,
    PipelineMatchSettings,
)
from revops_pipeline.matching.systems import hubs, match_systems, ref_of

_NAMED = 10
# Questions about these stay until the pair is linked: its links carry spend.
_SPENDING = {"product", "hubspot"}


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that accounts are made of. `mapped`: record and account by the map; `merged`: record
    that is no more and the one it was merged into."""

    parties: Sequence[Party]
    overrides: Sequence[Override]
    mapped: Sequence[tuple[Ref, Ref]]
    merged: Mapping[Ref, Ref]
    matching: PipelineMatchSettings
    accounts: AccountSettings


@dataclass(frozen=True, slots=True)
class Accounts:
    links: list[Link]
    reviews: list[Review]
    accounts: list[AccountRow]
    sources: list[SourceRow]


def build_accounts(inputs: Inputs, known: Mapping[str, Profile] | None = None) -> Accounts:
    """`known`: name and domain by key of the accounts that are there. Raises MatchError when
    records found no account and that is to be an error."""
    overrides = [_followed(override, inputs.merged) for override in inputs.overrides]
    matched = match_systems(inputs.parties, overrides, inputs.matching, inputs.accounts)
    records = {ref_of(party): party for party in inputs.parties}
    taken = decisions(overrides) if MANUAL in inputs.matching.strategies else Decisions()
    mapped = [(ref, inputs.merged.get(to, to)) for ref, to in inputs.mapped]
    edges = [*_edges(matched.links, taken), *_mapped_edges(mapped)]
    disputed = [(Ref(*pair[:2]), Ref(*pair[2:])) for pair in matched.disputed]
    found = resolve(records, edges, taken, disputed, inputs.accounts.distinct)
    kept = _kept(found.accounts, inputs, records)
    old = (known or {}) if not inputs.matching.update_existing_accounts else {}
    return Accounts(
        matched.links,
        sorted([*_open(matched.reviews, found), *_lost(mapped, records)]),
        account_rows(kept, records, old),
        source_rows(found.accounts, kept, inputs.merged),
    )


@cache
def rules_hash() -> str:
    """This package's own text: a new release may decide otherwise."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _followed(override: Override, merged: Mapping[Ref, Ref]) -> Override:
    """A decision about a record that was merged since is one about its survivor."""
    left = Ref(override.left_system, override.left_id)
    right = Ref(override.right_system or "", override.right_id or "")
    if left in merged:
        override = replace(override, left_id=merged[left].id)
    return replace(override, right_id=merged[right].id) if right in merged else override


def _edges(links: Iterable[Link], taken: Decisions) -> Iterator[Edge]:
    for link in links:
        left, right = Ref(link.left_system, link.left_id), Ref(link.right_system, link.right_id)
        override = taken.links.get(frozenset({left, right})) if link.method == MANUAL else None
        when = override.decided_at if override else None
        yield Edge(left, right, link.method, link.score, link.evidence, when)


def _mapped_edges(mapped: Iterable[tuple[Ref, Ref]]) -> Iterator[Edge]:
    for ref, to in mapped:
        if ref != to:
            yield Edge(ref, to, MAP, 1.0, json.dumps({"strategy": MAP}))


def _kept(
    accounts: Sequence[Account], inputs: Inputs, records: Mapping[Ref, Party]
) -> list[Account]:
    """The accounts that there are to be, by what is to become of records without one."""
    policy = inputs.matching
    centre = hubs(inputs.parties, inputs.accounts.systems_of_record)
    found = [a for a in accounts if any(m.ref.system in centre for m in a.members)]
    if len(found) == len(accounts):
        return found
    if policy.on_missing_account == "error":
        missing = [m.ref for a in accounts for m in a.members if m.ref.system not in centre]
        held = {m.ref for a in found for m in a.members}
        raise MatchError(_missing([ref for ref in missing if ref not in held], records))
    create = policy.on_missing_account == "create" and policy.create_new_accounts
    return list(accounts) if create else found


def _missing(refs: Sequence[Ref], records: Mapping[Ref, Party]) -> str:
    named = ", ".join(f"{ref} {records[ref].name!r}" for ref in refs[:_NAMED])
    more = f" and {len(refs) - _NAMED} more" if len(refs) > _NAMED else ""
    return (
        f"{len(refs)} records found no account: {named}{more}. Link them by hand (`revops match "
        "override`) or in account_source_map_seed.csv, or set matching.on_missing_account to "
        "create or skip"
    )


def _open(reviews: Iterable[Review], found: Resolution) -> Iterator[Review]:
    """The questions whose answer is not known from elsewhere, one about a record and an account,
    and the links that were refused."""
    account = {m.ref: account for account in found.accounts for m in account.members}
    # The most trusted of several for one pair comes last here, and so stays.
    refused = {(r.edge.left, r.edge.right): r for r in reversed(found.refused)}
    asked: set[tuple[Ref, str]] = set()
    for review in sorted(reviews, key=lambda r: ({r.left_system, r.right_system} != _SPENDING, r)):
        left = Ref(review.left_system, review.left_id)
        right = Ref(review.right_system, review.right_id)
        asker, other = (left, right) if review.asker == "left" else (right, left)
        spending = {left.system, right.system} == _SPENDING
        settled = any(m.ref.system == other.system for m in account[asker].members)
        again = (asker, account[other].key) in asked
        if (left, right) not in refused and (spending or not (settled or again)):
            asked.add((asker, account[other].key))
            yield review
    for (left, right), refusal in refused.items():
        why = f"{refusal.edge.method}: linked, but not one account: {refusal.reason}"
        yield Review(*left, *right, refusal.edge.score, None, None, why)


def _lost(mapped: Iterable[tuple[Ref, Ref]], records: Mapping[Ref, Party]) -> Iterator[Review]:
    for ref, to in dict.fromkeys(mapped):
        if to not in records:
            yield Review(
                *ref, *to, 1.0, None, None, f"map: {ref} is mapped to {to}, which is not there"
            )
