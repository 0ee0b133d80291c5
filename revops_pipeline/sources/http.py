"""One way to talk to a vendor over HTTP: auth, pacing, retries, time-outs, typed failures.

Built on urllib3, the library under `requests`: the same connections, without the 0.5 ms of
processor time that `requests` adds to each page and that would make the client, not the vendor,
the limit of a backfill.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3

from revops_pipeline.redaction import protect, told
from revops_pipeline.sources.addresses import expect_encrypted, redirected
from revops_pipeline.sources.headers import seconds_to_wait
from revops_pipeline.sources.pace import Limits, RateWindow, Retry, Stats
from revops_pipeline.sources.pool import Overlong, Pool, Reply, overdue, within
from revops_pipeline.sources.stream import (
    PermanentError,
    TransientError,
)
from revops_pipeline.sources.understood import understood
from revops_pipeline.sources.unreached import Way, too_long
from revops_pipeline.sources.vendor_json import Unreadable, dumps, loads, parse

__all__ = ["HttpSession", "Limits", "Refused", "Retry", "TooLarge", "wait_of"]

MIB = 1024 * 1024
TRANSIENT_STATUSES = frozenset({408, 423, 425, 429, 477, 500, 502, 503, 504, 520, 521, 522, 524})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_log = logging.getLogger(__name__)


class HttpSession:
    """Keep-alive requests to one host, safe to share between threads.

    `variable` is what an authentication failure tells the user to look at (the variable's
    name, never its value). `on_headers` sees every answer's headers: live limits are read there.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        name: str,
        variable: str,
        address_hint: str,
        pace: RateWindow | None,
        retry: Retry,
        limits: Limits | None = None,
        timeout: float = 30.0,
        allow_http: bool = False,
        connections: int = 16,
        on_headers: Callable[[Mapping[str, str]], None] | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.stats = Stats()
        self._name, self._variable, self._address_hint = name, variable, address_hint
        self._pace, self._retry, self._on_headers = pace, retry, on_headers
        self._limits = limits or Limits()
        self._headers = {"accept": "application/json", **headers}
        # Credentials, behind the name of their scheme.
        protect(*(v.split(" ")[-1] for name, v in headers.items() if not name.startswith("accept")))
        self._mended = False
        expect_encrypted(self.base_url, name=name, hint=address_hint, allow_http=allow_http)
        self._pool = Pool(
            self.base_url,
            name=name,
            hint=address_hint,
            timeout=min(timeout, self._limits.request_seconds),
            connections=connections,
        )
        self._way = Way(name, self.base_url, address_hint, self._pool.proxy)

    def get(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        read: Callable[[Any], Any] = lambda answer: answer,
    ) -> Any:
        """What `read` makes of the answer: an answer that it stumbles over is asked for again, as one
        that does not come is."""
        return self._json("GET", path + (f"?{urlencode(params)}" if params else ""), None, read)

    def post(
        self,
        path: str,
        body: Any,
        *,
        pace: RateWindow | None = None,
        read: Callable[[Any], Any] = lambda answer: answer,
    ) -> Any:
        """A POST that only reads: as safe to repeat as a GET."""
        return self._json("POST", path, dumps(body), read, pace)

    def close(self) -> None:
        self._pool.close()

    def _json(
        self,
        method: str,
        path: str,
        body: bytes | None,
        read: Callable[[Any], Any],
        pace: RateWindow | None = None,
    ) -> Any:
        attempt = throttled = 0
        while True:
            for window in (self._pace, pace):
                if window:
                    window.acquire()
            try:
                with understood(f"{self._name}: the answer to {_where(method, path)}"):
                    return read(self._once(method, path, body))
            except _Throttled as error:
                # A limit that somebody else uses up is no fault of the request: wait longer.
                throttled += 1
                if (error.retry_after or 0.0) > self._retry.longest_wait:
                    raise too_long(
                        str(error), error.retry_after, self._retry.longest_wait
                    ) from None
                if throttled > self._retry.attempts * 4:
                    raise TransientError(str(error)) from None
                pause = error.retry_after or self._retry.delay(min(throttled, 5))
                (pace or self._pace or RateWindow(1, 0)).hold(pause)
                time.sleep(pause)
            except TooLarge:
                raise
            except TransientError:
                if attempt >= self._retry.attempts:
                    raise
                time.sleep(self._retry.delay(attempt))
                attempt += 1
            with self.stats.lock:
                self.stats.retries += 1

    def _once(self, method: str, path: str, body: bytes | None) -> Any:
        where, url = _where(method, path), self.base_url + path
        headers = self._headers_for(path)
        if body:
            headers = {**headers, "content-type": "application/json"}
        with within(self._limits.request_seconds):
            for _ in range(self._limits.redirects + 1):
                answer = self._sent(method, url, body, headers, where)
                if self._on_headers:
                    self._on_headers(answer.headers)
                if answer.status not in REDIRECTS:
                    break
                url = self._redirected(where, url, answer.headers.get("Location") or "")
            else:
                raise PermanentError(
                    f"{self._name}: {where} is redirected in circles: more than "
                    f"{self._limits.redirects} times (limits.redirects); set {self._address_hint} to "
                    "where the API is"
                )
        if answer.status >= 400:
            raise self._failure(where, answer)
        return self._parsed(path, where, answer)

    def _sent(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], where: str
    ) -> Reply:
        """The answer to one request, whatever its status."""
        with self.stats.lock:
            self.stats.requests += 1
        headers, most = {**headers, "accept-encoding": "gzip"}, self._limits.answer_mib * MIB
        try:
            return self._pool.ask(method, url, body, headers, most)
        except Overlong:
            raise TooLarge(
                f"{self._name}: {where} answered more than {self._limits.answer_mib} MiB "
                "(limits.answer_mib in config/revops.yml), and the rest was not read; no page of an "
                "API is so large"
            ) from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if overdue():
                seconds = f"{self._limits.request_seconds:g}"
                raise TransientError(
                    f"{self._name}: {where} took longer than {seconds} s in all "
                    "(limits.request_seconds in config/revops.yml) and was broken off"
                ) from None
            raise self._way.failure(where, error) from None

    def _headers_for(self, _path: str) -> Mapping[str, str]:
        """The headers of every request to a path."""
        return self._headers

    def _parsed(self, _path: str, where: str, answer: Reply) -> Any:
        """What a good answer holds. A TransientError has it asked for again."""
        try:
            parsed = parse(answer.data)
        except Unreadable as error:
            raise TransientError(
                f"{self._name}: {where} answered {answer.status} with broken JSON "
                f"({error}, {len(answer.data)} bytes); the address in {self._address_hint} may not "
                "be an API"
            ) from None
        if parsed.mended:
            self.tell_of_halves(where)
        return parsed.value

    def tell_of_halves(self, where: str) -> None:
        """Says once that texts are not stored as they were sent."""
        with self.stats.lock:
            known, self._mended = self._mended, True
        if not known:
            _log.warning(
                "%s: texts in the answer to %s hold half an emoji, which no text can: each half is "
                "stored as the replacement character U+FFFD, here and in what follows",
                self._name,
                where,
            )

    def _redirected(self, where: str, url: str, location: str) -> str:
        """Where a redirect within the same host leads: the token goes nowhere else."""
        target = redirected(url, location)
        if target is None or target == url:
            raise PermanentError(
                f"{self._name}: {where} is redirected to another address; set {self._address_hint} "
                "to where the API is"
            )
        return target

    def _failure(self, where: str, answer: Reply) -> Exception:
        detail = _message_of(answer.data)
        text = f"{self._name}: {where} answered {answer.status}{detail}"
        if answer.status == 401:
            return PermanentError(
                f"{text}; the key or token is wrong or expired: set {self._variable}"
            )
        if answer.status == 403:
            return Refused(
                f"{text}; {self._variable} lacks a right for this (a scope, a permission): have it "
                "added",
                403,
            )
        if answer.status == 407:
            return self._way.refused_by_proxy(where)
        if answer.status == 429:
            return _Throttled(text, wait_of(answer))
        if answer.status in TRANSIENT_STATUSES or answer.status >= 500:
            return TransientError(text)
        if answer.status == 404:
            text += f"; does {self._address_hint} ({self.base_url}) lead to its API?"
        return Refused(text, answer.status)


class Refused(PermanentError):
    """The vendor will not answer this request however often it is asked: its status tells why."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class TooLarge(TransientError):
    """The same request would have the same answer: a smaller one may not."""


class _Throttled(TransientError):
    def __init__(self, message: str, retry_after: float | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def wait_of(answer: Reply) -> float | None:
    """The seconds that an answer asks to wait."""
    return seconds_to_wait(answer.headers.get("Retry-After"), answer.headers.get("Date"))


def _where(method: str, path: str) -> str:
    return f"{method} {path.partition('?')[0]}"


def _message_of(body: bytes) -> str:
    """The vendor's own explanation, shortened; a body may repeat the token."""
    try:
        document = loads(body)
    except Unreadable:
        return ""
    message = document.get("message") if isinstance(document, dict) else None
    return f" ({told(message)})" if message else ""
