"""A vendor that repeats the token, the password or an encoding of them makes nobody else repeat it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.hubspot import Cadence, HubSpot
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.sources.qbr import Qbr
from revops_pipeline.sources.qbr_api import QbrApi
from revops_pipeline.sources.salesforce import Cadence as SalesforceCadence
from revops_pipeline.sources.salesforce import Salesforce
from revops_pipeline.sources.salesforce_api import SalesforceApi
from revops_pipeline.sources.salesforce_bulk import JobFailed
from revops_pipeline.sources.salesforce_login import ClientCredentials, Login, PasswordLogin
from revops_pipeline.sources.servicenow import Cadence as ServiceNowCadence
from revops_pipeline.sources.servicenow import ServiceNow
from revops_pipeline.sources.servicenow_api import ServiceNowApi
from revops_pipeline.sources.stream import Source, SourceError
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sources import echo as vendor
from revops_pipeline_tests.sources.echo import leaks

ONCE = Retry(attempts=0, base_seconds=0)


def by_password(url: str) -> Login:
    return PasswordLogin(
        url, username=vendor.USER, password=vendor.PASSWORD, security_token=vendor.SECURITY_TOKEN
    )


def by_app(url: str) -> Login:
    return ClientCredentials(url, client_id="app", client_secret=vendor.CLIENT_SECRET)


def hubspot(url: str) -> HubSpotApi:
    return HubSpotApi(base_url=url, token=vendor.KEY, retry=ONCE, search_per_second=0)


def qbr(url: str) -> QbrApi:
    return QbrApi(base_url=url, key=vendor.KEY, retry=ONCE)


def servicenow(url: str) -> ServiceNowApi:
    return ServiceNowApi(
        instance_url=url, username=vendor.USER, password=vendor.PASSWORD, retry=ONCE
    )


APIS: dict[str, Callable[[str], Any]] = {
    "hubspot": hubspot,
    "qbr": qbr,
    "servicenow": servicenow,
    "salesforce as a user": lambda url: SalesforceApi(login=by_password(url), retry=ONCE),
    "salesforce as an app": lambda url: SalesforceApi(login=by_app(url), retry=ONCE),
}
LOGINS_REFUSED = {f"{n}, refused": n for n in ("salesforce as a user", "salesforce as an app")}
PATHS = {"hubspot": "/crm/v3/x", "qbr": "/qbr_data", "servicenow": "/api/now/table/incident"}
SOURCES: dict[str, Callable[[str], Source]] = {
    "hubspot": lambda url: HubSpot(hubspot(url), Cadence()),
    "qbr": lambda url: Qbr(qbr(url)),
    "servicenow": lambda url: ServiceNow(servicenow(url), ServiceNowCadence()),
    "salesforce as an app": lambda url: Salesforce(
        APIS["salesforce as an app"](url), SalesforceCadence()
    ),
}


@pytest.fixture
def server() -> Iterator[vendor._Server]:
    with vendor.echo() as running:
        yield running


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 429, 500])
@pytest.mark.parametrize("name", [*APIS, *LOGINS_REFUSED])
def test_no_refusal_repeats_a_secret(
    server: vendor._Server, caplog: pytest.LogCaptureFixture, name: str, status: int
) -> None:
    server.status, server.refuses_logins = status, name in LOGINS_REFUSED
    name = LOGINS_REFUSED.get(name, name)
    http, path = APIS[name](server.url).http, PATHS.get(name, "/services/data/v58.0/query")
    for ask in (lambda: http.get(path), lambda: http.post(path, {"a": 1})):
        with caplog.at_level(logging.DEBUG):
            told = refusal(ask)
        assert leaks(told) == []
        assert "\x1b" not in told
        if status in (400, 403):
            assert "***" in told  # the vendor's words are there, without the secret
    assert leaks(caplog.text) == []


def refusal(ask: Callable[[], object]) -> str:
    try:
        return f"a good answer: {type(ask())}"
    except SourceError as error:
        return str(error)


@pytest.mark.parametrize("name", SOURCES)
def test_what_a_load_says_and_stores_of_its_failure_holds_no_secret(
    server: vendor._Server, tmp_path: Path, name: str
) -> None:
    said: list[str] = []
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb", wait_seconds=5)
    with pytest.raises(SourceError) as error:
        load(SOURCES[name](server.url), warehouse, run_id="echo", log=said.append)
    assert leaks(str(error.value)) == []
    assert leaks("\n".join(said)) == []
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        logged = connection.execute("select error from ops.extract_log").fetchall()
        connection.execute("checkpoint")
    assert any("***" in str(row) for row in logged)
    for file in tmp_path.iterdir():
        assert leaks(file.read_bytes().decode("latin-1")) == []


def test_a_query_job_that_failed_is_told_without_the_session(server: vendor._Server) -> None:
    api = SalesforceApi(login=by_password(server.url), retry=ONCE)
    api.organisation()
    failed = {"state": "Failed", "object": "Case", "errorMessage": f"for {vendor.SESSION} \x1b[2J"}
    api.http.get = lambda _path, read: read(failed)  # type: ignore[method-assign]
    with pytest.raises(JobFailed) as error:
        list(api.jobs.wait("750"))
    assert leaks(str(error.value)) == []
    assert "for ***" in str(error.value)
