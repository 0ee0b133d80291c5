"""Reviews as the QBR API writes them, typed: nothing guessed, nothing lost unseen."""

from __future__ import annotations

import datetime
import itertools
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.qbr_world import QbrWorld
from revops_pipeline.sources.qbr import record_rows
from revops_pipeline.sources.qbr_streams import STREAMS
from revops_pipeline.sources.stream import Identity
from revops_pipeline.warehouse.base import Batch
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse

from .conftest import Dbt, Warehouse

Build = Callable[..., Warehouse]
ONE_ID_A_NAME = "qbr_companies_of_one_name_have_one_id"


@pytest.fixture
def build(dbt: Dbt, tmp_path: Path) -> Build:
    """Stages some records; `build(records, qbr_health_scale=10)`."""
    numbers = itertools.count()

    def staged(records: list[dict[str, Any]], **variables: Any) -> Warehouse:
        path = tmp_path / f"w{next(numbers)}.duckdb"
        with DuckDBWarehouse(path).session("test") as session:
            session.ensure(STREAMS)
            batch = Batch(STREAMS[0], record_rows(records, {}))
            session.land([batch], run_id="test", identity=Identity(None, "here"))
        select = ["--select", "path:models/staging/qbr", "qbr_sends_the_fields_it_is_known_for"]
        args = ["build", *select, "--exclude-resource-type", "unit_test"]
        outcome = dbt.invoke(args, path, **variables)
        assert outcome.result is not None, outcome.exception
        of = {s: {r.node.name for r in outcome.result if r.status == s} for s in ("fail", "warn")}
        assert not [r.message for r in outcome.result if r.status == "error"]
        return Warehouse(path, of["fail"], of["warn"])

    return staged


def review(record_id: Any = "r1", **fields: Any) -> dict[str, Any]:
    return {"record_id": record_id, "company_id": "c1", "company_name": "Velmarion", **fields}


def record(built: Warehouse, record_id: str = "r1") -> dict[str, Any]:
    return built.records("staging.qbr_records", "record_id")[record_id]


def rejected(built: Warehouse) -> set[tuple[Any, ...]]:
    return set(built.rows('select id, "column", "value", reason from staging.qbr_rejected_records'))


def test_a_whole_data_set_is_typed_without_a_reject(build: Build) -> None:
    world = QbrWorld.generate(Portal.generate(contacts=5, companies=40, deals=5, seed=2), 2)
    records = [world.record(place) for place in world.places()]
    built = build(records)
    assert rejected(built) == set()
    assert (built.failed, built.warned) == (set(), set())
    assert len(built.rows("select * from staging.qbr_records")) == 755
    [types] = built.rows("select count(*) from staging.qbr_fields where treatment = 'typed'")
    assert types == (34,)


def each(field: str, values: list[Any]) -> list[dict[str, Any]]:
    """A review for each value of a field, r0, r1 and so on."""
    return [review(f"r{number}", **{field: value}) for number, value in enumerate(values)]


def column(built: Warehouse, field: str, count: int) -> list[Any]:
    rows = built.records("staging.qbr_records", "record_id")
    return [rows[f"r{number}"][field] for number in range(count)]


def test_booleans_are_read_in_every_way_they_are_written(build: Build) -> None:
    written = ["True", "true", True, 1, "1", "False", 0, False, "", None]
    built = build(each("roi_calculated", written))
    assert column(built, "roi_calculated", 10) == [True] * 5 + [False] * 3 + [None] * 2
    assert rejected(built) == set()


def test_dates_are_read_in_three_forms_as_the_day_they_name(build: Build) -> None:
    written = ["2025-12-31", "2025-12-31T23:30:00-05:00", "2025-12-31 00:00:00.000", "12/31/2025"]
    built = build(each("contract_start_date", [*written, None, ""]))
    day = datetime.date(2025, 12, 31)
    assert column(built, "contract_start_date", 6) == [day] * 4 + [None] * 2
    assert rejected(built) == set()


def test_what_cannot_be_typed_is_null_and_listed_with_its_reason(build: Build) -> None:
    wrong: dict[str, list[Any]] = {
        "contract_start_date": ["31/12/2025", "2025-02-30"],
        "csat_score": [5.1],
        "sla_compliance_rate": [97],
        "renewal_probability": [101, 12.5],
        "champion_engagement_score": [0],
        "active_users": [-1, 1e12],
        "contract_value": ["1,000"],
        "qbr_quarter": ["Q5"],
        "qbr_year": ["last"],
        "roi_calculated": ["perhaps"],
        "health_score": ["infinity"],
    }
    pairs = [(field, value) for field, values in wrong.items() for value in values]
    built = build([review(f"r{n}", **{field: value}) for n, (field, value) in enumerate(pairs)])
    rows = built.records("staging.qbr_records", "record_id")
    assert [rows[f"r{n}"][field] for n, (field, _) in enumerate(pairs)] == [None] * len(pairs)
    listed = rejected(built)
    assert {(i, field) for i, field, _, _ in listed} == {
        (f"r{n}", field) for n, (field, _) in enumerate(pairs)
    }
    assert all(reason.startswith(("not ", "neither ")) for _, _, _, reason in listed)


def test_numbers_are_read_as_text_or_number(build: Build) -> None:
    row = record(
        build(
            [review(contract_value="120000", active_users="41.0", csat_score="4.55", qbr_year=2025)]
        )
    )
    assert (row["contract_value"], row["active_users"]) == (Decimal("120000.00"), 41)
    assert (row["csat_score"], row["qbr_year"]) == (Decimal("4.5500"), 2025)


def test_records_without_an_id_are_rejected_and_the_others_are_staged(build: Build) -> None:
    built = build(
        [
            review(None, industry="A"),
            review(None, industry="B"),
            review("  "),
            review("Unknown", industry="C"),
            review("Unknown", industry="D"),
            {"company_id": "c1"},
            review("r2"),
        ]
    )
    assert set(built.records("staging.qbr_records", "record_id")) == {"r2"}
    told = sorted((str(value), reason) for _, _, value, reason in rejected(built))
    assert (
        told
        == [("None", "a record without its id")] * 4 + [("Unknown", "a record without its id")] * 2
    )
    assert built.failed == set()


def test_a_placeholder_for_a_company_is_no_id_and_is_told_of(build: Build) -> None:
    written = ["Unknown", " n/a ", "-", "", None]
    built = build(each("company_id", written))
    assert column(built, "company_id", 5) == [None] * 5
    assert rejected(built) == {
        (f"r{n}", "company_id", written[n], "a placeholder, no id") for n in range(3)
    }
    assert built.rows("select * from staging.qbr_companies") == []


def test_spaces_around_an_id_are_no_part_of_it(build: Build) -> None:
    built = build([review(" r1 ", company_id="c1"), review("\tr2", company_id="c1 ")])
    assert built.column("select record_id from staging.qbr_records order by 1") == ["r1", "r2"]
    companies = built.rows(
        "select company_id, reviews, latest_record_id from staging.qbr_companies"
    )
    assert companies == [("c1", 2, "r2")]
    assert rejected(built) == set()


def test_pain_points_are_words_and_stay_as_they_were_written(build: Build) -> None:
    """The three fields whose names sound alike are flags; this one lists what was found."""
    written = ["Manual Processes", "Compliance Risk", "True", None]
    built = build(each("pain_points_documented", written))
    assert column(built, "pain_points_documented", 4) == written
    assert rejected(built) == set()


def test_two_records_of_one_id_are_one_review_and_one_reject(build: Build) -> None:
    built = build([review(industry="A"), review(industry="B"), review(industry="A")])
    assert record(built)["industry"] == "A"
    assert rejected(built) == {
        (next(i for i, *_ in rejected(built)), "record_id", "r1", "the id of another record")
    }
    assert built.failed == set()


def test_a_new_field_is_kept_without_a_schema_change_and_told_of(build: Build) -> None:
    world = QbrWorld.generate(Portal.generate(contacts=5, companies=4, deals=5, seed=2), 2, 9)
    known = world.record(1)
    built = build([{**known, "next_best_action": {"call": ["today"]}}, review("r2")])
    others = json.loads(record(built, known["record_id"])["other_fields"])
    assert others["next_best_action"] == {"call": ["today"]}
    assert record(built, "r2")["other_fields"] is None
    fields = built.records("staging.qbr_fields", "field")
    new = fields["next_best_action"]
    assert (new["treatment"], new["records"]) == ("new", 1)
    assert built.warned == {"qbr_sends_the_fields_it_is_known_for"}


def test_a_field_that_vanished_is_told_of(build: Build) -> None:
    assert build([review()]).warned == {"qbr_sends_the_fields_it_is_known_for"}


def test_risk_is_the_chance_of_losing_over_health_beside_the_first_connectors_formula(
    build: Build,
) -> None:
    cases: list[tuple[int | None, float | None, str | None, str | None]] = [
        (60, 80, "50", "50"),
        (0, 80, "125", "0"),
        (10, 1, "9000", "9000"),
        (10, 0, "9000", "0"),
        (10, 0.5, "9000", "18000"),
        (100, 0, "0", "0"),
        (None, 80, None, None),
        (60, None, None, None),
        (33, 70, "95.7143", "95.7143"),
    ]
    built = build(
        [
            review(f"r{n}", renewal_probability=probability, health_score=health)
            for n, (probability, health, _, _) in enumerate(cases)
        ]
    )
    for name, place in (("risk_factor", 2), ("risk_factor_seed", 3)):
        expected = [None if case[place] is None else Decimal(case[place] or 0) for case in cases]
        assert column(built, name, len(cases)) == expected


def test_a_health_score_on_another_scale_is_converted_and_its_range_kept(build: Build) -> None:
    records = [review(health_score=8, renewal_probability=60), review("r2", health_score=10.5)]
    built = build(records, qbr_health_scale=10)
    assert record(built)["health_score"] == 80
    assert record(built)["risk_factor"] == 50
    assert record(built)["risk_factor_seed"] == 500
    assert record(built, "r2")["health_score"] is None
    assert {row[1] for row in rejected(built)} == {"health_score"}


def test_a_scale_that_nobody_uses_is_refused_by_name(dbt: Dbt, tmp_path: Path) -> None:
    args = ["compile", "--select", "qbr_records"]
    outcome = dbt.invoke(args, tmp_path / "w.duckdb", qbr_health_scale=7)
    assert "qbr_health_scale is 7" in str(outcome.exception or outcome.result.results[0].message)


def test_a_company_is_described_by_its_latest_review_whatever_the_order(build: Build) -> None:
    reviews = [
        review("a", company_name="Late", qbr_year=2026, qbr_quarter="q1", size="Small"),
        review("b", company_name="Early", qbr_year=2025, qbr_quarter="Q4"),
        review("z", company_name="Undated"),
        review("c", company_id="c2", company_name="Late"),
        review("d", company_id=None),
        review("e", company_id="Unknown"),
    ]
    built = build(reviews)
    companies = built.records("staging.qbr_companies", "company_id")
    assert {i: (c["company_name"], c["reviews"]) for i, c in companies.items()} == {
        "c1": ("Late", 3),
        "c2": ("Late", 1),  # two ids of one name stay two companies: matching decides
    }
    assert companies["c1"]["size"] == "Small"
    assert built.failed == set()
    assert ONE_ID_A_NAME in built.warned


def test_the_latest_review_is_that_of_the_last_quarter_and_then_of_the_highest_id(
    build: Build,
) -> None:
    in_order = [
        review("z", company_id="c1", qbr_year=2026, qbr_quarter="Q1"),
        review("a", company_id="c1", qbr_year=2026, qbr_quarter="Q2"),
        review("m", company_id="c1", qbr_year=2026),
        *(review(i, company_id="c2", qbr_year=2026, qbr_quarter="Q1") for i in ("c", "d")),
        *(review(i, company_id="c3", qbr_year=2026, qbr_quarter="Q1") for i in ("f", "e")),
    ]
    for reviews in (in_order, in_order[::-1]):
        companies = build(reviews).records("staging.qbr_companies", "company_id")
        latest = {id_: company["latest_record_id"] for id_, company in companies.items()}
        assert latest == {"c1": "a", "c2": "d", "c3": "f"}


def test_companies_of_one_name_are_told_of_and_none_is_dropped(build: Build) -> None:
    reviews = [
        review("a", company_id="c1", company_name="Velmarion"),
        review("b", company_id="c2", company_name=" VELMARION "),
        review("c", company_id="c3", company_name="Unknown"),
        review("d", company_id="c4", company_name="Unknown"),
        review("e", company_id="c5", company_name=None),
    ]
    built = build(reviews)
    assert len(built.rows("select * from staging.qbr_companies")) == 5
    assert ONE_ID_A_NAME in built.warned
    assert ONE_ID_A_NAME not in build(reviews[1:]).warned
