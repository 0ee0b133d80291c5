"""Numbers and times in the headers of answers, where a vendor or a proxy may write anything."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 1e9  # seconds: more than a run waits, and still a time that can be told


def whole(text: str | None) -> int | None:
    """A whole number that is not negative, None for anything else."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def instant(text: str | None) -> datetime | None:
    """An HTTP date in UTC, None for anything else."""
    try:
        found = parsedate_to_datetime(text or "")
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def seconds_to_wait(asked: str | None, date: str | None) -> float | None:
    """What a Retry-After asks for: seconds, or a date by the clock of the server, which its Date
    tells. None where it says neither."""
    try:
        seconds = float(asked or "")
    except ValueError:
        if (until := instant(asked)) is None:
            return None
        seconds = (until - (instant(date) or datetime.now(UTC))).total_seconds()
    return None if math.isnan(seconds) else min(max(0.0, seconds), LONGEST_WAIT)
