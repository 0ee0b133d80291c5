"""Salesforce's records as rows of a raw table: the same bytes, whichever API they came through.

REST answers JSON, query jobs of the Bulk API answer CSV in which everything is text, empty text and
nothing are the same, times end in `Z`, and numbers are written as Java writes a double
(`1.6147805824397E13`). A record must have one document, or a change read by REST after a backfill by
a job would look like an edit of every record. So both ways end in one form, by the types that the
object's description tells: numbers with a fraction are floats also where the fraction is nothing,
whole ones are integers, times are written as REST writes them, and there is no empty text.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from revops_pipeline.sources.headers import whole
from revops_pipeline.sources.salesforce_soql import to_18, to_utc
from revops_pipeline.sources.stream import Reject, Rows, TransientError
from revops_pipeline.sources.vendor_json import dumps, whole_text

Record = dict[str, Any]
WHOLE = frozenset({"int", "long"})
NUMBERS = WHOLE | {"double", "currency", "percent"}
# When a deleted record was deleted that does not say when it was last changed.
LONG_AGO = "1970-01-01T00:00:00Z"
END = "null"
"""The locator of the page behind the last one."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TRUTH = {"true": True, "false": False}

# A long text area holds 131,072 characters, which is where the reader of CSV refuses by default.
csv.field_size_limit(16 * 1024 * 1024)


class BrokenResults(TransientError):
    """An answer that is not what it says it is. A job that gave it is not asked again."""


@dataclass(frozen=True, slots=True)
class Described:
    """An object as the user may see it: the fields to ask for, those that hold ids, and the types
    of the fields."""

    name: str
    fields: tuple[str, ...]
    ids: tuple[str, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)

    @property
    def deletes(self) -> bool:
        """Whether the object knows deleted records."""
        return "IsDeleted" in self.fields


@dataclass(frozen=True, slots=True)
class CsvPage:
    """A page of a job's results: the names of its columns, its rows, all of them text, and the
    locator of the next page (`END` behind the last). `mended`: half an emoji was replaced."""

    names: list[str]
    rows: list[list[str]]
    locator: str
    mended: bool = False


def read_csv(body: bytes, headers: Mapping[str, str], where: str) -> CsvPage:
    """A page with as many rows as it says, or BrokenResults."""
    count, locator = whole(headers.get("Sforce-NumberOfRecords")), headers.get("Sforce-Locator")
    if count is None or not locator:
        raise BrokenResults(
            f"Salesforce: {where} does not say how many records it holds and what follows them"
        )
    try:
        sent = body.decode("utf-8-sig", "surrogatepass")
        text = whole_text(sent)
        names, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        if not body.strip() and count == 0:
            return CsvPage([], [], locator)
        raise BrokenResults(f"Salesforce: {where} answered broken CSV ({error})") from None
    if len(rows) != count or any(len(row) != len(names) for row in rows):
        raise BrokenResults(
            f"Salesforce: {where} holds {len(rows)} whole records and says that it has {count}"
        )
    return CsvPage(names, rows, locator, mended=text is not sent)


def csv_records(page: CsvPage, described: Described) -> list[Record]:
    """The page's records with the types of the object's fields."""
    if page.rows and set(page.names) != set(described.fields):
        raise BrokenResults(
            f"Salesforce: a job's results have other columns than the fields of {described.name} "
            "that it was asked for"
        )
    readers = [_READERS.get(described.kinds.get(name, ""), str) for name in page.names]
    columns = list(zip(page.names, readers, strict=True))
    return [
        {
            name: read(text) if text else None
            for (name, read), text in zip(columns, row, strict=True)
        }
        for row in page.rows
    ]


def record_rows(records: Sequence[Record], described: Described) -> Rows:
    """Records as rows, ids in their 18 characters; `attributes` only repeats what and where."""
    rows = Rows()
    numbers = [
        (n, k, float if k in WHOLE else int) for n, k in described.kinds.items() if k in NUMBERS
    ]
    rows.rejects = _rejects(records, described.name)
    for record in records:
        record.pop("attributes", None)
        if not record.get("Id"):
            continue
        for name in described.ids:
            if (value := record.get(name)) is not None and len(value) == 15:
                record[name] = to_18(value)
        for name, kind, other in numbers:
            if type(value := record.get(name)) is other:
                record[name] = _number(value, kind)
        if "" in record.values():
            record.update({name: None for name, value in record.items() if value == ""})
        rows.ids.append(to_18(str(record["Id"])))
        updated = to_utc(str(record["SystemModstamp"])) if record.get("SystemModstamp") else None
        rows.updated.append(updated)
        rows.deleted.append((updated or LONG_AGO) if _deleted(record) else None)
        rows.documents.append(dumps(record))
    return rows


def _deleted(record: Record) -> bool:
    """Any other text than these, `False` and `0` among it, is no word of a deletion."""
    return str(record.get("IsDeleted")).lower() in ("true", "1")


def _number(value: Any, kind: str) -> int | float:
    """A number in the one form of its type. One that the form cannot hold exactly stays as it is."""
    one = int(value) if kind in WHOLE else float(value)
    return one if one == value else value


def _read_number(text: str) -> Any:
    """The number as JSON would tell it. What is no number stays text: the rejects name it."""
    if not _NUMBER.fullmatch(text):
        return text
    if text.lstrip("-").isdigit() and abs(whole := int(text)) < 2**63:
        return whole
    return value if math.isfinite(value := float(text)) else text


def _read_truth(text: str) -> Any:
    return _TRUTH.get(text, text)


def _read_time(text: str) -> str:
    return f"{text[:-1]}+0000" if text.endswith("Z") else text


_READERS: dict[str, Callable[[str], Any]] = {
    "boolean": _read_truth,
    "datetime": _read_time,
    **dict.fromkeys(NUMBERS, _read_number),
}


def unbroken(records: Sequence[Record]) -> bool:
    """Whether each record has its keys."""
    return all(record.get("Id") and record.get("SystemModstamp") for record in records)


def _rejects(records: Sequence[Record], name: str) -> list[Reject]:
    """Records without their Id, which become no rows, and those that do not say when they were
    changed, whose rows have no time. Raises BrokenResults where most are so: that is no answer."""
    rejects = []
    for key, what in (("Id", "its Id"), ("SystemModstamp", "the time when it was last changed")):
        lacking = [record for record in records if not record.get(key)]
        if 2 * len(lacking) > len(records):
            raise _keyless(name, what)
        for record in lacking:
            id_, value = str(record.get("Id") or ""), dumps(record).decode()
            if id_ or key == "Id":
                rejects.append(Reject(id_ and to_18(id_), key, value, f"a record without {what}"))
    return rejects


def _keyless(name: str, what: str) -> BrokenResults:
    return BrokenResults(
        f"Salesforce: a record of {name} came without {what}, which every record has. Nothing of that "
        "answer is stored, what came before it is, and the next run asks again. If it stays so, look "
        f"at what changes answers on the way to Salesforce; with its stream left out of "
        "salesforce.objects in config/revops.yml a run succeeds without it"
    )
