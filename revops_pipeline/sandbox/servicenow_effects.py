"""What faults do to pages of the Table API. Their names are the sandbox's, where it has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import orjson

from revops_pipeline.sandbox.effects import Request, after
from revops_pipeline.sandbox.faults import Fault
from revops_pipeline.sandbox.vendor_front import PageEffect
from revops_pipeline.sandbox.web import Answer

Rows = list[dict[str, Any]]
PAGE_EFFECTS: dict[str, PageEffect] = {}
_TOTAL: Final = b"x-total-count"


def _paged(effect: Callable[[Rows, Fault, Request], Rows | None]) -> None:
    """Register an effect on the rows of a page; None: this page is none it could spoil."""

    def spoil(request: Request, answer: Answer, fault: Fault) -> Answer | None:
        if answer.status != 200:
            return None
        rows = orjson.loads(answer.body).get("result")
        changed = effect(rows, fault, request) if isinstance(rows, list) and rows else None
        if changed is None:
            return None
        return replace(answer, body=orjson.dumps({"result": changed}))

    PAGE_EFFECTS[effect.__name__] = spoil


@_paged
def empty_page(_rows: Rows, _fault: Fault, _request: Request) -> Rows:
    """No rows, while the total says that there are some."""
    return []


@_paged
def short_page(rows: Rows, fault: Fault, _request: Request) -> Rows | None:
    """The first half of the rows, or `size` of them; the total says that there are more."""
    count = min(fault.size or len(rows) // 2, len(rows) - 1)
    return rows[:count] if count else None


@_paged
def repeat_page(rows: Rows, _fault: Fault, _request: Request) -> Rows | None:
    """The page's rows twice."""
    return rows + rows


@_paged
def duplicate_rows(rows: Rows, fault: Fault, _request: Request) -> Rows:
    """The page's last `size` (1) rows once more."""
    return rows + rows[-(fault.size or 1) :]


@_paged
def unordered_search(rows: Rows, _fault: Fault, request: Request) -> Rows | None:
    """The rows of a page in an order of their own, within a second too."""
    if len(rows) < 2:
        return None
    shuffled = list(rows)
    request.random.shuffle(shuffled)
    return shuffled if shuffled != rows else rows[::-1]


@after
def lost_row(request: Request, answer: Answer, _fault: Fault) -> Answer | None:
    """A page of ServiceNow without one of its rows, not the last one; the total still counts it."""
    document = orjson.loads(answer.body) if answer.status == 200 else None
    rows = document.get("result") if isinstance(document, dict) else None
    if not isinstance(rows, list) or len(rows) < 2:
        return None
    del rows[request.random.randrange(len(rows) - 1)]
    return replace(answer, body=orjson.dumps(document))


@after
def cancelled_transaction(_request: Request, answer: Answer, _fault: Fault) -> Answer | None:
    """A page of ServiceNow that took too long: status 200, some rows, and an error at the end."""
    if answer.status != 200:
        return None
    document = orjson.loads(answer.body)
    if not isinstance(document, dict) or not document.get("result"):
        return None
    text = "Transaction cancelled: maximum execution time exceeded"
    document["error"] = {"message": text, "detail": f"{text} Check logs for error trace"}
    document["status"] = "failure"
    return replace(answer, body=orjson.dumps(document))


@after
def lost_total(_request: Request, answer: Answer, _fault: Fault) -> Answer | None:
    """A page of ServiceNow without X-Total-Count, as behind a proxy that drops unknown headers."""
    headers = tuple((key, value) for key, value in answer.headers if key.lower() != _TOTAL)
    return replace(answer, headers=headers) if len(headers) < len(answer.headers) else None
