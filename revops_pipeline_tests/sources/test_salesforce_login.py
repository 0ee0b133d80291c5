"""Both ways into Salesforce, what is said when they are refused, and the budget of requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sources.salesforce_login import ClientCredentials, PasswordLogin, login_address
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline_tests.sources.salesforce_org import PREFIX, Org, orgs


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    portal = Portal.generate(contacts=20, companies=8, deals=2, seed=3)
    with orgs(tmp_path / "w.duckdb") as serve:
        yield serve(SalesforceWorld.generate(portal, 3))


@pytest.mark.parametrize("way", ["by_app", "by_password"])
def test_both_logins_lead_to_the_same_rows_of_the_same_organisation(org: Org, way: str) -> None:
    org.run(login=getattr(org, way)())
    assert {s: set(org.rows(s)) for s in org.world.truth()} == {
        s: set(records) for s, records in org.world.truth().items()
    }
    assert org.query("select distinct identity_key, identity_address from ops.extract_state") == [
        (f"organisation {org.world.organisation}", org.url)
    ]
    assert org.url.endswith(PREFIX)


def test_a_password_with_signs_that_xml_knows_arrives_as_it_is(org: Org) -> None:
    path, body, _ = org.by_password(password="<a&b>").request("v58.0")
    assert path == "/services/Soap/u/58.0"
    assert b"<urn:password>&lt;a&amp;b&gt;sandboxSecurityToken</urn:password>" in body


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"password": "wrong-secret"}, r"INVALID_LOGIN .*SALESFORCE_USERNAME, SALESFORCE_PASSWORD"),
        ({"security_token": "wrong-secret"}, r"INVALID_LOGIN .*SALESFORCE_SECURITY_TOKEN"),
        ({"security_token": ""}, r"LOGIN_MUST_USE_SECURITY_TOKEN .*set SALESFORCE_SECURITY_TOKEN"),
    ],
    ids=["password", "security token", "no security token"],
)
def test_a_refused_user_is_told_what_to_look_at_and_not_locked_out(
    org: Org, options: dict[str, str], told: str
) -> None:
    with pytest.raises(PermanentError, match=told) as error:
        org.run(login=org.by_password(**options))
    assert "wrong-secret" not in str(error.value)
    assert org.front.sessions.logins == 1


@pytest.mark.parametrize(
    "options",
    [{"client_id": "3MVG9wrong"}, {"client_secret": "wrong-secret"}],
    ids=["client id", "client secret"],
)
def test_a_refused_app_is_told_what_to_look_at(org: Org, options: dict[str, str]) -> None:
    with pytest.raises(PermanentError, match="SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET"):
        org.run(login=org.by_app(**options))
    assert org.front.sessions.logins == 1


def test_an_app_cannot_log_in_where_users_do() -> None:
    with pytest.raises(PermanentError, match="set SALESFORCE_INSTANCE_URL"):
        ClientCredentials("https://login.salesforce.com", client_id="a", client_secret="b")


def test_a_token_is_never_sent_where_tls_ends() -> None:
    login = PasswordLogin("https://login.salesforce.com", username="a", password="b")
    body = (
        b"<sessionId>s</sessionId><serverUrl>http://evil.example/services/Soap/u/58.0/00D"
        b"</serverUrl><organizationId>00D</organizationId>"
    )
    with pytest.raises(PermanentError, match="without TLS"):
        login.grant(200, body)


@pytest.mark.parametrize(
    ("instance", "domain", "address"),
    [
        (None, "login", "https://login.salesforce.com"),
        (None, "test", "https://test.salesforce.com"),
        (None, "acme.my", "https://acme.my.salesforce.com"),
        (None, "acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com/", "login", "https://acme.my.salesforce.com"),
    ],
)
def test_the_address_follows_from_instance_or_domain(
    instance: str | None, domain: str, address: str
) -> None:
    assert login_address(instance, domain) == address


def test_an_address_that_is_not_salesforces_is_named(org: Org) -> None:
    login = PasswordLogin(f"{org.url}/nowhere", username="a", password="b")
    with pytest.raises(PermanentError, match="SALESFORCE_INSTANCE_URL, SALESFORCE_DOMAIN"):
        org.run(login=login)


def test_a_session_that_ends_in_the_middle_is_renewed_once(org: Org) -> None:
    source = org.source()
    source.identity()
    org.front.sessions.expire()
    [window] = source.plan("accounts", {}, None)  # type: ignore[arg-type]
    read = [id_ for page in source.read(window) for id_ in page.rows["accounts"].ids]
    assert set(read) >= set(org.world.truth()["accounts"])
    assert org.front.sessions.logins == 2


def test_a_session_that_is_refused_again_and_again_fails_and_names_the_variables(org: Org) -> None:
    org.front.faults.add("unauthorized:probability=1,path_contains=/data/")
    with pytest.raises(PermanentError, match=r"a new login did not help.*SALESFORCE_CLIENT_ID"):
        org.run()
    assert org.front.sessions.logins <= 2


def test_a_user_without_the_api_permission_is_told_which_one_it_is(org: Org) -> None:
    with pytest.raises(PermanentError, match=r"API is disabled for this User.*'API Enabled'"):
        org.run(login=org.by_app(client_id="3MVG9sandboxPowerless"))


def test_a_rest_of_the_daily_requests_is_left_to_others(org: Org) -> None:
    org.world.used = 94_995
    with pytest.raises(PermanentError, match=r"of 100,000 requests left .*salesforce\.daily_floor"):
        org.run()
    assert org.world.used <= 95_001 + 8
    org.run(daily_floor=0.0)
    assert set(org.rows("accounts")) == set(org.world.truth()["accounts"])


def test_requests_that_are_used_up_end_the_run_at_once(org: Org) -> None:
    org.world.used = org.world.daily_limit
    with pytest.raises(PermanentError, match="24 hours are used up"):
        org.run(daily_floor=0.0)


def test_an_address_where_nothing_listens_is_named_with_its_variables(org: Org) -> None:
    login = ClientCredentials("http://127.0.0.1:9", client_id="a", client_secret="b")
    with pytest.raises(TransientError, match=r"127\.0\.0\.1:9 .*SALESFORCE_INSTANCE_URL"):
        org.run(login=login)
