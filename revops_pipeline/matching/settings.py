"""What a user can set about matching."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

MANUAL = "manual"
AVAILABLE = (MANUAL, "id", "domain", "exact", "name_fuzzy_match")

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
