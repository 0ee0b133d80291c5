"""A person who was erased is in no table, no version and no byte, and stays away; on both warehouses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from revops_pipeline.sources.catalog import STREAMS
from revops_pipeline.sources.stream import (
    Identity,
    Known,
    Page,
    Reject,
    Rows,
    Source,
    State,
    Window,
)
from revops_pipeline.sources.vendor_json import dumps
from revops_pipeline.warehouse import erase
from revops_pipeline.warehouse.base import Batch, LogEntry, Session, Warehouse
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.erasures import Erasures
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.warehouse.conftest import Account
from revops_pipeline_tests.warehouse.file_bytes import found_in

ADDRESS, OTHER = "erase.me@acme.example", "and.erase.me@acme.example"
Opened = Callable[[], Warehouse]
Documents = Mapping[str, Mapping[str, Any]]


def contact(email: str | None, **properties: str) -> dict[str, Any]:
    return {"archived": False, "properties": {"email": email, **properties}}


def edge(from_: str, to: str, to_type: str | None = None) -> dict[str, Any]:
    return {"from_id": from_, "to_id": to, **({"to_type": to_type} if to_type else {})}


# 1 is the person, 2 was merged into him and 3 has him among its further addresses; 7 is also the id of
# a company.
FIRST: dict[tuple[str, str], Documents] = {
    ("hubspot", "contacts"): {
        "1": contact("Erase.Me@acme.example\u200b", firstname="Erika", hs_merged_object_ids="2"),
        "2": contact("old@acme.example", firstname="Erika"),
        "3": contact("e@home.example", hs_additional_emails=f"x@y.example;{ADDRESS}"),
        "7": contact(OTHER, note=f"knows {ADDRESS}"),
    },
    ("hubspot", "contact_companies"): {"1:7": edge("1", "7"), "7:1": edge("7", "1")},
    ("hubspot", "deal_contacts"): {"5:1": edge("5", "1"), "5:7": edge("5", "7")},
    ("hubspot", "call_associations"): {
        "9:contacts:1": edge("9", "1", "contacts"),
        "9:companies:1": edge("9", "1", "companies"),
    },
    ("hubspot", "contact_lifecycle_history"): {"3:t:lead": {"record_id": "3", "value": "lead"}},
    ("hubspot", "calls"): {
        "9": {"properties": {"hs_call_body": f"<p>\nMAIL {ADDRESS.upper()}</p>"}}
    },
    ("salesforce", "cases"): {"c": {"Description": f"{OTHER} wrote to {ADDRESS}"}},
    ("salesforce", "contacts"): {"s": {"Email": ADDRESS}},
    ("servicenow", "sys_user"): {"u": {"email": ADDRESS, "name": "Erika"}},
    ("product", "users"): {"42": {"user_id": 42, "email": ADDRESS}, "43": {"user_id": 43}},
    ("product", "team_membership"): {
        "1:42": {"team_id": 1, "user_id": 42.0},
        "1:43": {"team_id": 1, "user_id": 43},
    },
    ("qbr", "records"): {"q": {"champion": ADDRESS}},
}
KEPT = {
    "hubspot_contacts": {"7"},
    "hubspot_contact_companies": {"7:1"},
    "hubspot_deal_contacts": {"5:7"},
    "hubspot_call_associations": {"9:companies:1"},
    "hubspot_contact_lifecycle_history": set(),
    "salesforce_contacts": set(),
    "servicenow_sys_user": set(),
    "product_users": {"43"},
    "product_team_membership": {"1:43"},
}


@pytest.fixture(params=["duckdb", "snowflake"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    if request.param == "duckdb":
        return lambda: DuckDBWarehouse(tmp_path / "w.duckdb")
    account: Account = request.getfixturevalue("account")
    return account


def rows_of(documents: Documents) -> Rows:
    packed = [dumps(d) for d in documents.values()]
    nothing = [None] * len(packed)
    return Rows(list(documents), packed, [*nothing], [*nothing])


def batches(sent: Mapping[tuple[str, str], Documents]) -> Iterator[Batch]:
    for (source, name), documents in sent.items():
        stream = next(s for s in STREAMS[source] if s.name == name)
        yield Batch(stream, rows_of(documents))


def fill(session: Session, sent: Mapping[tuple[str, str], Documents], *, watched: bool) -> None:
    session.ensure([s for streams in STREAMS.values() for s in streams])
    for batch in batches(sent):
        watch = Erasures(batch.stream.source, lambda _line: None)
        if watched:
            watch.read(session)
            watch.take([batch], session)
        session.land([batch], run_id="r", identity=Identity(None, batch.stream.source))
        session.settle()


def erase_(warehouse: Warehouse, address: str = ADDRESS) -> erase.Found:
    with warehouse.session("erasing") as session:
        found = erase.find(session, address)
        erase.apply(session, found)
        return found


def versions(session: Session, table: str) -> list[tuple[str, str]]:
    document = session.as_text("document")
    parts = (f"select id, {document} from raw.{t}" for t in (table, f"{table}_history"))
    return session.query(" union all ".join(parts))  # type: ignore[return-value]


def test_what_is_the_persons_goes_and_the_address_leaves_all_else(opened: Opened) -> None:
    with opened().session("test") as session:
        fill(
            session,
            {("hubspot", "contacts"): {"1": contact(ADDRESS, firstname="E")}},
            watched=False,
        )
        fill(session, FIRST, watched=False)
        session.query("select 1")
    found = erase_(opened())
    assert found.records[("hubspot", "contacts")] == {"1", "2", "3"}
    with opened().session("looking") as session:
        for table, ids in KEPT.items():
            assert {i for i, _ in versions(session, table)} == ids, table
        [(_, case)] = versions(session, "salesforce_cases")
        assert json.loads(case) == {"Description": f"{OTHER} wrote to [erased]"}
        [(_, call)] = versions(session, "hubspot_calls")
        assert json.loads(call)["properties"]["hs_call_body"] == "<p>\nMAIL [erased]</p>"
        assert json.loads(versions(session, "qbr_records")[0][1]) == {"champion": "[erased]"}
        assert erase.left(session, ADDRESS, ("raw", "ops")) == []
        assert session.query("select records, texts from ops.erasures") == [(11, 4)]


def test_who_was_erased_is_not_stored_when_he_is_sent_again(opened: Opened) -> None:
    with opened().session("test") as session:
        fill(session, FIRST, watched=False)
    erase_(opened())
    with opened().session("again") as session:
        fill(session, FIRST, watched=True)
        # By his id alone, and by his address alone, with what hangs on it.
        contacts = {"3": contact("e@new.example"), "99": contact(ADDRESS.title())}
        fill(session, {("hubspot", "contacts"): contacts}, watched=True)
        for table, ids in KEPT.items():
            assert {i for i, _ in versions(session, table)} == ids, table
        assert erase.left(session, ADDRESS, ("raw", "ops")) == []
        # What was stored without the address is what comes without it: no version more.
        assert len(versions(session, "salesforce_cases")) == 1


def test_an_address_of_before_leaves_old_versions_and_not_the_record(opened: Opened) -> None:
    with opened().session("test") as session:
        for email in (ADDRESS, "now@acme.example"):
            fill(session, {("hubspot", "contacts"): {"1": contact(email)}}, watched=False)
    found = erase_(opened())
    assert not found.records
    with opened().session("looking") as session:
        emails = {
            json.loads(d)["properties"]["email"] for _, d in versions(session, "hubspot_contacts")
        }
    assert emails == {"[erased]", "now@acme.example"}


def test_decisions_rejects_and_held_values_forget_him(opened: Opened) -> None:
    with opened().session("test") as session:
        fill(session, FIRST, watched=False)
        [batch] = batches({("salesforce", "cases"): {}})
        batch.rows.rejects = [Reject("c", "x", f"of {ADDRESS}", "no time")]
        session.land([batch], run_id="r", identity=Identity(None, "salesforce"))
        session.settle()
        session.transact(
            [
                (
                    "insert into ops.held_values (source, stream, id, field, value) "
                    "select 'hubspot', 'contacts', '7', 'email', ?",
                    [f'"{ADDRESS}"'],
                ),
                (
                    "insert into ops.link_overrides (left_system, left_id, author, reason) "
                    "select 'hubspot', '8', ?, 'x'",
                    [ADDRESS],
                ),
            ]
        )
    # The address of 7 is hidden now: what is held of it tells whose it is.
    assert "7" in erase_(opened()).records[("hubspot", "contacts")]
    with opened().session("looking") as session:
        assert session.query("select author from ops.link_overrides") == [("[erased]",)]
        assert session.query("select value from ops.rejected_documents") == [("of [erased]",)]
        assert session.query("select * from ops.held_values") == []


def test_who_is_deleted_for_good_is_listed_with_the_command_that_erases_him(opened: Opened) -> None:
    gone = {
        "1": contact("gone@acme.example"),
        "2": contact("merged@acme.example"),
        "3": contact("o'gone@acme.example") | {"archived": True},
        "4": contact("archived@acme.example") | {"archived": True},
        "5": contact("live@acme.example", hs_merged_object_ids="2"),
    }
    with opened().session("test") as session:
        fill(session, {("hubspot", "contacts"): gone}, watched=False)
        [batch] = batches({("hubspot", "contacts"): {}})
        batch.rows.gone, batch.patch = ["1", "2", "3", "4"], {"gone_for_good": "3"}
        session.land([batch], run_id="r", identity=Identity(None, "hubspot"))
        session.settle()
        listed = session.query(
            "select id, email, command from ops.gone_for_good where source = 'hubspot' order by id"
        )
        assert listed == [
            ("1", "gone@acme.example", "revops erase --email gone@acme.example"),
            ("3", "o'gone@acme.example", "revops erase --email 'o'\"'\"'gone@acme.example'"),
        ]
    erase_(opened(), "gone@acme.example")
    with opened().session("looking") as session:
        assert session.query("select id from ops.gone_for_good") == [("3",)]


class Vendor(Source):
    """Sends the contacts that it has, and says how many there are."""

    name, streams = "hubspot", STREAMS["hubspot"]

    def __init__(self, contacts: Documents) -> None:
        self._contacts = contacts

    def identity(self) -> Identity:
        return Identity(None, "here")

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        return [Window(stream, "all")] if stream == "contacts" else []

    def read(self, window: Window) -> Iterator[Page]:
        window.reported = len(self._contacts)
        edges = {f"{i}:7": edge(i, "7") for i in self._contacts}
        yield Page({"contact_companies": rows_of(edges), "contacts": rows_of(self._contacts)})

    def progress(self) -> str:
        return ""


def test_a_load_counts_who_was_erased_as_read_and_says_so(tmp_path: Path) -> None:
    warehouse, log = DuckDBWarehouse(tmp_path / "w.duckdb"), list[str]()

    def read(contacts: Documents) -> LogEntry:
        return load(Vendor(contacts), warehouse, run_id="r", log=log.append)["contacts"]

    people = {"1": contact(ADDRESS, firstname="Erika-Who-Was"), "7": contact("kept@x.example")}
    read(people)
    erase_(warehouse)
    assert found_in(warehouse.path, "Erika-Who-Was") == found_in(warehouse.path, ADDRESS) == []
    entry = read({**people, "99": contact(ADDRESS)})
    assert (entry.verified, entry.read, entry.counts.changed) == (True, 3, 0)
    assert any("sent again: 2" in line for line in log)
    assert not any(ADDRESS in line for line in log)
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        stored = "select id from raw.hubspot_contacts union all select id from raw.hubspot_contact_companies"
        live = connection.execute(f"select * from ({stored})").fetchall()
    assert [i for (i,) in live if not i.startswith("7")] == []


def test_an_erasing_that_is_killed_has_done_nothing_and_is_done_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb")
    with warehouse.session("test") as session:
        fill(session, FIRST, watched=False)
    with warehouse.session("erasing") as session:
        found = erase.find(session, ADDRESS)
        found.statements.append(("select error('killed')", ()))
        with pytest.raises(duckdb.Error, match="killed"):
            erase.apply(session, found)
        assert session.query("select * from ops.erasures") == []
        assert len(versions(session, "hubspot_contacts")) == 4
    erase_(warehouse)
    again = erase_(warehouse)
    assert again.again
    assert (again.records, again.children, again.texts) == ({}, {}, {})
    assert found_in(warehouse.path, "Erika") == []
