"""No more requests than a vendor allows."""

from __future__ import annotations

import threading
import time
from collections import deque


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
