"""Batch answers of HubSpot, which need not tell of everything that they were asked for.

HubSpot names the ids that do not exist and those that are associated with nothing, in `errors` of
the category OBJECT_NOT_FOUND (207). So an id that is neither there nor named was not answered for:
taken for an absent one, a short answer would delete what is stored of it. The exception is a merged
record, which comes under its survivor's id and unnamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from revops_pipeline.sources.stream import Reject, TransientError
from revops_pipeline.sources.told import ASKS, Told
from revops_pipeline.sources.vendor_json import dumps


def results(answer: Any) -> list[dict[str, Any]]:
    """The `results` of an answer; anything else is a broken page, never an empty one."""
    if isinstance(answer, dict) and isinstance(found := answer.get("results"), list):
        return found
    raise TransientError("HubSpot: an answer without `results`: it is not a page, tried again")


def id_of(record: Any) -> str | None:
    """A record's id, whether it comes as text or as a number; None for anything else."""
    found = record.get("id") if isinstance(record, dict) else None
    if type(found) is str:  # nearly always
        return found if found.strip() else None
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return None


def known_ids(records: Sequence[Any]) -> list[str] | None:
    """The id of each record; None where one has none. Asked of every record and every association
    of a page: where all ids are texts, as HubSpot writes them, no function of ours is called."""
    try:
        ids = [record["id"] for record in records]
        if all(map(str.strip, ids)):
            return ids
    except (KeyError, TypeError):
        pass
    found = [i for i in map(id_of, records) if i]
    return found if len(found) == len(records) else None


def ids_of(records: Sequence[Any]) -> list[str]:
    """The id of each record; a record that has none is no record."""
    if (ids := known_ids(records)) is None:
        raise TransientError("HubSpot: a record without an id: not a page, tried again")
    return ids


def sound(records: Sequence[Any], *, asked: int = 0) -> Told:
    """The records of an answer that came so again and again, with a reject for each that has no id.
    Raises TransientError where most have none: that is no page, unless one was `asked` for alone."""
    if known_ids(records) is not None:  # nearly always
        return Told(records)
    good = [record for record in records if id_of(record)]
    if 2 * len(good) < len(records) and asked != 1:
        raise TransientError("HubSpot: a record without an id: not a page, tried again")
    bad = (record for record in records if not id_of(record))
    return Told(good, (Reject("", "id", dumps(r).decode(), "a record without an id") for r in bad))


def unbroken(records: Sequence[Any]) -> bool:
    """Whether each record, each association and each value in a history has what it is known by."""
    if known_ids(records) is None:
        return False
    blocks = [block for r in records for block in (r.get("associations") or {}).values()]
    if known_ids([item for block in blocks for item in block.get("results") or ()]) is None:
        return False
    for record in records:
        for values in (record.get("propertiesWithHistory") or {}).values():
            if not all(isinstance(v, dict) and v.get("timestamp") for v in values or ()):
                return False
    return True


def merged_away(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Ids that live on in one of the records: HubSpot answers for them nowhere else."""
    found: list[str] = []
    for record in records:
        merged = (record.get("properties") or {}).get("hs_merged_object_ids")
        if merged:
            found += (i for part in merged.split(";") if (i := part.strip()) != id_of(record) and i)
    return found


def absent(answer: Mapping[str, Any], what: str) -> set[str]:
    """The ids that a batch answer names as missing, or as associated with nothing."""
    if (status := answer.get("status", "COMPLETE")) != "COMPLETE":
        raise TransientError(f"HubSpot: {what} came with the status {status}; tried again later")
    named: set[str] = set()
    for error in answer.get("errors") or ():
        if error.get("category") != "OBJECT_NOT_FOUND":
            raise TransientError(f"HubSpot: {what} failed for some: {error.get('message')}")
        context = error.get("context") or {}
        for key in ("ids", "fromObjectId"):
            named.update(map(str, context.get(key) or ()))
    return named


def counted(answer: Mapping[str, Any]) -> int:
    """How many ids a batch answer counts as missing, or as associated with nothing, named or not."""
    count = answer.get("numErrors")
    return count if isinstance(count, int) else len(answer.get("errors") or ())


def ask_for_all(
    ids: Sequence[str],
    ask: Callable[[Sequence[str]], AbstractSet[str]],
    is_there: Callable[[str], bool],
    what: str,
    *,
    spare: Mapping[str, Reject],
    sample: int = 0,
) -> list[str]:
    """Asks for ids until each is accounted for; those that no answer told of. `ask` returns those of
    which one tells; `is_there` looks for one by itself: where there is nothing to tell of it, it is no
    loss. `sample`: how many are looked for so, if not all. As many as are `spare`, rejects without an
    id, may be those that are left."""
    left = list(ids)
    for _ in range(ASKS):
        told = ask(left)
        left = [i for i in left if i not in told]
        if not left:
            return left
    looked_for = left[:: max(1, -(-len(left) // sample))] if sample else left
    if len(left) > len(spare) and any(map(is_there, looked_for)):
        raise TransientError(
            f"HubSpot: {what} answered for {len(ids) - len(left)} of {len(ids)} records; the read "
            "is not complete and will be tried again"
        )
    return left
