"""What a vendor refuses is told with a way out that there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from revops_pipeline.config import Config
from revops_pipeline.sandbox import Portal, qbr
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sandbox.servicenow_app import DEFAULT_PASSWORD, DEFAULT_USER
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.sources.qbr_api import QbrApi
from revops_pipeline.sources.servicenow_api import ServiceNowApi
from revops_pipeline.sources.stream import PermanentError
from revops_pipeline_tests.sandbox.servicenow_instance import ServedInstance
from revops_pipeline_tests.sources.conformance.server import Server
from revops_pipeline_tests.sources.salesforce_org import Org, orgs

ONCE = Retry(attempts=0)


@pytest.fixture(scope="module")
def portal() -> Portal:
    return Portal.generate(contacts=20, companies=6, deals=8, seed=3)


@pytest.fixture
def desk(portal: Portal) -> Iterator[ServedInstance]:
    with ServedInstance(ServiceNowWorld.generate(portal, 3)) as served:
        yield served


@pytest.fixture
def org(portal: Portal, tmp_path: Path) -> Iterator[Org]:
    with orgs(tmp_path / "w.duckdb") as start:
        yield start(SalesforceWorld.generate(portal, 3))


@pytest.fixture
def answering() -> Iterator[Callable[[int], str]]:
    """The address of a server that answers everything with a status."""
    with Server() as server:

        def start(status: int) -> str:
            async def answer(_request: Request) -> JSONResponse:
                return JSONResponse({"message": "no"}, status)

            methods = ["GET", "POST"]
            server.front = Starlette(  # type: ignore[assignment]
                routes=[Route("/{path:path}", answer, methods=methods)]
            )
            return server.url

        yield start


def read(url: str, table: str) -> None:
    api = ServiceNowApi(
        instance_url=url, username=DEFAULT_USER, password=DEFAULT_PASSWORD, retry=ONCE
    )
    api.page(table, "", 1)


@pytest.mark.parametrize(
    ("table", "switch"),
    [
        ("incident", "incidents"),
        ("task", "tasks"),
        ("problem", "problems"),
        ("change_request", "change_requests"),
    ],
)
def test_a_table_that_may_not_be_read_is_named_with_the_switch_that_the_settings_have(
    desk: ServedInstance, table: str, switch: str
) -> None:
    desk.world.denied = {table}
    with pytest.raises(PermanentError) as error:
        read(desk.url, table)
    assert f"a read rule for {table} (" in str(error.value)
    assert f"set servicenow.tables.{switch} to false" in str(error.value)
    off = Config.model_validate({"servicenow": {"tables": {switch: False}}})
    assert off.servicenow.tables == {switch: False}


@pytest.mark.parametrize("table", ["cmdb_ci", "sys_user"])
def test_a_table_without_a_switch_is_not_said_to_have_one(desk: ServedInstance, table: str) -> None:
    desk.world.denied = {table}
    with pytest.raises(PermanentError) as error:
        read(desk.url, table)
    assert f"a read rule for {table} (" in str(error.value)
    assert "servicenow.tables" not in str(error.value)


def test_an_address_that_is_no_instance_names_the_variable(answering: Callable[[int], str]) -> None:
    url = answering(404)
    with pytest.raises(PermanentError) as error:
        read(url, "incident")
    assert f"SERVICENOW_INSTANCE_URL ({url})" in str(error.value)


def test_an_object_that_can_be_left_out_is_said_to_be_and_users_are_not(org: Org) -> None:
    org.world.hidden = {"Contract", "User"}
    with pytest.raises(PermanentError) as error:
        org.run(streams=["contracts"])
    assert "leave contracts out of salesforce.objects" in str(error.value)
    with pytest.raises(PermanentError) as error:
        org.run(streams=["users"])
    assert "cannot see the object User: grant" in str(error.value)
    assert "salesforce.objects" not in str(error.value)


def ask_qbr(url: str) -> None:
    QbrApi(base_url=url, key=qbr.DEFAULT_KEY, retry=ONCE).page(None)


def ask_hubspot(url: str) -> None:
    HubSpotApi(base_url=url, token="pat", retry=ONCE).properties("contacts")


@pytest.mark.parametrize(
    ("ask", "key", "address"),
    [
        (ask_qbr, "QBR_API_KEY", "QBR_BASE_URL"),
        (ask_hubspot, "HUBSPOT_API_KEY", "HUBSPOT_API_URL"),
    ],
)
def test_a_key_without_the_right_and_a_wrong_address_are_told_by_their_variables(
    answering: Callable[[int], str], ask: Callable[[str], None], key: str, address: str
) -> None:
    with pytest.raises(PermanentError) as error:
        ask(answering(403))
    assert f"{key} lacks a right for this" in str(error.value)
    # Not every vendor knows apps and tokens.
    assert " app" not in str(error.value)
    assert "token" not in str(error.value)
    url = answering(404)
    with pytest.raises(PermanentError) as error:
        ask(url)
    assert f"does {address} ({url}) lead to its API?" in str(error.value)
