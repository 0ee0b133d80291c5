"""One way to talk to a vendor over HTTP: auth, pacing, retries, time-outs, typed failures.

Built on urllib3, the library under `requests`: the same connections, without the 0.5 ms of
processor time that `requests` adds to each page and that would make the client, not the vendor,
the limit of a backfill.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from urllib.request import getproxies, proxy_bypass

import orjson
import urllib3

from revops_pipeline.redaction import protect, told
from revops_pipeline.sources.stream import PermanentError, TransientError

TRANSIENT_STATUSES = frozenset({408, 423, 425, 429, 477, 500, 502, 503, 504, 520, 521, 522, 524})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Retry:
    """Exponential back-off with jitter, in seconds; a Retry-After of the vendor goes before it, up
    to `longest_wait`: a run that waits for hours holds a worker and tells nobody why."""

    attempts: int = 3
    base_seconds: float = 0.5
    max_seconds: float = 60.0
    longest_wait: float = 120.0

    def delay(self, attempt: int) -> float:
        ceiling = min(self.max_seconds, self.base_seconds * 2.0**attempt)
        return float(ceiling) * (0.5 + random.random() / 2)  # noqa: S311 - jitter, not a secret


class RateWindow:
    """At most `limit` requests in any `seconds`: a sliding window, as rolling limits are defined."""

    def __init__(self, limit: float, seconds: float) -> None:
        self._lock = threading.Lock()
        self._sent: deque[float] = deque()
        self._limit, self._seconds = max(1, int(limit)), seconds
        self._not_before = 0.0

    def set(self, limit: float, seconds: float) -> None:
        with self._lock:
            self._limit, self._seconds = max(1, int(limit)), seconds

    def hold(self, seconds: float) -> None:
        """Nothing is sent for so long: the vendor asked for it."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def acquire(self) -> None:
        while (wait := self._take()) > 0:
            time.sleep(wait)

    def _take(self) -> float:
        with self._lock:
            now = time.monotonic()
            if now < self._not_before:
                return max(0.001, self._not_before - now)
            while self._sent and self._sent[0] <= now - self._seconds:
                self._sent.popleft()
            if len(self._sent) < self._limit:
                self._sent.append(now)
                return 0.0
            # Never nothing: rounding must not let a request pass that was not counted.
            return max(0.001, self._sent[0] + self._seconds - now)


@dataclass(slots=True)
class Stats:
    """What a session did; `budget` is the vendor's own word on what is left."""

    requests: int = 0
    retries: int = 0
    budget: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


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
        timeout: float = 30.0,
        connections: int = 16,
        on_headers: Callable[[Mapping[str, str]], None] | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.stats = Stats()
        self._name, self._variable, self._address_hint = name, variable, address_hint
        self._pace, self._retry, self._on_headers = pace, retry, on_headers
        self._headers = {"accept": "application/json", **headers}
        # Credentials, behind the name of their scheme.
        protect(*(v.split(" ")[-1] for name, v in headers.items() if not name.startswith("accept")))
        settings: dict[str, Any] = {
            "maxsize": connections,
            "block": False,
            "retries": False,
            "timeout": urllib3.Timeout(connect=min(10.0, timeout), read=timeout),
        }
        url = urllib3.util.parse_url(self.base_url)
        proxy = getproxies().get(url.scheme or "http")
        if proxy and not proxy_bypass(url.host or ""):
            self._pool: urllib3.PoolManager = urllib3.ProxyManager(proxy, **settings)
        else:
            self._pool = urllib3.PoolManager(**settings)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return self._json("GET", path + (f"?{urlencode(params)}" if params else ""), None, None)

    def post(self, path: str, body: Any, *, pace: RateWindow | None = None) -> Any:
        """A POST that only reads: as safe to repeat as a GET."""
        return self._json("POST", path, orjson.dumps(body), pace)

    def close(self) -> None:
        self._pool.clear()

    def _json(self, method: str, path: str, body: bytes | None, pace: RateWindow | None) -> Any:
        attempt = throttled = 0
        while True:
            for window in (self._pace, pace):
                if window:
                    window.acquire()
            try:
                return self._once(method, path, body)
            except _Throttled as error:
                # A limit that somebody else uses up is no fault of the request: wait longer.
                throttled += 1
                if (error.retry_after or 0.0) > self._retry.longest_wait:
                    raise TransientError(self._asked_to_wait(error)) from None
                if throttled > self._retry.attempts * 4:
                    raise TransientError(str(error)) from None
                pause = error.retry_after or self._retry.delay(min(throttled, 5))
                (pace or self._pace or RateWindow(1, 0)).hold(pause)
                time.sleep(pause)
            except TransientError:
                if attempt >= self._retry.attempts:
                    raise
                time.sleep(self._retry.delay(attempt))
                attempt += 1
            with self.stats.lock:
                self.stats.retries += 1

    def _once(self, method: str, path: str, body: bytes | None) -> Any:
        where = f"{method} {path.partition('?')[0]}"
        headers = self._headers_for(path)
        if body:
            headers = {**headers, "content-type": "application/json"}
        with self.stats.lock:
            self.stats.requests += 1
        try:
            answer = self._pool.urlopen(method, self.base_url + path, body=body, headers=headers)
        except (urllib3.exceptions.LocationParseError, urllib3.exceptions.URLSchemeUnknown):
            raise PermanentError(
                f"{self._name}: {self.base_url!r} is no web address; check {self._address_hint}"
            ) from None
        except urllib3.exceptions.HTTPError as error:
            raise TransientError(self._network_message(where, error)) from None
        if self._on_headers:
            self._on_headers(answer.headers)
        if answer.status in REDIRECTS:
            return self._redirected(method, where, answer.headers.get("Location") or "", body)
        if answer.status >= 400:
            raise self._failure(where, answer)
        return self._parsed(path, where, answer)

    def _headers_for(self, _path: str) -> Mapping[str, str]:
        """The headers of every request to a path."""
        return self._headers

    def _parsed(self, _path: str, where: str, answer: urllib3.BaseHTTPResponse) -> Any:
        """What a good answer holds. A TransientError has it asked for again."""
        try:
            return orjson.loads(answer.data)
        except orjson.JSONDecodeError:
            raise TransientError(
                f"{self._name}: {where} answered {answer.status} with broken JSON "
                f"({len(answer.data)} bytes); the address in {self._address_hint} may not be an API"
            ) from None

    def _redirected(self, method: str, where: str, location: str, body: bytes | None) -> Any:
        """Follows a redirect within the same host: the token goes nowhere else."""
        path = location.removeprefix(self.base_url)
        if (
            not path.startswith("/")
            or path.startswith("//")
            or f"{method} {path.partition('?')[0]}" == where
        ):
            raise PermanentError(
                f"{self._name}: {where} is redirected to another address; set {self._address_hint} "
                "to where the API is"
            )
        return self._once(method, path, body)

    def _asked_to_wait(self, error: _Throttled) -> str:
        seconds = error.retry_after or 0.0
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        return (
            f"{error}; it asks to wait {seconds:,.0f} s, until {until:%Y-%m-%d %H:%M} UTC, and a run "
            f"waits {self._retry.longest_wait:,.0f} s at most. What was read is stored; a run after "
            "that time goes on"
        )

    def _network_message(self, where: str, error: Exception) -> str:
        kind = type(error).__name__
        reason = {
            "NewConnectionError": "cannot be reached (nothing listens there)",
            "NameResolutionError": "cannot be reached (the host name is unknown)",
            "ConnectTimeoutError": "did not accept a connection in time",
            "ReadTimeoutError": "did not answer in time",
            "SSLError": "failed the TLS handshake",
        }.get(kind, f"broke the connection ({kind})")
        return f"{self._name}: {self.base_url} {reason} on {where}; check {self._address_hint} and the network"

    def _failure(self, where: str, answer: urllib3.BaseHTTPResponse) -> Exception:
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
        if answer.status == 429:
            return _Throttled(text, _seconds(answer.headers.get("Retry-After")))
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


class _Throttled(TransientError):
    def __init__(self, message: str, retry_after: float | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def _message_of(body: bytes) -> str:
    """The vendor's own explanation, shortened; a body may repeat the token."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    message = document.get("message") if isinstance(document, dict) else None
    return f" ({told(message)})" if message else ""


def _seconds(value: str | None) -> float | None:
    try:
        return min(max(0.0, float(value)), 1e9) if value else None
    except ValueError:
        return None  # an HTTP date: the exponential delay serves as well
