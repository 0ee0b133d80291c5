"""Which records are one account: read from staging, decided by `matching`, written as tables."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg

from revops_pipeline.matching import build_accounts
from revops_pipeline.orchestration import account_tables as tables
from revops_pipeline.orchestration import check_results
from revops_pipeline.orchestration.account_checks import CHECKS, Check
from revops_pipeline.orchestration.account_inputs import digest, inputs, read_rows, rules
from revops_pipeline.orchestration.check_results import Result, told_again
from revops_pipeline.orchestration.failures import RETRY_POLICY, typed_failures
from revops_pipeline.orchestration.fingerprint import MATCHED, MATCHING, is_current
from revops_pipeline.orchestration.raw_assets import OWNERS
from revops_pipeline.orchestration.resources import WAREHOUSE_KIND, Revops
from revops_pipeline.orchestration.staleness import state_of
from revops_pipeline.orchestration.tables import table_metadata
from revops_pipeline.warehouse.base import Session

MATCHED_FROM = frozenset(
    f"staging.{name}"
    for name in (
        *("account_parties", "account_link_overrides", "account_source_map_seed"),
        *("int_merged_accounts", "staging_team_membership", "staging_users"),
        *("staging_salesforce_accounts", "staging_salesforce_contacts"),
    )
)
MATCHED_TABLES = {
    tables.LINKS: "One row per two records of two systems that are the same account, decided by "
    "an id, a domain, a name, the map or a person.",
    tables.REVIEW: "One row per possible link that a person has to decide.",
    tables.ACCOUNTS: "One row per account, whatever systems know it.",
    tables.SOURCES: "One row per record of a system that stands for an account: the account, and "
    "the link by which the record belongs to it.",
}

# Written by `revops match override`, and kept in a file.
decided_assets = dg.AssetsDefinition(
    specs=[
        dg.AssetSpec(
            ["ops", "link_overrides"],
            group_name="staging",
            kinds={WAREHOUSE_KIND},
            owners=OWNERS,
            description="One row per decision about a link, taken with `revops match override`.",
        ),
        dg.AssetSpec(
            ["ops", "currency_rates"],
            group_name="staging",
            kinds={WAREHOUSE_KIND},
            owners=OWNERS,
            description="One row per currency and day from which its rate holds, from the file of "
            "the setting currency.rates. Each run brings it up to date.",
        ),
    ]
)

Event = dg.MaterializeResult[Any] | dg.AssetCheckResult | dg.AssetCheckEvaluation


def _key(table: str) -> dg.AssetKey:
    return dg.AssetKey(table.split("."))


@dg.multi_asset(
    name="match_accounts",
    specs=[
        dg.AssetSpec(
            _key(table),
            deps=[_key(name) for name in sorted(MATCHED_FROM)],
            group_name="marts",
            kinds={"python", WAREHOUSE_KIND},
            owners=OWNERS,
            description=description,
            skippable=True,
        )
        for table, description in MATCHED_TABLES.items()
    ],
    check_specs=[
        dg.AssetCheckSpec(c.name, asset=_key(c.table), description=c.promise, blocking=c.blocking)
        for c in CHECKS
    ],
    can_subset=True,
    retry_policy=RETRY_POLICY,
)
def link_assets(context: dg.AssetExecutionContext, revops: Revops) -> Iterator[Event]:
    """Links between systems, and the accounts that they make."""
    with typed_failures(), revops.warehouse.session("matching accounts") as session:
        session.ensure(())
        changed: Counter[str] | None = None
        builds: dict[str, str] = {}
        if context.selected_asset_keys:
            changed, builds = _bring_up_to_date(context, session, revops)
        unchanged, last = changed is None, check_results.last(session)
        by_hand = bool(context.selected_asset_check_keys)  # our jobs select none
        held = [] if by_hand or not unchanged else _held(last)
        checked = {c: c.broken(session) for c in CHECKS if c.name not in {r.check for r in held}}
        evaluated = [_evaluation(check, broken) for check, broken in checked.items()]
        check_results.keep(session, evaluated, context.run.run_id)
        refused = any(names for check, names in checked.items() if check.blocking)
        for build, made_of in builds.items() if not refused else ():
            session.record_build(build, made_of, context.run.run_id)
        found = table_metadata(session, map(_key, MATCHED_TABLES))
        extra = _metadata(session, changed or Counter())
    # All are written either way: what is asked for decides only what is reported.
    for key in sorted(context.selected_asset_keys):
        metadata = {**found[key], **extra[key], "unchanged": unchanged}
        yield dg.MaterializeResult(key, metadata=metadata)
    yield from told_again(r for r in held if _key(r.table) in context.selected_asset_keys)
    yield from _checked(context, evaluated)
    if failed := {c.name: broken for c, broken in checked.items() if broken and c.blocking}:
        told = "; ".join(f"{name}: {', '.join(broken)}" for name, broken in failed.items())
        raise dg.Failure(f"checks of accounts failed: {told}", allow_retries=False)


def _held(last: Mapping[str, Result]) -> list[Result]:
    """The results that hold of tables which were not written."""
    found = [last[check.name] for check in CHECKS if check.name in last]
    return [result for result in found if result.holds("")]


def _evaluation(check: Check, broken: list[str]) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=_key(check.table),
        check_name=check.name,
        passed=not broken,
        severity=dg.AssetCheckSeverity.ERROR if check.blocking else dg.AssetCheckSeverity.WARN,
        metadata={"broken_by": dg.MetadataValue.json(broken)},
    )


def _bring_up_to_date(
    context: dg.AssetExecutionContext, session: Session, revops: Revops
) -> tuple[Counter[str] | None, dict[str, str]]:
    """How many links were made, dropped and changed, None if nothing had to be built; and what
    to remember of the build, once its checks have passed.

    Most changes of raw rows are none of what accounts are made of, so that is asked too.
    """
    states = state_of(session, MATCHED_FROM)
    builds = {MATCHING: f"{states} {rules(revops.config)}"} if states else {}
    if builds and is_current(session, MATCHING, builds[MATCHING]):
        context.log.info("matching: nothing it is built from has changed; not built again")
        return None, {}
    rows = read_rows(session)
    found = digest(rows, revops.config)
    if is_current(session, MATCHED, found):
        context.log.info("matching: no record, decision or setting changed; not built again")
        return None, builds
    built = build_accounts(inputs(rows, revops.config), tables.known_profiles(session))
    changed = tables.write(session, built, context.run.run_id)
    return changed, {**builds, MATCHED: found}


def _metadata(session: Session, changed: Counter[str]) -> dict[dg.AssetKey, dict[str, Any]]:
    def counted(column: str, table: str) -> dict[str, int]:
        return dict(session.query(f"select {column}, count(*) from {table} group by 1 order by 1"))

    sample = session.query(f"select * from {tables.REVIEW} order by 1, 2, 3, 4 limit 5")
    links = {f"links_{change}": changed[change] for change in ("made", "dropped", "changed")}
    return {
        _key(tables.LINKS): {"links_by_method": counted("method", tables.LINKS), **links},
        _key(tables.REVIEW): {"sample": list(map(list, sample))},
        _key(tables.ACCOUNTS): {"accounts_by_system": counted("created_by", tables.ACCOUNTS)},
        _key(tables.SOURCES): {"records_by_method": counted("method", tables.SOURCES)},
    }


def _checked(
    context: dg.AssetExecutionContext, found: Iterable[dg.AssetCheckEvaluation]
) -> Iterator[Event]:
    """As dbt's tests: those that a job did not select are put on record all the same."""
    for each in found:
        if each.asset_check_key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                passed=each.passed,
                asset_key=each.asset_key,
                check_name=each.check_name,
                severity=each.severity,
                metadata=each.metadata,
            )
        else:
            yield each
