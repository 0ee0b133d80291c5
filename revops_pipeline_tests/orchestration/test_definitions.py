"""What somebody sees who opens the asset graph."""

from __future__ import annotations

import dagster as dg
import pytest

from revops_pipeline.definitions import defs
from revops_pipeline.sources import hubspot_streams as hubspot
from revops_pipeline.sources import product

SPECS = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
BUILT = {k: s for k, s in SPECS.items() if s.group_name != "default"}


@pytest.mark.parametrize("key", sorted(BUILT))
def test_every_asset_says_what_a_row_is_who_owns_it_and_when_it_is_stale(key: str) -> None:
    spec = BUILT[key]
    assert "One row per" in (spec.description or ""), spec.description
    assert list(spec.owners) == ["team:revops"]
    assert spec.kinds
    assert spec.freshness_policy is not None


def test_no_asset_is_left_without_a_group() -> None:
    assert set(SPECS) == set(BUILT)


def test_each_stream_is_the_asset_of_its_raw_table() -> None:
    tables = {f"raw/{s.table}" for s in (*hubspot.STREAMS, *product.STREAMS)}
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
    } <= set(SPECS)


def test_the_links_stand_between_staging_and_what_is_spent() -> None:
    links = SPECS["marts/account_links"]
    assert dg.AssetKey(["staging", "staging_companies"]) in {d.asset_key for d in links.deps}
    team_spending = defs.get_assets_def(dg.AssetKey(["marts", "team_spending"]))
    assert dg.AssetKey(["marts", "account_links"]) in set().union(
        *team_spending.asset_deps.values()
    )


def test_every_table_with_a_key_has_a_blocking_check() -> None:
    checks = [spec for asset in defs.assets or [] for spec in getattr(asset, "check_specs", ())]
    assert len(checks) >= 40
    blocking = {c.asset_key.to_user_string() for c in checks if c.blocking}
    assert {"marts/contacts_to_users", "marts/company_deals", "marts/team_spending"} <= blocking


def test_both_jobs_leave_nothing_out_when_all_is_configured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hubspot_keys = set(defs.resolve_job_def("hubspot_job").asset_layer.selected_asset_keys)
    assert {k.to_user_string() for k in hubspot_keys} == set(SPECS)


def test_revops_job_leaves_out_what_is_not_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    from revops_pipeline.orchestration.jobs import revops_job

    monkeypatch.setenv("HUBSPOT_API_KEY", "x")
    selection = revops_job().selection.resolve(defs.resolve_asset_graph())
    names = {k.to_user_string() for k in selection}
    assert "raw/hubspot_contacts" in names
    assert "raw/product_users" not in names
    assert "marts/team_spending" in names
