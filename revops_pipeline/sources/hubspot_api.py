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
from revops_pipeline.sources.hubspot_batch import absent, ask_for_all, ids_of, merged_away, results
from revops_pipeline.sources.pace import RateWindow
from revops_pipeline.sources.stream import PermanentError, TransientError

LIST_PAGE, BATCH, SEARCH_PAGE, EDGE_BATCH, OWNER_PAGE = 100, 100, 200, 1000, 500
HISTORY_PAGE = 50  # of a list or a batch read that asks for a property's history
SEARCH_CEILING = 9_500  # HubSpot refuses to page beyond 10,000; the total may grow meanwhile
URL_CEILING = 6_000  # a longer list of properties travels in the body of a batch read
SEARCH_BODY_CEILING = 2_600
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
        self, kind: str, params: Mapping[str, Any], after: str | None
    ) -> Iterator[tuple[list[dict[str, Any]], str | None]]:
        """Pages of a list and the token that follows each; a token seen twice is an error."""
        path = f"{self.paths[kind]}" if kind in self.paths else f"{self.paths['objects']}/{kind}"
        seen: set[str] = set()
        while True:
            asked = {**params, "after": after} if after else params
            records, after = self.http.get(path, asked, read=lambda a: (results(a), next_after(a)))
            if after is not None and after in seen:
                raise TransientError(
                    f"HubSpot: the list of {kind} repeats its page token {after!r}; the read is not "
                    "complete and will be tried again"
                )
            if after is not None:
                seen.add(after)
            yield records, after
            if after is None:
                return

    def search(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        path = f"{self.paths['objects']}/{kind}/search"
        answer: dict[str, Any] = self.http.post(path, body, pace=self._search_pace, read=_found)
        return answer

    def batch_read(
        self,
        kind: str,
        ids: Sequence[str],
        properties: Sequence[str],
        *,
        archived: bool = False,
        history: Sequence[str] = (),
    ) -> list[Any]:
        """Live (or archived) records by id; one that is not in the answer is gone, or lives on in
        another, which is."""
        found: dict[str, Any] = {}
        asked: dict[str, Any] = {"properties": list(properties)}
        if history:
            asked["propertiesWithHistory"] = list(history)
        path = f"{self.paths['objects']}/{kind}/batch/read" + ("?archived=true" if archived else "")
        what = f"a batch read of {kind}"

        def ask(left: Sequence[str]) -> set[str]:
            def told(answer: Any) -> set[str]:
                records = results(answer)
                named = absent(answer, what) | set(merged_away(records))
                came = dict(zip(ids_of(records), records, strict=True))
                found.update(came)
                return named | came.keys()

            inputs = [{"id": i} for i in left]
            accounted: set[str] = self.http.post(path, {"inputs": inputs, **asked}, read=told)
            return accounted

        if ids:
            ask_for_all(ids, ask, lambda i: self._exists(kind, i, archived), what)
        return list(found.values())

    def associations(
        self, from_kind: str, to_kind: str, ids: Sequence[str]
    ) -> dict[str, dict[str, set[str]]]:
        """From id → to id → labels, of up to 1,000 records, read to the last page of each."""
        found: dict[str, dict[str, set[str]]] = {i: {} for i in ids}
        path = f"{self.paths['associations']}/{from_kind}/{to_kind}/batch/read"
        what = f"the associations {from_kind} → {to_kind}"
        asking: dict[str, str | None] = dict.fromkeys(ids)
        following: dict[str, str | None] = {}
        seen: set[tuple[str, str | None]] = set()

        def ask(left: Sequence[str]) -> set[str]:
            inputs = [
                {"id": i, "after": after} if (after := asking[i]) else {"id": i} for i in left
            ]
            told, associated = self.http.post(
                path,
                {"inputs": inputs},
                read=lambda a: (absent(a, what), list(_associated(a, what))),
            )
            for source, targets, after in associated:
                told.add(source)
                mine = found.setdefault(source, {})
                for to_id, labels in targets:
                    mine.setdefault(to_id, set()).update(labels)
                if after is not None:
                    following[source] = after
            accounted: set[str] = told
            return accounted

        while asking:
            following = {}
            ask_for_all(list(asking), ask, lambda i: self._exists(from_kind, i), what)
            if circle := following.items() & seen:
                source, after = min(circle)
                raise TransientError(
                    f"HubSpot: {what} of {source} repeat their page token {after!r}; the read is "
                    "not complete and will be tried again"
                )
            seen |= following.items()
            asking = following
        return found

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
    next_after(answer)
    return answer


def next_after(answer: Mapping[str, Any]) -> str | None:
    following = (answer.get("paging") or {}).get("next") or {}
    after = following.get("after")
    return None if after is None else str(after)


def _associated(
    answer: Mapping[str, Any], what: str
) -> Iterator[tuple[str, list[tuple[str, set[str]]], str | None]]:
    """From id, to ids with their labels, and the token that follows."""
    for result in results(answer):
        try:
            source = str(result["from"]["id"])
            targets = [
                (
                    str(to["toObjectId"]),
                    {t["label"] for t in to["associationTypes"] if t.get("label")},
                )
                for to in result["to"]
            ]
        except (KeyError, TypeError):
            raise TransientError(f"HubSpot: {what}: a result without an id, tried again") from None
        yield source, targets, next_after(result)
