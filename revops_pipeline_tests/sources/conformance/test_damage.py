"""Whatever a vendor answers, a run ends well or by an error of ours, which says what it is about."""

from __future__ import annotations

import os

import duckdb
import pytest

from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.stream import SourceError
from revops_pipeline.warehouse.base import WrongIdentity
from revops_pipeline_tests.sources.conformance.bench import Bench
from revops_pipeline_tests.sources.conformance.damaged import Damaged, HalfEmojis

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


def test_half_an_emoji_in_a_text_stops_no_source_and_is_told_once(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.server.front = HalfEmojis(bench.front)
    first = bench.load()
    assert all(entry.verified for entry in first.values())
    assert len([r for r in caplog.records if "U+FFFD" in r.getMessage()]) == 1
    with duckdb.connect(str(bench.path), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'raw' "
            "and table_name not like '%history'"
        ).fetchall()
        stored = [
            row
            for (table,) in tables
            for row in connection.execute(
                f"select id from raw.{table} where document like '% \ufffd\"%'"
            ).fetchall()
        ]
    assert stored
    assert not any(entry.counts.changed for entry in bench.load().values())
