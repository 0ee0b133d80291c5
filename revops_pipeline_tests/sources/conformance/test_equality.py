"""A world that is lived in while it is copied, disturbed by faults and deaths: vendor against raw."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from revops_pipeline_tests.sources.conformance.bench import Bench
from revops_pipeline_tests.sources.forked import CRASH_POINTS, Crash, forked

SEEDS = 30
MANY = int(os.environ.get("CONFORMANCE_SEEDS", "1000"))
ROUNDS = 3
AMID = 0.1  # how often the world changes between two requests of a run


def live(bench: Bench, seed: int) -> Counter[str]:
    """A few days of a world and of its copies, and a quiet one at the end."""
    random = Random(f"conformance/{seed}")
    happened: Counter[str] = Counter()
    bench.front.faults.reseed(seed)
    bench.serve()

    def disturb() -> None:
        happened[bench.vendor.disturb(bench.world, random).split()[0]] += 1

    def disturb_now_and_then() -> None:
        if random.random() < AMID:
            happened["while it is copied"] += 1
            disturb()

    for _ in range(ROUNDS):
        for _ in range(random.randint(0, 10)):
            disturb()
        if random.random() < 0.5:
            bench.front.faults.add("chaos:probability=0.2")
        crash = None
        if random.random() < 0.4:
            crash = Crash(random.choice(list(CRASH_POINTS)), random.choice((1, 2, 3, 5, 8)))
        bench.server.meanwhile = disturb_now_and_then if random.random() < 0.5 else None
        happened[forked(bench.load, crash)] += 1
        bench.server.meanwhile = None
        happened["faults"] += sum(bench.front.faults.counts.values())
        bench.front.faults.counts.clear()
        bench.front.faults.clear()
    bench.settle()
    return happened


@pytest.mark.spread
@pytest.mark.parametrize("first", range(0, SEEDS, 10))
def test_thirty_seeds_end_with_the_vendors_own_rows(
    benches: Callable[[int], Bench], first: int
) -> None:
    happened: Counter[str] = Counter()
    for seed in range(first, first + 10):
        bench = benches(seed)
        happened += live(bench, seed)
        assert bench.vendor.differences(bench.world, bench.path) == [], f"seed {seed}"
        bench.path.unlink()
    rare = ("killed", "done", "faults", "while it is copied")
    assert min(happened[what] for what in rare) > 0, happened


@pytest.mark.slow
@pytest.mark.spread
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("first", range(SEEDS, SEEDS + MANY, 100))
def test_many_seeds_end_with_the_vendors_own_rows(
    benches: Callable[[int], Bench], first: int
) -> None:
    happened: Counter[str] = Counter()
    for seed in range(first, min(first + 100, SEEDS + MANY)):
        bench = benches(seed)
        happened += live(bench, seed)
        assert bench.vendor.differences(bench.world, bench.path) == [], f"seed {seed}"
        bench.path.unlink()
    print(dict(happened))
