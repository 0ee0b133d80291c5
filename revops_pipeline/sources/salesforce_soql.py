"""Values and queries in SOQL, and the two forms of a Salesforce id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from revops_pipeline.sources.stream import PermanentError

_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        "'": "\\'",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\b": "\\b",
        "\f": "\\f",
    }
)

Value = str | int | float | bool | datetime | None


def to_18(id_: str) -> str:
    """The 18-character form of an id: the 15 characters, which differ by case, and three that tell
    which of them are capitals. What is not 15 characters long stays as it is."""
    if len(id_) != 15:
        return id_
    parts = (id_[start : start + 5] for start in (0, 5, 10))
    return id_ + "".join(
        _CHECK[sum(1 << place for place, letter in enumerate(part) if "A" <= letter <= "Z")]
        for part in parts
    )


def literal(value: Value | Sequence[Value]) -> str:
    """A value as SOQL writes it. Text is quoted and escaped; a list is for `IN`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value.translate(_ESCAPES)}'"
    if isinstance(value, datetime):
        zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Sequence):
        if not value:
            raise PermanentError("Salesforce: a list of no values cannot be asked for by IN")
        return f"({', '.join(literal(item) for item in value)})"
    return str(value)


def to_utc(stamp: str) -> str:
    """`2026-10-31T09:08:07.000+0000`, as Salesforce writes it, in the form that all readers know."""
    return stamp.replace("+0000", "Z")


def instant(stamp: str) -> datetime:
    return datetime.fromisoformat(to_utc(stamp))


def from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order of `SystemModstamp, Id`: everything up to and with it was read."""

    stamp: datetime
    id: str


def select(
    fields: Sequence[str],
    sobject: str,
    *,
    since: datetime | None = None,
    after: Position | None = None,
) -> str:
    """Records changed since an instant, behind a position, in the order of their last change."""
    where = _changed(since, after)
    return f"SELECT {', '.join(fields)} FROM {sobject}{where} ORDER BY SystemModstamp, Id"


def select_unordered(fields: Sequence[str], sobject: str, *, since: datetime | None = None) -> str:
    """The same for a query job, which reads in parallel unless an order is asked for."""
    return f"SELECT {', '.join(fields)} FROM {sobject}{_changed(since, None)}"


def select_count(sobject: str, after: Position | None = None) -> str:
    return f"SELECT COUNT() FROM {sobject}{_changed(None, after)}"


def _changed(since: datetime | None, after: Position | None) -> str:
    if after is not None:
        stamp = literal(after.stamp)
        later = f"SystemModstamp = {stamp} AND Id > {literal(after.id)}"
        return f" WHERE (SystemModstamp > {stamp} OR ({later}))"
    return f" WHERE SystemModstamp >= {literal(since)}" if since is not None else ""
