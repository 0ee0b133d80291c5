"""How HubSpot's CRM API is addressed, paced and parsed; `hubspot.py` decides what is read.

Facts: list pages hold 100 records, batch reads 100, search 200 and no more than 10,000 results,
association reads 1,000 ids; search is limited to five requests a second for the whole account
and its body to 3,000 characters; the numbered and the dated paths answer alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import time as clock
from typing import Any
from urllib.parse import quote

from revops_pipeline.sources.headers import instant, whole
from revops_pipeline.sources.http import HttpSession, Limits, Refused, Retry
from revops_pipeline.sources.hubspot_batch import (
    absent,
    ask_for_all,
    ids_of,
    merged_away,
    results,
    sound,
    unbroken,
)
from revops_pipeline.sources.hubspot_pages import (
    Associated,
    EdgeAnswer,
    ListPage,
    following,
    list_page,
)
from revops_pipeline.sources.hubspot_streams import MODIFIED, OBJECTS
from revops_pipeline.sources.pace import RateWindow
from revops_pipeline.sources.stream import PermanentError, Reject, TransientError
from revops_pipeline.sources.told import Told, patiently

LIST_PAGE, BATCH, SEARCH_PAGE, EDGE_BATCH, OWNER_PAGE = 100, 100, 200, 1000, 500
HISTORY_PAGE = 50  # of a list or a batch read that asks for a property's history
SEARCH_CEILING = 9_500  # HubSpot refuses to page beyond 10,000; the total may grow meanwhile
URL_CEILING = 6_000  # a longer list of properties travels in the body of a batch read
SEARCH_BODY_CEILING = 2_600
SAMPLE = 3  # of records of whom an answer does not speak, how many are asked for by themselves
LONGEST_INTERVAL_MS = 60_000


def paths(version: str) -> dict[str, str]:
    """Resource → path for a numbered (`v3`) or dated (`2026-09`) version of the API."""
    if version.startswith("v"):
        return {
            "objects": f"/crm/{version}/objects",
            "properties": f"/crm/{version}/properties",
            "owners": f"/crm/{version}/owners",
            "pipelines": f"/crm/{version}/pipelines",
            "associations": "/crm/v4/associations",
            "account": f"/account-info/{version}/details",
        }
    return {
        "objects": f"/crm/objects/{version}",
        "properties": f"/crm/properties/{version}",
        "owners": f"/crm/owners/{version}",
        "pipelines": f"/crm/pipelines/{version}",
        "associations": f"/crm/associations/{version}",
        "account": f"/account-info/{version}/details",
    }


class EndedShort(TransientError):
    """A list ended before all was listed that a search counts."""


class HubSpotApi:
    """The endpoints that we read, as typed calls; pacing follows the live rate-limit headers."""

    def __init__(
        self,
        *,
        base_url: str,
        token: str,
        version: str = "v3",
        retry: Retry | None = None,
        limits: Limits | None = None,
        timeout: float = 30.0,
        allow_http: bool = False,
        search_per_second: float = 5.0,
        daily_floor: float = 0.05,
    ) -> None:
        self.paths = paths(version)
        self._daily_floor = daily_floor
        self._limits = (0, 0)
        self._skew_ms: int | None = None
        self.details: dict[str, Any] = {}
        # 100 in 10 s is the smallest limit any account has; live headers replace it.
        self._pace = RateWindow(90, 10.0)
        # Five in 1.1 s keeps under the account-wide limit even when requests bunch on the way.
        self._search_pace = RateWindow(5, 5.5 / search_per_second) if search_per_second else None
        self.http = HttpSession(
            base_url,
            headers={"authorization": f"Bearer {token}"},
            name="HubSpot",
            variable="HUBSPOT_API_KEY",
            address_hint="HUBSPOT_API_URL",
            pace=self._pace,
            retry=retry or Retry(),
            limits=limits,
            timeout=timeout,
            allow_http=allow_http,
            on_headers=self._watch_limits,
        )

    def now_ms(self) -> int:
        """Epoch milliseconds by HubSpot's clock: cursors are compared with its times, and a
        machine whose clock is fast would otherwise never ask for what changed meanwhile."""
        return int(clock() * 1000) + (self._skew_ms or 0)

    def _watch_limits(self, headers: Mapping[str, str]) -> None:
        if self._skew_ms is None and (date := instant(headers.get("Date"))):
            self._skew_ms = int((date.timestamp() - clock()) * 1000)
        maximum = whole(headers.get("X-HubSpot-RateLimit-Max"))
        interval = whole(headers.get("X-HubSpot-RateLimit-Interval-Milliseconds"))
        # A window of hours is no limit of HubSpot's: obeyed, it would look like a run that hangs.
        if maximum and interval and interval <= LONGEST_INTERVAL_MS:
            limits = (maximum, interval)
            if self._limits != limits:
                self._limits = limits
                self._pace.set(0.9 * limits[0], limits[1] / 1000)
        daily = whole(headers.get("X-HubSpot-RateLimit-Daily"))
        left = whole(headers.get("X-HubSpot-RateLimit-Daily-Remaining"))
        if daily and left is not None:
            self.http.stats.budget = f"{left:,} of {daily:,} requests left today"
            if left < self._daily_floor * daily:
                raise PermanentError(
                    f"HubSpot: stopped with {self.http.stats.budget}; the rest is kept for other "
                    "integrations of this account (hubspot.daily_floor in config/revops.yml). "
                    "What was read is stored; the next run after HubSpot's midnight reset goes on"
                )

    def account(self) -> str | None:
        """The portal id; None where the token lacks the scope or the server does not know. What
        else the answer told, such as the time zone, is in `details` from then on."""
        try:
            self.details = self.http.get(self.paths["account"], read=_details)
        except Refused as error:
            if error.status not in (403, 404):
                raise
            return None
        portal = self.details.get("portalId")
        return f"portal {portal}" if portal else None

    def properties(self, kind: str) -> list[str]:
        """Their names. Every type has built-in ones: where none are named, `Records` wants to see no
        record either."""

        def names(answer: Any) -> list[str]:
            return sorted(str(p["name"]) for p in results(answer))

        read: list[str] = self.http.get(f"{self.paths['properties']}/{kind}", read=names)
        return read

    def list_pages(
        self, kind: str, params: Mapping[str, Any], after: str | None, before: int | None = 0
    ) -> Iterator[tuple[Told, str | None]]:
        """Pages of a list and the token that follows each; a token seen twice is an error, and an
        end that may be none is asked about. `before`: how many records the pages before `after`
        held, None where nobody knows."""
        path = f"{self.paths[kind]}" if kind in self.paths else f"{self.paths['objects']}/{kind}"
        seen, last, listed = set[str](), set[str](), 0
        while True:
            asked = {**params, "after": after} if after else params
            page = self.page(path, asked)
            ids = set(ids_of(page.records))
            listed, last = listed + len(ids - last), ids
            if page.following is None and (page.cut or len(page.records) >= params["limit"]):
                again = self.page(path, asked)
                if again.following is None and before is not None:
                    self._expect_end(kind, params, before + listed)
                page = again
            after = page.following
            if after is not None and after in seen:
                raise TransientError(
                    f"HubSpot: the list of {kind} repeats its page token {after!r}; the read is not "
                    "complete and will be tried again"
                )
            if after is not None:
                seen.add(after)
            yield page.records, after
            if after is None:
                return

    def page(self, path: str, asked: Mapping[str, Any]) -> ListPage:
        """One page; what in it is no record is among its rejects."""
        page: ListPage = patiently(
            lambda: self.http.get(path, asked, read=list_page), lambda p: unbroken(p.records)
        )
        return ListPage(sound(page.records), page.following, page.cut)

    def _expect_end(self, kind: str, params: Mapping[str, Any], listed: int) -> None:
        """A full page without a token may be the last one, or have lost it: a search counts what
        the list should hold, where there is one."""
        if kind not in OBJECTS or params.get("archived") != "false":
            return
        modified = MODIFIED.get(kind, "hs_lastmodifieddate")
        every = {"propertyName": modified, "operator": "GTE", "value": "0"}
        body = {"filterGroups": [{"filters": [every]}], "properties": [], "limit": 1}
        if (total := self.search(kind, body)["total"]) > listed:
            raise EndedShort(
                f"HubSpot: the list of {kind} ended after {listed:,} records, and a search counts "
                f"{total:,}; the read is not complete, what came is stored, and the next run goes on"
            )

    def search(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        path = f"{self.paths['objects']}/{kind}/search"
        answer: dict[str, Any] = patiently(
            lambda: self.http.post(path, body, pace=self._search_pace, read=_found),
            lambda found: unbroken(found["results"]),
        )
        return {**answer, "results": sound(answer["results"])}

    def batch_read(
        self,
        kind: str,
        ids: Sequence[str],
        properties: Sequence[str],
        *,
        archived: bool = False,
        history: Sequence[str] = (),
    ) -> Told:
        """Live (or archived) records by id; one that is not in the answer is gone, or lives on in
        another, which is. With rejects among them, nobody knows whose they are: then none is gone."""
        found: dict[str, Any] = {}
        nameless: dict[str, Reject] = {}
        asked: dict[str, Any] = {"properties": list(properties)}
        if history:
            asked["propertiesWithHistory"] = list(history)
        path = f"{self.paths['objects']}/{kind}/batch/read" + ("?archived=true" if archived else "")
        what = f"a batch read of {kind}"

        def ask(left: Sequence[str]) -> set[str]:
            body = {"inputs": [{"id": i} for i in left], **asked}
            records, named = patiently(
                lambda: self.http.post(path, body, read=lambda a: (results(a), absent(a, what))),
                lambda told: unbroken(told[0]),
            )
            told = sound(records, asked=len(left))
            nameless.update((r.value, r) for r in told.rejects)
            came = dict(zip(ids_of(told), told, strict=True))
            found.update(came)
            accounted: set[str] = named | set(merged_away(told)) | came.keys()
            return accounted

        if ids:
            ask_for_all(ids, ask, lambda i: self._exists(kind, i, archived), what, spare=nameless)
        return Told(found.values(), nameless.values())

    def associations(self, from_kind: str, to_kind: str, ids: Sequence[str]) -> Associated:
        """What up to 1,000 records are associated with, read to the last page of each."""
        found = Associated({i: {} for i in ids})
        path = f"{self.paths['associations']}/{from_kind}/{to_kind}/batch/read"
        what = f"the associations {from_kind} → {to_kind}"
        asking: dict[str, str | None] = dict.fromkeys(ids)
        following: dict[str, str | None] = {}
        seen: set[tuple[str, str | None]] = set()

        def ask(left: Sequence[str]) -> set[str]:
            inputs = [
                {"id": i, "after": after} if (after := asking[i]) else {"id": i} for i in left
            ]
            answer = patiently(
                lambda: self.http.post(
                    path, {"inputs": inputs}, read=lambda a: EdgeAnswer.of(a, what)
                ),
                lambda told: not told.rejects,
            )
            following.update(found.take(answer, left))
            accounted: set[str] = answer.told
            return accounted

        def has_any(id_: str) -> bool:
            """Asked for by itself. An answer that names nobody may be plain all the same."""
            if id_ in ask([id_]):
                return bool(found.found[id_])
            return id_ not in found.counted and self._has_any(from_kind, to_kind, id_)

        while asking:
            following = {}
            left = ask_for_all(
                *(list(asking), ask, has_any, what), spare=found.nameless, sample=SAMPLE
            )
            found.unsure.update(left if found.nameless else ())
            found.named |= found.counted.intersection(left)
            if circle := following.items() & seen:
                source, after = min(circle)
                raise TransientError(
                    f"HubSpot: {what} of {source} repeat their page token {after!r}; the read is "
                    "not complete and will be tried again"
                )
            seen |= following.items()
            asking = following
        return found

    def _has_any(self, from_kind: str, to_kind: str, id_: str) -> bool:
        """Whether a record has associations of which a batch answer, that was asked for it alone,
        did not tell."""
        objects = self.paths["objects"].replace("/crm/v3/", "/crm/v4/")
        path = f"{objects}/{from_kind}/{quote(id_, safe='')}/associations/{to_kind}"
        try:
            return bool(self.http.get(path, {"limit": 1}, read=results))
        except Refused as error:
            if error.status in (401, 403):
                raise
            return False

    def _exists(self, kind: str, id_: str, archived: bool = False) -> bool:
        """Whether a record is there under this very id: merged ones come under their survivor's."""
        params = {"archived": "true" if archived else "false"}
        try:
            path = f"{self.paths['objects']}/{kind}/{quote(id_, safe='')}"
            same: bool = self.http.get(path, params, read=lambda r: ids_of([r]) == [id_])
        except Refused as error:
            if error.status != 404:
                raise
            return False
        return same


def _details(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise TransientError("HubSpot: the account's details are no object: not an answer")
    return answer


def _found(answer: Any) -> Any:
    """A page of a search, which says how many records it finds in all."""
    results(answer)
    total = answer.get("total")
    if not isinstance(total, int) or total < 0:
        raise TransientError("HubSpot: a search that does not say how many it finds, tried again")
    following(answer)
    return answer
