"""HubSpot's request limits: so many in ten seconds, so many searches a second, so many a day."""

from collections import deque
from time import monotonic
from typing import Final

import orjson

from revops_pipeline.sandbox.errors import error_body
from revops_pipeline.sandbox.web import Answer

_INTERVAL_S: Final = 10.0
_UNLIMITED: Final = 1_000_000


class Limits:
    """Rolling windows. A limit of 0 switches it off; headers then speak of a million.

    Searches have a window of their own, do not count in the ten-second one and carry no headers.
    """

    def __init__(
        self, rate_limit: int, search_limit: int, daily_limit: int, retry_after: bool
    ) -> None:
        self.rate_limit = rate_limit
        self.search_limit = search_limit
        self.daily_limit = daily_limit
        self.retry_after = retry_after
        self.used_today = 0
        self._recent: deque[float] = deque()
        self._searches: deque[float] = deque()

    def refuse(self, search: bool) -> Answer | None:
        """Count a request; the 429 it gets if it is one too many (refused ones do not count)."""
        if self.daily_limit and self.used_today >= self.daily_limit:
            return self.too_many("DAILY", 3600)
        now = monotonic()
        if search:
            wait = _admit(self._searches, self.search_limit, now, 1.0)
        else:
            wait = _admit(self._recent, self.rate_limit, now, _INTERVAL_S)
        if wait is None:
            self.used_today += 1
            return None
        return self.too_many("SECONDLY" if search else "TEN_SECONDLY_ROLLING", wait)

    def too_many(self, policy: str, wait_s: float = 1.0, retry_after: bool | None = None) -> Answer:
        """HubSpot's 429. `retry_after` None: as this portal is set."""
        body = error_body(
            f"You have reached your {policy.lower()} limit.",
            "RATE_LIMITS",
            errorType="RATE_LIMIT",
            policyName=policy,
            groupName=f"publicapi:private-apps:api-calls:{policy.lower()}",
        )
        told = self.retry_after if retry_after is None else retry_after
        seconds = str(max(1, int(wait_s + 0.999))).encode()
        return Answer(429, orjson.dumps(body), ((b"retry-after", seconds),) if told else ())

    def forget(self) -> None:
        """Nothing was asked so far."""
        self.used_today = 0
        self._recent.clear()
        self._searches.clear()

    def headers(self) -> list[tuple[bytes, bytes]]:
        limit = self.rate_limit or _UNLIMITED
        left = max(0, limit - len(self._recent)) if self.rate_limit else limit
        daily = self.daily_limit or _UNLIMITED
        daily_left = max(0, daily - self.used_today) if self.daily_limit else daily
        return [
            (b"x-hubspot-ratelimit-daily", b"%d" % daily),
            (b"x-hubspot-ratelimit-daily-remaining", b"%d" % daily_left),
            (b"x-hubspot-ratelimit-interval-milliseconds", b"10000"),
            (b"x-hubspot-ratelimit-max", b"%d" % limit),
            (b"x-hubspot-ratelimit-remaining", b"%d" % left),
        ]


def _admit(recent: deque[float], limit: int, now: float, interval_s: float) -> float | None:
    """Note a request, or say in how many seconds there will be room for one."""
    if not limit:
        return None
    while recent and recent[0] <= now - interval_s:
        recent.popleft()
    if len(recent) >= limit:
        return recent[0] + interval_s - now
    recent.append(now)
    return None
