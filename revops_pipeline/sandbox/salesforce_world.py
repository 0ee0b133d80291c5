"""A made-up Salesforce organisation in memory: its records, and every way they can change.

What Salesforce does not stamp is not stamped here: purging from the recycle bin, and the values of
formula fields (`set_quietly`). Stamps have no fractions of a second, as Salesforce's have none.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from revops_pipeline.sandbox.clock import Clock, Instant, iso, to_ms
from revops_pipeline.sandbox.salesforce_schema import STREAM_OBJECTS, SObject, default_objects
from revops_pipeline.sources.salesforce_soql import to_18

if TYPE_CHECKING:
    from revops_pipeline.sandbox.portal import Portal

Record = dict[str, Any]
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_COMPOUND: Final = frozenset({"address"})
_FALSE: Final = frozenset({"boolean"})


def stamp(ms: int) -> str:
    """`2026-10-31T09:08:07.000+0000`."""
    return iso(ms // 1000 * 1000).replace("Z", "+0000")


@dataclass(slots=True)
class Job:
    """A query job: what it was asked, how it is, and, once it runs, its results as text.
    `created` is in milliseconds, `version` that of the API that made it."""

    id: str
    operation: str
    query: str
    object: str
    version: str
    created: int
    state: str = "UploadComplete"
    error: str = ""
    looks: int = 0
    names: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


class SalesforceError(Exception):
    """A refusal, with the status, code and message that Salesforce uses."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class SalesforceWorld:
    """Options (all may be changed at run time): `page_size` is how many records a page of a query
    holds; `cursors` how many queries may be open at once; `daily_limit` how many requests 24 hours
    have; `hidden` names objects and `Object.Field`s that the user cannot see; `job_looks` how many
    looks at a query job find it under way; `job_records` how many records a page of its results
    holds at most."""

    def __init__(self, portal: Portal, seed: int = 0) -> None:
        self.portal, self.seed = portal, seed
        self.clock: Clock = portal.clock
        self.objects: dict[str, SObject] = default_objects()
        self.records: dict[str, dict[str, Record]] = {name: {} for name in self.objects}
        self.page_size = 2_000
        self.cursors = 10
        self.daily_limit = 100_000
        self.used = 0
        self.hidden: set[str] = set()
        self.opened = 0
        self.job_looks = 2
        self.job_records = 50_000
        self.jobs: dict[str, Job] = {}
        """Query jobs by id, deleted ones left out."""
        self.jobs_made = 0
        self.queries: OrderedDict[str, tuple[str, list[str], list[str]]] = OrderedDict()
        """Open queries: locator → object, fields, ids."""
        self.lock = RLock()
        self._counters: dict[str, int] = dict.fromkeys(self.objects, 0)
        number = zlib.crc32(f"salesforce/{portal.portal_id}".encode())
        self.organisation = to_18(f"00D{_base62(number, 12)}")
        self.user_id = ""
        self.odd = True
        self.account_of: dict[str, str] = {}
        """Account id by the id of the portal's company."""

    @classmethod
    def generate(cls, portal: Portal, seed: int = 7, *, odd: bool = True) -> SalesforceWorld:
        """An organisation of the same companies and people as the portal; the same for the same
        arguments. `odd`: with a few records that nobody can use."""
        from revops_pipeline.sandbox.salesforce_generate import generate

        world = cls(portal, seed)
        world.odd = odd
        generate(world)
        return world

    # -- what the user may see ----------------------------------------------------------------

    def visible(self, name: str) -> SObject | None:
        """The object whatever the case of its name, without the fields that are hidden."""
        found = next((o for n, o in self.objects.items() if n.lower() == name.lower()), None)
        if found is None or found.name in self.hidden:
            return None
        fields = {f: t for f, t in found.fields.items() if f"{found.name}.{f}" not in self.hidden}
        return SObject(found.name, found.prefix, fields, found.external_id)

    def live(self, name: str) -> Iterator[Record]:
        return (r for r in self.records[name].values() if not r.get("IsDeleted"))

    def truth(self) -> dict[str, dict[str, Record]]:
        """What raw tables must hold: stream → id → document, of every record that is not deleted,
        with the fields that the user may see."""
        told: dict[str, dict[str, Record]] = {}
        with self.lock:
            for stream, name in STREAM_OBJECTS.items():
                sobject = self.visible(name)
                fields = sobject.fields if sobject else {}
                names = [f for f, kind in fields.items() if kind not in _COMPOUND]
                live = self.live(name) if sobject else iter(())
                told[stream] = {r["Id"]: {f: r[f] for f in names} for r in live}
        return told

    # -- changes ------------------------------------------------------------------------------

    def create(
        self,
        name: str,
        values: Mapping[str, Any],
        created_at: Instant | None = None,
        modified_at: Instant | None = None,
    ) -> str:
        """Adds a record and returns its id."""
        with self.lock:
            sobject = self.objects[name]
            created = stamp(self._ms(created_at))
            modified = stamp(self._ms(modified_at)) if modified_at is not None else created
            number = self._counters[name] = self._counters[name] + 1
            record: Record = {
                field: False if kind in _FALSE else None for field, kind in sobject.fields.items()
            }
            record |= {
                "Id": to_18(f"{sobject.prefix}Fk0000{_base62(number * 7, 6)}"),
                "CreatedDate": created,
                "CreatedById": self.user_id or None,
                "LastModifiedById": self.user_id or None,
                "OwnerId": self.user_id or None,
            }
            if "OwnerId" not in sobject.fields:
                del record["OwnerId"]
            self.records[name][record["Id"]] = record
            self._write(sobject, record, values, modified)
            return str(record["Id"])

    def update(
        self, name: str, id_: str, values: Mapping[str, Any], modified_at: Instant | None = None
    ) -> None:
        with self.lock:
            record = self.get(name, id_)
            self._write(self.objects[name], record, values, stamp(self._ms(modified_at)))

    def set_quietly(self, name: str, id_: str, values: Mapping[str, Any]) -> None:
        """What formula fields do: other values, the same stamp."""
        with self.lock:
            self.get(name, id_).update(values)

    def delete(self, name: str, id_: str) -> None:
        """Moves a record to the recycle bin, where only `queryAll` finds it."""
        with self.lock:
            self.update(name, id_, {"IsDeleted": True})

    def undelete(self, name: str, id_: str) -> None:
        with self.lock:
            record = self.records[name][to_18(id_)]
            self._write(self.objects[name], record, {"IsDeleted": False}, stamp(self.clock.now()))

    def purge(self, name: str, id_: str) -> None:
        """Removes a record as if it had never been: nothing tells of it."""
        with self.lock:
            del self.records[name][to_18(id_)]

    def merge(self, name: str, master: str, loser: str) -> None:
        """The loser goes to the recycle bin and names its master, to whom its children move."""
        with self.lock:
            kept = self.get(name, master)["Id"]
            gone = self.get(name, loser)["Id"]
            self.update(name, gone, {"IsDeleted": True, "MasterRecordId": kept})
            for child, sobject in self.objects.items():
                for field in (f for f, kind in sobject.fields.items() if kind == "reference"):
                    for record in [r for r in self.live(child) if r[field] == gone]:
                        self.update(child, record["Id"], {field: kept})

    def get(self, name: str, id_: str) -> Record:
        """The live record; refuses with 404 as Salesforce does."""
        record = self.records[name].get(to_18(id_))
        if record is None or record.get("IsDeleted"):
            raise SalesforceError(404, "NOT_FOUND", "The requested resource does not exist")
        return record

    def _ms(self, at: Instant | None) -> int:
        return self.clock.now() if at is None else to_ms(at)

    @staticmethod
    def _write(sobject: SObject, record: Record, values: Mapping[str, Any], modified: str) -> None:
        for name, value in values.items():
            known = sobject.spelled(name)
            if known is None:
                raise SalesforceError(
                    400,
                    "INVALID_FIELD",
                    f"No such column '{name}' on sobject of type {sobject.name}",
                )
            record[known] = None if value == "" else value
        record["LastModifiedDate"] = record["SystemModstamp"] = modified


def _base62(number: int, width: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 62)
        text = _DIGITS[digit] + text
    return text.rjust(width, "0")
