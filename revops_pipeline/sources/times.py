"""A time has one form from here on: an instant in UTC without a zone, to the microsecond.

Read are the forms of ISO 8601 that vendors send: a date, or a date and a time with `T` or a space
between, with or without separators, a fraction of any length, `Z`, `UTC`, `GMT` or an offset; without
any of these it is UTC. A leap second is the second after it. Numbers are none of them: an epoch has
a unit that only its source knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

INSTANT = pa.timestamp("us")
UNREADABLE = "no time of ISO 8601"
AHEAD = "more than a day ahead of the clock of its source"
# By so much may a stamp be ahead of the clock that the source goes by.
TOLERANCE = timedelta(days=1)

_NAMED_ZONE = re.compile(r"\s*(?:Z|UTC|GMT)$", re.IGNORECASE)
_LAST_SECOND = re.compile(r"(?<=:59):60(?=\D|$)")
_EARLIEST = datetime(1, 1, 1)


def utc(text: object) -> datetime | None:
    """The instant that a text names, None if it names none."""
    if not isinstance(text, str):
        return None
    plain = _NAMED_ZONE.sub("+00:00", text.strip())
    if plain.isdigit() and len(plain) != len("20260131"):
        return None
    leap = bool(_LAST_SECOND.search(plain))
    try:
        time = datetime.fromisoformat(_LAST_SECOND.sub(":59", plain) if leap else plain)
        if time.tzinfo is not None:
            time = time.astimezone(UTC).replace(tzinfo=None)
        return time + timedelta(seconds=leap)
    except (ValueError, OverflowError):
        return None


def from_epoch(seconds: float) -> datetime:
    """UTC without a zone."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def instants(texts: Sequence[object], clock: datetime) -> tuple[pa.Array, dict[int, str]]:
    """The instants (null where none is given), and why those that cannot be used are null, by place.

    `clock` is the source's, UTC without a zone.
    """
    if texts.count(None) == len(texts):
        return pa.nulls(len(texts), INSTANT), {}
    latest = clock + TOLERANCE
    read = _in_one_form(texts)
    if read is not None:
        bounds = pc.min_max(read)
        if bounds["min"].value >= _micros(_EARLIEST) and bounds["max"].value <= _micros(latest):
            return read, {}
    found: dict[str, tuple[datetime | None, str]] = {}
    refused: dict[int, str] = {}
    values: list[datetime | None] = []
    for place, text in enumerate(texts):
        key = text if isinstance(text, str) else repr(text)
        if key not in found:
            found[key] = _usable(text, latest)
        time, reason = found[key]
        values.append(time)
        if reason and text is not None:
            refused[place] = reason
    return pa.array(values, INSTANT), refused


def _usable(text: object, latest: datetime) -> tuple[datetime | None, str]:
    time = utc(text)
    if time is None:
        return None, UNREADABLE
    return (None, AHEAD) if time > latest else (time, "")


def _in_one_form(texts: Sequence[object]) -> pa.Array | None:
    """All at once, if all have a zone or none has; nearly always."""
    try:
        plain = pa.array(texts, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return None
    for zoned in (pa.timestamp("us", "UTC"), INSTANT):
        try:
            return plain.cast(zoned).cast(INSTANT)
        except pa.ArrowInvalid:
            continue
    return None


def _micros(time: datetime) -> int:
    return int((time - datetime(1970, 1, 1)) / timedelta(microseconds=1))
