"""The sandbox against simple-salesforce, which knows nothing of it: the way in, queries, writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, format_soql
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.salesforce_login import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    SECURITY_TOKEN,
    USERNAME,
)
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline_tests.sources.salesforce_org import PREFIX, Org, orgs

Client = Callable[..., Salesforce]


class ToLoopback(HTTPAdapter):
    """The client always speaks https to hosts of its own making; here they are all one server."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server = server

    def send(self, request: Any, **options: Any) -> Any:  # type: ignore[override]
        parts = urlsplit(request.url)
        path = parts.path.removeprefix(PREFIX)
        request.url = f"{self._server}{PREFIX}{path}" + (f"?{parts.query}" if parts.query else "")
        return super().send(request, **{**options, "verify": False})


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    portal = Portal.generate(contacts=40, companies=15, deals=2, seed=3)
    with orgs(tmp_path / "w.duckdb") as serve:
        yield serve(SalesforceWorld.generate(portal, 3))


@pytest.fixture
def client(org: Org) -> Client:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", ToLoopback(org.server.url))

    def connect(**options: Any) -> Salesforce:
        keys = {"username": USERNAME, "password": PASSWORD, "security_token": SECURITY_TOKEN}
        return Salesforce(session=session, version="58.0", **(options or keys))

    return connect


def by_app(client: Client) -> Salesforce:
    return client(consumer_key=CLIENT_ID, consumer_secret=CLIENT_SECRET, domain="acme.my")


def test_both_logins_work(client: Client) -> None:
    for found in (client(), by_app(client)):
        assert found.query("SELECT COUNT() FROM User")["totalSize"] == 6


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"username": USERNAME, "password": "x", "security_token": "y"}, "INVALID_LOGIN"),
        (
            {"username": USERNAME, "password": PASSWORD, "security_token": ""},
            "LOGIN_MUST_USE_SECURITY_TOKEN",
        ),
        (
            {"consumer_key": CLIENT_ID, "consumer_secret": "x", "domain": "acme.my"},
            "invalid client credentials",
        ),
        (
            {"consumer_key": "x", "consumer_secret": CLIENT_SECRET, "domain": "acme.my"},
            "client identifier invalid",
        ),
    ],
)
def test_wrong_logins_are_refused(client: Client, options: dict[str, str], told: str) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match=told):
        client(**options)


def test_a_session_that_ended_is_told_and_a_client_that_knows_how_logs_in_again(
    client: Client, org: Org
) -> None:
    found = by_app(client)
    headers = {"authorization": f"Bearer {found.session_id}"}
    org.front.sessions.expire()
    answer = requests.get(f"{org.url}/services/data/v58.0/limits", headers=headers, timeout=5)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
    found.query("SELECT Id FROM Account")
    assert org.front.sessions.logins == 2


def test_a_query_is_paged_to_its_end(client: Client, org: Org) -> None:
    org.world.page_size = 7
    found = client()
    first = found.query("SELECT Id, Name FROM Contact ORDER BY SystemModstamp, Id")
    assert (len(first["records"]), first["done"]) == (7, False)
    second = found.query_more(first["nextRecordsUrl"], identifier_is_url=True)
    assert not {r["Id"] for r in first["records"]} & {r["Id"] for r in second["records"]}
    everything = found.query_all("SELECT Id FROM Contact")
    assert {r["Id"] for r in everything["records"]} == {r["Id"] for r in org.world.live("Contact")}
    assert everything["totalSize"] == len(everything["records"])


def test_only_query_all_tells_of_deleted_records_and_archived_tasks(
    client: Client, org: Org
) -> None:
    found = client()
    for name, hidden in (("Account", "IsDeleted"), ("Task", "IsArchived")):
        soql = f"SELECT Id, {hidden} FROM {name}"
        shown = found.query_all(soql)["records"]
        everything = list(found.query_all_iter(soql, include_deleted=True))
        assert not any(r[hidden] for r in shown)
        assert len(everything) == len(org.world.records[name])
        assert sum(r[hidden] for r in everything) == len(everything) - len(shown) > 0


def test_a_value_with_quotes_finds_its_record_and_nothing_else(client: Client) -> None:
    found, name = client(), 'O\'Hara & "Sons"'
    soql = format_soql("SELECT Name FROM Account WHERE Name = {}", name)
    records = found.query_all(soql, include_deleted=True)["records"]
    assert [r["Name"] for r in records] == [name]


def test_conditions_mean_what_they_mean_in_soql(client: Client, org: Org) -> None:
    found, accounts = client(), list(org.world.live("Account"))

    def names(where: str) -> set[str]:
        records = found.query_all(f"SELECT Id FROM Account WHERE {where}")["records"]
        return {r["Id"] for r in records}

    def expected(test: Callable[[dict[str, Any]], bool]) -> set[str]:
        return {r["Id"] for r in accounts if test(r)}

    assert names("Type LIKE 'customer%'") == expected(lambda r: r["Type"].startswith("Customer"))
    assert names("NPS_Score__c = null") == expected(lambda r: r["NPS_Score__c"] is None)
    assert names("NumberOfEmployees >= 2000 AND (Type = 'Prospect' OR Type = 'Partner')") == (
        expected(lambda r: (r["NumberOfEmployees"] or 0) >= 2000 and r["Type"] in PROSPECTS)
    )
    assert names("NOT Type IN ('Prospect', 'Partner')") == expected(
        lambda r: r["Type"] not in PROSPECTS
    )
    middle = sorted(r["SystemModstamp"] for r in accounts)[len(accounts) // 2]
    stamp = middle.replace(".000+0000", "Z")
    assert names(f"SystemModstamp >= {stamp}") == expected(lambda r: r["SystemModstamp"] >= middle)
    assert names(f"Id = '{accounts[0]['Id'][:15]}'") == {accounts[0]["Id"]}


PROSPECTS = ("Prospect", "Partner")


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Id FORM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'x", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account GROUP BY Id", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name='a' AND Name='b' OR Name='c'", "MALFORMED_QUERY"),
        ("SELECT Id, Shoe_Size__c FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE SystemModstamp > '2026-01-01T00:00:00Z'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Name = 3", "INVALID_FIELD"),
        ("SELECT Id FROM Account ORDER BY Nothing__c", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Id = 'short'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Unheard_Of__c", "INVALID_TYPE"),
    ],
)
def test_what_salesforce_cannot_read_is_refused_by_its_code(
    client: Client, soql: str, code: str
) -> None:
    with pytest.raises(SalesforceMalformedRequest, match=code):
        client().query(soql)


def test_a_place_that_was_forgotten_is_refused(client: Client, org: Org) -> None:
    org.world.page_size, org.world.cursors = 5, 1
    found = client()
    first = found.query("SELECT Id FROM Contact")
    found.query("SELECT Id FROM Account")
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_QUERY_LOCATOR"):
        found.query_more(first["nextRecordsUrl"], identifier_is_url=True)


def test_a_url_that_is_too_long_is_refused(client: Client) -> None:
    with pytest.raises(SalesforceGeneralError, match="URI Too Long"):
        client().query(f"SELECT {', '.join(['Id'] * 6_000)} FROM Account")


def test_an_object_is_described_with_the_fields_that_the_user_may_see(
    client: Client, org: Org
) -> None:
    org.world.hidden |= {"Account.NPS_Score__c", "Contract"}
    found = client()
    fields = {f["name"]: f["type"] for f in found.Account.describe()["fields"]}
    assert "NPS_Score__c" not in fields
    assert (fields["AnnualRevenue"], fields["SystemModstamp"]) == ("currency", "datetime")
    assert "Contract" not in {o["name"] for o in found.describe()["sobjects"]}
    with pytest.raises(SalesforceResourceNotFound):
        found.Contract.describe()


def test_records_are_created_changed_read_and_deleted(client: Client, org: Org) -> None:
    found = client()
    id_ = found.Account.create({"Name": "Made here"})["id"]
    assert found.Account.update(id_, {"Industry": "Energy"}) == 204
    assert found.Account.get(id_)["Industry"] == "Energy"
    assert found.Account.delete(id_) == 204
    with pytest.raises(SalesforceResourceNotFound):
        found.Account.get(id_)
    assert org.world.records["Account"][id_]["IsDeleted"]


def test_an_upsert_by_external_id_creates_once_and_then_changes(client: Client, org: Org) -> None:
    found = client()
    key = "External_Key__c/001Fk0000000007IAA-2026-10"
    assert found.Health_Score__c.upsert(key, {"Health_Score__c": 71.5}) == 201
    assert found.Health_Score__c.upsert(key, {"Health_Score__c": 64}) == 200
    [record] = org.world.live("Health_Score__c")
    assert (record["External_Key__c"], record["Health_Score__c"]) == (key.split("/")[1], 64)
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_FIELD"):
        found.Health_Score__c.upsert(key, {"Wealth__c": 1})
    with pytest.raises(SalesforceMalformedRequest, match="JSON_PARSER_ERROR"):
        found.Health_Score__c.upsert(key, {"Health_Score__c": "high"})
    with pytest.raises(SalesforceResourceNotFound, match="external ID field"):
        found.Health_Score__c.upsert("Name/x", {"Health_Score__c": 1})


def test_a_collection_of_upserts_tells_of_each_record_by_itself(client: Client) -> None:
    path = "composite/sobjects/Health_Score__c/External_Key__c"
    records = [
        {"attributes": {"type": "Health_Score__c"}, "External_Key__c": "a", "Health_Score__c": 1},
        {"attributes": {"type": "Health_Score__c"}, "External_Key__c": "b", "Health_Score__c": "?"},
    ]
    body = {"allOrNone": False, "records": records}
    found = client()
    results = found.restful(path, method="PATCH", json=body)
    assert [r["success"] for r in results] == [True, False]
    assert results[1]["errors"][0]["statusCode"] == "JSON_PARSER_ERROR"
    with pytest.raises(SalesforceMalformedRequest, match="record limit"):
        found.restful(path, method="PATCH", json={"records": records * 101})


def test_requests_are_counted_and_refused_when_used_up(client: Client, org: Org) -> None:
    found = client()
    found.query("SELECT Id FROM User")
    assert found.api_usage["api-usage"] == (1, 100_000)
    assert found.limits()["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_998}
    org.world.daily_limit = 2
    with pytest.raises(SalesforceRefusedRequest, match="REQUEST_LIMIT_EXCEEDED"):
        found.query("SELECT Id FROM User")
