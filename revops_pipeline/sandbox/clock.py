"""Instants as milliseconds since 1970 in UTC, and the two ways HubSpot writes them."""

import time
from datetime import UTC, datetime, timedelta

from revops_pipeline.sandbox.errors import Refusal

DAY_MS = 86_400_000
Instant = datetime | str | int
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_days: dict[int, str] = {}


def now_ms() -> int:
    return time.time_ns() // 1_000_000


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
