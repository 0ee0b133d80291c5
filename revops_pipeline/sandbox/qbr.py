"""The QBR API: `GET /qbr_data?cursor&page_size`, header `api_key`.

Mounted under a prefix or at the root. What the real API documents stops there; error bodies are
`{"error": …, "message": …}`, cursors 32 hexadecimal digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from revops_pipeline.sandbox.effects import Request
from revops_pipeline.sandbox.faults import Fault
from revops_pipeline.sandbox.qbr_world import QbrWorld
from revops_pipeline.sandbox.vendor_front import VendorFront
from revops_pipeline.sandbox.web import Answer

DEFAULT_KEY: Final = "sandbox-qbr-key"
SCOPELESS_KEY: Final = "sandbox-qbr-key-without-scope"
"""A key that the API knows and that may not read reviews."""
PAGE_SIZE, LARGEST_PAGE = 100, 200


def app(world: QbrWorld, key: str = DEFAULT_KEY) -> Starlette:
    """The API over a world; the given key is the one that may read."""

    async def qbr_data(request: HttpRequest) -> Response:
        given = request.headers.get("api_key")
        if given == SCOPELESS_KEY:
            return _error(403, "forbidden", "This key lacks the permission to read QBR data.")
        if given != key:
            return _error(401, "unauthorized", "Invalid or missing API key.")
        size = request.query_params.get("page_size", str(PAGE_SIZE))
        if not (size.isascii() and size.isdigit()) or not 1 <= int(size) <= LARGEST_PAGE:
            return _error(400, "invalid_page_size", f"page_size must be 1 to {LARGEST_PAGE}.")
        page = world.page(request.query_params.get("cursor") or None, int(size))
        if page is None:
            return _error(400, "invalid_cursor", "The cursor is invalid or has expired.")
        records, cursor = page
        body = {"qbr_records": records, "next_cursor": cursor, "has_more": cursor is not None}
        return _json(body, 200)

    return Starlette(routes=[Route("/qbr_data", qbr_data)])


def front(
    world: QbrWorld,
    *,
    key: str = DEFAULT_KEY,
    latency_ms: float = 0,
    faults: Iterable[Fault | str] = (),
    seed: int = 0,
) -> VendorFront:
    """The API with the sandbox's faults, to be served or mounted."""
    return VendorFront(
        app(world, key),
        world.portal,
        faults=faults,
        seed=seed,
        page_effects={
            "repeat_page": _repeat_page,
            "empty_page": _empty_page,
            "short_page": lambda request, answer, _: _short_page(world, request, answer),
        },
        latency_ms=latency_ms,
    )


def _repeat_page(request: Request, answer: Answer, _fault: Fault) -> Answer | None:
    """The page names itself as the next one."""
    document, cursor = _page(request, answer)
    if not document or not cursor:
        return None
    return _changed(answer, document | {"next_cursor": cursor, "has_more": True})


def _empty_page(request: Request, answer: Answer, _fault: Fault) -> Answer | None:
    """The page has no records, but names a next one; asked again, it has them."""
    document, _ = _page(request, answer)
    if not document or not document["qbr_records"] or not document["next_cursor"]:
        return None
    return _changed(answer, document | {"qbr_records": []})


def _short_page(world: QbrWorld, request: Request, answer: Answer) -> Answer | None:
    """Half a page; its cursor leads to the other half."""
    document, cursor = _page(request, answer)
    half = len(document["qbr_records"]) // 2 if document else 0
    page = world.page(cursor, half) if half else None
    if page is None:
        return None
    return _changed(answer, {"qbr_records": page[0], "next_cursor": page[1], "has_more": True})


def _page(request: Request, answer: Answer) -> tuple[dict[str, Any], str | None]:
    if answer.status != 200:
        return {}, None
    cursor = parse_qs(request.query).get("cursor", [None])[0]
    return orjson.loads(answer.body), cursor


def _changed(answer: Answer, document: dict[str, Any]) -> Answer:
    return replace(answer, body=orjson.dumps(document))


def _json(document: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(document), status, media_type="application/json")


def _error(status: int, code: str, message: str) -> Response:
    return _json({"error": code, "message": message}, status)
