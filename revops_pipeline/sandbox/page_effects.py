"""What faults do to pages of lists and searches: their rows, their tokens, the portal behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from revops_pipeline.sandbox.effects import Request, after
from revops_pipeline.sandbox.life import Life
from revops_pipeline.sandbox.schema import TYPE_NAMES
from revops_pipeline.sandbox.web import Answer, position

if TYPE_CHECKING:
    from revops_pipeline.sandbox.faults import Fault


_UNPAGED: Final = ("/properties/", "/pipelines/")


@dataclass(slots=True)
class Page:
    """A page of records, owners or one record's associations, and the token that it was asked by
    (empty: the first page)."""

    request: Request
    document: dict[str, Any]
    token: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.document["results"]
        return rows

    @property
    def more(self) -> bool:
        return "paging" in self.document

    def token_after(self, count: int) -> str:
        """The token that goes on behind so many of the page's rows."""
        if self.request.searches or "/owners" in self.request.path:
            return str(position(self.token) + count)
        row = self.rows[count - 1]
        return str(row.get("toObjectId") or row["id"])

    def point_to(self, token: str) -> None:
        self.document.setdefault("paging", {}).setdefault("next", {})["after"] = token
        self.document["paging"]["next"].pop("link", None)


def page_of(request: Request, answer: Answer) -> Page | None:
    """The page that an answer is; None for anything else, and for a page without rows."""
    if answer.status != 200 or not (request.method == "GET" or request.searches):
        return None
    try:
        document = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None
    if not document.get("results") or any(part in request.path for part in _UNPAGED):
        return None
    return Page(request, document, _token(request))


def _token(request: Request) -> str:
    if request.searches:
        asked = orjson.loads(request.body or b"{}")
        return str(asked.get("after") or "")
    parts = dict(part.partition("=")[::2] for part in request.query.split("&"))
    return parts.get("after", "").replace("%7E", "~")


def _paged(effect: Callable[[Page, Fault], bool]) -> None:
    """Register an effect on pages, which says whether it did anything."""

    def spoil(request: Request, answer: Answer, fault: Fault) -> Answer | None:
        page = page_of(request, answer)
        if page is None or not effect(page, fault):
            return None
        return replace(answer, body=orjson.dumps(page.document))

    spoil.__name__, spoil.__doc__ = effect.__name__, effect.__doc__
    after(spoil)


@_paged
def repeat_page(page: Page, _fault: Fault) -> bool:
    """A page whose next page is the same one again, once: duplicate rows."""
    if not page.more or "~" in page.token:
        return False
    page.point_to(f"{page.token or 0}~1")
    return True


@_paged
def empty_page(page: Page, _fault: Fault) -> bool:
    """A page without rows but with a token, behind which its rows are."""
    if "~" in page.token:
        return False
    page.document["results"] = []
    page.point_to(f"{page.token or 0}~1")
    return True


@_paged
def short_page(page: Page, fault: Fault) -> bool:
    """A page of `size` rows (half of them) with a token, behind which the others are."""
    count = min(fault.size or len(page.rows) // 2, len(page.rows) - 1)
    if count < 1:
        return False
    page.point_to(page.token_after(count))
    page.document["results"] = page.rows[:count]
    return True


@_paged
def repeat_token(page: Page, _fault: Fault) -> bool:
    """A page whose next token is the one that it was asked by: a circle."""
    if not page.more or not page.token:
        return False
    page.point_to(page.token)
    return True


@_paged
def duplicate_rows(page: Page, fault: Fault) -> bool:
    """A page whose last `size` (1) rows come again as the first of the next page."""
    count = len(page.rows) - (fault.size or 1)
    if not page.more or count < 1:
        return False
    page.point_to(page.token_after(count))
    return True


@after
def short_batch(request: Request, answer: Answer, fault: Fault) -> Answer | None:
    """A batch answer without `size` (half) of its results, and without a word on them."""
    if not request.path.endswith("/batch/read"):
        return None
    try:
        document = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None
    if not (rows := document.get("results")):
        return None
    document["results"] = rows[fault.size or (len(rows) + 1) // 2 :]
    return replace(answer, body=orjson.dumps(document))


def _between(act: str, doc: str) -> None:
    """Register an act of `Life` that happens to the type being read, between two of its pages."""

    def happen(request: Request, answer: Answer, _fault: Fault) -> Answer | None:
        page = page_of(request, answer)
        type_ = type_of(request.path)
        if page is None or not page.more or type_ is None:
            return None
        done = Life(request.portal, request.random).act(act, type_)
        return None if done is None else answer

    happen.__name__, happen.__doc__ = f"{act}_mid_scan", doc
    after(happen)


def type_of(path: str) -> str | None:
    """The object type whose list or search a path is."""
    last = path.removesuffix("/search").rpartition("/")[2]
    return TYPE_NAMES[last].name if "/objects/" in path and last in TYPE_NAMES else None


_between("create", "A record is created between two pages of its type.")
_between("edit", "A record is edited between two pages of its type.")
_between("archive", "A record is archived between two pages of its type.")
_between("restore", "An archived record is restored between two pages of its type.")
_between("delete", "A record is deleted for ever between two pages of its type.")
_between("merge", "Two records are merged between two pages of their type.")
