"""The only reader of the environment and of `config/revops.yml`.

Secrets and addresses come from variables (or `.env`), every other setting from the YAML file,
which is optional. An empty variable counts as not given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from revops_pipeline.matching import MatchSettings

PACKAGE = Path(__file__).resolve().parent


def _root() -> Path:
    """The repository of an editable install; of an installed package, where one works."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "pyproject.toml").exists() else Path.cwd()


ROOT = _root()
CONFIG_FILE = ROOT / "config" / "revops.yml"


class SettingsError(Exception):
    """A setting that is missing, half given or wrong; the message names it and the way out."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HubSpotConfig(_Part):
    overlap_minutes: int = Field(10, ge=0, description="How far each search reaches back.")
    sweep_minutes: int = Field(60, ge=1, description="How often dear re-reads happen.")
    cheap_requests: int = Field(2, ge=0, description="A re-read this cheap happens in each run.")
    timeout_seconds: float = Field(30, gt=0)
    search_per_second: float = Field(5, gt=0, description="HubSpot's limit for the whole account.")
    daily_floor: float = Field(0.05, ge=0, le=1, description="Share of the day left to others.")


class RetryConfig(_Part):
    attempts: int = Field(3, ge=0, le=10)
    base_seconds: float = Field(0.5, ge=0)
    max_seconds: float = Field(60, ge=0)


class SpendConfig(_Part):
    lifetime_spend_source: Literal["auto", "users_column", "deals", "transactions"] = "auto"
    spend_stages: list[str] = []
    deal_allocation: Literal["primary", "full", "split"] = "primary"
    team_split: Literal["equal", "members"] = "equal"
    email_plus_tags: bool = False


class Config(_Part):
    """`config/revops.yml`: everything that is neither secret nor address."""

    hubspot: HubSpotConfig = HubSpotConfig()
    retry: RetryConfig = RetryConfig()
    spend: SpendConfig = SpendConfig()
    matching: MatchSettings = MatchSettings()
    writer_wait_seconds: float = Field(120, ge=0)

    def dbt_vars(self) -> dict[str, Any]:
        return self.spend.model_dump()


class Settings(BaseSettings):
    """Every variable, with its type, default and meaning; `.env.example` shows them all."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    revops_warehouse: Literal["duckdb"] = "duckdb"
    revops_duckdb_path: Path = Path("data/revops.duckdb")
    revops_as_of: str | None = None
    hubspot_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("HUBSPOT_API_KEY", "HUBSPOT_ACCESS_TOKEN")
    )
    hubspot_api_url: str = "https://api.hubapi.com"
    hubspot_api_version: str = Field("v3", pattern=r"^(v3|20\d\d-(03|09))$")
    product_database_url: SecretStr | None = None
    product_schema: str | None = Field(None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")

    @field_validator("hubspot_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with https:// (or http:// for a local server)")
        try:
            parts = urlsplit(value)
            usable = bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError("is no web address, such as https://api.hubapi.com")
        if "@" in parts.netloc:
            # It would be shown in messages and kept with the rows as where they are from.
            raise ValueError("must hold no user or password; the token goes into HUBSPOT_API_KEY")
        return value.rstrip("/")

    @field_validator("hubspot_api_key")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        token = value.get_secret_value().strip() if value else ""
        if not token:
            return None
        if not (token.isascii() and token.isprintable()) or " " in token:
            # An HTTP library would refuse it later, in a message that shows it.
            raise ValueError("holds characters that no token has; copy it once more")
        return SecretStr(token)

    @field_validator("product_database_url")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        import sqlalchemy  # slow to import: only those pay who have such a database

        try:
            sqlalchemy.engine.make_url(value.get_secret_value())
        except (sqlalchemy.exc.ArgumentError, ValueError):
            raise ValueError(
                "is no SQLAlchemy URL, such as sqlite:////absolute/path.sqlite or "
                "postgresql+psycopg://user:password@host/database"
            ) from None
        return value

    @field_validator("revops_duckdb_path")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value if value.is_absolute() else ROOT / value


# What configures each source: any one of the sets, whole. Variables with a default never count.
VARIABLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "hubspot": (("HUBSPOT_API_KEY",),),
    "product": (("PRODUCT_DATABASE_URL",), ("PRODUCT_SCHEMA",)),
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
        return Config.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{path} is no valid YAML: {error}") from None
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'the file'}: {_reason(e)}" for e in error.errors()
        )
        raise SettingsError(f"wrong setting in {path}: {wrong}") from None


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
    if part and not whole:
        missing = [n for n in part[0] if not given(settings, n)]
        raise SettingsError(f"{source} is configured in part: {', '.join(missing)} is missing")
    return bool(whole)


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
