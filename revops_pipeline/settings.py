"""The only reader of the environment and of `config/revops.yml`.

Secrets and addresses come from variables (or `.env`), every other setting from the YAML file,
which is optional. An empty variable counts as not given.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Self
from urllib.request import getproxies

import yaml
from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from revops_pipeline import strict_yaml
from revops_pipeline.config import Config
from revops_pipeline.currency import Rate, RatesError, read_rates
from revops_pipeline.redaction import SafeError, protect, protect_address
from revops_pipeline.settings_values import DatabaseUrl, Domain, Instant, Token, WebAddress

PACKAGE = Path(__file__).resolve().parent


def _root() -> Path:
    """The repository of an editable install; of an installed package, where one works."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "pyproject.toml").exists() else Path.cwd()


ROOT = _root()
CONFIG_FILE = ROOT / "config" / "revops.yml"


# Of something in a database: what needs no quotes there. It is put into statements as it is.
NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"


class SettingsError(SafeError):
    """A setting that is missing, half given or wrong; the message names it and the way out."""


class Settings(BaseSettings):
    """Every variable, with its type, default and meaning; `.env.example` shows them all."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    revops_warehouse: Literal["duckdb", "snowflake"] = "duckdb"
    revops_duckdb_path: Path = Path("data/revops.duckdb")
    revops_as_of: Instant | None = None
    hubspot_api_key: Token | None = Field(
        None, validation_alias=AliasChoices("HUBSPOT_API_KEY", "HUBSPOT_ACCESS_TOKEN")
    )
    hubspot_api_url: WebAddress = "https://api.hubapi.com"
    hubspot_api_version: str = Field("v3", pattern=r"^(v3|20\d\d-(03|09))$")
    product_database_url: DatabaseUrl | None = None
    product_schema: str | None = Field(None, pattern=NAME)
    qbr_api_key: Token | None = None
    qbr_base_url: WebAddress = "https://sdk-demo-api-dot-internal-sales.uc.r.appspot.com"
    qbr_page_size: int = Field(100, ge=1, le=200)
    salesforce_instance_url: WebAddress | None = None
    salesforce_username: str | None = None
    salesforce_password: SecretStr | None = None
    salesforce_security_token: SecretStr | None = None
    salesforce_domain: Domain = "login"
    salesforce_client_id: str | None = None
    salesforce_client_secret: SecretStr | None = None
    salesforce_api_version: str = Field("v58.0", pattern=r"^v?\d{2}\.0$")
    servicenow_instance_url: WebAddress | None = None
    servicenow_username: str | None = None
    servicenow_password: SecretStr | None = None
    snowflake_account: str | None = Field(None, pattern=r"^[A-Za-z0-9_.-]+$")
    snowflake_user: str | None = None
    snowflake_password: SecretStr | None = None
    snowflake_private_key_path: Path | None = None
    snowflake_role: str | None = Field(None, pattern=NAME)
    snowflake_warehouse: str | None = Field(None, pattern=NAME)
    snowflake_database: str | None = Field(None, pattern=NAME)
    snowflake_schema: str | None = Field(None, pattern=NAME)
    snowflake_host: str | None = Field(None, pattern=r"^[A-Za-z0-9_.:\[\]-]+$")
    snowflake_port: int | None = Field(None, ge=1, le=65535)
    snowflake_protocol: Literal["http", "https"] | None = None

    @field_validator("revops_duckdb_path", "snowflake_private_key_path")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return ROOT / value if value else None  # an absolute one stays as it is

    @model_validator(mode="after")
    def _protected(self) -> Self:
        """No message of this process shows a secret from here on."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        del given["product_database_url"]  # an address: its passwords are secrets
        protect(*(v.get_secret_value() for v in given.values() if isinstance(v, SecretStr)))
        for proxy in getproxies().values():
            protect_address(proxy)
        return self

    @model_validator(mode="after")
    def _product_in_snowflake(self) -> Self:
        """Where the product's tables are when nothing else says it."""
        if self.revops_warehouse == "snowflake" and not self.product_database_url:
            self.product_schema = self.product_schema or self.snowflake_schema
        return self


def on_file(settings: Settings, path: Path) -> Settings:
    """The same, with everything kept in that DuckDB file."""
    return settings.model_copy(update={"revops_warehouse": "duckdb", "revops_duckdb_path": path})


def kept_in(settings: Settings) -> dict[str, str]:
    """The variables that say where everything is kept."""
    return {
        "REVOPS_WAREHOUSE": settings.revops_warehouse,
        "REVOPS_DUCKDB_PATH": str(settings.revops_duckdb_path),
    }


# What configures each source: one of the sets, whole, and nothing of another. Variables with a
# default never count.
VARIABLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "hubspot": (("HUBSPOT_API_KEY",),),
    "product": (("PRODUCT_DATABASE_URL",), ("PRODUCT_SCHEMA",)),
    "qbr": (("QBR_API_KEY",),),
    "salesforce": (
        ("SALESFORCE_USERNAME", "SALESFORCE_PASSWORD"),
        ("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"),
    ),
    "servicenow": (("SERVICENOW_INSTANCE_URL", "SERVICENOW_USERNAME", "SERVICENOW_PASSWORD"),),
}
# Go with any set, and say without one that the source is meant.
BESIDE: dict[str, tuple[str, ...]] = {
    "salesforce": ("SALESFORCE_INSTANCE_URL", "SALESFORCE_SECURITY_TOKEN"),
}


def load_settings() -> Settings:
    """Raises SettingsError naming each variable that is wrong; values are never shown."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc'])).upper()}: {_reason(e)}"
            for e in error.errors(include_input=False)
        )
        raise SettingsError(f"wrong configuration (environment or .env): {wrong}") from None


def load_config(path: Path | None = None) -> Config:
    """Raises SettingsError naming file, key and what is allowed."""
    path = path or CONFIG_FILE
    if not path.exists():
        return Config()
    try:
        config = Config.model_validate(strict_yaml.read(path.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{path} is no valid YAML: {error}") from None
    except ValidationError as error:
        # Where a key is wrong, pydantic adds "[key]".
        wrong = "; ".join(
            f"{'.'.join(p for p in map(str, e['loc']) if p != '[key]') or 'the file'}: {_reason(e)}"
            for e in error.errors()
        )
        raise SettingsError(f"wrong setting in {path}: {wrong}") from None
    load_rates(config)  # a wrong file is told of before anything is read
    return config


def load_rates(config: Config) -> list[Rate]:
    """The rates of currencies, none without a file; a path that is not absolute is one of the
    repository's. Raises SettingsError naming file, row and what is wrong."""
    if config.currency.rates is None:
        return []
    try:
        return read_rates(ROOT / config.currency.rates)
    except RatesError as error:
        raise SettingsError(f"currency.rates: {error}") from None


def _reason(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "unknown setting; config/revops.example.yml lists all"
    return str(error["msg"]).removeprefix("Value error, ")


def given(settings: Settings, variable: str) -> bool:
    return getattr(settings, variable.lower()) is not None


def configured(settings: Settings, source: str) -> bool:
    """Whether a source is configured. Raises SettingsError when it is half or doubly so."""
    sets = VARIABLES[source]
    whole = [names for names in sets if all(given(settings, n) for n in names)]
    part = [names for names in sets if any(given(settings, n) for n in names)]
    if len(whole) > 1:
        choices = " or ".join(" + ".join(names) for names in whole)
        raise SettingsError(f"{source} is configured twice: set either {choices}, not both")
    if whole and (other := [names for names in part if names not in whole]):
        stray = [name for name in other[0] if given(settings, name)]
        raise SettingsError(
            f"{source} is configured by {' + '.join(whole[0])}, and {', '.join(stray)} is of "
            f"another way in ({' + '.join(other[0])}): unset what you do not use"
        )
    if whole:
        return True
    if part or any(given(settings, name) for name in BESIDE.get(source, ())):
        missing = [[n for n in names if not given(settings, n)] for names in part or sets]
        told = " or ".join(", ".join(names) for names in missing)
        raise SettingsError(f"{source} is configured in part: {told} is missing")
    return False


def require_snowflake(settings: Settings) -> None:
    """Raises SettingsError naming what is missing of the warehouse that was chosen."""
    require_snowflake_packages()
    needed = ("account", "user", "warehouse", "database")
    missing = [f"SNOWFLAKE_{n.upper()}" for n in needed if not given(settings, f"snowflake_{n}")]
    secrets = ("SNOWFLAKE_PASSWORD", "SNOWFLAKE_PRIVATE_KEY_PATH")
    known = [name for name in secrets if given(settings, name)]
    if not known:
        missing.append(" or ".join(secrets))
    if missing:
        raise SettingsError(
            f"REVOPS_WAREHOUSE is snowflake, but {', '.join(missing)} is missing: set it in the "
            "environment or in .env"
        )
    if len(known) > 1:
        raise SettingsError(f"set either {' or '.join(known)}, not both")
    path = settings.snowflake_private_key_path
    if path is not None and not path.is_file():
        raise SettingsError(f"SNOWFLAKE_PRIVATE_KEY_PATH: there is no file {path}")
    emulator = ("SNOWFLAKE_HOST", "SNOWFLAKE_PORT", "SNOWFLAKE_PROTOCOL")
    lacking = [name for name in emulator if not given(settings, name)]
    if lacking and len(lacking) < len(emulator):
        raise SettingsError(
            f"an emulator of Snowflake is configured in part: {', '.join(lacking)} is missing; "
            f"set all of {', '.join(emulator)}, or none of them for the account itself"
        )


def require_snowflake_packages() -> None:
    """Raises SettingsError where the packages of the extra `snowflake` are not installed."""
    try:
        found = all(
            map(find_spec, ("snowflake.connector", "dagster_snowflake", "dbt.adapters.snowflake"))
        )
    except (ImportError, ValueError):  # the package above is not there
        found = False
    if not found:
        raise SettingsError(
            "REVOPS_WAREHOUSE is snowflake, but what it needs is not installed: run `make setup` "
            "(or python -m pip install 'revops_pipeline[snowflake]')"
        )


def how_to_configure(source: str) -> str:
    sets = " or ".join(" + ".join(names) for names in VARIABLES[source])
    return f"{source} is not configured: set {sets} in the environment or in {ROOT / '.env'}"


def environment_variables() -> list[str]:
    """Every variable that is read, in the order of `Settings`."""
    return [name.upper() for name in Settings.model_fields]


def unused_variables(settings: Settings) -> list[str]:
    """Variables that are given for HubSpot although its token is not: a half-made configuration."""
    if settings.hubspot_api_key is not None:
        return []
    names = ("hubspot_api_url", "hubspot_api_version")
    return [name.upper() for name in names if name in settings.model_fields_set]


def token_missing(settings: Settings) -> str | None:
    """What to say to somebody who gave HubSpot's address and no token; None if nobody did."""
    if not (unused := unused_variables(settings)):
        return None
    return (
        f"{', '.join(unused)} is set but HUBSPOT_API_KEY is not: set it too (the access token of "
        "a private app), or unset the former to try the pipeline on the sandbox"
    )
