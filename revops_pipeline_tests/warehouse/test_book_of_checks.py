"""What checks found last is kept beside the tables, on both warehouses."""

from __future__ import annotations

import dagster as dg

from revops_pipeline.orchestration import check_results
from revops_pipeline.orchestration.check_results import keep, last, told_again
from revops_pipeline_tests.warehouse.test_books import Opened, opened

__all__ = ["opened"]

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN


def found(name: str, severity: dg.AssetCheckSeverity, *, passed: bool) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(["marts", "deals"]),
        check_name=name,
        passed=passed,
        severity=severity,
        metadata={"rows": dg.MetadataValue.int(3), "by": dg.MetadataValue.json(["a"])},
    )


def test_each_check_has_its_last_result_and_one_that_is_no_more_has_none(opened: Opened) -> None:
    with opened().session("test") as session:
        session.ensure([])
        assert last(session) == {}
        both = [found("keys", ERROR, passed=True), found("sums", WARN, passed=False)]
        keep(session, both, "run 1", {"keys": "state 1"})
        keep(session, [found("keys", ERROR, passed=False)], "run 2", {"keys": "state 2"})
    with opened().session("test") as session:
        results = last(session)
        assert {n: (r.passed, r.run_id) for n, r in results.items()} == {
            "keys": (False, "run 2"),
            "sums": (False, "run 1"),
        }
        assert not results["keys"].holds("state 2")  # it blocks: never taken as read
        assert results["sums"].holds("")
        assert not results["sums"].holds("another state")
        [again] = told_again([results["sums"]])
        assert (again.passed, again.severity) == (False, WARN)
        assert again.metadata["rows"].value == 3
        assert again.metadata["by"].value == ["a"]
        keep(session, [found("sums", WARN, passed=True)], "run 3", existing={"sums"})
        assert last(session).keys() == {"sums"}
        rows = session.query(f"select table_name, passed from {check_results.TABLE}")
        assert rows == [("marts.deals", True)]
