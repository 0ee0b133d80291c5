"""QBR in the suite: eleven pages of seven, so that cursors matter in a small world."""

from __future__ import annotations

from random import Random
from typing import Any

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.qbr import DEFAULT_KEY, SCOPELESS_KEY, front
from revops_pipeline.sandbox.qbr_world import QbrWorld, new_review
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.qbr import Qbr
from revops_pipeline.sources.qbr_api import QbrApi
from revops_pipeline.sources.stream import Source
from revops_pipeline_tests.sources.conformance.vendor import (
    PATIENT,
    Credentials,
    Documents,
    Front,
    Vendor,
)

KEYS = {
    Credentials.RIGHT: DEFAULT_KEY,
    Credentials.WRONG: Vendor.secret,
    Credentials.INSUFFICIENT: SCOPELESS_KEY,
}


class Adapter(Vendor):
    name = "qbr"
    variable = "QBR_API_KEY"

    def world(self, seed: int) -> QbrWorld:
        portal = Portal.generate(contacts=4, companies=20, deals=2, seed=seed)
        return QbrWorld.generate(portal, seed, records=74)

    def front(self, world: QbrWorld) -> Front:
        return front(world)

    def source(
        self,
        url: str,
        *,
        credentials: Credentials = Credentials.RIGHT,
        retry: Retry = PATIENT,
        timeout: float = 5.0,
    ) -> Source:
        key = KEYS[credentials]
        return Qbr(QbrApi(base_url=url, key=key, page_size=7, retry=retry, timeout=timeout))

    def disturb(self, world: QbrWorld, random: Random) -> str:
        places = world.places()
        what = random.choice(("edit", "edit", "delete", "add"))
        if what == "add" or len(places) < 3:
            return f"added {world.add(new_review(world, random))}"
        place = random.choice(places)
        if what == "delete":
            world.delete(place)
        else:
            world.edit(place, health_score=random.randrange(100))
        return f"{what} {place}"

    def may_repeat(self, path: str) -> bool:
        """The page that ended the list, before anything is deleted."""
        return True

    def truth(self, world: QbrWorld) -> dict[str, Documents]:
        return world.truth()

    def spoil(self, world: QbrWorld) -> set[tuple[str, str, str]]:
        odd: dict[str, Any] = {
            "csat_score": 7.5,
            "contract_start_date": "31/12/2025",
            "roi_calculated": "perhaps",
            "renewal_probability": "often",
            "sla_compliance_rate": 97,
        }
        found = set()
        for place, (column, value) in zip(world.places(), odd.items(), strict=False):
            world.edit(place, **{column: value})
            found.add(("records", world.record(place)["record_id"], column))
        return found
