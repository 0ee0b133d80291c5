"""How often a vendor is asked, how long it is waited for, and when it is given up."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class Limits:
    """What no request goes beyond: the seconds that it takes in all, redirects among them; the size
    of its answer, unpacked, in MiB; and how often it is redirected."""

    request_seconds: float = 300.0
    answer_mib: int = 256
    redirects: int = 10


@dataclass(slots=True)
class Stats:
    """What a session did; `budget` is the vendor's own word on what is left."""

    requests: int = 0
    retries: int = 0
    budget: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


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
