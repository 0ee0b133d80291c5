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

from revops_pipeline.sources.stream import TransientError

ASKS = 3  # what an answer leaves out is asked for again, as a request that failed is


def results(answer: Any) -> list[dict[str, Any]]:
    """The `results` of an answer; anything else is a broken page, never an empty one."""
    if isinstance(answer, dict) and isinstance(found := answer.get("results"), list):
        return found
    raise TransientError("HubSpot: an answer without `results`: it is not a page, tried again")


def ids_of(records: Iterable[Any]) -> list[str]:
    """The id of each record; a record that has none is no record."""
    try:
        ids: list[str] = [record["id"] for record in records]
    except (KeyError, TypeError):
        ids = [""]
    if not all(ids):
        raise TransientError("HubSpot: a record without an id: not a page, tried again")
    return ids


def merged_away(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Ids that live on in one of the records: HubSpot answers for them nowhere else."""
    found: list[str] = []
    for record in records:
        merged = (record.get("properties") or {}).get("hs_merged_object_ids")
        if merged:
            found += (i for part in merged.split(";") if (i := part.strip()) != record["id"] and i)
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


def ask_for_all(
    ids: Sequence[str],
    ask: Callable[[Sequence[str]], AbstractSet[str]],
    exists: Callable[[str], bool],
    what: str,
) -> None:
    """Asks for ids until each is accounted for. `ask` returns those of which an answer tells;
    `exists` looks for one by itself: one that is not there under its own id is no loss."""
    left = list(ids)
    for _ in range(ASKS):
        told = ask(left)
        left = [i for i in left if i not in told]
        if not left:
            return
    if any(map(exists, left)):
        raise TransientError(
            f"HubSpot: {what} answered for {len(ids) - len(left)} of {len(ids)} records; the read "
            "is not complete and will be tried again"
        )
