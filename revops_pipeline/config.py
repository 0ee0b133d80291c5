"""What `config/revops.yml` may hold: everything that is neither secret nor address."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from revops_pipeline.currency import CODE
from revops_pipeline.matching import AccountSettings, PipelineMatchSettings
from revops_pipeline.sources.product_contract import CONTRACT, OPTIONAL

# How old a source's rows may become, in minutes, before its assets are late.
Freshness = Literal[60, 180, 360, 720, 1440]
# The first and the last hour of the day (UTC) in which its schedule runs; [22, 4] is the night.
Hours = tuple[Annotated[int, Field(ge=0, le=23)], Annotated[int, Field(ge=0, le=23)]]
# What Salesforce's objects are called here, beside users; switches and settings name them so.
Object = Literal[
    "accounts", "opportunities", "contacts", "cases", "tasks", "contracts", "churn_signals"
]
# The columns that stock ServiceNow lacks.
ServiceNowColumn = Literal[
    "customer_account_id",
    "customer_account_name",
    "first_responded_at",
    "satisfaction_rating",
    "reopened_count",
    "assignment_group_changed",
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourcePart(_Part):
    """What every source can be told."""

    on_hidden_field: Literal["fail", "warn"] = Field(
        "warn", description="What a field does that was read before and cannot be any more."
    )
    gone_fields: dict[str, list[str]] = Field(
        {}, description="By stream, fields that are gone for good: neither told nor held."
    )
    deletions: dict[str, Literal["accept"]] = Field(
        {}, description="Streams of which any deletion is believed, also of all rows at once."
    )
    on_refused_object: Literal["fail", "warn"] | None = Field(
        "fail", description="What an object does that may not be read, once all else is built."
    )


class HubSpotConfig(SourcePart):
    on_refused_object: Literal["fail", "warn"] | None = Field(
        None, description="The same; null: engagements warn, all else fails."
    )
    overlap_minutes: int = Field(10, ge=0, description="How far each search reaches back.")
    sweep_minutes: int = Field(60, ge=1, description="How often dear re-reads happen.")
    cheap_requests: int = Field(2, ge=0, description="A re-read this cheap happens in each run.")
    census_hours: int = Field(24, ge=1, description="How often everything is compared by list.")
    engagements: list[Literal["calls", "emails", "meetings", "notes", "tasks"]] = Field(
        ["calls", "emails", "meetings", "notes", "tasks"],
        description="Which are read; each needs its scope.",
    )
    engagement_minutes: int = Field(5, ge=0, description="How often engagements are read.")
    timeout_seconds: float = Field(30, gt=0)
    allow_http: bool = Field(False, description="Whether its address may be http:// off this host.")
    search_per_second: float = Field(5, gt=0, description="HubSpot's limit for the whole account.")
    daily_floor: float = Field(0.05, ge=0, le=1, description="Share of the day left to others.")


# The tables of the product's contract.
ProductTable = Literal["users", "teams", "team_membership", "transactions"]


class ProductConfig(SourcePart):
    tables: dict[ProductTable, str | None] = Field(
        {}, description="Table of the contract and its real name; null: not read."
    )
    columns: dict[ProductTable, dict[str, str]] = Field(
        {}, description="Table and column of the contract, and the column's real name."
    )
    keep: dict[ProductTable, list[str]] = Field(
        {}, description="Further columns that are kept with a table's rows."
    )

    @field_validator("tables")
    @classmethod
    def _read(cls, value: dict[str, str | None]) -> dict[str, str | None]:
        if needed := [name for name, real in value.items() if not real and name not in OPTIONAL]:
            raise ValueError(f"{', '.join(needed)} cannot be left out; only transactions can")
        return value

    @field_validator("columns")
    @classmethod
    def _known(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for table, columns in value.items():
            if unknown := sorted(columns.keys() - CONTRACT[table].keys()):
                raise ValueError(
                    f"{table} has no {', '.join(unknown)} in the contract, but "
                    f"{', '.join(CONTRACT[table])}; the contract's name comes first, then the "
                    "real one. To keep other columns name them under product.keep"
                )
        return value

    @field_validator("keep")
    @classmethod
    def _further(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        for table, columns in value.items():
            if taken := [name for name in columns if name.lower() in CONTRACT[table]]:
                raise ValueError(
                    f"{table}: {', '.join(taken)} is a name of the contract and is read anyway"
                )
        return value


class RetryConfig(_Part):
    attempts: int = Field(3, ge=0, le=10)
    base_seconds: float = Field(0.5, ge=0)
    max_seconds: float = Field(60, ge=0)


class LimitsConfig(_Part):
    request_seconds: float = Field(
        300, gt=0, description="Of a request in all, redirects included."
    )
    answer_mib: int = Field(256, ge=1, le=4096, description="Of an answer, unpacked.")
    redirects: int = Field(10, ge=0, le=100)


class WarehouseConfig(_Part):
    memory: str | None = Field(
        None,
        pattern=r"^[1-9][0-9]*(\.[0-9]+)? ?([KMG]i?B)$",
        description="What DuckDB may use, such as 512MB; a quarter of the machine's by default.",
    )


class SpendConfig(_Part):
    # HubSpot's own ids of stages are numbers, which nobody puts into quotes.
    model_config = ConfigDict(coerce_numbers_to_str=True)

    lifetime_spend_source: Literal["auto", "users_column", "deals", "transactions"] = "auto"
    spend_stages: list[str] = []
    deal_allocation: Literal["primary", "full", "split"] = "primary"
    team_split: Literal["equal", "members"] = "equal"
    email_plus_tags: bool = False


class CurrencyConfig(_Part):
    rates: Path | None = Field(None, description="CSV: currency,valid_from,rate.")


class QbrConfig(SourcePart):
    cheap_pages: int = Field(100, ge=1, description="So many pages are read again in each run.")
    compare_hours: int = Field(168, ge=1, description="How often more than that are read again.")
    timeout_seconds: float = Field(30, gt=0)
    allow_http: bool = Field(False, description="Whether its address may be http:// off this host.")
    health_scale: Literal[1, 5, 10, 100] = Field(100, description="Of health_score.")
    csat_scale: Literal[1, 5, 10, 100] = Field(5, description="Of csat_score.")
    account: str | None = Field(None, description="Whose reviews they are, if the address moves.")
    sync_hours: Hours = (0, 23)
    freshness_minutes: Freshness = 1440


class SalesforceConfig(SourcePart):
    objects: list[Object] = Field(
        ["accounts", "opportunities", "contacts", "cases", "tasks", "contracts", "churn_signals"],
        description="Which are read, beside users.",
    )
    overlap_minutes: int = Field(10, ge=0, description="How far each window reaches back.")
    census_hours: int = Field(24, ge=1, description="How often all ids are compared.")
    cheap_requests: int = Field(1, ge=0, description="A comparison this cheap is in each run.")
    bulk_rows: int = Field(50_000, ge=0, description="More are read by a query job; 0: never.")
    bulk_wait_minutes: float = Field(60, gt=0, description="For a query job, in one run.")
    timeout_seconds: float = Field(30, gt=0)
    allow_http: bool = Field(False, description="Whether its address may be http:// off this host.")
    daily_floor: float = Field(0.05, ge=0, le=1, description="Share of the day left to others.")
    fields: dict[Literal[Object, "users"], dict[str, str]] = Field(
        {}, description="Stream, column and the field it is read from, where it is another one."
    )
    rating_scale: tuple[int, int] = (1, 5)
    sync_hours: Hours = (0, 23)
    freshness_minutes: Freshness = 360

    @field_validator("rating_scale")
    @classmethod
    def _rises(cls, value: tuple[int, int]) -> tuple[int, int]:
        if value[0] >= value[1]:
            raise ValueError("must be the lowest rating and then the highest, such as [1, 5]")
        return value


class ServiceNowConfig(SourcePart):
    tables: dict[Literal["incidents", "tasks", "problems", "change_requests"], bool] = Field(
        {}, description="Switches; a table that is not named is on."
    )
    overlap_minutes: int = Field(10, ge=0, description="How far each window reaches back.")
    census_hours: int = Field(24, ge=1, description="How often all ids are compared.")
    timeout_seconds: float = Field(60, gt=0)
    allow_http: bool = Field(False, description="Whether its address may be http:// off this host.")
    columns: dict[ServiceNowColumn, str | list[str]] = Field(
        {}, description="Column and the fields it is read from, in the order they are tried."
    )
    prefix: str = Field("u_", description="What the instance's own fields begin with.")
    rating_scale: int = Field(5, ge=1)
    sync_hours: Hours = (0, 23)
    freshness_minutes: Freshness = 180


class ReadCopyConfig(_Part):
    enabled: bool = Field(True, description="Whether runs publish a copy for readers (DuckDB).")


class Config(_Part):
    """`config/revops.yml`: everything that is neither secret nor address."""

    hubspot: HubSpotConfig = HubSpotConfig()
    product: ProductConfig = ProductConfig()
    qbr: QbrConfig = QbrConfig()
    salesforce: SalesforceConfig = SalesforceConfig()
    servicenow: ServiceNowConfig = ServiceNowConfig()
    retry: RetryConfig = RetryConfig()
    limits: LimitsConfig = LimitsConfig()
    spend: SpendConfig = SpendConfig()
    reporting_currency: str | None = Field(
        None, description="What spend is counted in; HubSpot's company currency without it."
    )
    currency: CurrencyConfig = CurrencyConfig()
    matching: PipelineMatchSettings = PipelineMatchSettings()
    accounts: AccountSettings = AccountSettings()
    warehouse: WarehouseConfig = WarehouseConfig()
    writer_wait_seconds: float = Field(120, ge=0)
    max_runtime_seconds: float = Field(21600, gt=0, description="Of a run, however it is started.")
    read_copy: ReadCopyConfig = ReadCopyConfig()

    @model_validator(mode="after")
    def _streams(self) -> Self:
        """A misspelt stream would silently be none."""
        for name in ("hubspot", "product", "qbr", "salesforce", "servicenow"):
            if named := getattr(self, name).gone_fields.keys():
                from revops_pipeline.sources.catalog import STREAMS  # slow to import

                known = [stream.name for stream in STREAMS[name]]
                if unknown := sorted(named - set(known)):
                    raise ValueError(
                        f"{name}.gone_fields names {', '.join(unknown)}, which is no stream; its "
                        f"streams are {', '.join(known)}"
                    )
        return self

    @field_validator("reporting_currency")
    @classmethod
    def _code(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(CODE, value, re.ASCII):
            raise ValueError("must be the code of a currency, three letters such as USD")
        return value.strip().upper() if value else None

    def dbt_vars(self) -> dict[str, Any]:
        """What the models are built with."""
        return {
            **self.spend.model_dump(),
            "reporting_currency": self.reporting_currency or "",
            "qbr_health_scale": self.qbr.health_scale,
            "qbr_csat_scale": self.qbr.csat_scale,
            "salesforce_fields": self.salesforce.fields,
            "salesforce_rating_scale": list(self.salesforce.rating_scale),
            "servicenow_columns": self.servicenow.columns,
            "servicenow_prefix": self.servicenow.prefix,
            "servicenow_rating_scale": self.servicenow.rating_scale,
        }
