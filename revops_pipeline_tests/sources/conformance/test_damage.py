"""Whatever a vendor answers, a run ends well or by an error of ours, which says what it is about."""

from __future__ import annotations

import os

from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.stream import SourceError
from revops_pipeline.warehouse.base import WrongIdentity
from revops_pipeline_tests.sources.conformance.bench import Bench
from revops_pipeline_tests.sources.conformance.damaged import Damaged

SEEDS = int(os.environ.get("DAMAGE_SEEDS", "4"))
HASTY = Retry(attempts=2, base_seconds=0.0)


def test_a_damaged_answer_ends_a_run_by_an_error_that_names_the_source_or_not_at_all(
    bench: Bench,
) -> None:
    folder, told = bench.path.parent, list[str]()
    for seed in range(SEEDS):
        bench.path = folder / f"damaged_{seed}.duckdb"
        bench.server.front = Damaged(bench.vendor.front(bench.world), seed, chance=0.1)
        try:
            bench.load(retry=HASTY)
        except (SourceError, WrongIdentity) as error:
            told.append(str(error))
    assert all(bench.vendor.name in message.lower() for message in told), told
