"""From the environment and the settings file to what a vendor is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from starlette.applications import Starlette

from revops_pipeline import settings
from revops_pipeline.config import Config
from revops_pipeline.connections import field_policy, open_source
from revops_pipeline.sandbox import Portal, salesforce_login
from revops_pipeline.sandbox.mounted import Mounted
from revops_pipeline.sandbox.vendors import variables, vendors
from revops_pipeline.settings import load_config, load_settings
from revops_pipeline.sources.catalog import STREAMS
from revops_pipeline.sources.stream import Known, PermanentError, Source
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sources.conformance.server import Server

USER = {
    "SALESFORCE_USERNAME": salesforce_login.USERNAME,
    "SALESFORCE_PASSWORD": salesforce_login.PASSWORD,
    "SALESFORCE_SECURITY_TOKEN": salesforce_login.SECURITY_TOKEN,
}


Configure = Callable[[str], None]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Every vendor, configured by the environment; it keeps what it is asked for."""
    portal = Portal.generate(contacts=20, companies=6, deals=8, seed=3)
    with Server() as server:
        server.front = Mounted(Starlette(), vendors(portal, seed=3, latency_ms=0))
        for name, value in variables(server.url).items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Configure:
    """Writes the settings file."""

    def write(text: str) -> None:
        (tmp_path / "revops.yml").write_text(text)
        monkeypatch.setattr(settings, "CONFIG_FILE", tmp_path / "revops.yml")

    return write


def opened(name: str, tmp_path: Path) -> Source:
    return open_source(name, load_settings(), load_config(), DuckDBWarehouse(tmp_path / "w.duckdb"))


def run(name: str, tmp_path: Path) -> None:
    load(opened(name, tmp_path), DuckDBWarehouse(tmp_path / "w.duckdb"), run_id="test")


def paths(server: Server, before: str, after: str = "") -> set[str]:
    """What stands between the two in the paths that were asked for."""
    found = [asked.path.partition(before)[2] for asked in server.asked if before in asked.path]
    return {path.removesuffix(after) for path in found if path.endswith(after)}


def by_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SALESFORCE_CLIENT_ID")
    monkeypatch.delenv("SALESFORCE_CLIENT_SECRET")
    for name, value in USER.items():
        monkeypatch.setenv(name, value)


def test_a_user_of_salesforce_logs_in_with_password_and_security_token(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    by_user(monkeypatch)
    assert "organisation" in str(opened("salesforce", tmp_path).identity())
    login = server.asked[0]
    assert login.path == "/salesforce/services/Soap/u/58.0"
    word = f"{salesforce_login.PASSWORD}{salesforce_login.SECURITY_TOKEN}</urn:password>"
    assert word.encode() in login.body
    monkeypatch.delenv("SALESFORCE_SECURITY_TOKEN")
    with pytest.raises(PermanentError, match="set SALESFORCE_SECURITY_TOKEN"):
        opened("salesforce", tmp_path).identity()


@pytest.mark.parametrize("way", ["app", "user"])
def test_the_domain_is_as_good_an_address_of_salesforce_as_the_instances(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str
) -> None:
    monkeypatch.delenv("SALESFORCE_INSTANCE_URL")
    monkeypatch.setenv("SALESFORCE_DOMAIN", f"{server.url}/salesforce")
    if way == "user":
        by_user(monkeypatch)
    assert f"{server.url}/salesforce" in str(opened("salesforce", tmp_path).identity())
    paths_ = {"app": "/services/oauth2/token", "user": "/services/Soap/u/58.0"}
    assert server.asked[0].path == f"/salesforce{paths_[way]}"


def test_an_app_without_the_organisations_address_is_told_to_set_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SALESFORCE_CLIENT_ID", "id")
    monkeypatch.setenv("SALESFORCE_CLIENT_SECRET", "word")
    with pytest.raises(PermanentError, match="SALESFORCE_INSTANCE_URL"):
        opened("salesforce", tmp_path)
    monkeypatch.setenv("SALESFORCE_DOMAIN", "acme.my")
    opened("salesforce", tmp_path).close()


@pytest.mark.parametrize(
    ("given", "asked"), [(None, "v58.0"), ("v60.0", "v60.0"), ("61.0", "v61.0")]
)
def test_the_version_of_salesforces_api_is_in_what_is_asked_for(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    given: str | None,
    asked: str,
) -> None:
    if given:
        monkeypatch.setenv("SALESFORCE_API_VERSION", given)
    opened("salesforce", tmp_path).identity()
    assert paths(server, "/services/data/", "/limits") == {asked}


@pytest.mark.parametrize(
    ("objects", "asked"),
    [
        ("[]", {"User"}),
        ("[accounts, tasks]", {"Account", "Task", "User"}),
        ("[churn_signals, contracts]", {"Churn_Signal__c", "Contract", "User"}),
    ],
)
def test_only_the_objects_that_the_settings_name_are_asked_of_salesforce(
    server: Server, configure: Configure, tmp_path: Path, objects: str, asked: set[str]
) -> None:
    configure(f"salesforce: {{objects: {objects}}}")
    run("salesforce", tmp_path)
    assert paths(server, "/sobjects/", "/describe") == asked


@pytest.mark.parametrize(
    ("tables", "left_out"),
    [
        ("{}", set()),
        ("{problems: false}", {"problem"}),
        (
            "{incidents: false, tasks: false, change_requests: false, problems: true}",
            {"incident", "task", "change_request"},
        ),
    ],
)
def test_a_table_that_the_settings_switch_off_is_not_asked_of_servicenow(
    server: Server, configure: Configure, tmp_path: Path, tables: str, left_out: set[str]
) -> None:
    configure(f"servicenow: {{tables: {tables}}}")
    run("servicenow", tmp_path)
    streams = {stream.name for stream in STREAMS["servicenow"]}
    assert paths(server, "/api/now/table/") & streams == streams - left_out


def test_more_records_than_the_settings_say_are_read_by_a_query_job(
    server: Server, configure: Configure, tmp_path: Path
) -> None:
    configure("salesforce: {objects: [], bulk_rows: 2}")
    run("salesforce", tmp_path)
    assert any(asked.path.endswith("/jobs/query") for asked in server.asked)


def test_a_list_of_reviews_longer_than_the_settings_say_is_not_read_again_as_a_whole(
    server: Server, configure: Configure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QBR_PAGE_SIZE", "10")

    def pages() -> int:
        server.asked.clear()
        run("qbr", tmp_path)
        assert all("page_size=10" in asked.query for asked in server.asked)
        return len(server.asked)

    whole = pages()
    assert whole > 3
    assert pages() >= whole
    configure("qbr: {cheap_pages: 1}")
    assert pages() == 1


class _Many(Known):
    """More than a page of records, all of them known."""

    def count(self, stream: str) -> int:
        return 1000

    def live_ids(self, stream: str) -> list[str]:
        return []

    deleted_ids = live_ids

    def orphans(self, stream: str, parent: str) -> list[str]:
        return []

    def childless(self, stream: str, parent: str, path: Sequence[str]) -> list[str]:
        return []


@pytest.mark.parametrize(("hours", "kind"), [(4, "all"), (6, "new")])
def test_a_long_list_of_reviews_is_compared_as_often_as_the_settings_say(
    server: Server, configure: Configure, tmp_path: Path, hours: int, kind: str
) -> None:
    configure(f"qbr: {{cheap_pages: 1, compare_hours: {hours}}}")
    five_hours_ago = {"next_cursor": "abc", "compared_at": int(time.time()) - 5 * 3600}
    (window,) = opened("qbr", tmp_path).plan("records", five_hours_ago, _Many())
    assert window.kind == kind


def test_fields_that_are_gone_are_named_by_streams_that_there_are() -> None:
    config = Config.model_validate(
        {"hubspot": {"on_hidden_field": "fail", "gone_fields": {"deals": ["old_score"]}}}
    )
    policy = field_policy("hubspot", config)
    assert policy.fails
    assert policy.gone == {"deals": ["old_score"]}
    assert not field_policy("product", config).fails
    with pytest.raises(ValueError, match=r"salesforce.gone_fields names deals, .*opportunities"):
        Config.model_validate({"salesforce": {"gone_fields": {"deals": ["Amount"]}}})
