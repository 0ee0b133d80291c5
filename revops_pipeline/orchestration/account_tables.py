"""The tables that matching writes, and what is noted when their links change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from revops_pipeline.matching import Accounts
from revops_pipeline.matching.account_rows import Profile
from revops_pipeline.matching.changes import Pair, Verdict, changes
from revops_pipeline.warehouse.base import Entries, Session, table_exists
from revops_pipeline.warehouse.books import CHANGE_COLUMNS, LINK_CHANGES, PAIR_COLUMNS, utc_now

LINKS, REVIEW = "marts.account_links", "marts.match_review"
ACCOUNTS, SOURCES = "marts.dim_account", "marts.account_source_ids"

LINK_COLUMNS = {
    **PAIR_COLUMNS,
    "method": "varchar",
    "score": "double",
    "margin": "double",
    "decided_at": "timestamp",
    "evidence": "varchar",
}
REVIEW_COLUMNS = {
    **PAIR_COLUMNS,
    "score": "double",
    "runner_up_id": "varchar",
    "runner_up_score": "double",
    "reason": "varchar",
}
ACCOUNT_COLUMNS = {
    "account_key": "varchar",
    "account_name": "varchar",
    "domain": "varchar",
    "name_source": "varchar",
    "salesforce_account_id": "varchar",
    "hubspot_company_id": "varchar",
    "product_team_id": "varchar",
    "qbr_company_id": "varchar",
    "servicenow_account_id": "varchar",
    "created_by": "varchar",
    "systems": "integer",
    "records": "integer",
}
SOURCE_COLUMNS = {
    "system": "varchar",
    "source_id": "varchar",
    "account_key": "varchar",
    "method": "varchar",
    "score": "double",
    "via": "varchar",
    "evidence": "varchar",
}


def write(session: Session, built: Accounts, run_id: str) -> Counter[str]:
    """Makes the tables hold what was built; how many links were made, dropped and changed."""
    # Accounts first: a run that is killed in between is done again, and then notes the links.
    sources = [tuple(row) for row in built.sources]
    accounts = [tuple(row) for row in built.accounts]
    session.replace_table(ACCOUNTS, ACCOUNT_COLUMNS, accounts, ["account_key"])
    session.replace_table(SOURCES, SOURCE_COLUMNS, sources, ["system", "source_id"])
    reviews = [
        (
            *(r.left_system, r.left_id, r.right_system, r.right_id),
            *(float(r.score), r.runner_up_id, r.runner_up_score, r.reason),
        )
        for r in built.reviews
    ]
    session.replace_table(REVIEW, REVIEW_COLUMNS, reviews, list(PAIR_COLUMNS))
    return _write_links(session, built, run_id)


def known_profiles(session: Session) -> dict[str, Profile]:
    """Name and domain of the accounts that are there, by key."""
    if not table_exists(session, ACCOUNTS):
        return {}
    columns = ", ".join(("account_key", *Profile._fields))
    return {
        key: Profile(*rest) for key, *rest in session.query(f"select {columns} from {ACCOUNTS}")
    }


def _write_links(session: Session, built: Accounts, run_id: str) -> Counter[str]:
    """A link that stays what it was keeps the time of its decision; every other one is noted in
    `ops.link_changes`, with what it was before."""
    now = utc_now().replace(microsecond=0)
    before = _links_there(session)
    after: dict[Pair, Verdict] = {}
    rows: list[tuple[Any, ...]] = []
    for link in built.links:
        pair = Pair(link.left_system, link.left_id, link.right_system, link.right_id)
        verdict = after[pair] = Verdict(link.method, float(link.score))
        was, decided = before.get(pair, (None, now))
        when = decided if was == verdict else now
        rows.append((*pair, *verdict, float(link.margin), when, link.evidence))
    found = list(changes({pair: was for pair, (was, _) in before.items()}, after))
    noted = [
        (now, run_id, *c.pair, c.change, *(c.before or (None, None)), *(c.after or (None, None)))
        for c in found
    ]
    journal = Entries(LINK_CHANGES, CHANGE_COLUMNS, noted) if noted else None
    session.replace_table(LINKS, LINK_COLUMNS, rows, list(PAIR_COLUMNS), journal)
    return Counter(change.change for change in found)


def _links_there(session: Session) -> Mapping[Pair, tuple[Verdict, datetime]]:
    if not table_exists(session, LINKS):
        return {}
    columns = ", ".join((*PAIR_COLUMNS, "method", "score", "decided_at"))
    return {
        Pair(*row[:4]): (Verdict(row[4], row[5]), row[6])
        for row in session.query(f"select {columns} from {LINKS}")
    }
