"""Dagster's record of runs is what Dagster itself would have written, at less cost."""

import sqlite3
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from revops_pipeline.orchestration import dagster_storage

TEMPLATE = Path(dagster_storage.__file__).with_name("dagster.yaml")
TABLES = [f"table_{n}" for n in range(20)]


@dg.multi_asset(specs=[dg.AssetSpec(name) for name in TABLES])
def many(context: dg.AssetExecutionContext) -> Any:
    for name in TABLES:
        yield dg.MaterializeResult(name, metadata={"rows": len(name)})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dagster.yaml").write_text(TEMPLATE.read_text())
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


def rows_of(instance: dg.DagsterInstance) -> dict[str, Any]:
    found = {}
    for name in TABLES:
        told = instance.get_latest_materialization_event(dg.AssetKey(name))
        assert told
        assert told.asset_materialization
        found[name] = told.asset_materialization.metadata["rows"].value
    return found


def messages(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    told = [entry.message for entry in instance.all_logs(run_id)]
    assert len(told) > 3 * len(TABLES)
    return told


def test_what_a_run_told_is_there_for_dagsters_own_storage_and_the_other_way_round(
    home: Path,
) -> None:
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, dagster_storage.EventLog)
        first = dg.materialize([many], instance=instance)
        assert first.success
        logged = messages(instance, first.run_id)
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.get() as plain:
        assert not isinstance(plain.event_log_storage, dagster_storage.EventLog)
        assert rows_of(plain) == {name: len(name) for name in TABLES}
        assert messages(plain, first.run_id) == logged
        second = dg.materialize([many], instance=plain).run_id
        logged = messages(plain, second)
    (home / "dagster.yaml").write_text(TEMPLATE.read_text())
    with dg.DagsterInstance.get() as instance:
        assert messages(instance, second) == logged


def test_another_process_reads_a_run_while_it_goes_on(home: Path) -> None:
    seen: list[int] = []

    @dg.asset
    def looked_at(context: dg.AssetExecutionContext) -> None:
        path = home / "history" / "runs" / f"{context.run.run_id}.db"
        with sqlite3.connect(path) as other:
            seen.extend(n for (n,) in other.execute("select count(*) from event_logs"))

    with dg.DagsterInstance.get() as instance:
        assert dg.materialize([looked_at], instance=instance).success
    assert seen[0] > 3


def test_the_log_is_opened_once_a_run_and_not_once_an_event(home: Path) -> None:
    opened: list[str] = []

    def count(connection: Any, _: Any) -> None:
        path = Path(connection.execute("pragma database_list").fetchone()[2])
        if path.parent == home / "history" / "runs":
            opened.append(path.stem)

    with dg.DagsterInstance.get() as instance:
        dg.materialize([many], instance=instance)
        event.listen(Engine, "connect", count)
        try:
            result = dg.materialize([many], instance=instance)
        finally:
            event.remove(Engine, "connect", count)
    assert len(result.all_events) > len(TABLES) * 2
    # The index of all runs was open. The run's own file is, for a moment, opened twice to set it up.
    assert set(opened) == {result.run_id}
    assert len(opened) <= 3


def test_a_process_that_sees_many_runs_keeps_few_databases_open(home: Path) -> None:
    @dg.asset
    def one() -> None:
        pass

    with dg.DagsterInstance.get() as instance:
        runs = [
            dg.materialize([one], instance=instance).run_id
            for _ in range(dagster_storage.OPEN_DATABASES + 2)
        ]
        storage = instance.event_log_storage
        assert len(storage._engines) <= dagster_storage.OPEN_DATABASES
        assert all(instance.all_logs(run) for run in runs)
        assert len(storage._engines) <= dagster_storage.OPEN_DATABASES


def test_wiped_runs_are_gone_and_the_next_is_recorded(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        gone = dg.materialize([many], instance=instance)
        instance.wipe()
        assert instance.all_logs(gone.run_id) == []
        assert dg.materialize([many], instance=instance).success
        assert rows_of(instance)
