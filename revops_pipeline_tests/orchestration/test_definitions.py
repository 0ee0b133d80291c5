"""What somebody sees who opens the asset graph."""

from __future__ import annotations

import dagster as dg
import pytest

from revops_pipeline.definitions import defs
from revops_pipeline.sources.catalog import ALL_STREAMS, STREAMS

SPECS = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
BUILT = {k: s for k, s in SPECS.items() if s.group_name != "default"}


# What is published is a file and no table.
TABLES = sorted(key for key in BUILT if not key.startswith("published/"))


@pytest.mark.parametrize("key", TABLES)
def test_every_asset_says_what_a_row_is_and_who_owns_it(key: str) -> None:
    spec = BUILT[key]
    assert "One row per" in (spec.description or ""), spec.description
    assert list(spec.owners) == ["team:revops"]
    assert spec.kinds


def test_no_asset_is_left_without_a_group() -> None:
    assert set(SPECS) == set(BUILT)


def test_each_stream_is_the_asset_of_its_raw_table() -> None:
    tables = {f"raw/{s.table}" for s in ALL_STREAMS}
    assert {k for k in SPECS if k.startswith("raw/")} == tables


def test_the_named_tables_are_assets_under_their_schema() -> None:
    assert {
        "staging/staging_contacts",
        "staging/staging_companies",
        "staging/staging_deals",
        "marts/contacts_to_users",
        "marts/company_deals",
        "marts/team_spending",
        "marts/account_links",
        "marts/match_review",
        "marts/dim_account",
        "marts/account_source_ids",
        "marts/ticket_accounts",
    } <= set(SPECS)


def test_the_links_stand_between_staging_and_what_is_spent() -> None:
    links = dg.AssetSelection.assets(["marts", "account_links"]).upstream()
    above = links.resolve(defs.resolve_asset_graph())
    for name in ("staging_companies", "staging_teams", "staging_salesforce_accounts"):
        assert dg.AssetKey(["staging", name]) in above
    team_spending = defs.get_assets_def(dg.AssetKey(["marts", "team_spending"]))
    assert dg.AssetKey(["marts", "account_links"]) in set().union(
        *team_spending.asset_deps.values()
    )


def test_every_table_with_a_key_has_a_blocking_check() -> None:
    checks = [spec for asset in defs.assets or [] for spec in getattr(asset, "check_specs", ())]
    assert len(checks) >= 40
    blocking = {c.asset_key.to_user_string() for c in checks if c.blocking}
    assert {"marts/contacts_to_users", "marts/company_deals", "marts/team_spending"} <= blocking


def chosen(job: str) -> set[str]:
    keys = defs.resolve_job_def(job).asset_layer.selected_asset_keys
    return {key.to_user_string() for key in keys}


@pytest.mark.parametrize("source", [s for s in STREAMS if s != "product"])
def test_a_job_reads_its_source_alone_and_builds_all_that_depends_on_it(source: str) -> None:
    read = {"hubspot": ("hubspot", "product")}.get(source, (source,))
    names = chosen(f"{source}_job")
    assert {n for n in names if n.startswith("raw/")} == {
        f"raw/{stream.table}" for name in read for stream in STREAMS[name]
    }
    assert "ops/rejected_records" in names
    fed = dg.AssetSelection.groups(*read).downstream().resolve(defs.resolve_asset_graph())
    assert names == {key.to_user_string() for key in fed}


def test_the_hubspot_job_builds_every_view() -> None:
    assert {k for k in SPECS if k.startswith("marts/")} <= chosen("hubspot_job")


@pytest.mark.parametrize("source", [s for s in STREAMS if s != "product"])
def test_each_job_ends_with_the_read_copy(source: str) -> None:
    graph = defs.resolve_asset_graph()
    copy = dg.AssetKey(["published", "read_copy"])
    above = dg.AssetSelection.assets(copy).upstream().resolve(graph)
    built = {name for name in chosen(f"{source}_job") if not name.startswith("raw/")}
    assert built <= {key.to_user_string() for key in above}


def test_revops_job_leaves_out_what_is_not_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    from revops_pipeline.orchestration.jobs import revops_job

    monkeypatch.setenv("HUBSPOT_API_KEY", "x")
    selection = revops_job().selection.resolve(defs.resolve_asset_graph())
    names = {k.to_user_string() for k in selection}
    assert "raw/hubspot_contacts" in names
    assert not names & {"raw/product_users", "raw/qbr_records", "raw/salesforce_accounts"}
    assert "marts/team_spending" in names
