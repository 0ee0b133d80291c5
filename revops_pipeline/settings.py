"""The only reader of the environment and of `config/revops.yml`.

Secrets and addresses come from variables (or `.env`), every other setting from the YAML file,
which is optional. An empty variable counts as not given.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

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
        return value.rstrip("/")

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
            f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        )
        raise SettingsError(f"wrong configuration (environment or .env): {wrong}") from None


def load_config(path: Path | None = None) -> Config:
    """Raises SettingsError naming file, key and what is allowed."""
    path = path or CONFIG_FILE
    if not path.exists():
        return Config()
    try:
        content = yaml.safe_load(path.read_text()) or {}
        return Config.model_validate(content)
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
    return str(error["msg"])


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


def unused_variables(environment: dict[str, str] | None = None) -> list[str]:
    """Given variables of a source that is not configured by them: a half-made configuration."""
    env = os.environ if environment is None else environment
    return [n for n in ("HUBSPOT_API_URL", "HUBSPOT_API_VERSION") if env.get(n)]
