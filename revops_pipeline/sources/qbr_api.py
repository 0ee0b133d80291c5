"""How the QBR API is asked and what makes an answer of it a page.

One endpoint, `GET /qbr_data`, with `page_size` (1 to 200) and, from the second page on, `cursor`;
the key travels in the header `api_key`. A page names its records, the cursor of the page that
follows, and sometimes whether there is more. The API tells no totals and no time of change.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from revops_pipeline.sources.http import HttpSession, Limits, Retry
from revops_pipeline.sources.stream import PermanentError, Reject, TransientError
from revops_pipeline.sources.told import Told, patiently
from revops_pipeline.sources.vendor_json import dumps

PATH = "/qbr_data"
PAGE_SIZE, LARGEST_PAGE = 100, 200
# Under which names the records and the cursor may come: the vendor's own first.
RECORD_KEYS = ("qbr_records", "records", "data", "qbr_data")
CURSOR_KEYS = ("next_cursor", "cursor")
# An empty page that names a following one is asked for so many times before it counts as broken.
ASKS_OF_AN_EMPTY_PAGE = 3

Record = dict[str, Any]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QbrPage:
    """`following` is the next page's cursor; None means that this page is the last. `ended`: the API
    says in words that there is no more."""

    records: Told
    following: str | None
    ended: bool = False


def page_size_of(value: object) -> int:
    """A page size that the API accepts; PermanentError naming QBR_PAGE_SIZE for any other."""
    text = str(value).strip()
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= LARGEST_PAGE:
        raise PermanentError(
            f"QBR: a page size of {value!r} is not possible: set QBR_PAGE_SIZE to a whole number "
            f"from 1 to {LARGEST_PAGE} (or leave it out for {PAGE_SIZE})"
        )
    return int(text)


class QbrApi:
    """Everything wrong with the configuration is said before the first request."""

    def __init__(
        self,
        *,
        base_url: str,
        key: str,
        page_size: int | str = PAGE_SIZE,
        retry: Retry | None = None,
        limits: Limits | None = None,
        timeout: float = 30.0,
        allow_http: bool = False,
    ) -> None:
        key = key.strip()
        if not key or not (key.isascii() and key.isprintable()):
            raise PermanentError(
                "QBR: the API key is empty or holds characters that no key has (a line end, a "
                "letter with an accent): set QBR_API_KEY"
            )
        self.page_size = page_size_of(page_size)
        self._retry = retry or Retry()
        self.http = HttpSession(
            base_url,
            headers={"api_key": key},
            name="QBR",
            variable="QBR_API_KEY",
            address_hint="QBR_BASE_URL",
            pace=None,
            retry=self._retry,
            limits=limits,
            timeout=timeout,
            allow_http=allow_http,
        )

    def page(self, cursor: str | None) -> QbrPage:
        """One page. An empty one that names another after it is asked for again, for it may be a
        moment's weakness; if it stays empty it is an error, never an end and never a loop."""
        params = {"page_size": self.page_size, **({"cursor": cursor} if cursor else {})}
        for attempt in range(ASKS_OF_AN_EMPTY_PAGE):
            if attempt:
                time.sleep(self._retry.delay(attempt))
            _log.info("Fetching data with params: %s", params)
            page: QbrPage = patiently(
                partial(self.http.get, PATH, params, read=_page), lambda p: not p.records.rejects
            )
            full = len(page.records) >= self.page_size
            if page.following is None and full and not page.ended:
                # A full page without a cursor may be the last one, or have lost it.
                page = self.http.get(PATH, params, read=_page)
            if page.records or page.following is None:
                return page
        raise TransientError(
            f"QBR: {PATH} answers cursor {cursor!r} with an empty page that names another one "
            f"({page.following!r}); the read is not complete and will be tried again from there. If "
            "it persists, `revops state reset qbr` starts from the first page"
        )


def _page(answer: Any) -> QbrPage:
    if not isinstance(answer, dict):
        raise TransientError(
            f"QBR: {PATH} answered no object: it is not a page; the read will be tried again"
        )
    found = next((answer[key] for key in RECORD_KEYS if isinstance(answer.get(key), list)), None)
    records = [record for record in found or () if isinstance(record, dict)]
    if found is None or 2 * len(records) < len(found):
        raise TransientError(
            f"QBR: {PATH} answered without a list of records under {', '.join(RECORD_KEYS)} (it has "
            f"{', '.join(map(str, answer)) or 'nothing'}): it is not a page; the read will be tried "
            "again"
        )
    # The first name that is there decides: beside a null `next_cursor` a `cursor` is the page's own.
    cursor = next((answer[key] for key in CURSOR_KEYS if key in answer), None)
    more = answer.get("has_more")
    if more is True and not cursor:
        raise TransientError(f"QBR: {PATH} says that there is more and gives no cursor to it")
    bad = (record for record in found if not isinstance(record, dict))
    rejects = (Reject("", "record", dumps(r).decode(), "a record that is no object") for r in bad)
    following = str(cursor) if cursor and more is not False else None
    return QbrPage(Told(records, rejects), following, more is False)
