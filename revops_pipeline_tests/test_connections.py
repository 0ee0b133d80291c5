"""From the environment and the settings file to what a vendor is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from revops_pipeline import settings
from revops_pipeline.connections import open_source
from revops_pipeline.sandbox import Portal, salesforce_login
from revops_pipeline.sandbox.mounted import Mounted
from revops_pipeline.sandbox.vendors import variables, vendors
from revops_pipeline.settings import load_config, load_settings
from revops_pipeline.sources.stream import PermanentError, Source
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sources.conformance.server import Server

USER = {
    "SALESFORCE_USERNAME": salesforce_login.USERNAME,
    "SALESFORCE_PASSWORD": salesforce_login.PASSWORD,
    "SALESFORCE_SECURITY_TOKEN": salesforce_login.SECURITY_TOKEN,
}


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
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
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
