"""What a run that reads reviews says of itself: on its tables, and in its log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from revops_pipeline.definitions import assets, defs
from revops_pipeline.orchestration import dagster_storage
from revops_pipeline.sandbox.qbr import DEFAULT_KEY
from revops_pipeline_tests.sources.reviews import Reviews, serving

TEMPLATE = Path(dagster_storage.__file__).with_name("dagster.yaml")


@pytest.fixture
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reviews]:
    with serving(tmp_path) as running:
        monkeypatch.setenv("QBR_BASE_URL", running.server.url)
        monkeypatch.setenv("QBR_API_KEY", DEFAULT_KEY)
        monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(running.path))
        monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
        (tmp_path / "dagster.yaml").write_text(TEMPLATE.read_text())
        yield running


def told(instance: dg.DagsterInstance) -> tuple[dict[str, object], list[str]]:
    """The metadata of raw.qbr_records and the lines of the log."""
    result = dg.materialize(
        assets,
        instance=instance,
        selection=dg.AssetSelection.assets(["raw", "qbr_records"]),
        resources=defs.resources or {},
    )
    [event] = result.get_asset_materialization_events()
    metadata = event.step_materialization_data.materialization.metadata
    lines = [entry.user_message for entry in instance.all_logs(result.run_id)]
    return {name: value.value for name, value in metadata.items()}, lines


def test_a_run_shows_what_came_and_from_where_it_could_have_gone_on(reviews: Reviews) -> None:
    with dg.DagsterInstance.get() as instance:
        first, lines = told(instance)
        shown = ("pages", "checkpoints", "rows_inserted", "rows_updated", "rows_unchanged")
        assert [first[name] for name in shown] == [8, 7, 755, 0, 0]
        said = [
            "Fetching data with params: {'page_size': 100}",
            *(f"Checkpoint saved after {n}00 records" for n in range(1, 8)),
            "No more pages to fetch",
        ]
        assert [line for line in lines if line in said and "Checkpoint" not in line] == [
            said[0],
            said[-1],
        ]
        assert [line for line in lines if "Checkpoint" in line] == said[1:-1]
        assert not any(DEFAULT_KEY in line for line in lines)
        reviews.world.edit(reviews.world.places()[0], health_score=1.5)
        reviews.world.expire_cursors()
        second, lines = told(instance)
        assert [second[name] for name in shown] == [8, 7, 0, 1, 754]
        assert any("reading from the first page" in line for line in lines)
