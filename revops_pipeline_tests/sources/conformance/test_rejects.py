"""Nothing that a vendor says is dropped silently: what cannot be typed is listed, and only that."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from revops_pipeline_tests.sources.conformance.bench import Bench
from revops_pipeline_tests.transform.conftest import Dbt


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    return Dbt(tmp_path_factory.mktemp("dbt"))


def rejects(bench: Bench, dbt: Dbt) -> set[tuple[str, str, str]]:
    """What is listed after a run and a build of the vendor's staging models."""
    bench.run()
    name = bench.vendor.name
    selected = ["--select", f"path:models/staging/{name}", "--exclude-resource-type", "unit_test"]
    outcome = dbt.invoke(["build", *selected], bench.path)
    assert outcome.result is not None, outcome.exception
    broken = [r.node.name for r in outcome.result if r.status not in {"success", "pass", "warn"}]
    assert broken == []
    with duckdb.connect(str(bench.path), read_only=True) as connection:
        listed = connection.execute(
            f'select stream, id, "column" from staging.{name}_rejected_records'
        ).fetchall()
    assert len(set(listed)) == len(listed)
    return set(listed)


def test_values_that_cannot_be_typed_are_listed_and_nothing_else_is(
    benches: Callable[[int], Bench], dbt: Dbt
) -> None:
    bench = benches(3)
    expected = bench.vendor.spoil(bench.world)
    if not expected:
        pytest.skip(f"the records of {bench.vendor.name} are listed with those of others")
    assert rejects(bench, dbt) == expected
    assert rejects(benches(4), dbt) == set(), "an unspoilt world has none"
