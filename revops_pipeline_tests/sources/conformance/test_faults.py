"""What an API does to its readers on the way: no row is lost, none is doubled."""

from __future__ import annotations

from random import Random

import pytest

from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline_tests.sources.conformance.bench import Bench
from revops_pipeline_tests.sources.conformance.vendor import (
    COMMON_FAULTS,
    PAGE_FAULTS,
    Credentials,
)


def survive(bench: Bench, fault: str) -> None:
    """A first read and an increment, each with the fault in force."""
    random = Random(fault)
    for _ in range(2):
        bench.front.faults.add(fault)
        bench.run_until_done(timeout=0.4)
        bench.front.faults.clear()
        bench.settle()
        bench.expect_equal()
        for _ in range(8):
            bench.vendor.disturb(bench.world, random)
    assert sum(bench.front.faults.counts.values()) > 0, f"{fault} never struck"


@pytest.mark.parametrize("fault", [*COMMON_FAULTS, *PAGE_FAULTS])
def test_no_row_is_lost_or_doubled_by(bench: Bench, fault: str) -> None:
    if fault not in bench.vendor.faults:
        pytest.skip(f"{bench.vendor.name} cannot have {fault}")
    survive(bench, fault)


def test_no_row_is_lost_or_doubled_by_faults_of_the_vendors_own(bench: Bench) -> None:
    if not bench.vendor.own_faults:
        pytest.skip(f"{bench.vendor.name} has none")
    for fault in bench.vendor.own_faults:
        survive(bench, fault)


def test_an_error_that_lasts_ends_as_failed_and_the_next_run_goes_on(bench: Bench) -> None:
    bench.front.faults.add("http_500:probability=1")
    with pytest.raises(TransientError, match="500"):
        bench.run()
    bench.front.faults.clear()
    bench.settle()
    bench.expect_equal()


@pytest.mark.parametrize("credentials", [Credentials.WRONG, Credentials.INSUFFICIENT])
def test_refused_credentials_fail_at_once_and_name_their_variable(
    bench: Bench, credentials: Credentials
) -> None:
    with pytest.raises(PermanentError, match=bench.vendor.variable) as error:
        bench.run(credentials=credentials)
    assert bench.vendor.secret not in str(error.value)
    assert bench.vendor.secret not in "".join(bench.log)
    assert len(bench.server.asked) <= 16, "what will not pass is not asked for again and again"


def test_an_address_where_nothing_listens_is_named_with_its_variable(bench: Bench) -> None:
    from revops_pipeline.warehouse.load import load

    source = bench.vendor.source("http://127.0.0.1:9")
    with pytest.raises(TransientError, match=r"127\.0\.0\.1:9 .*check [A-Z_]+URL"):
        load(source, bench.warehouse(), run_id="conformance")
