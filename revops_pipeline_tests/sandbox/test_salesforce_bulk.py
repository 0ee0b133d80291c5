"""Query jobs of the sandbox against simple-salesforce's client of the Bulk API 2.0."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.bulk2 import Operation
from simple_salesforce.exceptions import (
    SalesforceError,
    SalesforceMalformedRequest,
    SalesforceOperationError,
    SalesforceResourceNotFound,
)

from revops_pipeline_tests.sandbox.test_salesforce_client import Client, client, org
from revops_pipeline_tests.sources.salesforce_org import Org

__all__ = ["client", "org"]
SOQL = "SELECT Id, LastName, IsDeleted, CreatedDate FROM Contact"
DAY = 24 * 3_600_000


def table(pages: Any) -> list[dict[str, str]]:
    return [row for page in pages for row in csv.DictReader(io.StringIO(page, newline=""))]


def made(found: Salesforce, soql: str = SOQL) -> tuple[Any, str]:
    """simple-salesforce's handler of jobs, and the id of a job."""
    jobs = found.bulk2.Contact._client
    return jobs, jobs.create_job(Operation.query_all, soql)["id"]


def test_a_query_job_gives_page_by_page_what_the_organisation_holds(
    client: Client, org: Org
) -> None:
    pages = list(client().bulk2.Contact.query_all(SOQL, max_records=7, wait=0.01))
    records = org.world.records["Contact"]
    assert len(pages) == -(-len(records) // 7)
    assert {r["Id"]: r["LastName"] for r in table(pages)} == {
        id_: record["LastName"] or "" for id_, record in records.items()
    }
    assert {r["IsDeleted"] for r in table(pages)} <= {"true", "false"}
    assert all(r["CreatedDate"].endswith(".000Z") for r in table(pages))


def test_only_query_all_jobs_tell_of_deleted_records(client: Client, org: Org) -> None:
    account, soql = client().bulk2.Account, "SELECT Id FROM Account"
    live = {r["Id"] for r in table(account.query(soql, wait=0.01))}
    assert live == {r["Id"] for r in org.world.live("Account")}
    assert len(table(account.query_all(soql, wait=0.01))) > len(live)


def test_values_are_written_as_salesforce_writes_them(client: Client, org: Org) -> None:
    values = {"Name": 'A "b",\nç', "AnnualRevenue": 16147805824397, "NPS_Score__c": 71}
    id_ = org.world.create("Account", values | {"NumberOfEmployees": 12_000_000})
    fields = "Name, AnnualRevenue, NPS_Score__c, NumberOfEmployees, Industry"
    [page] = client().bulk2.Account.query_all(
        f"SELECT {fields} FROM Account WHERE Id = '{id_}'", wait=0.01
    )
    assert page.split("\n", 1)[
        0
    ] == '"Name","AnnualRevenue","NPS_Score__c","NumberOfEmployees",' + ('"Industry"')
    assert page.endswith('"A ""b"",\nç","1.6147805824397E13","71.0","12000000",""\n')


def test_a_job_is_under_way_for_some_looks_and_then_complete(client: Client, org: Org) -> None:
    jobs, job = made(client())
    states = [jobs.get_job(job, True)["state"] for _ in range(3)]
    assert states == ["InProgress", "InProgress", "JobComplete"]
    told = jobs.get_job(job, True)
    assert told["numberRecordsProcessed"] == len(org.world.records["Contact"])
    assert (told["object"], told["apiVersion"]) == ("Contact", 58.0)


def test_results_do_not_change_with_the_records(client: Client, org: Org) -> None:
    jobs, job = made(client())
    jobs.wait_for_job(job, True, 0.01)
    before = jobs.get_query_results(job, "", 5)
    org.world.update("Contact", next(org.world.live("Contact"))["Id"], {"LastName": "Other"})
    assert jobs.get_query_results(job, "", 5) == before
    after = jobs.get_query_results(job, before["locator"], 5)
    assert (after["number_of_records"], after["records"] != before["records"]) == (5, True)


def test_results_before_the_end_and_at_a_made_up_place_are_refused(client: Client) -> None:
    jobs, job = made(client())
    with pytest.raises(SalesforceError, match="JOB_NOT_COMPLETE"):
        jobs.get_query_results(job)
    jobs.wait_for_job(job, True, 0.01)
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_QUERY_LOCATOR"):
        jobs.get_query_results(job, "!!")


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Id FORM Contact", "MALFORMED_QUERY"),
        ("SELECT Shoe_Size__c FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Unheard_Of__c", "INVALID_TYPE"),
        ("SELECT COUNT() FROM Contact", "API_ERROR"),
        ("SELECT Id, BillingAddress FROM Account", "compound data not supported"),
    ],
)
def test_a_query_that_no_job_can_answer_is_refused(client: Client, soql: str, code: str) -> None:
    with pytest.raises(SalesforceMalformedRequest, match=code):
        made(client(), soql)


def test_jobs_can_be_aborted_and_deleted_and_are_gone_after_a_week(
    client: Client, org: Org
) -> None:
    found = client()
    jobs, job = made(found)
    jobs.abort_job(job, True)
    with pytest.raises(SalesforceOperationError, match="Aborted"):
        jobs.wait_for_job(job, True, 0.01)
    found.restful(f"jobs/query/{job}", method="DELETE")
    jobs, other = made(found)
    org.world.clock.advance(8 * DAY)
    for gone in (job, other):
        with pytest.raises(SalesforceResourceNotFound):
            jobs.get_job(gone, True)


def test_jobs_are_counted_among_the_limits(client: Client) -> None:
    found = client()
    made(found)
    assert found.limits()["DailyBulkV2QueryJobs"] == {"Max": 10_000, "Remaining": 9_999}
