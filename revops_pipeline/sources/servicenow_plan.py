"""Which windows bring ServiceNow's tables up to date; makes no request.

Times are epoch seconds by the instance's clock. A table's state:
- `cursor`: everything that was last updated before it was read;
- `reached`: how far a later read came that did not come to its end;
- `backfill`: the last key (time, id) and the start of a first read that is under way;
- `audited_to`, `census_at`: when deletions were last looked up, in the log of deletions and by
  comparing ids.
A state without one of them has that part done at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from revops_pipeline.sources.servicenow_streams import TOGGLES
from revops_pipeline.sources.stream import Known, State, Window

HOUR = 3600
# The instance tells its time to the second, and its nodes differ by some: a window reaches a little
# beyond, so that what changed just now is in this run already. The cursor does not.
AHEAD = 60


@dataclass(frozen=True, slots=True)
class Cadence:
    """How far back and how often things are read again. `tables` are the switches (a table that is
    not named is on); tables of at most `cheap_rows` rows are compared in each run."""

    overlap_minutes: int = 10
    census_hours: int = 24
    cheap_rows: int = 10_000
    page_size: int = 1000
    tables: Mapping[str, bool] = field(default_factory=dict)

    def reads(self, table: str) -> bool:
        return all(self.tables.get(switch, True) for switch, t in TOGGLES.items() if t == table)


class Plan:
    """The windows of one run."""

    def __init__(self, cadence: Cadence, now: int) -> None:
        self._cadence, self._now = cadence, now

    def windows(self, table: str, state: State, known: Known) -> list[Window]:
        if not self._cadence.reads(table):
            return []
        now = self._now
        if "cursor" not in state:
            backfill = state.get("backfill") or {"after": None, "started": now}
            started = backfill["started"]
            # What is updated between the start of this read and its end is in the next window.
            settled = {"cursor": started, "audited_to": started}
            bounds = {**backfill, "end": started + AHEAD}
            return [Window(table, "backfill", bounds, settled=settled)]
        cursor = max(int(state["cursor"]), int(state.get("reached", 0)))
        # A row that was being written while its second was read is there the next time; never less
        # than a minute, whatever is set.
        start = cursor - max(60, self._cadence.overlap_minutes * 60)
        bounds = {"start": start, "end": now + AHEAD, "cursor": cursor}
        windows = [
            Window(table, "changes", bounds, settled={"cursor": max(now, cursor), "backfill": None})
        ]
        cheap = known.count(table) <= self._cadence.cheap_rows
        if cheap or now - state.get("census_at", 0) > self._cadence.census_hours * HOUR:
            ids = {"known": known.live_ids(table)}
            windows.append(Window(table, "census", ids, settled={"census_at": now}, stage=1))
        if not cheap:
            bounds = {"start": state.get("audited_to", cursor) - HOUR}
            windows.append(Window(table, "audit", bounds, settled={"audited_to": now}, stage=1))
        return windows
