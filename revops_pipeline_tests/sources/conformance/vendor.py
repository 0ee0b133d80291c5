"""What an adapter says of its source: all that the suite does not know by itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable
from enum import Enum
from pathlib import Path
from random import Random
from typing import Any, Protocol

import duckdb
import orjson
from starlette.types import Receive, Scope, Send

from revops_pipeline.sandbox.faults import Faults
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.stream import Source

Documents = dict[str, Any]
"""Documents (parsed JSON) by id."""

# Faults that any HTTP API may have, as `Fault.parse` reads them.
COMMON_FAULTS = (
    "http_500:probability=0.3",
    "http_502:times=2",
    "http_503:times=2",
    "http_504:times=2",
    "http_429:times=1,skip=1",
    "http_429_no_retry_after:times=3",
    "timeout:times=1,skip=1",
    "connection_reset:times=2",
    "cut_json:times=2",
    "cut_connection:times=2",
    "slow_drip:times=2,ms=1",
)
PAGE_FAULTS = ("repeat_page:times=2", "empty_page:times=2", "short_page:times=3")
PATIENT = Retry(attempts=8, base_seconds=0.002, max_seconds=0.05)


class Credentials(Enum):
    RIGHT = "right"
    WRONG = "wrong"  # the vendor does not know them
    INSUFFICIENT = "insufficient"  # it does, and they may not read this


class Front(Protocol):
    """An ASGI application with faults."""

    @property
    def faults(self) -> Faults: ...

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]: ...


class Vendor(ABC):
    """One source, its vendor's world, and what is particular to them.

    `variable` is the environment variable that a refused credential must name; `secret` a text
    that wrong credentials contain and no message may show; `faults` those of the sandbox that the
    vendor can have.
    """

    name: str
    variable: str
    secret = "wrong-secret"
    faults: tuple[str, ...] = (*COMMON_FAULTS, *PAGE_FAULTS)
    own_faults: tuple[str, ...] = ()
    """Faults that no other vendor has; they must lose nothing either."""

    days_of_rest = 0
    """For how many days, with a run each, a vendor must be at rest until all of it is copied: a
    source with a cadence does not look at everything in each run."""

    @abstractmethod
    def world(self, seed: int) -> Any:
        """The vendor's data: a few pages of each stream."""

    @abstractmethod
    def front(self, world: Any) -> Front:
        """The vendor's API over a world, at the root of its address."""

    @abstractmethod
    def source(
        self,
        url: str,
        *,
        credentials: Credentials = Credentials.RIGHT,
        retry: Retry = PATIENT,
        timeout: float = 5.0,
    ) -> Source:
        """A fresh source, without pacing, for a front served at `url`."""

    @abstractmethod
    def disturb(self, world: Any, random: Random) -> str:
        """Edits, deletes or adds one record; says what it did."""

    @abstractmethod
    def truth(self, world: Any) -> dict[str, Documents]:
        """What must be live in the raw tables: the documents of every stream by id."""

    def a_day_passes(self, world: Any) -> None:
        """What is looked at once a day is due in the world; needed with `days_of_rest`."""
        raise NotImplementedError

    def may_repeat(self, path: str) -> bool:
        """Whether an undisturbed run may ask the same of a path twice."""
        return False

    def differences(self, world: Any, path: Path) -> list[str]:
        """One line for each row that is lost, doubled, stale, or live without being in the world."""
        found = []
        with duckdb.connect(str(path), read_only=True) as connection:
            for stream, expected in self.truth(world).items():
                rows = connection.execute(
                    f"select id, document from raw.{self.name}_{stream} where deleted_at is null"
                ).fetchall()
                stored = {i: orjson.loads(document) for i, document in rows}
                found += [f"{stream}: an id twice"] if len(stored) < len(rows) else []
                found += [f"{stream} {i}: lost" for i in sorted(expected.keys() - stored.keys())]
                found += [f"{stream} {i}: gone" for i in sorted(stored.keys() - expected.keys())]
                found += [
                    f"{stream} {i}: {stored[i]} instead of {document}"
                    for i, document in expected.items()
                    if i in stored and stored[i] != document
                ]
        return found

    def spoil(self, world: Any) -> set[tuple[str, str, str]]:
        """Plants values that cannot be typed; the (stream, id, column) of the rejects to come.
        Empty: the source types nothing yet."""
        return set()

    def other_world(self) -> Any:
        """Data of another account, for the same source."""
        return self.world(991)
