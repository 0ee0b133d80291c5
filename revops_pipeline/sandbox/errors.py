"""Answers HubSpot gives when it will not do what it was asked."""

from collections.abc import Mapping
from itertools import count

_correlation = count(1)


def error_body(
    message: str, category: str = "VALIDATION_ERROR", **extra: object
) -> dict[str, object]:
    """HubSpot's error document. Correlation ids count up, so that two of them can be told apart."""
    number = next(_correlation)
    return {
        "status": "error",
        "message": message,
        "correlationId": f"00000000-0000-4000-8000-{number:012x}",
        "category": category,
        **extra,
    }


class Refusal(Exception):
    """A request (or a direct call) that HubSpot would refuse, with the status it would use."""

    def __init__(
        self,
        status: int,
        message: str,
        category: str = "VALIDATION_ERROR",
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.extra = dict(extra or {})

    def body(self) -> dict[str, object]:
        return error_body(self.message, self.category, **self.extra)


def not_found(kind: str, id_: object) -> Refusal:
    return Refusal(
        404, f"Object not found. {kind} {id_} does not exist or is archived.", "OBJECT_NOT_FOUND"
    )
