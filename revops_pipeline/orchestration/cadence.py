"""When a slow source is read: at which hours of the day, and how long nothing comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from revops_pipeline.config import Config, Hours
from revops_pipeline.settings import SettingsError, load_config

SLOW = ("qbr", "salesforce", "servicenow")


@dataclass(frozen=True, slots=True)
class Cadence:
    """Every `minutes` from the first of the `hours` (UTC) to the last; from 22 to 4 is a night."""

    minutes: int
    hours: Hours

    @property
    def ticks(self) -> tuple[int, ...]:
        """Hours of the day, counted from the first one on: it always is one of them."""
        first, last = self.hours
        steps = range(0, (last - first) % 24 + 1, self.minutes // 60)
        return tuple(sorted((first + step) % 24 for step in steps))

    @property
    def longest(self) -> timedelta:
        """Between two ticks: over the closed hours, if there are any."""
        ticks = self.ticks
        following = (*ticks[1:], ticks[0] + 24)
        return timedelta(hours=max(b - a for a, b in zip(ticks, following, strict=True)))


def cadence(source: str) -> Cadence:
    """A wrong settings file is told of by the run; here the defaults hold."""
    try:
        config = load_config()
    except SettingsError:
        config = Config()
    part = getattr(config, source)
    return Cadence(part.freshness_minutes, part.sync_hours)
