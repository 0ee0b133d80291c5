"""A run that is killed at any point ends, sooner or later, with the same tables."""

from __future__ import annotations

from random import Random

import pytest

from revops_pipeline_tests.sources.conformance.bench import Bench
from revops_pipeline_tests.sources.forked import CRASH_POINTS, Crash, forked


@pytest.fixture(autouse=True)
def _a_landing_for_each_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("revops_pipeline.warehouse.pending.FLUSH_BYTES", 1)


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_run_killed(bench: Bench, point: str) -> None:
    random = Random(point)
    for nth in (1, 2, 5):  # a first read that dies more and more often, then increments that do
        bench.serve()
        forked(bench.load, Crash(point, nth))
        bench.settle()
        bench.expect_equal()
        for _ in range(6):
            bench.vendor.disturb(bench.world, random)


def test_every_point_is_passed_by_a_first_read_and_a_change(bench: Bench) -> None:
    bench.serve()
    ended = {}
    for point in CRASH_POINTS:
        ended[point] = forked(bench.load, Crash(point, 1))
        for seed in range(4):
            bench.vendor.disturb(bench.world, Random(f"{point}/{seed}"))
    assert ended.pop("after a replaced version was marked as history") in ("killed", "done")
    assert set(ended.values()) == {"killed"}, ended
