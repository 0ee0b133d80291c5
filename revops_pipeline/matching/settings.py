"""What a user can set about matching."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

MANUAL = "manual"
# The map of ids that is kept beside the models.
MAP = "map"
AVAILABLE = (MANUAL, "id", "domain", "exact", "name_fuzzy_match")

# By seniority: whose record gives an account its key, its name and its domain. Systems that only
# the map knows follow by name.
System = Literal[
    "salesforce", "hubspot", "product", "qbr", "servicenow", "intercom", "jira", "looker"
]

# How far below the threshold a pair is still worth a person's time.
NEAR = 0.1


class MatchSettings(BaseModel):
    """`strategies` stand in order of trust; overrides come first wherever `manual` stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strategies: tuple[str, ...] = AVAILABLE
    threshold: float = Field(default=0.85, ge=0, le=1, description="Higher is stricter.")
    margin: float = Field(
        default=0.03, ge=0, le=1, description="A smaller lead over the next is a tie."
    )

    @field_validator("strategies", mode="before")
    @classmethod
    def _known(cls, value: object) -> object:
        """A misspelt strategy must not silently match less."""
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"give a list of at least one of: {', '.join(AVAILABLE)}")
        for strategy in value:
            if strategy not in AVAILABLE:
                raise ValueError(
                    f"strategy {strategy!r} is not available; available: {', '.join(AVAILABLE)}"
                )
            if value.count(strategy) > 1:
                raise ValueError(f"strategy {strategy!r} is given twice")
        return tuple(value)


class PipelineMatchSettings(MatchSettings):
    """How the pipeline matches, and what becomes of a record that found no account: a record of
    another system than the systems of record, linked to none of theirs."""

    on_missing_account: Literal["create", "skip", "error"] = Field(
        "create", description="An account of its own, none, or an error that names it."
    )
    create_new_accounts: bool = Field(
        True, description="False: only systems of record make accounts, as with skip."
    )
    update_existing_accounts: bool = Field(
        True, description="False: an account keeps the name and domain that it got first."
    )


class AccountSettings(BaseModel):
    """What is one account."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    systems_of_record: tuple[Literal["salesforce", "hubspot"], ...] = Field(
        ("salesforce", "hubspot"), min_length=1, description="All others are matched with these."
    )
    distinct: tuple[System, ...] = Field(
        ("salesforce",), description="No two records of these are one account, but by hand."
    )
    servicenow_ids: Literal["salesforce", "hubspot", "none"] = Field(
        "salesforce", description="Whose ids are in ServiceNow's account field."
    )
