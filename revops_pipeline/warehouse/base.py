"""Where rows land: what every warehouse must be able to do, and nothing more.

A `Session` is a connection for one burst of work. `land` is the heart: the rows of several
streams and the state that says they were read commit in ONE transaction, so that a kill at any
moment leaves either both or neither.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from revops_pipeline.redaction import SafeError
from revops_pipeline.sources.id_set import IdSet
from revops_pipeline.sources.stream import Identity, Limit, Rows, State, Stream

# What is tried, and a function that says what it found.
Check = tuple[str, Callable[[], str]]


class WarehouseError(SafeError):
    """The warehouse cannot be used; the message says why and what to do."""


class WarehouseBusy(WarehouseError):
    """Another process is writing; worth another try later."""


class WrongIdentity(WarehouseError):
    """The warehouse holds rows of another account than the one configured."""


@dataclass(slots=True)
class Counts:
    """What landing did, in rows. `rejected` are those that the warehouse cannot hold; `told` is how
    many lines it added to `ops.rejected_documents`, which lists them and whatever else could not be
    used as it was sent. `emptied`: parents that came without children, and keep those that are
    stored: see `emptied.py`."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    rejected: int = 0
    told: int = 0
    emptied: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return self.inserted + self.updated + self.deleted

    def add(self, other: Counts) -> None:
        self.inserted += other.inserted
        self.updated += other.updated
        self.deleted += other.deleted
        self.unchanged += other.unchanged
        self.rejected += other.rejected
        self.told += other.told
        self.emptied += other.emptied


@dataclass(frozen=True, slots=True)
class HiddenFields:
    """Fields of a stream that cannot be read. `since` tells when each was noticed; `newly` are
    those noticed now, `returned` those that can be read again, `dropped` those that nobody misses
    any more. `changed`: the set is not what it was."""

    since: Mapping[str, datetime]
    newly: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    changed: bool = False

    def then(self, later: HiddenFields | None) -> HiddenFields:
        """Both in one transaction."""
        if later is None:
            return self
        return HiddenFields(
            later.since,
            tuple(sorted({*self.newly, *later.newly} & later.since.keys())),
            tuple(sorted({*self.returned, *later.returned} - later.since.keys())),
            tuple(sorted({*self.dropped, *later.dropped} - later.since.keys())),
            self.changed or later.changed,
        )


@dataclass(slots=True)
class Batch:
    """Rows of one stream for one transaction, with the state that holds once they are in.

    `snapshot` is set with the last batch of a verified full read: the ids that are there; every
    other live row is deleted. `hidden` is set while fields of the stream cannot be read,
    `hidden_rows` where records that cannot be read were counted.
    """

    stream: Stream
    rows: Rows = field(default_factory=Rows)
    patch: State = field(default_factory=dict)
    snapshot: list[str] | IdSet | None = None
    hidden: HiddenFields | None = None
    hidden_rows: int | None = None


@dataclass(slots=True)
class LogEntry:
    """One stream in one run: what the vendor reported, what was read, what was verified. `refused`:
    its object may not be read."""

    source: str
    stream: str
    run_id: str
    windows: int = 0
    pages: int = 0
    checkpoints: int = 0
    read: int = 0
    reported: int | None = None
    verified: bool = False
    seconds: float = 0.0
    error: str | None = None
    refused: bool = False
    counts: Counts = field(default_factory=Counts)

    def refuse(self, reason: str) -> None:
        self.error, self.verified, self.refused = reason, False, True

    def count(self, landed: Counts) -> str:
        """Adds what was landed; the line to log about it, if there is something to say."""
        self.counts.add(landed)
        if landed.rejected:
            self.error = (
                f"records that could not be stored: {self.counts.rejected}; "
                "ops.rejected_documents lists them"
            )
            return f"{self.stream}: {self.error}"
        if landed.told:
            return (
                f"{self.stream}: values that could not be used as they were sent: {landed.told}; "
                "ops.rejected_records lists them"
            )
        return ""


@dataclass(frozen=True, slots=True)
class Entries:
    """Rows for a table that only grows: a book of what was decided, or of what changed."""

    table: str
    columns: Mapping[str, str]
    rows: Sequence[Sequence[Any]]


class Session(ABC):
    """Work on an open warehouse; not shared between threads."""

    @abstractmethod
    def ensure(self, streams: Sequence[Stream]) -> None:
        """Creates the schemas, the `ops` tables and the (empty) raw tables that are missing."""

    @abstractmethod
    def states(self, source: str, identity: Identity | None = None) -> dict[str, State]:
        """State by stream. Raises WrongIdentity when the rows are another identity's."""

    @abstractmethod
    def land(
        self,
        batches: Sequence[Batch],
        *,
        run_id: str,
        identity: Identity,
        clock: datetime | None = None,
    ) -> dict[str, Counts]:
        """Rows and state in one transaction, at once or with what lands until `settle`; counts by
        stream name of all that was stored since the last call. `clock` is the source's (UTC without
        a zone; without it, the machine's): a version that is a day ahead of it is none to go by."""

    def settle(self) -> dict[str, Counts]:
        """Stores what `land` has only gathered. Needed before a session that gathers is left
        alone for long; whatever reads, and the end of the session, do it by themselves."""
        return {}

    def purpose(self, purpose: str) -> None:  # noqa: B027 - most keep no record of statements
        """What the session is for from now on, where statements are on record."""

    @abstractmethod
    def write_log(self, entries: Sequence[LogEntry]) -> None:
        """Appends to `ops.extract_log`."""

    @abstractmethod
    def reset(self, source: str, stream: str | None = None) -> list[str]:
        """Forgets state and rows (history stays) of a source or of one stream; names them."""

    @abstractmethod
    def restate(self, stream: Stream, limit: Limit, *, foreign: bool) -> set[str]:
        """Takes out of all versions of the stream's documents what its limit does not let them hold,
        and out of its state what was known of that; in one transaction, with the limit in
        `ops.raw_columns`. Rows keep their times: nothing of them counts as changed, yet tables that
        are built of them are built again. The keys that were taken out."""

    def rewrite(self) -> None:  # noqa: B027 - a service keeps old versions as long as it is told to
        """From here on nothing that is deleted or replaced shall be found in the file's bytes: at
        the end of the session it is written anew. Said before the deletion; where the process is
        killed, the next session's end does it."""

    @abstractmethod
    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a SELECT."""

    @abstractmethod
    def text_at(self, path: Sequence[str]) -> str:
        """SQL for the text at a path of a raw table's `document`."""

    def as_text(self, document: str) -> str:
        """SQL for a raw table's `document` as JSON text."""
        return document

    def as_document(self, text: str) -> str:
        """SQL for JSON text as a raw table's `document`."""
        return text

    def of_id(self, stream: Stream, table: str, id_: str) -> Mapping[str, str]:
        """The columns of a stream's raw table that are made of a row's id: column and SQL."""
        return {"id": id_}

    def canonical(self, text: str) -> str:
        """JSON text that `as_text` gave, in the form in which landing hashes it."""
        return text

    @abstractmethod
    def transact(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        """Statements that change rows, with their parameters: all of them or none. What the session
        knows of the streams' states it reads again."""

    @abstractmethod
    def record_build(self, build: str, fingerprint: str, run_id: str) -> None:
        """Keeps, in `ops.build_state`, what a successful build was made of."""

    @abstractmethod
    def replace_table(
        self,
        table: str,
        columns: Mapping[str, str],
        rows: Sequence[Sequence[Any]],
        key: Sequence[str],
        journal: Entries | None = None,
    ) -> Counts:
        """Makes `schema.table` hold exactly these rows, writing only those that differ by key.

        `journal` is what to note about the change, in the same transaction; nothing differs,
        nothing is noted.
        """

    @abstractmethod
    def append(self, entries: Entries) -> None:
        """Adds the rows, each once, even where an answer was lost and it is tried again."""


class Warehouse(ABC):
    """A place to keep tables. `describe` never tells a secret."""

    @abstractmethod
    def session(self, purpose: str) -> AbstractContextManager[Session]:
        """The one writer's session. Raises WarehouseBusy naming the holder after a wait."""

    @abstractmethod
    def locked(self, purpose: str) -> AbstractContextManager[None]:
        """The writer's lock alone, for work through another connection (dbt)."""

    @abstractmethod
    def describe(self) -> str:
        """Where it is, for messages."""

    @property
    def file(self) -> Path | None:
        """The file it is; None when it is a service."""
        return None

    @property
    @abstractmethod
    def older_copies(self) -> str:
        """Where what was deleted is held yet, and what to do about it, for messages."""

    def checks(self) -> Generator[Check, None, None]:
        """What must hold for a service to be usable, step by step: a name, and a function that
        says what it found or raises WarehouseError. A step needs those before it."""
        yield from ()

    def release(self) -> None:  # noqa: B027 - nothing is kept unless `HeldWarehouse` keeps it
        """Lets go of what is kept between sessions."""


def table_exists(session: Session, table: str) -> bool:
    """Whether there is a table or view `schema.table`."""
    schema, _, name = table.partition(".")
    return bool(
        session.query(
            "select 1 from information_schema.tables "
            "where lower(table_schema) = ? and lower(table_name) = ?",
            [schema, name],
        )
    )


def change_sequences(session: Session) -> Iterator[tuple[str, str, int]]:
    """(source, stream, sequence): moves with every transaction that changed a raw row."""
    for source, stream, sequence in session.query(
        "select source, stream, change_seq from ops.extract_state order by source, stream"
    ):
        yield str(source), str(stream), int(sequence)
