"""`revops doctor` on Salesforce, ServiceNow and QBR: what it asks for, and what it says."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from revops_pipeline import settings
from revops_pipeline.commands import doctor
from revops_pipeline.config import Config
from revops_pipeline.sandbox import Portal, Sandbox, qbr, salesforce_login, servicenow_app
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sandbox.vendors import variables, vendors
from revops_pipeline.sources.catalog import STREAMS

VENDORS = ("qbr", "salesforce", "servicenow")
SECRET = "s3cret-of-mine"


@dataclass(frozen=True)
class World:
    """All vendors on one server."""

    sandbox: Sandbox
    salesforce: SalesforceWorld
    variables: dict[str, str]


@pytest.fixture
def world(serve: Callable[..., Sandbox]) -> World:
    portal = Portal.generate(contacts=20, companies=6, deals=8, seed=3)
    mounts = vendors(portal, seed=3, latency_ms=0)
    sandbox = serve(portal, mounts=mounts)
    crm = mounts["/salesforce"].sessions.world  # type: ignore[attr-defined]
    return World(sandbox, crm, variables(sandbox.url))


@pytest.fixture
def diagnose(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[int, dict[str, str]]]:
    """Exit code, and what doctor says by what it says it of."""
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(tmp_path / "w.duckdb"))

    def run(**given: str) -> tuple[int, dict[str, str]]:
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        code = doctor.diagnose()
        said = {}
        for line in capsys.readouterr().out.splitlines():
            mark, _, rest = line.partition(" ")
            name, _, text = rest.partition(": ")
            said[name] = f"{mark} {text}"
        return code, said

    return run


Diagnose = Callable[..., tuple[int, dict[str, str]]]


def of(source: str, given: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in given.items() if k.startswith(f"{source.upper()}_")}


def test_a_large_organisation_is_looked_at_without_a_query_job(
    world: World, diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "revops.yml"
    file.write_text("salesforce:\n  bulk_rows: 2\n")
    monkeypatch.setattr(settings, "CONFIG_FILE", file)
    code, said = diagnose(**of("salesforce", world.variables))
    assert code == 0
    assert world.salesforce.jobs_made == 0
    accounts = len(list(world.salesforce.live("Account")))
    assert accounts > 2
    assert f"{accounts} accounts" in said["salesforce"]


def test_an_object_that_the_organisation_lacks_is_not_counted_as_empty(
    world: World, diagnose: Diagnose
) -> None:
    for id_ in [r["Id"] for r in world.salesforce.live("Churn_Signal__c")]:
        world.salesforce.delete("Churn_Signal__c", id_)
        world.salesforce.purge("Churn_Signal__c", id_)
    _, said = diagnose(**of("salesforce", world.variables))
    assert "0 churn_signals" in said["salesforce"]
    world.salesforce.hidden.add("Churn_Signal__c")
    code, said = diagnose(**of("salesforce", world.variables))
    assert code == 0
    assert "no object Churn_Signal__c (churn_signals)" in said["salesforce"]


def test_no_source_is_waited_for_longer_than_somebody_does() -> None:
    patient = doctor._impatient(Config())
    for source in ("hubspot", *VENDORS):
        assert getattr(patient, source).timeout_seconds == doctor.HTTP_SECONDS
    quick = Config.model_validate({s: {"timeout_seconds": 2} for s in ("hubspot", *VENDORS)})
    for source in ("hubspot", *VENDORS):
        assert getattr(doctor._impatient(quick), source).timeout_seconds == 2


def test_everything_that_is_configured_gets_a_line_with_what_came(
    world: World, diagnose: Diagnose
) -> None:
    token = {"HUBSPOT_API_URL": world.sandbox.url, "HUBSPOT_API_KEY": world.sandbox.token}
    code, said = diagnose(**token, **world.variables)
    assert code == 0, said
    assert "not configured, left out" in said["product"]
    assert "20 contacts, 6 companies" in said["hubspot"]
    for source in VENDORS:
        assert said[source].startswith("✓ ")
        assert f"{world.sandbox.url}/{source} answers: " in said[source]
        counts = {name: int(n) for n, name in re.findall(r"(\d+) (\w+)", said[source])}
        streams = {stream.name for stream in STREAMS[source]}
        assert streams <= counts.keys()
        assert all(counts[name] for name in streams), said[source]


def test_what_is_switched_off_is_not_looked_at(
    world: World, diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "revops.yml"
    file.write_text("salesforce: {objects: [accounts]}\nservicenow: {tables: {problems: false}}\n")
    monkeypatch.setattr(settings, "CONFIG_FILE", file)
    _, said = diagnose(**world.variables)
    assert re.findall(r"\d+ ([a-z]+)", said["salesforce"].partition("answers")[2]) == [
        "accounts",
        "users",
    ]
    assert "problem" not in said["servicenow"]
    assert "incident" in said["servicenow"]


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("QBR_API_KEY", SECRET, "401"),
        ("QBR_API_KEY", qbr.SCOPELESS_KEY, "403"),
        ("SALESFORCE_CLIENT_SECRET", SECRET, "invalid client credentials"),
        ("SALESFORCE_CLIENT_ID", "3MVG9other", "client identifier invalid"),
        ("SALESFORCE_CLIENT_ID", salesforce_login.POWERLESS_CLIENT_ID, "'API Enabled'"),
        ("SERVICENOW_PASSWORD", SECRET, "user or password is wrong"),
        ("SERVICENOW_USERNAME", servicenow_app.NO_ROLES_USER, "may not read it"),
    ],
)
def test_a_wrong_key_and_one_without_the_right_fail_naming_the_variable(
    world: World, diagnose: Diagnose, variable: str, value: str, told: str
) -> None:
    code, said = diagnose(**{**world.variables, variable: value})
    source = variable.partition("_")[0].lower()
    assert code == 1
    assert said[source].startswith("✗ ")
    assert variable in said[source]
    assert told in said[source]
    assert SECRET not in said[source]
    # The others are looked at all the same.
    assert all(said[other].startswith("✓ ") for other in VENDORS if other != source)


@contextmanager
def silence() -> Iterator[str]:
    """An address where connections are accepted and nothing is ever said."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("source", VENDORS)
def test_a_host_that_does_not_answer_is_named_before_anybody_loses_patience(
    diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr(doctor, "HTTP_SECONDS", 0.2)
    started = time.monotonic()
    with silence() as url:
        code, said = diagnose(**of(source, variables(url)))
    assert code == 1
    assert "did not answer in time" in said[source]
    assert f"{url}/{source}" in said[source]
    address = "QBR_BASE_URL" if source == "qbr" else f"{source.upper()}_INSTANCE_URL"
    assert address in said[source]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("source", VENDORS)
def test_a_host_that_is_not_there_is_named(diagnose: Diagnose, source: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        code, said = diagnose(**of(source, variables(url)))
    assert code == 1
    assert "cannot be reached" in said[source]
    assert url in said[source]


@pytest.mark.parametrize("source", ["qbr", "servicenow"])
def test_an_address_where_another_service_answers_names_the_variable(
    world: World, diagnose: Diagnose, source: str
) -> None:
    address = "QBR_BASE_URL" if source == "qbr" else "SERVICENOW_INSTANCE_URL"
    elsewhere = f"{world.sandbox.url}/salesforce"
    code, said = diagnose(**{**of(source, world.variables), address: elsewhere})
    assert code == 1
    assert f"does {address} ({elsewhere}) lead to" in said[source]


def test_a_standard_field_that_the_user_may_not_see_is_named_with_the_way_out(
    world: World, diagnose: Diagnose
) -> None:
    world.salesforce.hidden.add("Opportunity.Amount")
    deals = world.sandbox.portal.store("deals")
    del deals.definitions["amount"]
    given = {"HUBSPOT_API_URL": world.sandbox.url, "HUBSPOT_API_KEY": world.sandbox.token}
    code, said = diagnose(
        **of("salesforce", world.variables), **of("servicenow", world.variables), **given
    )
    assert code == 0
    assert "; cannot be read: Amount of opportunities: grant its user Read" in said["salesforce"]
    assert "; cannot be read: amount of deals: give the private app" in said["hubspot"]
    assert "cannot be read" not in said["servicenow"]
