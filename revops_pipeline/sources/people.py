"""Which records are of people, in which fields their own addresses stand, and what hangs on them.

A field that holds another person's address (a manager's, an assistant's, a sender's) makes a record
nobody's: such an address is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from revops_pipeline.sources.email_text import normal
from revops_pipeline.sources.hubspot_streams import EDGES, HISTORIES
from revops_pipeline.sources.ids import id_text

Key = tuple[str, str]
"""Source and stream."""

_OWN = re.compile(
    r"(?:\w+?__|hs_|u_)?(?:(?:work|home|personal|private|business|office|primary|secondary|second|other|"
    r"additional|alt|alternate|alternative|preferred|login|user|contact|person)_?)?"
    r"e_?mail(?:_?address)?(?:es|s)?_?\d?(?:__c)?",
    re.IGNORECASE,
)
_APART = re.compile(r"[;,\s]+")


@dataclass(frozen=True, slots=True)
class People:
    """A stream of people. `under` is the key of the document that holds the fields; `names` are fields
    in which an address may stand beside those that are called e-mail, `only` the ones that count where
    the records are of others too. `merges` tells with which of the stream's ids a record is one."""

    under: str = ""
    names: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    merges: tuple[str, ...] = ()

    def addresses(self, document: Mapping[str, Any]) -> set[str]:
        """The person's own, as `normal` gives them."""
        held = document.get(self.under) if self.under else document
        found = set[str]()
        for name, value in (held if isinstance(held, Mapping) else {}).items():
            if isinstance(value, str) and "@" in value and self.is_own(name):
                found.update(normal(part) for part in _APART.split(value))
        return found

    def is_own(self, name: str) -> bool:
        if self.only:
            return name in self.only
        return name in self.names or bool(_OWN.fullmatch(name))


PEOPLE: dict[Key, People] = {
    ("hubspot", "contacts"): People("properties", merges=("properties", "hs_merged_object_ids")),
    ("hubspot", "owners"): People(),
    ("product", "users"): People(names=frozenset({"user_id", "user_name"})),
    ("salesforce", "accounts"): People(only=frozenset({"PersonEmail"}), merges=("MasterRecordId",)),
    ("salesforce", "contacts"): People(merges=("MasterRecordId",)),
    ("salesforce", "users"): People(names=frozenset({"Username"})),
    ("servicenow", "sys_user"): People(names=frozenset({"user_name"})),
}


@dataclass(frozen=True, slots=True)
class Children:
    """Records that are nothing without a person: `field` of the document names him, `types` (a field
    and what it says) those among them that are of people."""

    of: Key
    field: str
    types: tuple[str, str] | None = None

    def parent(self, document: Mapping[str, Any]) -> str | None:
        if self.types and document.get(self.types[0]) != self.types[1]:
            return None
        value = document.get(self.field)
        return None if value is None else id_text(value)


def _children() -> Iterator[tuple[Key, Children]]:
    contacts = ("hubspot", "contacts")
    for name, edges in EDGES.items():
        if edges.parent == "contacts":
            yield ("hubspot", name), Children(contacts, "from_id")
        elif "contacts" in edges.targets:
            several = len(edges.targets) > 1
            types = ("to_type", "contacts") if several else None
            yield ("hubspot", name), Children(contacts, "to_id", types)
    for name, (kind, _) in HISTORIES.items():
        if kind == "contacts":
            yield ("hubspot", name), Children(contacts, "record_id")
    for name in ("team_membership", "transactions"):
        yield ("product", name), Children(("product", "users"), "user_id")


CHILDREN: dict[Key, Children] = dict(_children())


def one_person(ids: set[str], merged: Mapping[str, str]) -> set[str]:
    """The ids, with all that were merged with them. `merged` is, by id, the list of the others."""
    joined: dict[str, set[str]] = {}
    for id_, others in merged.items():
        for other in filter(None, _APART.split(others)):
            joined.setdefault(id_, set()).add(other)
            joined.setdefault(other, set()).add(id_)
    found, waiting = set[str](), set(ids)
    while waiting:
        found.add(id_ := waiting.pop())
        waiting |= joined.get(id_, set()) - found
    return found
