"""A request as handlers see it, an answer as they give it, and the paths HubSpot has for both.

HubSpot serves the same API under numbered paths (`/crm/v3/objects/…`) and under dated ones
(`/crm/objects/2026-09/…`); handlers are written once and registered under both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, TypeVar

import orjson

from revops_pipeline.sandbox.errors import Refusal

DATED: Final = "2026-09"
T = TypeVar("T")


class Delivery(Enum):
    """How an answer travels: whole, or as a fault has it."""

    WHOLE = "whole"
    CUT = "half of it, then the connection closes"
    DRIP = "in small pieces with pauses between them"
    HANG = "not at all, the connection stays open until the other side gives up"
    RESET = "not at all, the connection is reset"


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer: nothing is streamed, so that a fault can still change any of it."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    delivery: Delivery = Delivery.WHOLE
    pause_ms: int = 0


@dataclass(frozen=True, slots=True)
class Mood:
    """What ails the search index while it answers a request."""

    lag_ms: int = 0
    """It has not seen what changed within so many milliseconds."""
    shuffle: str | None = None
    """Results come in an order of this name instead of the one asked for."""
    ceiling: int = 10_000
    """It pages through so many results and no further."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `body` is parsed JSON (None when there is none)."""

    path: str
    parts: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Any = field(default=None)
    mood: Mood = Mood()

    @property
    def dated(self) -> bool:
        return f"/{DATED}/" in self.path

    def one(self, name: str) -> str | None:
        values = self.query.get(name)
        return values[-1] if values else None

    def csv(self, name: str) -> list[str]:
        """A list parameter: repeated, comma separated, or both."""
        values = ",".join(self.query.get(name, ())).split(",")
        return [value.strip() for value in values if value.strip()]

    def flag(self, name: str) -> bool:
        return (self.one(name) or "").lower() == "true"

    def limit(self, default: int, maximum: int) -> int:
        return limit_of(self.one("limit"), default, maximum)

    def document(self) -> dict[str, Any]:
        if not isinstance(self.body, dict):
            raise Refusal(400, "Invalid input JSON: an object is expected as the request body.")
        return self.body

    def inputs(self, maximum: int) -> list[dict[str, Any]]:
        """The `inputs` of a batch request."""
        inputs = self.document().get("inputs")
        if not isinstance(inputs, list) or not all(isinstance(item, dict) for item in inputs):
            raise Refusal(400, "Invalid input JSON: 'inputs' must be a list of objects.")
        if len(inputs) > maximum:
            raise Refusal(
                400, f"The maximum number of inputs in a batch is {maximum}, got {len(inputs)}."
            )
        return inputs


Handler = Callable[[Call], Answer]
Route = tuple[str, str, Handler]


def both(method: str, api: str, path: str, handler: Handler, number: str = "v3") -> list[Route]:
    """One handler under the numbered and the dated path of an API, such as `objects`."""
    return [
        (method, f"/crm/{number}/{api}{path}", handler),
        (method, f"/crm/{api}/{DATED}{path}", handler),
    ]


def reply(document: object, status: int = 200) -> Answer:
    return Answer(status, orjson.dumps(document))


def refuse(refusal: Refusal) -> Answer:
    return Answer(refusal.status, orjson.dumps(refusal.body()))


def limit_of(value: object, default: int, maximum: int) -> int:
    """A page size, refused above the maximum as HubSpot refuses it."""
    if value is None:
        return default
    text = str(value)
    if not text.isdigit() or int(text) < 1:
        raise Refusal(400, f"Unable to parse value for query parameter: limit ({text}).")
    if int(text) > maximum:
        raise Refusal(
            400,
            f"The limit of {text} is too large: the maximum number of results a page is {maximum}.",
        )
    return int(text)


def position(after: object) -> int:
    """The number in a paging token. What follows `~` marks a token that a fault minted."""
    number = "0" if after in (None, "") else str(after).partition("~")[0]
    if not number.isdigit():
        raise Refusal(400, f"Invalid value for 'after': {after}. Use a token from 'paging.next'.")
    return int(number)


def cut(items: Sequence[T], after: object, limit: int) -> tuple[Sequence[T], str | None]:
    """A page of a list by offset token, and the next token if there is more."""
    start = position(after)
    stop = start + limit
    return items[start:stop], (str(stop) if stop < len(items) else None)
