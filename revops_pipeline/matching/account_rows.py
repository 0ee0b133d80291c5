"""What is said of an account and of each record: the rows of `dim_account` and of the crosswalk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from revops_pipeline.matching.domains import registrable_domain
from revops_pipeline.matching.normalise import normalise
from revops_pipeline.matching.overrides import Ref
from revops_pipeline.matching.party import Party
from revops_pipeline.matching.resolve import Account, Member, by_seniority

# The method of a record that gives its account the key, of one that was merged into another, and
# of one that has no account.
SELF, MERGED, NONE = "self", "merged", "none"


class Profile(NamedTuple):
    """What an account is called, and where that is from (`<system>:<id>`); by its domain where no
    record of it has a name."""

    account_name: str | None
    domain: str | None
    name_source: str | None


class AccountRow(NamedTuple):
    """One account. The ids are those of the first record of each system, by seniority."""

    account_key: str
    account_name: str | None
    domain: str | None
    name_source: str | None
    salesforce_account_id: str | None
    hubspot_company_id: str | None
    product_team_id: str | None
    qbr_company_id: str | None
    servicenow_account_id: str | None
    created_by: str
    systems: int
    records: int


class SourceRow(NamedTuple):
    """One record: its account (None: none), and the link it hangs on, towards `via`."""

    system: str
    source_id: str
    account_key: str | None
    method: str
    score: float | None
    via: str | None
    evidence: str | None


def account_rows(
    accounts: Iterable[Account], records: Mapping[Ref, Party], known: Mapping[str, Profile]
) -> list[AccountRow]:
    """An account that is `known` keeps what it was called."""
    rows = []
    for account in accounts:
        refs = [member.ref for member in account.members]
        first: dict[str, str] = {}
        for ref in refs:
            first.setdefault(ref.system, ref.id)
        rows.append(
            AccountRow(
                account.key,
                *(known.get(account.key) or _profile([records[ref] for ref in refs])),
                first.get("salesforce"),
                first.get("hubspot"),
                first.get("product"),
                first.get("qbr"),
                first.get("servicenow"),
                refs[0].system,
                len(first),
                len(refs),
            )
        )
    return rows


def _profile(parties: Iterable[Party]) -> Profile:
    """The first usable name and the first domain, by seniority."""
    parties = list(parties)
    named = next((party for party in parties if normalise(party.name)), None)
    owners = ((registrable_domain(text), party) for party in parties for text in party.domains)
    domain, owner = next(((d, party) for d, party in owners if d), (None, None))
    source = named or owner
    return Profile(
        named.name if named else domain, domain, f"{source.system}:{source.id}" if source else None
    )


def source_rows(
    accounts: Iterable[Account], kept: Iterable[Account], merged: Mapping[Ref, Ref]
) -> list[SourceRow]:
    """Every record once, and every one that was merged into one of them."""
    there = {account.key for account in kept}
    rows: dict[Ref, SourceRow] = {}
    for account in accounts:
        for member in account.members:
            found = account.key if account.key in there else None
            rows[member.ref] = _source_row(member, found)
    for old, current in merged.items():
        if old not in rows and current in rows:
            key = rows[current].account_key
            evidence = json.dumps({"strategy": MERGED})
            score = 1.0 if key else None
            rows[old] = SourceRow(*old, key, MERGED if key else NONE, score, str(current), evidence)
    return [rows[ref] for ref in sorted(rows, key=by_seniority)]


def _source_row(member: Member, key: str | None) -> SourceRow:
    if key is None:
        return SourceRow(*member.ref, None, NONE, None, None, None)
    if member.edge is None:
        return SourceRow(*member.ref, key, SELF, 1.0, None, None)
    edge = member.edge
    return SourceRow(*member.ref, key, edge.method, edge.score, str(member.via), edge.evidence)
