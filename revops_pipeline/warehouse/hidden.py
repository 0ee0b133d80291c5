"""Fields that a vendor showed and shows no more: noticed, told, and their values held.

A permission that was taken away and a field that was deleted look alike: every record comes without
it. Raw tables store what was sent. Which fields each stream's records had is kept in its state; what
is missing now is hidden, and what the replaced versions of the records held of it goes into
`ops.held_values`, in the transaction that replaces them. Staging reads both. Once a field can be seen
again, everything is read again and what is sent wins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from revops_pipeline.sources.stream import (
    RETURNED,
    Fields,
    PermanentError,
    Source,
    SourceError,
    State,
    Stream,
)
from revops_pipeline.warehouse.base import Batch, HiddenFields, Session
from revops_pipeline.warehouse.books import utc_now

FIELDS, HIDDEN, HIDDEN_ROWS = "fields", "hidden", "hidden_rows"
"""In a stream's state: the fields that its records had; since when which of them, or of the standard
ones, are hidden; how many records are."""


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """`fails`: a hidden field ends the load. `gone`: by stream, fields that nobody misses: they are
    neither told nor held."""

    fails: bool = False
    gone: Mapping[str, Collection[str]] = field(default_factory=dict)


class FieldWatch:
    """Of one load. Compares what the source sees with what is stored of each stream."""

    def __init__(self, source: Source, policy: FieldPolicy, log: Callable[[str], None]) -> None:
        self._source, self._policy, self._log = source, policy, log
        self._states: Mapping[str, State] = {}
        self._hidden: dict[str, dict[str, str]] = {}
        self._rows: dict[str, int] = {}
        self._told: set[str] = set()
        self._empty: dict[str, set[str]] = {}  # missing, and nothing was ever in them

    def begin(self, states: Mapping[str, State]) -> None:
        """`states` are those that are stored."""
        self._states = states
        self._hidden = {n: dict(s.get(HIDDEN) or {}) for n, s in states.items()}
        self._rows = {n: int(s.get(HIDDEN_ROWS) or 0) for n, s in states.items()}

    @property
    def begins(self) -> bool:
        """Whether no field was ever noted: the tables of what is hidden may be missing."""
        return not any(FIELDS in state for state in self._states.values())

    def state(self, stream: str) -> State:
        """The state to plan with. Where a hidden field can be seen again, all is to be read."""
        state, hidden = self._states.get(stream, {}), self._hidden.get(stream)
        if not hidden:
            return state
        try:
            seen = self._source.fields(stream, ask=True)
        except SourceError:  # the first window raises it too, where it is dealt with
            return state
        back = sorted(hidden.keys() & seen.ever) if seen else []
        return {**state, RETURNED: back} if back else state

    def look(self, batch: Batch, session: Session, *, done: bool) -> None:
        """Adds to a batch, before it lands, what has to be said and held of its stream's fields.
        `done`: the stream was read to its end. Raises PermanentError where a hidden field is to
        end the load."""
        stream, seen = batch.stream, self._source.fields(batch.stream.name)
        hidden = dict(self._hidden.get(stream.name, {}))
        dropped = tuple(sorted(hidden.keys() & self._gone(stream)))
        for name in dropped:
            del hidden[name]
        newly, returned = self._compared(stream, seen, hidden, session, done) if seen else ((), ())
        for name in returned:
            del hidden[name]
        hidden |= dict.fromkeys(newly, utc_now().isoformat())
        changed = bool(newly or returned or dropped)
        known = self._known(stream)
        if self._policy.fails and (missed := known & hidden.keys()):
            raise PermanentError(self._missed(stream, missed))
        if hidden or changed:
            since = {name: datetime.fromisoformat(at) for name, at in hidden.items()}
            batch.hidden = HiddenFields(since, newly, returned, dropped, changed)
        self._say(stream, hidden, returned)
        self._hidden[stream.name] = hidden
        if changed:
            batch.patch[HIDDEN] = hidden or None
        if done and seen:
            now_known = sorted((seen.always | (known & hidden.keys())) - self._gone(stream))
            if now_known != self._states.get(stream.name, {}).get(FIELDS):
                batch.patch[FIELDS] = now_known
        if done:
            self._count(batch)

    def _compared(
        self,
        stream: Stream,
        seen: Fields,
        hidden: Mapping[str, str],
        session: Session,
        done: bool,
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Fields that are hidden from now on, and those that can be seen again. One that no record
        ever had a value in is not missed."""
        gone, standard = self._gone(stream), self._source.standard(stream)
        empty = self._empty.setdefault(stream.name, set())
        missing = self._known(stream) - seen.ever - hidden.keys() - gone - empty
        newly = missing & standard
        if rest := sorted(missing - standard):
            newly |= ever_filled(session, stream, rest)
            empty |= missing - newly
        if not done:
            return tuple(sorted(newly)), ()
        newly |= standard - seen.ever - hidden.keys() - gone
        return tuple(sorted(newly)), tuple(sorted(hidden.keys() & seen.ever))

    def _known(self, stream: Stream) -> set[str]:
        return set(self._states.get(stream.name, {}).get(FIELDS) or ())

    def _gone(self, stream: Stream) -> set[str]:
        """Fields that nobody misses."""
        noted = self._known(stream) | self._hidden.get(stream.name, {}).keys()
        unasked = {name for name in noted if not self._source.asks_for(stream.name, name)}
        return unasked.union(self._policy.gone.get(stream.name, ()))

    def _count(self, batch: Batch) -> None:
        rows = self._source.hidden_rows().get(batch.stream.name)
        before = self._rows.get(batch.stream.name, 0)
        if rows is None or not (rows or before):
            return
        batch.hidden_rows = self._rows[batch.stream.name] = rows
        if rows != before:
            batch.patch[HIDDEN_ROWS] = rows or None
        if rows:
            self._log(
                f"{batch.stream.name}: {rows:,} rows are hidden from {self._source.name}'s "
                "credentials by its access rules: they are counted, not read (ops.hidden_rows)"
            )

    def _say(self, stream: Stream, hidden: Collection[str], returned: Sequence[str]) -> None:
        if hidden and stream.name not in self._told:
            self._told.add(stream.name)
            self._log(
                f"{stream.name}: cannot be read: {', '.join(sorted(hidden))}. What is stored of them "
                f"is held (ops.hidden_fields); {self._source.way_to_see}"
            )
        if returned:
            self._log(f"{stream.name}: can be read again: {', '.join(returned)}")

    def _missed(self, stream: Stream, fields: Collection[str]) -> str:
        source, names = self._source.name, ", ".join(sorted(fields))
        return (
            f"{source}: {stream.name} came without {names}, which its records had before. Nothing of "
            f"them was stored, and what is stored stays. {self._source.way_to_see}; if the fields are "
            f"gone for good, name them in {source}.gone_fields of config/revops.yml; to load all the "
            f"same and hold their values, set {source}.on_hidden_field to warn"
        )


def ever_filled(session: Session, stream: Stream, fields: Sequence[str]) -> set[str]:
    """Those of the fields in which a version of a record held something."""
    texts = [session.text_at(path_of(stream, name)) for name in fields]
    counts = ", ".join(f"count(nullif({text}, ''))" for text in texts)
    [found] = session.query(
        f"select {counts} from (select document from raw.{stream.table} "
        f"union all select document from raw.{stream.table}_history) as versions"
    )
    return {name for name, count in zip(fields, found, strict=True) if count}


def held_fields(session: Session) -> dict[str, list[str]]:
    """By raw table, the fields of which values are held: what dbt's models have to read."""
    found: dict[str, list[str]] = {}
    for table, name in session.query(
        "select distinct source || '_' || stream, field from ops.held_values order by 1, 2"
    ):
        found.setdefault(str(table), []).append(str(name))
    return found


def path_of(stream: Stream, name: str) -> tuple[str, ...]:
    """The keys that lead to a field in a document of the stream."""
    return (stream.fields_under, name) if stream.fields_under else (name,)
