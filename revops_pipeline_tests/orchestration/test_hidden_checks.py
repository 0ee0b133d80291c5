"""A field that is hidden from a run is named by a check, and no number falls because of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from revops_pipeline.definitions import assets, defs
from revops_pipeline.orchestration.hidden_checks import hidden_checks
from revops_pipeline.sandbox.qbr import DEFAULT_KEY
from revops_pipeline_tests.orchestration.conftest import Project
from revops_pipeline_tests.sources.reviews import Reviews, serving


@pytest.fixture
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reviews]:
    with serving(tmp_path) as running:
        monkeypatch.setenv("QBR_BASE_URL", running.server.url)
        monkeypatch.setenv("QBR_API_KEY", DEFAULT_KEY)
        monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(running.path))
        yield running


def check(selection: dg.AssetSelection) -> tuple[bool, list[str]]:
    """Whether the reviews have all their fields, and what is said about it."""
    result = dg.materialize(
        [*assets, hidden_checks], selection=selection, resources=defs.resources or {}
    )
    found = {e.check_name: e for e in result.get_asset_check_evaluations()}
    evaluation = found["qbr_hides_no_field"]
    assert evaluation.severity is dg.AssetCheckSeverity.WARN
    said: Any = evaluation.metadata["hidden"].value
    return evaluation.passed, list(said)


def test_each_load_says_which_fields_are_hidden_and_so_do_the_checks_alone(
    reviews: Reviews,
) -> None:
    loaded = dg.AssetSelection.assets(["raw", "qbr_records"])
    assert check(loaded) == (True, [])
    for place in reviews.world.places():
        del reviews.world._records[place]["health_score"]
    for selection in (loaded, loaded, dg.AssetSelection.checks(hidden_checks)):
        passed, [said] = check(selection)
        assert not passed
        assert said.startswith("records.health_score hidden since ")
        assert said.endswith(" values held")


def test_spend_stays_when_the_amount_of_deals_is_hidden(project: Project) -> None:
    project.start()
    spent = "select sum(total_team_spend) from marts.team_spending"
    [(before,)] = project.rows(spent)
    assert before
    store = project.portal.store("deals")
    del store.definitions["amount"]
    project.portal.views.clear()
    result = project.run()
    assert result.success
    assert project.rows(spent) == [(before,)]
    [(since, rows)] = project.rows(
        "select hidden_since, rows_held from ops.hidden_fields where field = 'amount'"
    )
    assert since
    assert rows > 0
    found = {e.check_name: e.passed for e in result.get_asset_check_evaluations()}
    assert found["hubspot_hides_no_field"] is False
