"""Settings about money, and what a run says of them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import dagster as dg

from revops_pipeline import settings
from revops_pipeline_tests.orchestration.conftest import Project

RATE = "every_amount_has_a_rate"


def check(result: dg.ExecuteInProcessResult, name: str) -> dg.AssetCheckEvaluation:
    [found] = [c for c in result.get_asset_check_evaluations() if c.check_name == name]
    return found


def test_another_currency_is_counted_in_once_there_are_rates_and_till_then_it_is_said_what_lacks(
    project: Project, tmp_path: Path
) -> None:
    project.start()
    [(spent, currency)] = project.rows(
        "select sum(total_team_spend), max(currency) from marts.team_spending"
    )
    assert currency == "USD"
    settings.CONFIG_FILE.write_text("reporting_currency: EUR")
    told = check(project.run(), RATE)
    assert not told.passed
    rows = told.metadata["broken_by"].value
    assert isinstance(rows, list)
    assert all(row.startswith("USD, 20") for row in rows)  # with the day, and the number of deals
    [(unpriced, currency)] = project.rows(
        "select sum(unpriced_deals), max(currency) from marts.team_spending"
    )
    assert (unpriced > 0, currency) == (True, "EUR")

    rates = tmp_path / "rates.csv"
    rates.write_text("currency,valid_from,rate\nUSD,2000-01-01,0.5\n")
    settings.CONFIG_FILE.write_text(f"reporting_currency: EUR\ncurrency: {{rates: {rates}}}")
    assert check(project.run(), RATE).passed
    [(half, unpriced)] = project.rows(
        "select sum(case when currency = 'USD' then amount_reporting * 2 - amount else 0 end),"
        " count(case when is_unpriced then 1 end) from marts.company_deals"
    )
    assert (abs(half) < Decimal(1), unpriced) == (True, 0)
    [(counted,)] = project.rows("select sum(total_team_spend) from marts.team_spending")
    assert 0 < counted < spent


def test_a_stage_that_is_misspelt_fails_the_run_and_no_spend_becomes_zero(project: Project) -> None:
    project.start()
    spend = "select * from marts.team_spending order by 1, 3"
    before = project.rows(spend)
    settings.CONFIG_FILE.write_text("spend: {spend_stages: [closed_won_typo]}")
    result = project.run()
    assert not result.success
    [failure] = [e.step_failure_data for e in result.all_events if e.is_step_failure]
    said = str(failure.user_failure_data and failure.user_failure_data.description)
    assert "spend.spend_stages names closed_won_typo" in said
    assert "closedwon (" in said
    assert project.rows(spend) == before
