"""Which records have names that are equal in one of their readings."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache

from revops_pipeline.matching.normalise import Name, normalise
from revops_pipeline.matching.vocabulary import INITIALISMS

_Key = tuple[str, str]


class NameIndex:
    """The open records of one side by what their names are equal in."""

    def __init__(self, names: Sequence[Name | None], closed: Collection[int]) -> None:
        self._records: dict[str, dict[str, list[int]]] = {
            kind: {} for kind in ("full", "core", "bare", "generic", "plain", "initials")
        }
        for record, name in enumerate(names):
            if name and record not in closed:
                for kind, key in keys_of(name):
                    self._records[kind].setdefault(key, []).append(record)

    def records(self, keys: Sequence[_Key]) -> Iterable[int]:
        """In order of position; a record under several of the keys comes more than once."""
        if len(keys) == 1:
            return self._under(keys[0])
        return heapq.merge(*map(self._under, keys))

    def _under(self, key: _Key) -> Sequence[int]:
        return self._records[key[0]].get(key[1], ())


def keys_of(name: Name) -> list[_Key]:
    """Under which keys a name is found."""
    keys = [("full", name.full), ("core", name.core), ("bare", name.bare)]
    keys.append(("generic", f"{name.bare} {name.generic}"))
    if name.plain:
        keys.append(("plain", name.bare))
    if known := _initialism(name):
        keys.append(("initials", known))
    return keys


def lookups(name: Name) -> Iterator[tuple[str, list[_Key]]]:
    """Under which keys the names equal to this one are, the closest reading first.

    "Acme" is "Acme Group plc" and "Acme Limited" is "Acme", but those two are kin: as a rule a
    parent and its subsidiary.
    """
    yield "full", [("full", name.full)]
    yield "core", [("core", name.core)]
    any_bare = ("bare", name.bare)
    alike = ("generic", f"{name.bare} {name.generic}")
    yield "bare", [any_bare] if name.plain else [alike, ("plain", name.bare)]
    if known := _initialism(name):
        yield "initials", [("initials", known)]
    yield "kin", [any_bare]


def _initialism(name: Name) -> str | None:
    """What both "IBM" and "International Business Machines" are called; not "IBM Group"."""
    return None if name.generic else _initialisms().get(name.bare)


@cache
def _initialisms() -> dict[str, str]:
    """Both readings of a name that everybody abbreviates, under the short one."""
    known = {short: short for short in INITIALISMS}
    known.update({name.bare: s for s, long in INITIALISMS.items() if (name := normalise(long))})
    return known
