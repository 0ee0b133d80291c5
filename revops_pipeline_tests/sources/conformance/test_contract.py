"""The stream contract: everything arrives, nothing twice, positions move by settled windows only."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from revops_pipeline.sources.stream import Source, TransientError
from revops_pipeline.warehouse.base import WrongIdentity
from revops_pipeline_tests.sources.conformance.bench import Bench
from revops_pipeline_tests.sources.conformance.misbehaving import Around, BreakingOff, Losing
from revops_pipeline_tests.sources.conformance.server import Server


def disturb(bench: Bench, times: int, seed: int = 0) -> None:
    random = Random(seed)
    for _ in range(times):
        bench.vendor.disturb(bench.world, random)


def test_everything_arrives_and_every_window_is_verified(bench: Bench) -> None:
    entries = bench.run()
    bench.expect_equal()
    assert {n: (e.verified, e.error) for n, e in entries.items() if e.windows} == {
        n: (True, None) for n, e in entries.items() if e.windows
    }
    assert any(e.pages > 2 for e in entries.values()), "too small a world to page through"


def test_an_unchanged_vendor_writes_nothing(bench: Bench) -> None:
    bench.run()
    again = bench.run()
    assert {n: e.counts.changed for n, e in again.items()} == dict.fromkeys(again, 0)


@pytest.mark.parametrize("seed", range(4))
def test_edits_deletions_and_additions_are_seen_by_the_next_run(bench: Bench, seed: int) -> None:
    bench.run()
    disturb(bench, 12, seed)
    bench.settle()
    bench.expect_equal()


def test_no_run_asks_the_same_thing_twice(bench: Bench) -> None:
    for changes in (0, 9):
        disturb(bench, changes)
        bench.run()
        asked = Counter(a for a in bench.server.asked if not bench.vendor.may_repeat(a.path))
        assert {a: n for a, n in asked.items() if n > 1} == {}


def test_a_window_that_fails_leaves_its_stream_where_it_was(bench: Bench) -> None:
    sources: list[Around] = []

    def breaking_off(source: Source) -> Source:
        sources.append(BreakingOff(source))
        return sources[-1]

    for _ in range(2):  # a first read, and an increment
        before = bench.states()
        bench.wrap = breaking_off
        with pytest.raises(TransientError, match="broken off"):
            bench.run()
        after = bench.states()
        settled = [(stream, patch) for stream, patch in sources[-1].planned if patch]
        assert settled
        for stream, patch in settled:
            old, new = before.get(stream, {}), after[stream]
            reached = [key for key, value in patch.items() if value is not None]
            assert {k: new.get(k) for k in reached} == {k: old.get(k) for k in reached}, stream
        bench.wrap = lambda source: source
        bench.settle()
        bench.expect_equal()
        disturb(bench, 6)


def test_a_window_that_holds_less_than_was_reported_is_read_again(bench: Bench) -> None:
    sources: list[Losing] = []

    def losing(source: Source) -> Source:
        sources.append(Losing(source))
        return sources[-1]

    for changes in (0, 6):
        disturb(bench, changes)
        bench.wrap = losing
        bench.run_until_done()
        bench.settle()
        bench.expect_equal()
    if not any(source.lost for source in sources):
        pytest.skip(f"{bench.vendor.name} never says how much there is")


def test_each_stream_can_be_read_alone(bench: Bench) -> None:
    streams = [s.name for s in bench.vendor.source("http://127.0.0.1:9").streams]
    for stream in reversed(streams):
        bench.run(streams=[stream])
    bench.settle()
    bench.expect_equal()


def test_rows_of_another_account_are_refused_and_nothing_changes(
    bench: Bench, another_server: Server
) -> None:
    bench.run()
    other = Bench(bench.vendor, bench.vendor.other_world(), another_server, bench.path)
    with pytest.raises(WrongIdentity, match=f"revops state reset {bench.vendor.name}"):
        other.run()
    bench.expect_equal()


def test_the_contract_is_a_test_that_can_fail(bench: Bench) -> None:
    bench.run()
    disturb(bench, 3)
    assert bench.vendor.differences(bench.world, bench.path) != []
