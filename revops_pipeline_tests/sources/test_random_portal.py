"""A portal that is lived in, hit by faults and read by a pipeline that is killed at random points is
in the end copied exactly: ids, documents, deletions, associations, histories."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline_tests.conftest import Pipeline
from revops_pipeline_tests.sources.copies import differences
from revops_pipeline_tests.sources.forked import CRASH_POINTS
from revops_pipeline_tests.sources.random_portal import DAY_MS, RandomPortal

SEEDS, GROUPS, ROUNDS = 200, 10, 2
MANY = 3_000
Serve = Callable[..., Sandbox]


def survive(seeds: range, sandbox: Sandbox, folder: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for seed in seeds:
        portal = RandomPortal(sandbox, folder, seed)
        portal.live(ROUNDS)
        wrong = portal.settle()
        assert wrong == [], f"seed {seed}"
        counts += portal.counts
    return counts


@pytest.mark.spread
@pytest.mark.timeout(300)
@pytest.mark.parametrize("group", range(GROUPS))
def test_whatever_happens_the_copy_equals_the_portal_once_it_settles(
    serve: Serve, tmp_path: Path, group: int
) -> None:
    seeds = range(group * SEEDS // GROUPS, (group + 1) * SEEDS // GROUPS)
    counts = survive(seeds, serve(Portal.empty()), tmp_path)
    print(dict(counts))
    assert counts["killed"] > 0
    assert counts["faults"] > len(seeds)


@pytest.mark.slow
@pytest.mark.spread
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("group", range(GROUPS))
def test_thousands_of_portals_are_copied_exactly(serve: Serve, tmp_path: Path, group: int) -> None:
    seeds = range(SEEDS + group * MANY // GROUPS, SEEDS + (group + 1) * MANY // GROUPS)
    print(dict(survive(seeds, serve(Portal.empty()), tmp_path)))


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_run_killed_at_a_named_point_leaves_nothing_that_the_next_does_not_mend(
    serve: Serve, tmp_path: Path, point: str
) -> None:
    """Each point is really passed: the child dies there."""
    from revops_pipeline_tests.sources.forked import Crash

    portal = RandomPortal(serve(Portal.empty()), tmp_path, seed=3)
    portal.run()
    for contact in list(portal.portal.store("contacts").live_ids):
        portal.portal.update("contacts", contact, {"jobtitle": "Changed"})
    assert portal.run(Crash(point, 1)) == "killed"
    assert portal.settle() == []


@pytest.mark.spread
@pytest.mark.timeout(240)
def test_the_real_command_killed_ten_times_loses_nothing(serve: Serve, tmp_path: Path) -> None:
    portal = Portal.generate(contacts=900, companies=80, deals=150, seed=8)
    sandbox = serve(portal)
    pipeline = Pipeline(sandbox, tmp_path / "w.duckdb")
    environment = os.environ | {
        "HUBSPOT_API_URL": sandbox.url,
        "HUBSPOT_API_KEY": sandbox.token,
        "REVOPS_DUCKDB_PATH": str(pipeline.path),
    }
    moments = random.Random(5)
    writing = pipeline.path.with_name("w.duckdb.writer")
    for number in range(10):
        for contact in portal.store("contacts").live_ids[number * 50 : number * 50 + 50]:
            portal.update("contacts", contact, {"jobtitle": f"Round {number}"})
        process = subprocess.Popen(
            [sys.executable, "-m", "revops_pipeline", "run"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None and not writing.exists():
            time.sleep(0.005)
        time.sleep(moments.random() * 1.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
    portal.clock.advance(DAY_MS + 60_000)
    pipeline.run()
    assert differences(pipeline.path, portal) == []
