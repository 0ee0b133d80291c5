"""What any source sends is what is stored, whatever legal JSON it is; but for half an emoji."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from revops_pipeline.sources import hubspot_rows, qbr, salesforce_rows, servicenow_read
from revops_pipeline.sources.product_rows import Seen, to_rows
from revops_pipeline.sources.stream import Identity, Mode, Rows, Stream
from revops_pipeline.sources.times import TOLERANCE, utc
from revops_pipeline.sources.vendor_json import loads, whole_text
from revops_pipeline.warehouse.base import Batch, Session
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline_tests.warehouse.conftest import Account

CLOCK = datetime(2026, 3, 1, 12)
RECORDS = Stream("fuzz", "records", Mode.UPSERT, "One row per record.")
Record = dict[str, Any]
_turns = count(1)


def product(records: list[Record]) -> Rows:
    """A database's values are no JSON: they are the texts of what was sent."""
    values = [(r["user_id"], text(r["it"])) for r in records]
    return to_rows("users", ["user_id", "it"], values, Seen())


# Of each source: where a record has its id and its version, and how records become rows.
SOURCES: dict[str, tuple[str, str | None, Callable[[list[Record]], Rows]]] = {
    "hubspot": ("id", "updatedAt", hubspot_rows.record_rows),
    "salesforce": (
        *("Id", "SystemModstamp"),
        lambda r: salesforce_rows.record_rows(r, salesforce_rows.Described("Case", (), ())),
    ),
    "servicenow": ("sys_id", "sys_updated_on", servicenow_read.table_rows),
    "qbr": ("record_id", None, lambda r: qbr.record_rows(r, {})),
    "product": ("user_id", None, product),
}

halves = st.characters(categories=["Cs"])
texts = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), halves), max_size=12)
numbers = st.one_of(
    st.integers(),
    st.integers(10**18, 10**40),
    st.floats(allow_nan=False, allow_infinity=False),
)
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
# Letters that mean something to SQL, to our keys of children, or to nobody.
ids = st.text(st.sampled_from("abz09:'\"%_-\\;#\x00\u0301é🙂\n"), min_size=1, max_size=8)
times = st.one_of(
    st.datetimes(datetime(1, 1, 2), datetime(2040, 1, 1)).map(lambda t: t.isoformat() + "Z"),
    st.datetimes(datetime(2020, 1, 1), datetime(2026, 2, 1)).map(lambda t: f"{t} +02:00"),
    st.sampled_from(["2026-02-30", "never", "9999-12-31T23:59:59Z", "0000-00-00 00:00:00"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
)
records = st.dictionaries(ids, st.tuples(times, anything), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def duckdb_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    warehouse = DuckDBWarehouse(tmp_path_factory.mktemp("fuzz") / "w.duckdb")
    with warehouse.session("fuzz") as session:
        session.ensure([RECORDS])
        yield session


def mended(value: Any) -> Any:
    """With U+FFFD in the place of halves: the one thing that is not stored as it was sent."""
    if isinstance(value, dict):
        return {whole_text(name): mended(part) for name, part in value.items()}
    if isinstance(value, list):
        return [mended(part) for part in value]
    return whole_text(value) if isinstance(value, str) else value


def expect_what_was_sent(session: Session, source: str, sent: dict[str, tuple[str, Any]]) -> None:
    """Reads the records as the vendor's answer, lands them and looks at all that is stored."""
    turn = f"{next(_turns)}:"
    id_name, version, to_rows_ = SOURCES[source]
    answer = [
        {"it": it, id_name: f"{turn}{i}x", **({version: time} if version else {})}
        for i, (time, it) in sent.items()
    ]
    rows = to_rows_(loads(json.dumps(answer).encode()))
    session.land([Batch(RECORDS, rows)], run_id="r", identity=Identity("f", "f"), clock=CLOCK)
    found = session.query(
        "select id, document, source_updated_at, deleted_at from raw.fuzz_records "
        f"where id like '{turn}%'"
    )
    assert [deleted for *_, deleted in found] == [None] * len(sent)
    stored = {i: (text(json.loads(document)["it"]), stamp) for i, document, stamp, _ in found}
    expected: dict[str, tuple[str, datetime | None]] = {}
    refused: dict[str, str] = {}
    for i, (time, it) in sent.items():
        whole = None if source == "salesforce" and it == "" else mended(it)  # as its CSV has it
        instant = utc(time) if version else None
        if version and (instant is None or instant > CLOCK + TOLERANCE):
            instant, refused[f"{turn}{i}x"] = None, time
        expected[f"{turn}{i}x"] = (text(text(whole) if source == "product" else whole), instant)
    assert stored == expected
    told = session.query(f"select id, value from ops.rejected_documents where id like '{turn}%'")
    assert dict(told) == refused


def text(value: Any) -> str:
    """Tells 1 from 1.0 and from true."""
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize("source", SOURCES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(sent=records)
@example(sent={"a": ("2026-01-01T02:45:00+02:00", {"n": [2**64, -(2**63) - 1, 10**30, 1.0, 1]})})
@example(
    sent={"a": ("never", "\ud83d"), "b": ("9999-12-31T00:00:00Z", {"\ude00\ud83d": ["x\ud83d"]})}
)
def test_what_is_stored_is_what_was_sent(
    duckdb_session: Session, source: str, sent: dict[str, tuple[str, Any]]
) -> None:
    expect_what_was_sent(duckdb_session, source, sent)


@pytest.mark.parametrize("source", ["hubspot", "product"])
def test_what_is_stored_in_snowflake_is_what_was_sent(account: Account, source: str) -> None:
    it = {"\ud83d": ["\ude00x", 10**30, -(2**63) - 1, 1.5, True, None], "'\\": {"\x00": "\n\u0301"}}
    sent = {"'a": ("2026-01-01T02:45:00+02:00", it), "b": ("never", [it]), "\\é": ("", "")}
    with account().session("fuzz") as session:
        session.ensure([RECORDS])
        expect_what_was_sent(session, source, sent)
