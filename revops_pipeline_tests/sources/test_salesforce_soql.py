"""Values, ids and deletions as Salesforce writes them, and pages that are none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simple_salesforce.format import quote_soql_value

from revops_pipeline.sandbox.salesforce_soql import Comparison, parse
from revops_pipeline.sources.salesforce import Cadence, Salesforce
from revops_pipeline.sources.salesforce_api import Answer
from revops_pipeline.sources.salesforce_rows import (
    END,
    CsvPage,
    Described,
    csv_records,
    record_rows,
)
from revops_pipeline.sources.salesforce_soql import Position, literal, select, to_18
from revops_pipeline.sources.stream import PermanentError, TransientError

STAMP = "2026-10-31T09:08:07.000+0000"
ACCOUNT = Described("Account", ("Id", "IsDeleted", "OwnerId", "SystemModstamp"), ("Id", "OwnerId"))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("00D300000000001", "00D300000000001EAA"),
        ("ABCDEFGHIJKLMNO", "ABCDEFGHIJKLMNO555"),
        ("abcdefghijklmno", "abcdefghijklmnoAAA"),
        ("001D000000IqhSLIAZ", "001D000000IqhSLIAZ"),
        ("", ""),
    ],
)
def test_an_id_of_15_characters_gets_the_three_that_tell_its_capitals(
    short: str, long: str
) -> None:
    assert to_18(short) == long


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t'\"\\%_")))
def test_text_with_any_quote_stays_one_value(text: str) -> None:
    assert literal(text) == quote_soql_value(text)
    where = parse(f"SELECT Id FROM Account WHERE Name = {literal(text)}").where
    assert isinstance(where, Comparison)
    assert [value.text for value in where.values] == [text]


def test_a_value_cannot_end_its_quotes_and_go_on_as_a_query() -> None:
    evil = "x' OR Name != '"
    where = parse(f"SELECT Id FROM Account WHERE Name = {literal(evil)}").where
    assert where == Comparison("Name", "=", where.values)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (12, "12"),
        (datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), "2026-01-02T01:00:00Z"),
        (["a", "b'"], "('a', 'b\\'')"),
    ],
)
def test_other_values_are_written_without_quotes(value: Any, written: str) -> None:
    assert literal(value) == written


def test_a_list_of_nothing_is_refused_before_salesforce_does() -> None:
    with pytest.raises(PermanentError, match="no values"):
        literal([])


def test_a_position_goes_on_within_its_second() -> None:
    after = Position(datetime(2026, 1, 2, tzinfo=UTC), "001D000000IqhSLIAZ")
    assert select(["Id"], "Account", after=after) == (
        "SELECT Id FROM Account WHERE (SystemModstamp > 2026-01-02T00:00:00Z OR (SystemModstamp = "
        "2026-01-02T00:00:00Z AND Id > '001D000000IqhSLIAZ')) ORDER BY SystemModstamp, Id"
    )


def test_ids_of_15_characters_are_stored_in_their_18_wherever_they_stand() -> None:
    record = {"Id": "001D000000IqhSL", "OwnerId": "00D300000000001", "SystemModstamp": STAMP}
    rows = record_rows([record], ACCOUNT)
    assert rows.ids == ["001D000000IqhSLIAZ"]
    assert b'"OwnerId":"00D300000000001EAA"' in rows.documents[0]
    assert rows.updated == ["2026-10-31T09:08:07.000Z"]


@pytest.mark.parametrize(
    ("record", "told"),
    [({"SystemModstamp": STAMP}, "its Id"), ({"Id": "001"}, "when it was last changed")],
)
def test_a_record_without_its_id_or_stamp_is_no_record(record: dict[str, Any], told: str) -> None:
    with pytest.raises(TransientError, match=f"record of Account came without .*{told}"):
        record_rows([record], ACCOUNT)


@pytest.mark.parametrize(
    ("told", "deleted"),
    [
        *((value, True) for value in (True, "true", "True", "TRUE", 1)),
        *((value, False) for value in (False, "false", "False", "0", 0, None, "", "no")),
    ],
)
def test_a_record_is_deleted_when_salesforce_says_so_and_never_by_another_text(
    told: Any, deleted: bool
) -> None:
    record = {"Id": "001D000000IqhSL", "IsDeleted": told, "SystemModstamp": STAMP}
    assert (record_rows([record], ACCOUNT).deleted != [None]) is deleted


@pytest.mark.parametrize(("text", "deleted"), [("true", True), ("FALSE", False), ("0", False)])
def test_a_job_tells_deleted_records_by_the_same_words(text: str, deleted: bool) -> None:
    described = Described("Account", ("Id", "IsDeleted", "SystemModstamp"), ("Id",))
    page = CsvPage(list(described.fields), [["001D000000IqhSL", text, STAMP]], END)
    assert (record_rows(csv_records(page, described), described).deleted != [None]) is deleted


class Losing:
    """An API that reports one record more than it gives."""

    def now_ms(self) -> int:
        return 1_790_000_000_000

    def describe(self, _name: str) -> Described:
        return ACCOUNT

    def count(self, _soql: str, *, deleted: bool) -> int:
        return 2 if deleted else 1

    def query(self, _soql: str, *, deleted: bool) -> Iterator[Answer]:
        assert deleted
        yield Answer([{"Id": "001D000000IqhSLIAZ", "SystemModstamp": STAMP}], 2, None)


class Nothing:
    def count(self, _stream: str) -> int:
        return 0

    def live_ids(self, _stream: str) -> list[str]:
        return ["001D000000IqhSLIAZ", "001D000000OtherIAZ"]

    def deleted_ids(self, _stream: str) -> list[str]:
        return []


@pytest.mark.parametrize("state", [{}, {"cursor": 1_780_000_000_000}], ids=["list", "census"])
def test_fewer_records_than_reported_are_no_verified_window_and_delete_nothing(
    state: dict[str, Any],
) -> None:
    source = Salesforce(Losing(), Cadence())  # type: ignore[arg-type]
    [window] = source.plan("accounts", state, Nothing())  # type: ignore[arg-type]
    pages = list(source.read(window))
    assert not source.verify(window, 1)
    assert [page.rows["accounts"].gone for page in pages] == [[]]
    with pytest.raises(TransientError, match="Account gave fewer records"):
        source.split(window)
