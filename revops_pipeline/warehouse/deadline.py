"""How long a load may go on, so that one which a vendor keeps waiting does not hold up all others."""

from __future__ import annotations

import math
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import TypeVar

from revops_pipeline.sources.stream import OutOfTime

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Deadline:
    """`until` is a time of `time.monotonic`; without one there is no end."""

    until: float = math.inf

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.until

    def answer(self, asked: Future[Answer], source: str) -> Answer:
        """Raises OutOfTime when it does not come in time."""
        limited = self.until < math.inf
        try:
            return asked.result(max(0.0, self.until - time.monotonic()) if limited else None)
        except NotYet:
            if asked.done():  # the vendor's own time-out, not ours
                raise
            raise self.error(source) from None

    def error(self, source: str) -> OutOfTime:
        return OutOfTime(
            f"{source}: the run has taken as long as max_runtime_seconds in config/revops.yml lets "
            "it. What was read is stored, and the next run goes on from there"
        )
