"""Which variables configure a source, and which are half a configuration or one too many."""

from __future__ import annotations

import pytest

from revops_pipeline.settings import SettingsError, configured, load_settings

USER = {"SALESFORCE_USERNAME": "ann", "SALESFORCE_PASSWORD": "word"}
TOKEN = {"SALESFORCE_SECURITY_TOKEN": "token"}
APP = {"SALESFORCE_CLIENT_ID": "id", "SALESFORCE_CLIENT_SECRET": "word"}
INSTANCE = {"SALESFORCE_INSTANCE_URL": "https://acme.my.salesforce.com"}
DOMAIN = {"SALESFORCE_DOMAIN": "acme.my"}
SERVICENOW = {
    "SERVICENOW_INSTANCE_URL": "https://acme.service-now.com",
    "SERVICENOW_USERNAME": "ann",
    "SERVICENOW_PASSWORD": "word",
}


def is_configured(monkeypatch: pytest.MonkeyPatch, source: str, variables: dict[str, str]) -> bool:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return configured(load_settings(), source)


@pytest.mark.parametrize(
    ("source", "variables"),
    [
        ("salesforce", USER),
        ("salesforce", USER | TOKEN),
        ("salesforce", USER | TOKEN | INSTANCE),
        ("salesforce", USER | TOKEN | DOMAIN),
        ("salesforce", APP | INSTANCE),
        ("salesforce", APP | DOMAIN),
        ("salesforce", APP | DOMAIN | TOKEN),
        ("servicenow", SERVICENOW),
        ("qbr", {"QBR_API_KEY": "key"}),
    ],
)
def test_a_whole_set_configures_its_source(
    monkeypatch: pytest.MonkeyPatch, source: str, variables: dict[str, str]
) -> None:
    assert is_configured(monkeypatch, source, variables)


@pytest.mark.parametrize(
    ("source", "variables"),
    [
        ("salesforce", DOMAIN | {"SALESFORCE_API_VERSION": "v60.0"}),
        ("qbr", {"QBR_BASE_URL": "https://qbr.example", "QBR_PAGE_SIZE": "50"}),
        ("servicenow", {}),
    ],
)
def test_variables_with_a_default_configure_nothing(
    monkeypatch: pytest.MonkeyPatch, source: str, variables: dict[str, str]
) -> None:
    assert not is_configured(monkeypatch, source, variables)


@pytest.mark.parametrize("given", [*USER, *APP])
def test_part_of_a_salesforce_set_names_the_rest_of_that_set(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    login = USER if given in USER else APP
    (missing,) = login.keys() - {given}
    with pytest.raises(SettingsError, match=f"salesforce .* in part: {missing} is missing$"):
        is_configured(monkeypatch, "salesforce", {given: login[given]} | INSTANCE)


@pytest.mark.parametrize("variables", [INSTANCE, TOKEN, INSTANCE | DOMAIN])
def test_an_address_or_a_token_alone_names_both_ways_in(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    with pytest.raises(SettingsError) as error:
        is_configured(monkeypatch, "salesforce", variables)
    for name in (*USER, *APP):
        assert name in str(error.value)


@pytest.mark.parametrize("given", SERVICENOW)
def test_part_of_the_servicenow_set_names_the_rest(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    missing = ", ".join(name for name in SERVICENOW if name != given)
    with pytest.raises(SettingsError, match=f"servicenow .* in part: {missing} is missing$"):
        is_configured(monkeypatch, "servicenow", {given: SERVICENOW[given]})


def test_both_ways_in_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="configured twice") as error:
        is_configured(monkeypatch, "salesforce", USER | APP | INSTANCE)
    for name in (*USER, *APP):
        assert name in str(error.value)


@pytest.mark.parametrize("stray", [*USER, *APP])
def test_part_of_the_other_way_in_is_named_as_too_much(
    monkeypatch: pytest.MonkeyPatch, stray: str
) -> None:
    whole, other = (APP, USER) if stray in USER else (USER, APP)
    with pytest.raises(SettingsError, match=f"and {stray} is of another way in"):
        is_configured(monkeypatch, "salesforce", whole | INSTANCE | {stray: other[stray]})


@pytest.mark.parametrize("size", ["0", "201", "x", "-1", "1.5"])
def test_a_page_size_that_qbr_does_not_take_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    monkeypatch.setenv("QBR_PAGE_SIZE", size)
    with pytest.raises(SettingsError, match="QBR_PAGE_SIZE"):
        load_settings()


@pytest.mark.parametrize(
    "name", ["QBR_BASE_URL", "SALESFORCE_INSTANCE_URL", "SERVICENOW_INSTANCE_URL"]
)
@pytest.mark.parametrize("address", ["qbr.example", "ftp://qbr.example", "https://", "http://h:x"])
def test_an_address_that_is_none_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str
) -> None:
    monkeypatch.setenv(name, address)
    with pytest.raises(SettingsError, match=name):
        load_settings()


@pytest.mark.parametrize("version", ["58", "v58", "latest"])
def test_a_salesforce_version_that_is_none_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("SALESFORCE_API_VERSION", version)
    with pytest.raises(SettingsError, match="SALESFORCE_API_VERSION"):
        load_settings()


def test_what_is_not_given_has_the_documented_default() -> None:
    settings = load_settings()
    assert settings.qbr_base_url == "https://sdk-demo-api-dot-internal-sales.uc.r.appspot.com"
    assert settings.qbr_page_size == 100
    assert settings.salesforce_api_version == "v58.0"
    assert settings.salesforce_domain == "login"
