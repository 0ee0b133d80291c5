"""A table is late when a run is missing, and at no other time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

from revops_pipeline import definitions, settings
from revops_pipeline.orchestration import schedules
from revops_pipeline.orchestration.cadence import SLOW
from revops_pipeline.orchestration.freshness import with_freshness

# What people write or keep in the repository, and what only faults add to: no run makes it younger.
OF_PEOPLE = {
    "ops/hidden_fields",
    "ops/hidden_rows",
    "ops/rejected_documents",
    "ops/currency_rates",
    "ops/link_overrides",
    "staging/account_link_override_seed",
    "staging/account_link_overrides",
    "staging/account_source_map_seed",
}
HOUR = timedelta(hours=1)


def policies() -> dict[str, tuple[timedelta, timedelta]]:
    """Of each table that can be late: after how long with a warning, after how long an alarm."""
    found = {}
    for asset in with_freshness(definitions.assets):
        for spec in asset.specs:
            if policy := spec.freshness_policy:
                windows = policy.warn_window.to_timedelta(), policy.fail_window.to_timedelta()
                found[spec.key.to_user_string()] = windows
    return found


def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    file = tmp_path / "revops.yml"
    file.write_text(text)
    monkeypatch.setattr(settings, "CONFIG_FILE", file)


def late(warns: int, fails: int) -> tuple[timedelta, timedelta]:
    """In hours, and a quarter for the run: but the alarm of HubSpot's tables, a whole day."""
    run = timedelta(minutes=15)
    return warns * HOUR + run, fails * HOUR + (run if warns > 1 else 0 * run)


def gaps(source: str) -> set[timedelta]:
    """Between the ticks of a source's schedule."""
    schedule = schedules._slow_schedule(source)
    start = datetime(2026, 3, 2, tzinfo=UTC)
    ticks = cron_string_iterator(start.timestamp(), str(schedule.cron_schedule), "UTC")
    return {b - a for a, b in pairwise(next(ticks) for _ in range(60))}


def test_every_table_that_a_source_feeds_can_be_late_and_no_other() -> None:
    specs = [spec for asset in definitions.assets for spec in asset.specs]
    may = {s.key.to_user_string() for s in specs if s.freshness_policy is not None}
    assert {s.key.to_user_string() for s in specs} - may == OF_PEOPLE
    assert may == policies().keys()


@pytest.mark.parametrize(
    ("table", "warns", "fails"),
    [
        ("raw/qbr_records", 24, 48),
        ("staging/qbr_records", 24, 48),
        ("staging/qbr_rejected_records", 24, 48),
        ("raw/salesforce_accounts", 6, 12),
        ("staging/staging_salesforce_cases", 6, 12),
        ("staging/salesforce_rejected_records", 6, 12),
        ("raw/servicenow_sys_user", 3, 6),
        ("staging/staging_servicenow_incidents", 3, 6),
        ("raw/hubspot_contacts", 1, 24),
        ("raw/product_users", 1, 24),
        ("staging/staging_deals", 1, 24),
        ("marts/company_deals", 1, 24),
    ],
)
def test_a_table_of_one_source_is_late_by_the_cadence_of_that_source(
    table: str, warns: int, fails: int
) -> None:
    assert policies()[table] == late(warns, fails)


@pytest.mark.parametrize("table", ["marts/dim_account", "ops/rejected_records"])
def test_a_table_of_several_sources_is_late_by_the_one_that_is_read_most_often(
    monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    assert policies()[table] == late(1, 24)
    # HubSpot that is not configured refreshes nothing, and nothing waits for it.
    monkeypatch.setenv("QBR_API_KEY", "key")
    monkeypatch.setenv("PRODUCT_SCHEMA", "shop")  # read by HubSpot's job
    assert policies()[table] == late(24, 48)
    monkeypatch.setenv("SALESFORCE_USERNAME", "ann")
    monkeypatch.setenv("SALESFORCE_PASSWORD", "word")
    assert policies()[table] == late(6, 12)
    assert policies()["staging/qbr_records"] == late(24, 48)
    monkeypatch.setenv("HUBSPOT_API_KEY", "key")
    assert policies()[table] == late(1, 24)


@pytest.mark.parametrize("window", [(0, 23), (6, 20), (7, 11), (22, 4)])
@pytest.mark.parametrize("minutes", [60, 180, 360, 720, 1440])
def test_a_source_that_is_read_as_often_as_it_should_be_is_never_late(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, minutes: int, window: tuple[int, int]
) -> None:
    text = f"  freshness_minutes: {minutes}\n  sync_hours: [{window[0]}, {window[1]}]\n"
    configure(monkeypatch, tmp_path, "".join(f"{source}:\n{text}" for source in SLOW))
    found, asked = policies(), timedelta(minutes=minutes)
    tables = {
        "qbr": "qbr_records",
        "salesforce": "salesforce_tasks",
        "servicenow": "servicenow_task",
    }
    for source, table in tables.items():
        warns, fails = found[f"raw/{table}"]
        longest = max(gaps(source))
        assert longest < warns <= longest + HOUR  # a run takes its time
        assert longest + asked < fails <= longest + asked + HOUR


def test_a_wrong_settings_file_leaves_the_usual_cadences(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usual = policies()
    configure(monkeypatch, tmp_path, "qbr: [\n")
    assert policies() == usual


def test_definitions_load_whatever_is_configured_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICENOW_PASSWORD", "word")
    assert policies()["marts/dim_account"] == late(1, 24)
    assert isinstance(definitions.defs, dg.Definitions)
