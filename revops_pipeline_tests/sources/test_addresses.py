"""A token goes to the address that was configured or granted, encrypted, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from revops_pipeline.config import Config
from revops_pipeline.connections import open_source
from revops_pipeline.settings import Settings
from revops_pipeline.sources.addresses import origin, path_on, redirected
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.salesforce_login import ClientCredentials, PasswordLogin
from revops_pipeline.sources.salesforce_session import SalesforceSession
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse

BASE = "https://acme.my.salesforce.com"
ELSEWHERE = [
    "@evil.example/x",
    "//evil.example/x",
    "/\\evil.example/x",
    "\\\\evil.example/x",
    "https://evil.example/x",
    "https://acme.my.salesforce.com.evil.example/x",
    "https://acme.my.salesforce.com@evil.example/x",
    "https://evil.example\\@acme.my.salesforce.com/x",
    "http://acme.my.salesforce.com/x",
    "https://acme.my.salesforce.com:444/x",
    ".evil.example/x",
    ":443@evil.example/x",
    "/services/../../x",
    "/services/%2e%2e/x",
    "/services/%5c..%5cx",
    "/x\r\nHost: evil.example",
    "/x y",
    "javascript:alert(1)",
    "",
    "None",
]


@pytest.mark.parametrize("following", ELSEWHERE)
def test_what_follows_is_at_the_granted_address_or_nowhere(following: str) -> None:
    assert path_on(BASE, following) is None


@pytest.mark.parametrize(
    ("base", "following", "path"),
    [
        (BASE, "/services/data/v58.0/query/01g-2000", "/services/data/v58.0/query/01g-2000"),
        (BASE, f"{BASE}/services/data/x", "/services/data/x"),
        (BASE, "/x?to=https://other.example/..", "/x?to=https://other.example/.."),
        ("http://127.0.0.1:8765/salesforce", "/services/x", "/services/x"),
        ("http://127.0.0.1:8765/salesforce", "http://127.0.0.1:8765/salesforce/x", "/x"),
    ],
)
def test_a_page_of_the_same_address_follows(base: str, following: str, path: str) -> None:
    assert path_on(base, following) == path


@pytest.mark.parametrize("location", [*ELSEWHERE[1:10], *ELSEWHERE[15:18]])
def test_a_redirect_elsewhere_is_none(location: str) -> None:
    assert redirected(f"{BASE}/a/b", location) is None


def test_a_redirect_within_the_host_is_resolved() -> None:
    assert redirected(f"{BASE}/a/b", "../c?d=1") == f"{BASE}/c?d=1"
    assert redirected(f"{BASE}/a", f"{BASE}:443/a/") == f"{BASE}:443/a/"


def test_the_default_port_is_a_port() -> None:
    assert origin("https://ACME.example.") == origin("https://acme.example:443/x")
    assert origin("https://user@acme.example") is None
    assert origin("https://[") is None


def by_app(login: str, instance: object) -> object:
    body = b'{"access_token":"granted","id":"https://x/id/00D/005","instance_url":"%s"}'
    login_ = ClientCredentials(login, client_id="a", client_secret="b")
    return login_.grant(200, body % str(instance).encode()).instance


def by_password(login: str, instance: object) -> object:
    body = "<sessionId>granted</sessionId><serverUrl>{}/services/Soap/u/58.0/00D</serverUrl>"
    login_ = PasswordLogin(login, username="a", password="b")
    return login_.grant(200, body.format(instance).encode()).instance


@pytest.mark.parametrize("way", [by_app, by_password])
@pytest.mark.parametrize(
    ("login", "instance"),
    [
        ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("https://acme.my.salesforce.com", "https://na139.salesforce.com"),
        ("https://acme.my.salesforce.mil", "https://acme.my.salesforce.mil"),
        ("https://acme.my.sfcrmproducts.cn", "https://acme.my.sfcrmproducts.cn"),
        ("http://127.0.0.1:8765/salesforce", "http://127.0.0.1:8765/salesforce"),
        ("https://gateway.acme.example", "https://gateway.acme.example:443/crm"),
    ],
)
def test_a_session_goes_to_its_login_or_to_another_address_of_salesforces(
    way: Callable[[str, str], str], login: str, instance: str
) -> None:
    assert way(login, instance) == instance


@pytest.mark.parametrize("way", [by_app, by_password])
@pytest.mark.parametrize(
    ("login", "instance"),
    [
        ("https://acme.my.salesforce.com", "https://evil.example"),
        ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com.evil.example"),
        ("https://acme.my.salesforce.com", "https://evilsalesforce.com"),
        ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com@evil.example"),
        ("https://acme.my.salesforce.com", "http://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com", "banana"),
        ("http://127.0.0.1:8765/salesforce", "http://127.0.0.1:9999/salesforce"),
        ("http://127.0.0.1:8765/salesforce", "https://acme.my.salesforce.com"),
        ("https://gateway.acme.example", "https://acme.my.salesforce.com"),
    ],
)
def test_a_session_is_never_taken_to_an_address_of_anybody_else(
    way: Callable[[str, str], str], login: str, instance: str
) -> None:
    with pytest.raises((PermanentError, TransientError), match=r"SALESFORCE_INSTANCE_URL|address"):
        way(login, instance)


def test_a_next_page_elsewhere_is_told_and_not_asked_for() -> None:
    login = ClientCredentials(BASE, client_id="a", client_secret="b")
    session = SalesforceSession(login, "v58.0", Retry(attempts=0))
    with pytest.raises(TransientError, match=r"'@evil\.example/x', which is not at https://acme"):
        session.following("@evil.example/x")


SOURCES = {
    "hubspot": ({"hubspot_api_key": "k"}, "hubspot_api_url"),
    "qbr": ({"qbr_api_key": "k"}, "qbr_base_url"),
    "servicenow": (
        {"servicenow_username": "u", "servicenow_password": "p"},
        "servicenow_instance_url",
    ),
    "salesforce": (
        {"salesforce_username": "u", "salesforce_password": "p"},
        "salesforce_instance_url",
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_credentials_are_not_sent_in_the_open_unless_the_settings_allow_it(
    name: str, tmp_path: object
) -> None:
    given, address = SOURCES[name]
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb", wait_seconds=1)  # type: ignore[operator]

    def opened(url: str, allowed: bool = False) -> None:
        values = {
            name.upper() if name.startswith("hubspot_api_key") else name: value
            for name, value in {**given, address: url}.items()
        }
        settings = Settings(_env_file=None, **values)  # type: ignore[call-arg,arg-type]
        config = Config.model_validate({name: {"allow_http": allowed}})
        open_source(name, settings, config, warehouse).close()

    with pytest.raises(PermanentError) as error:
        opened("http://crm.internal.example")
    assert f"{name}.allow_http: true" in str(error.value)
    assert address.upper() in str(error.value)
    for url in ("http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://a.example"):
        opened(url)
    opened("http://crm.internal.example", allowed=True)
