"""Which windows bring ServiceNow's tables up to date; makes no request.

Times are epoch seconds by the instance's clock. A table's state:
- `cursor`: everything that was last updated before it was read;
- `reached`: how far a later read came that did not come to its end;
- `backfill`: the last key (time, id) and the start of a first read that is under way;
- `audited_to`, `census_at`: when deletions were last looked up, in the log of deletions and by
  comparing all rows.
A state without one of them has that part done at once. One that is still to come was stored while a
clock was wrong: it counts as now, and as nobody knows what was changed since the table was really
read, all rows are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from revops_pipeline.sources.servicenow_streams import TOGGLES, VERSION
from revops_pipeline.sources.stream import RETURNED, Known, State, Window

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
            started = min(backfill["started"], now)
            # What is updated between the start of this read and its end is in the next window.
            settled = {"cursor": started, "audited_to": started}
            bounds = {**backfill, "started": started, "end": started + AHEAD}
            return [Window(table, "backfill", bounds, settled=settled)]
        cursor = min(max(int(state["cursor"]), int(state.get("reached", 0))), now)
        # A row that was being written while its second was read is there the next time; never less
        # than a minute, whatever is set.
        start = cursor - max(60, self._cadence.overlap_minutes * 60)
        bounds = {"start": start, "end": now + AHEAD, "cursor": cursor}
        settled = {"cursor": now, "reached": None, "backfill": None}
        windows = [Window(table, "changes", bounds, settled=settled)]
        cheap = known.count(table) <= self._cadence.cheap_rows
        if cheap or RETURNED in state or self._census_due(state):
            versions = known.live_versions(table, VERSION)
            # Of another version than any: what was stored while a field was hidden is read again.
            if back := state.get(RETURNED):
                versions |= dict.fromkeys(known.lacking(table, back), "")
            stored = {"known": versions}
            windows.append(Window(table, "census", stored, settled={"census_at": now}, stage=1))
        if not cheap:
            bounds = {"start": min(state.get("audited_to", cursor), now) - HOUR}
            windows.append(Window(table, "audit", bounds, settled={"audited_to": now}, stage=1))
        return windows

    def _census_due(self, state: State) -> bool:
        times = [state.get(name, 0) for name in ("cursor", "reached", "census_at", "audited_to")]
        age = self._now - state.get("census_at", 0)
        return bool(age > self._cadence.census_hours * HOUR or max(times) > self._now + AHEAD)
