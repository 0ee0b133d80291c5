"""`ops.gone_for_good`: people whom a vendor holds no more, neither live nor among what it has archived,
and whose records are stored. A view, so that it always tells what is so; nothing is erased by it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from revops_pipeline.sources.stream import GONE_FOR_GOOD
from revops_pipeline.warehouse.books import GONE_VIEW

# SQL for the text at a path of JSON: of a raw table's document, or of a stream's state.
TextAt = Callable[[str, Sequence[str]], str]
# What a shell takes as it is; anything else is quoted.
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789@.+-_%"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where a stream's records have their address, and what says that a deleted one is still held."""

    source: str
    stream: str
    email: tuple[str, ...]
    held: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return f"{self.source}_{self.stream}"


_KINDS = (
    _Kind(
        *("hubspot", "contacts", ("properties", "email"), ("archived",)),
        merged=("properties", "hs_merged_object_ids"),
    ),
    _Kind("product", "users", ("email",)),
    _Kind("salesforce", "contacts", ("Email",), ("IsDeleted",)),
    _Kind("servicenow", "sys_user", ("email",)),
)
TABLES = frozenset(kind.table for kind in _KINDS)


def view(there: Collection[str], document_at: TextAt, state_at: TextAt) -> str:
    """The statement that makes it over those of the raw tables that are there."""
    arms = [_arm(kind, document_at, state_at) for kind in _KINDS if kind.table in there]
    return f"create or replace view {GONE_VIEW} as {' union all '.join(arms)}"


def _arm(kind: _Kind, document_at: TextAt, state_at: TextAt) -> str:
    email = document_at("r.document", kind.email)
    quoted = f"'''' || replace({email}, '''', '''\"''\"''') || ''''"
    plain = f"translate(lower({email}), '{_PLAIN}', '') = ''"
    return (
        f"select '{kind.source}' as source, '{kind.stream}' as stream, r.id, {email} as email, "
        f"r.deleted_at as gone_since, 'revops erase --email ' || case when {plain} "
        f"then {email} else {quoted} end as command from raw.{kind.table} r "
        + " ".join(_joined(kind, document_at))
        + f"where {' and '.join(_conditions(kind, document_at, state_at))}"
    )


def _joined(kind: _Kind, document_at: TextAt) -> Iterator[str]:
    if kind.held:
        yield (
            f"left join ops.extract_state s on s.source = '{kind.source}' "
            f"and s.stream = '{kind.stream}' "
        )
    if kind.merged:  # its survivor is there
        ids = document_at("m.document", kind.merged)
        yield (
            f"cross join (select coalesce(listagg({ids}, ';'), '') as ids from raw.{kind.table} m "
            f"where m.deleted_at is null and {ids} is not null) swallowed "
        )


def _conditions(kind: _Kind, document_at: TextAt, state_at: TextAt) -> Iterator[str]:
    yield "r.deleted_at is not null"
    if kind.held:
        purged = f"' ' || coalesce({state_at('s.state', (GONE_FOR_GOOD,))}, '') || ' '"
        yield (
            f"(coalesce({document_at('r.document', kind.held)}, 'false') <> 'true' "
            f"or contains({purged}, ' ' || r.id || ' '))"
        )
    if kind.merged:
        yield "not contains(';' || swallowed.ids || ';', ';' || r.id || ';')"
