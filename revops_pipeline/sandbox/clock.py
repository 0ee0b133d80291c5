"""Instants as milliseconds since 1970 in UTC, the ways HubSpot writes them, a portal's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from revops_pipeline.sandbox.errors import Refusal

DAY_MS = 86_400_000
Instant = datetime | str | int
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_days: dict[int, str] = {}


class Clock:
    """What time it is in a portal, in epoch milliseconds: the machine's time, or one that stands
    still until it is told to move, so that a test can live through weeks without sleeping."""

    def __init__(self) -> None:
        self._offset = 0
        self._still: int | None = None

    @classmethod
    def standing(cls, at: Instant) -> Clock:
        clock = cls()
        clock.stop(at)
        return clock

    def now(self) -> int:
        machine = time.time_ns() // 1_000_000
        return (machine if self._still is None else self._still) + self._offset

    def stop(self, at: Instant | None = None) -> None:
        """Stand still, at a given instant or at this one."""
        self._still, self._offset = self.now() if at is None else to_ms(at), 0

    def advance(self, ms: int) -> None:
        """Move on (running and standing clocks alike), never back: HubSpot's time does not."""
        if ms < 0:
            raise ValueError(f"a portal's clock moves forward only, not by {ms} ms")
        self._offset += ms


def iso(ms: int) -> str:
    """`2026-10-31T09:08:07.006Z`. The date part is remembered, because a portal holds few days."""
    day, rest = divmod(ms, DAY_MS)
    date = _days.get(day)
    if date is None:
        date = _days[day] = (_EPOCH + timedelta(days=day)).strftime("%Y-%m-%dT")
    seconds, milliseconds = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    return f"{date}{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}.{milliseconds:03d}Z"


def to_ms(value: Instant) -> int:
    """Read a datetime (without zone: UTC), epoch milliseconds, or either of them as text."""
    if isinstance(value, datetime):
        zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
        return (zoned - _EPOCH) // timedelta(milliseconds=1)
    if isinstance(value, int):
        return value
    text = value.strip()
    if text.lstrip("-").isdigit():
        return int(text)
    try:
        return to_ms(datetime.fromisoformat(text))
    except ValueError:
        raise Refusal(
            400,
            f"{value!r} is not a date: give epoch milliseconds or ISO 8601",
        ) from None
