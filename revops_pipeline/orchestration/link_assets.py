"""Which team is which company: read from staging, decided by `matching`, written as tables."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from revops_pipeline.matching import (
    MatchResult,
    Override,
    Party,
    majority_domain,
    match_both_ways,
)
from revops_pipeline.orchestration.failures import RETRY_POLICY, typed_failures
from revops_pipeline.orchestration.fingerprint import fingerprint, is_current
from revops_pipeline.orchestration.raw_assets import OWNERS
from revops_pipeline.orchestration.resources import WAREHOUSE_KIND, Revops
from revops_pipeline.orchestration.tables import table_metadata
from revops_pipeline.warehouse.base import Session

LINKS, REVIEW = dg.AssetKey(["marts", "account_links"]), dg.AssetKey(["marts", "match_review"])

LINK_COLUMNS = {
    "left_system": "varchar",
    "left_id": "varchar",
    "right_system": "varchar",
    "right_id": "varchar",
    "method": "varchar",
    "score": "double",
    "margin": "double",
    "decided_at": "timestamp",
    "evidence": "varchar",
}
REVIEW_COLUMNS = {
    "left_system": "varchar",
    "left_id": "varchar",
    "right_system": "varchar",
    "right_id": "varchar",
    "score": "double",
    "runner_up_id": "varchar",
    "runner_up_score": "double",
    "reason": "varchar",
}
KEY = ("left_system", "left_id", "right_system", "right_id")


def _spec(key: dg.AssetKey, description: str) -> dg.AssetSpec:
    names = ["staging_companies", "staging_teams", "staging_team_membership", "staging_users"]
    names.append("account_link_override_seed")
    return dg.AssetSpec(
        key,
        deps=[dg.AssetKey(["staging", name]) for name in names],
        group_name="marts",
        kinds={"python", WAREHOUSE_KIND},
        owners=OWNERS,
        description=description,
        skippable=True,
    )


@dg.multi_asset(
    name="match_accounts",
    specs=[
        _spec(LINKS, "One row per product team and HubSpot company that are the same account."),
        _spec(REVIEW, "One row per possible link that a person has to decide."),
    ],
    can_subset=True,
    retry_policy=RETRY_POLICY,
)
def link_assets(
    context: dg.AssetExecutionContext, revops: Revops
) -> Iterator[dg.MaterializeResult[Any]]:
    """Links of product teams (left) and HubSpot companies (right)."""
    with typed_failures(), revops.warehouse.session("matching accounts") as session:
        wanted = fingerprint(session, revops.settings, revops.config)
        unchanged = is_current(session, "matching", wanted)
        if unchanged:
            context.log.info("matching: nothing it is built from has changed; not built again")
        else:
            result = match_both_ways(
                _teams(session), _companies(session), _overrides(session), revops.config.matching
            )
            _write(session, result)
            session.record_build("matching", wanted, context.run.run_id)
        tables = table_metadata(session, [LINKS, REVIEW])
        methods = dict(session.query("select method, count(*) from marts.account_links group by 1"))
        sample = session.query("select * from marts.match_review order by 1, 2, 3, 4 limit 5")
    extra: dict[dg.AssetKey, dict[str, Any]] = {
        LINKS: {"links_by_method": methods},
        REVIEW: {"sample": list(map(list, sample))},
    }
    # Both are written either way: what is asked for decides only what is reported.
    for key in sorted(context.selected_asset_keys):
        metadata = {**tables[key], **extra[key], "unchanged": unchanged}
        yield dg.MaterializeResult(key, metadata=metadata)


def _teams(session: Session) -> list[Party]:
    emails: dict[str, list[str]] = defaultdict(list)
    for team_id, email in session.query(
        "select m.team_id, u.email_key from staging.staging_team_membership m "
        "join staging.staging_users u on u.user_id = m.user_id where u.email_key is not null"
    ):
        emails[team_id].append(email)
    teams = session.query("select team_id, team_name from staging.staging_teams")
    return [
        Party("product", team_id, name, domains=_known(majority_domain(emails[team_id])))
        for team_id, name in teams
    ]


def _companies(session: Session) -> list[Party]:
    rows = session.query(
        "select id, name, coalesce(domain, website) from staging.staging_companies"
    )
    return [Party("hubspot", i, name, domains=_known(domain)) for i, name, domain in rows]


def _known(domain: str | None) -> tuple[str, ...]:
    return (domain,) if domain else ()


def _overrides(session: Session) -> list[Override]:
    return [
        Override(*row)
        for row in session.query(
            "select left_system, left_id, right_system, right_id, decision, author, reason, "
            "decided_at from staging.account_link_override_seed"
        )
    ]


def _write(session: Session, result: MatchResult) -> None:
    """A link that was decided before keeps the time of that decision."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    before: dict[tuple[Any, ...], datetime] = {}
    if session.query(
        "select 1 from information_schema.tables where lower(table_name) = 'account_links'"
    ):
        for row in session.query(f"select {', '.join(LINK_COLUMNS)} from marts.account_links"):
            before[(*row[:7], row[8])] = row[7]
    rows = []
    for link in result.links:
        identity = (link.left_system, link.left_id, link.right_system, link.right_id)
        rest = (link.method, float(link.score), float(link.margin))
        decided = before.get((*identity, *rest, link.evidence), now)
        rows.append((*identity, *rest, decided, link.evidence))
    session.replace_table("marts.account_links", LINK_COLUMNS, rows, KEY)
    reviews = [
        (
            *(r.left_system, r.left_id, r.right_system, r.right_id),
            *(float(r.score), r.runner_up_id, r.runner_up_score, r.reason),
        )
        for r in result.reviews
    ]
    session.replace_table("marts.match_review", REVIEW_COLUMNS, reviews, KEY)
