"""Settings: one reader, documented whole, and silent about secrets."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from revops_pipeline import settings
from revops_pipeline.config import Config
from revops_pipeline.redaction import redacted
from revops_pipeline.settings import (
    PACKAGE,
    ROOT,
    Settings,
    SettingsError,
    configured,
    environment_variables,
    load_config,
    load_settings,
    unused_variables,
)

# Who may touch the environment besides pydantic-settings, and why.
ENVIRONMENT = {
    # the way out of the network, by the variables that every tool on the machine reads
    "sources/proxies.py",
    # hands the variables of a sandbox that it started to Dagster, and looks for DAGSTER_HOME
    "commands/environment.py",
    # dbt takes the paths of its profile from variables and from nowhere else
    "transform/runner.py",
}
SECRETS = {
    "HUBSPOT_API_KEY": "pat-na1-s3cret",
    "PRODUCT_DATABASE_URL": "postgresql+psycopg://ann:s3cret@host/db",
    "QBR_API_KEY": "qbr-s3cret",
    "SALESFORCE_PASSWORD": "s3cret",
    "SALESFORCE_SECURITY_TOKEN": "token-s3cret",
    "SALESFORCE_CLIENT_SECRET": "client-s3cret",
    "SERVICENOW_PASSWORD": "now-s3cret",
    "SNOWFLAKE_PASSWORD": "snow-s3cret",
}


def test_every_variable_is_in_the_example_with_a_comment_and_none_besides() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = {}
    for before, line in zip(["", *lines], lines, strict=False):
        if match := re.match(r"([A-Z_]+)=(.*)", line):
            found[match[1]] = (before, match[2])
    assert sorted(found) == sorted(environment_variables())
    assert all(before.startswith("# ") for before, _ in found.values())
    assert all(value == "" for _, value in found.values())  # copied as it is, it sets nothing


def test_the_example_of_the_settings_file_is_the_defaults() -> None:
    example = yaml.safe_load((ROOT / "config" / "revops.example.yml").read_text())
    assert example == Config().model_dump(mode="json")
    assert load_config(ROOT / "config" / "revops.example.yml") == Config()


def test_nobody_but_the_settings_reads_the_environment() -> None:
    readers = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "name", None)
            if name in {"environ", "environb", "getenv", "putenv"}:
                readers.add(str(path.relative_to(PACKAGE)))
    assert readers == ENVIRONMENT


def test_every_variable_with_a_secret_is_tried_below() -> None:
    typed = {name for name, field in Settings.model_fields.items() if "Secret" in str(field)}
    assert typed == {name.lower() for name in SECRETS}


def test_secrets_are_in_no_text_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    loaded = load_settings()
    for name, value in SECRETS.items():
        assert getattr(loaded, name.lower()).get_secret_value() == value
    for text in (repr(loaded), str(loaded), str(loaded.model_dump()), loaded.model_dump_json()):
        assert "s3cret" not in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUBSPOT_API_KEY", "s3cret with spaces"),
        ("HUBSPOT_API_URL", "https://ann:s3cret@host"),
        ("PRODUCT_DATABASE_URL", "postgresql://ann:s3cret@host:port/db"),
        ("PRODUCT_DATABASE_URL", "s3cret"),
        ("QBR_API_KEY", "s3cret with spaces"),
        ("QBR_BASE_URL", "https://ann:s3cret@host"),
        ("SALESFORCE_INSTANCE_URL", "https://ann:s3cret@host"),
        ("SERVICENOW_INSTANCE_URL", "https://ann:s3cret@host"),
        ("SERVICENOW_INSTANCE_URL", "https://host/?token=s3cret"),
        ("SALESFORCE_DOMAIN", "https://ann:s3cret@host"),
        ("SALESFORCE_DOMAIN", "ann:s3cret@acme.my"),
        ("SNOWFLAKE_HOST", "ann:s3cret@host"),
        ("PRODUCT_DATABASE_URL", "postgresql://ann:x@s3cret@host/db"),
        ("PRODUCT_DATABASE_URL", "mysql://ann:x@y/s3cret@host/db"),
    ],
)
def test_an_error_names_the_variable_and_not_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert name in str(error.value)
    assert "s3cret" not in str(error.value)


def test_a_password_with_an_at_sign_is_told_how_to_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PRODUCT_DATABASE_URL", "postgresql://ann:p@ss@host/db")
    with pytest.raises(SettingsError, match="more than one @: write one in the password as %40"):
        load_settings()
    for url in ("postgresql://ann:p%40ss@host/db", "sqlite:////home/a@b/product.sqlite"):
        monkeypatch.setenv("PRODUCT_DATABASE_URL", url)
        assert load_settings().product_database_url is not None


def test_whatever_is_secret_in_the_configuration_is_hidden_from_then_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HTTPS_PROXY", "http://ann:proxy-s3cret@proxy.example:3128")
    load_settings()
    address = SECRETS["PRODUCT_DATABASE_URL"]
    assert redacted(address) == address.replace("s3cret", "***")
    for value in {*SECRETS.values(), "proxy-s3cret"} - {address}:
        assert redacted(f"answered {value}") == "answered ***"
    names = "ann at proxy.example:3128 and host/db"
    assert redacted(names) == names


@pytest.mark.parametrize(
    "value", ["banana", "2026-13-01", "1730419200", "yesterday", "0001-01-01T00:00+14:00"]
)
def test_an_as_of_that_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("REVOPS_AS_OF", value)
    with pytest.raises(SettingsError, match="REVOPS_AS_OF: is no time in ISO 8601"):
        load_settings()


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2026-11-01", "2026-11-01T00:00:00Z"),
        ("2026-11-01T09:30", "2026-11-01T09:30:00Z"),
        ("2026-11-01T09:30:00+02:00", "2026-11-01T07:30:00Z"),
        ("2026-11-01 09:30:00.5Z", "2026-11-01T09:30:00.500000Z"),
    ],
)
def test_an_as_of_is_an_instant_in_utc(
    monkeypatch: pytest.MonkeyPatch, value: str, instant: str
) -> None:
    monkeypatch.setenv("REVOPS_AS_OF", value)
    assert load_settings().revops_as_of == instant


def test_an_empty_variable_is_one_that_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment_variables():
        monkeypatch.setenv(name, "")
    assert load_settings() == Settings()
    monkeypatch.setenv("HUBSPOT_API_KEY", "  ")
    assert not configured(load_settings(), "hubspot")


def test_an_address_counts_as_unused_until_there_is_a_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HUBSPOT_API_URL", "https://api.hubapi.com/")
    assert unused_variables(load_settings()) == ["HUBSPOT_API_URL"]
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat")
    assert unused_variables(load_settings()) == []
    assert load_settings().hubspot_api_url == "https://api.hubapi.com"


def test_a_relative_path_is_meant_from_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", "elsewhere/w.duckdb")
    monkeypatch.chdir("/")
    assert load_settings().revops_duckdb_path == ROOT / "elsewhere" / "w.duckdb"


def test_a_settings_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    latin = tmp_path / "revops.yml"
    latin.write_bytes("spend: {spend_stages: [é]}".encode("latin-1"))
    for path in (tmp_path, latin):
        with pytest.raises(SettingsError, match=f"{path} cannot be read"):
            load_config(path)
    assert load_config(tmp_path / "missing.yml") == Config()
    (tmp_path / "empty.yml").write_text("# nothing\n")
    assert load_config(tmp_path / "empty.yml") == Config()
    assert settings.CONFIG_FILE != ROOT / "config" / "revops.yml"  # the machine's own is never read
