"""A portal that is lived in while the pipeline copies it again and again and dies now and then.

Everything follows from the seed: what people do, which faults strike, where a run is killed, how
often things are read again. Pages are tiny, so that a portal of a few dozen records has many.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from random import Random
from unittest.mock import patch

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline.sandbox.life import Life
from revops_pipeline.sources import hubspot_plan, hubspot_read, hubspot_records
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.hubspot import Cadence, HubSpot
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sources.copies import differences
from revops_pipeline_tests.sources.forked import CRASH_POINTS, Crash, forked

DAY_MS = 24 * 3_600_000
SMALL = {
    "LIST_PAGE": 5,
    "BATCH": 5,
    "SEARCH_PAGE": 4,
    "SEARCH_CEILING": 8,
    "EDGE_BATCH": 7,
    "HISTORY_PAGE": 3,
}
FAULTS = (
    "chaos:probability=0.15",
    "unordered_search",
    "http_429_no_retry_after:probability=0.05",
    "unstable_search:probability=0.2",
    "index_lag:ms=30000",
    "index_lag:ms=3000000",
    "edit_mid_scan:probability=0.3",
    "archive_mid_scan:probability=0.2",
    "create_mid_scan:probability=0.2",
    "delete_mid_scan:probability=0.1",
    "merge_mid_scan:probability=0.1",
    "restore_mid_scan:probability=0.1",
    "one_millisecond",
    "unauthorized:probability=0.02",
    "search_ceiling:size=10",
)


class RandomPortal:
    """One seed. `counts` tells what happened to it."""

    def __init__(self, sandbox: Sandbox, folder: Path, seed: int) -> None:
        self._random = Random(f"portal/{seed}")
        self.portal = Portal.generate(
            contacts=self._random.randint(0, 24),
            companies=self._random.randint(0, 8),
            deals=self._random.randint(0, 10),
            seed=seed,
        )
        self.portal.clock.stop()
        self.portal.association_page_limit = self._random.choice((2, 500))
        self.portal.inline_association_limit = self._random.choice((2, 100))
        self._sandbox, self._path = sandbox, folder / f"{seed}.duckdb"
        sandbox.reset(self.portal, seed)
        self._cadence = Cadence(
            sweep_minutes=self._random.choice((1, 60)),
            cheap_requests=self._random.choice((0, 0, 2)),
            engagement_minutes=self._random.choice((0, 5)),
        )
        self.counts: Counter[str] = Counter()

    def live(self, rounds: int) -> None:
        """Days of a portal and of its pipeline."""
        life = Life(self.portal, self._random, longest_wait_ms=self._random.choice((5_000, DAY_MS)))
        for _ in range(rounds):
            for fault in self._random.sample(FAULTS, self._random.randint(0, 3)):
                self._sandbox.faults.add(fault)
            for _ in range(self._random.randint(0, 12)):
                life.step()
                self.counts["changes"] += 1
            crash = None
            if self._random.random() < 0.5:
                point = self._random.choice(list(CRASH_POINTS))
                crash = Crash(point, self._random.choice((1, 1, 2, 3, 8)))
            self.run(crash)
            self.counts["faults"] += sum(self._sandbox.faults.counts.values())
            self._sandbox.faults.counts.clear()
            self._sandbox.faults.clear()

    def settle(self) -> list[str]:
        """Nothing goes wrong for a day, and then a run; what is gone is found by that one, and what
        hung on it by the next. Returns what then is not as in the portal."""
        found: list[str] = []
        for _ in range(2):
            self.portal.clock.advance(DAY_MS + 60_000)
            assert self.run() == "done"
            found = differences(self._path, self.portal)
            if not found:
                break
        return found

    def run(self, crash: Crash | None = None) -> str:
        ended = forked(self._load, crash)
        self.counts[ended] += 1
        return ended

    def _load(self) -> None:
        with ExitStack() as stack:
            for module in (hubspot_plan, hubspot_read, hubspot_records):
                for name in SMALL.keys() & vars(module).keys():
                    stack.enter_context(patch.object(module, name, SMALL[name]))
            api = HubSpotApi(
                base_url=self._sandbox.url,
                token=self._sandbox.token,
                retry=Retry(attempts=4, base_seconds=0.001, max_seconds=0.01),
                timeout=5,
                search_per_second=0,
            )
            load(HubSpot(api, self._cadence), DuckDBWarehouse(self._path), run_id="random")
