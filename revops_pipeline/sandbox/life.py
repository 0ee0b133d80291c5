"""What people do to a portal all day, one random act after another, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from revops_pipeline.sandbox.history import LIFECYCLE
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.schema import DEAL_STAGES, OBJECT_TYPES

_TYPES: Final = tuple(kind.name for kind in OBJECT_TYPES)
_TOUCHED: Final = {
    "contacts": ("jobtitle", "lifecyclestage"),
    "companies": ("description", "lifecyclestage"),
    "deals": ("amount", "dealstage"),
    "calls": ("hs_call_title",),
    "emails": ("hs_email_subject",),
    "meetings": ("hs_meeting_title",),
    "notes": ("hs_note_body",),
    "tasks": ("hs_task_subject",),
}
ACTS: Final = {
    "create": 4,
    "edit": 8,
    "archive": 2,
    "restore": 1,
    "delete": 1,
    "merge": 2,
    "associate": 4,
    "dissociate": 2,
    "relabel": 1,
    "wait": 4,
}
"""Every act, and how often it comes."""


class Life:
    """Acts on a portal. Each method does one thing and says what it did, or returns None when the
    portal has nothing to do it to (nothing archived to restore, fewer than two records to merge).

    `types` are the object types that it touches (all), `longest_wait_ms` bounds how far `wait`
    moves the clock."""

    def __init__(
        self,
        portal: Portal,
        random: Random,
        types: Sequence[str] = _TYPES,
        longest_wait_ms: int = 120_000,
    ) -> None:
        self.portal, self.random, self.types = portal, random, tuple(types)
        self.longest_wait_ms = longest_wait_ms
        self._number = 0

    def step(self) -> str:
        """One act that could be done, of any kind, to any type."""
        while True:
            (act,) = self.random.choices(tuple(ACTS), tuple(ACTS.values()))
            told = self.act(act, self.random.choice(self.types))
            if told is not None:
                return told

    def act(self, act: str, type_: str) -> str | None:
        """A named act of `ACTS`."""
        method: Callable[[str], str | None] = getattr(self, act)
        with self.portal.lock:
            return method(type_)

    def create(self, type_: str) -> str:
        self._number += 1
        unique = f"{self._number}-{self.random.getrandbits(32):08x}"
        properties: dict[str, object] = dict(self._change(type_))
        if type_ == "contacts":
            properties["email"] = f"new-{unique}@made-up.example"
        id_ = self.portal.create(type_, properties)
        return f"create {type_} {id_}"

    def edit(self, type_: str) -> str | None:
        id_ = self._live(type_)
        if id_ is None:
            return None
        change = self._change(type_)
        self.portal.update(type_, id_, change)
        return f"edit {type_} {id_}: {change}"

    def archive(self, type_: str) -> str | None:
        id_ = self._live(type_)
        if id_ is None:
            return None
        self.portal.archive(type_, id_)
        return f"archive {type_} {id_}"

    def restore(self, type_: str) -> str | None:
        archived = self.portal.store(type_).archived_ids
        if not archived:
            return None
        id_ = self.random.choice(archived)
        self.portal.restore(type_, id_)
        return f"restore {type_} {id_}"

    def delete(self, type_: str) -> str | None:
        """For ever, whether it was live or archived."""
        store = self.portal.store(type_)
        ids = store.archived_ids if self.random.random() < 0.3 else store.live_ids
        if not ids:
            return None
        id_ = self.random.choice(ids)
        self.portal.delete_forever(type_, id_)
        return f"delete {type_} {id_}"

    def merge(self, type_: str) -> str | None:
        store = self.portal.store(type_)
        if not store.kind.mergeable or len(store.live_ids) < 2:
            return None
        primary, other = self.random.sample(store.live_ids, 2)
        new = self.random.random() < 0.5
        id_ = self.portal.merge(type_, primary, other, new_id=new)
        return f"merge {type_} {primary} + {other} = {id_}"

    def associate(self, type_: str) -> str | None:
        return self._associate(type_, None)

    def relabel(self, type_: str) -> str | None:
        return self._associate(type_, self.random.choice(("Decision maker", "Former")))

    def dissociate(self, type_: str) -> str | None:
        id_ = self._live(type_)
        found = sorted(self.portal.associations.neighbours(type_, id_)) if id_ else []
        found = [end for end in found if self.portal.is_live(end[0], end[1])]
        if id_ is None or not found:
            return None
        to_type, to_id, _ = self.random.choice(found)
        self.portal.dissociate(type_, id_, to_type, to_id)
        return f"dissociate {type_} {id_} from {to_type} {to_id}"

    def wait(self, _type: str) -> str:
        ms = self.random.randrange(self.longest_wait_ms)
        self.portal.clock.advance(ms)
        return f"wait {ms} ms"

    def _associate(self, type_: str, label: str | None) -> str | None:
        pairs = [to for start, to in self.portal.associations.pairs() if start == type_]
        to_type = self.random.choice(pairs)
        id_, to_id = self._live(type_), self._live(to_type)
        if id_ is None or to_id is None:
            return None
        primary = self.random.random() < 0.4 and self.portal.has_primary(type_, to_type)
        self.portal.associate(type_, id_, to_type, to_id, primary, label)
        words = f"{' primary' if primary else ''}{f' as {label}' if label else ''}"
        return f"associate {type_} {id_} with {to_type} {to_id}{words}"

    def _live(self, type_: str) -> int | None:
        ids = self.portal.store(type_).live_ids
        return self.random.choice(ids) if ids else None

    def _change(self, type_: str) -> dict[str, str]:
        name = self.random.choice(_TOUCHED[type_])
        if name == "dealstage":
            return {name: self.random.choice(DEAL_STAGES)[0]}
        if name == "lifecyclestage":
            return {name: self.random.choice(LIFECYCLE)}
        if name == "amount":
            return {name: str(self.random.randrange(100, 100_000))}
        return {name: f"Changed {self.random.getrandbits(32):08x}"}
