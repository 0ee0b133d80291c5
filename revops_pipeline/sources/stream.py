"""The contract between a vendor's API and the warehouse: plan → read → verify.

A source plans *windows* (a slice of one stream that can be read and checked by itself), reads a
window as *pages*, and says whether what was read is all that the vendor reported. Reading is
at-least-once; the landing is keyed and guarded by source version, so a page read twice is
harmless and a page lost is what the contract exists to prevent:

- paging ends when the token is absent, never because a page is short or empty;
- a token seen before is an error, and any HTTP error ends the window as failed;
- a window that fails its check is read again, then split, never skipped;
- state moves only by the patches of pages that land and of windows that were verified.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from revops_pipeline.redaction import SafeError

State = dict[str, Any]
RETURNED = "returned"
"""In the state that a plan is given: fields that were hidden and can be seen again."""
GONE_FOR_GOOD = "gone_for_good"
"""In a stream's state: ids, with a space between, of deleted records that the vendor held for a while
and holds no more."""


class SourceError(SafeError):
    """Something that a source could not do; the message names the thing and the way out."""


class TransientError(SourceError):
    """May pass by itself (time-out, 429, 5xx, a body cut short): worth another try later."""


class PermanentError(SourceError):
    """Will not pass by itself (wrong token, missing scope, bad request): never retried."""


class ObjectRefused(PermanentError):
    """These credentials may not read one object (a scope, a permission, a rule): whatever is stored
    of it stays, and all others are read. The message names the object and the way out."""


class OutOfTime(PermanentError):
    """The run has taken as long as a run may: not tried again, for the next run goes on."""


class Mode(Enum):
    """What it means that a row is not in what was read."""

    UPSERT = "upsert"  # nothing: deletions arrive as records of their own
    SNAPSHOT = "snapshot"  # it is gone: every verified window holds the whole stream
    CHILDREN = "children"  # it is gone, if its parent was among the parents read


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of record of one source; its raw table is `raw.<source>_<name>`.

    Of a `resumable` one each page's patch is stored as soon as the writer is free; otherwise with
    what else has come when it lands. `standard` are the vendor's own fields that our models read and
    every customer of the vendor has; `fields_under` is the key of the document that holds the
    fields, where they are not the document's own keys.
    """

    source: str
    name: str
    mode: Mode
    description: str
    resumable: bool = False
    standard: frozenset[str] = frozenset()
    fields_under: str = ""

    @property
    def table(self) -> str:
        return f"{self.source}_{self.name}"


@dataclass(frozen=True, slots=True)
class Reject:
    """A value that cannot be used as it was sent, or a record that never becomes a row.

    `id` is the record's in its stream, "" when it has none; `column` is what was looked at, and
    `document` where it is all of the record.
    """

    id: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Fields:
    """What a reader sees of the fields of a stream's records: those that it may count on in every
    record, and those that one record at least has. They differ only where a vendor leaves out what
    is empty."""

    always: frozenset[str]
    ever: frozenset[str]


@dataclass(frozen=True, slots=True)
class Limit:
    """All that a stream's documents may hold, their `keys`; and what becomes of one that holds more:
    `restate` gives its id (without the count that tells equal ones apart) and its document. With
    `foreign` the document's keys are names as the vendor spells them: those that count are `names`."""

    keys: tuple[str, ...]
    names: frozenset[str]
    restate: Callable[[State, bool], tuple[str, bytes]]


@dataclass(slots=True)
class Rows:
    """Records of one stream in columns, ready to become an Arrow table.

    `updated` and `deleted` are ISO-8601 strings (UTC when no zone is given) or None; `documents`
    are canonical JSON (sorted keys), so that equal records have equal bytes. `parents` is for
    CHILDREN streams: the ids whose children are all here; elsewhere, the records that rows were
    read of, if their ids are others. `gone` are ids of which the vendor has
    said that they exist no more (deleted for good, merged into another); what is stored of them
    is marked as deleted. `rejects` are listed in `ops.rejected_documents`, and count as read.
    `refused`: why none of this stream may be read, where it comes with another stream that may.
    `empty`, for CHILDREN streams: parents that have no children by the vendor's own word or are gone
    themselves, or the part of an id before its last colon, where parents have several kinds. Of any
    other that came without children, what is stored is not believed to be gone at once.
    """

    ids: list[str] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    updated: list[str | None] = field(default_factory=list)
    deleted: list[str | None] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    refused: ObjectRefused | None = None
    empty: list[str] = field(default_factory=list)

    def extend(self, other: Rows) -> None:
        self.ids += other.ids
        self.documents += other.documents
        self.updated += other.updated
        self.deleted += other.deleted
        self.parents += other.parents
        self.gone += other.gone
        self.rejects += other.rejects
        self.refused = self.refused or other.refused
        self.empty += other.empty

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(slots=True)
class Page:
    """What one answer of the vendor holds: rows of one or more streams, landed together.

    `patch` is merged into the window's stream state in the transaction that lands the rows: a
    checkpoint from which a killed run goes on.
    """

    rows: dict[str, Rows]
    patch: State | None = None


@dataclass(slots=True)
class Window:
    """A slice of a stream that is read, verified and settled by itself.

    `reported` is filled by reading, before the first page: how many distinct records the vendor
    says the window holds (None when it does not say). `settled` is the patch to the stream's state that holds once the
    window is verified; windows of one stream that were split from one another share it, and it
    applies when the last of them is done. `carries` names further streams whose rows come with
    this window completely, so that its settled state is theirs too.
    """

    stream: str
    kind: str
    bounds: Mapping[str, Any] = field(default_factory=dict)
    reported: int | None = None
    settled: State = field(default_factory=dict)
    stage: int = 0
    carries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose data a source reads: the vendor's own key (portal, organisation) if it tells one."""

    key: str | None
    address: str

    def same_as(self, stored: Identity) -> bool:
        """An address may change for one portal, and serve many: where a key is stored, only the
        same key is the same. Where none is, the address is the identity."""
        return self.key == stored.key if stored.key else self.address == stored.address

    def __str__(self) -> str:
        return f"{self.key} at {self.address}" if self.key else self.address


class SplitWindow(Exception):
    """Raised by `read` when a window holds more than the vendor will page through."""


class Known(ABC):
    """What the warehouse already holds, as far as a plan needs it."""

    @abstractmethod
    def live_ids(self, stream: str) -> list[str]:
        """Ids of the stream's rows that are not deleted."""

    def live_versions(self, stream: str, fields: Sequence[str]) -> dict[str, str]:
        """Each of them with what its document holds in the fields, joined by spaces; a value that
        is missing is empty text."""
        return dict.fromkeys(self.live_ids(stream), " " * (len(fields) - 1))

    @abstractmethod
    def count(self, stream: str) -> int:
        """How many of them there are."""

    @abstractmethod
    def deleted_ids(self, stream: str) -> list[str]:
        """Ids of the rows that are."""

    def lacking(self, stream: str, fields: Sequence[str]) -> list[str]:
        """Live rows whose document lacks one of the fields, which may be none, and none deep."""
        return []

    @abstractmethod
    def orphans(self, stream: str, parent: str) -> list[str]:
        """Parents of live rows of a CHILDREN stream that are not live rows of `parent`."""

    @abstractmethod
    def childless(self, stream: str, parent: str, path: Sequence[str]) -> list[str]:
        """Live rows of `parent` whose document has a value at the path, and of which `stream`, whose
        ids begin with its parents', holds nothing."""


class Source(ABC):
    """One vendor system. Knows nothing of the warehouse and nothing of the orchestrator."""

    name: str
    streams: tuple[Stream, ...]
    confirms = False
    """Whether it asks for every record that it misses by itself, before it says that it is gone."""
    way_to_see = "let the credentials read them"
    """What to do about fields that cannot be read, for messages."""

    @abstractmethod
    def identity(self) -> Identity:
        """Whose data this is: rows of another identity are refused. Asked before any plan."""

    def limits(self) -> Mapping[str, Limit]:
        """By stream, what its documents may hold, where that is less than what the vendor sends."""
        return {}

    @abstractmethod
    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        """The windows that bring a stream up to date; makes no request."""

    @abstractmethod
    def read(self, window: Window) -> Iterator[Page]:
        """The window's pages. Raises TransientError, PermanentError or SplitWindow."""

    def fields(self, stream: str, *, ask: bool = False) -> Fields | None:
        """The fields of the stream's records that can be seen, as far as this run has told; None
        while nothing has. With `ask` a request may be made to know, but none need be."""
        return None

    def asks_for(self, stream: str, field: str) -> bool:
        """Whether a field is read if it is there: what the settings do not ask for is not hidden."""
        return True

    def standard(self, stream: Stream) -> frozenset[str]:
        """The stream's standard fields, without those that the settings replace by others."""
        return stream.standard

    def hidden_rows(self) -> Mapping[str, int]:
        """By stream, how many records the vendor counts and does not show to these credentials;
        only streams that this run has counted."""
        return {}

    def verify(self, window: Window, distinct: int) -> bool:
        """Whether what was read is all that the vendor reported for the window."""
        return window.reported is None or window.reported == distinct

    def split(self, window: Window) -> list[Window]:
        """Two or more windows that cover the same slice."""
        raise TransientError(
            f"{self.name}: window {window.kind} {dict(window.bounds)} of {window.stream} cannot be "
            f"read completely (the vendor reported {window.reported} records) nor split further"
        )

    def again(self, stream: str, parents: Sequence[str]) -> list[Window]:
        """Windows of a CHILDREN stream that ask for these parents once more; none where that cannot
        be asked by itself: then what told of them is read again."""
        return []

    def dependents(self, stream: str) -> Sequence[str]:
        """Streams that are read with another one, and cannot be where it is refused."""
        return ()

    def now(self) -> datetime:
        """UTC without a zone, by the clock that stamps the records, as far as it is known."""
        return datetime.now(UTC).replace(tzinfo=None)

    @abstractmethod
    def progress(self) -> str:
        """One line on the budget left, for the log of a long read."""

    def close(self) -> None:  # noqa: B027 - most sources have nothing to release
        """Releases connections."""
