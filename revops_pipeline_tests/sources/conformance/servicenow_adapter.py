"""ServiceNow in the suite: pages of 25 rows; of some tables the log of deletions is asked in each run,
as of large ones, and of the others all rows are compared, as of small ones."""

from __future__ import annotations

from random import Random

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.servicenow_app import (
    DEFAULT_PASSWORD,
    DEFAULT_USER,
    NO_ROLES_USER,
    front,
)
from revops_pipeline.sandbox.servicenow_query import Row
from revops_pipeline.sandbox.servicenow_world import STREAMS, ServiceNowWorld
from revops_pipeline.sandbox.vendor_front import VendorFront
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.servicenow import Cadence, ServiceNow
from revops_pipeline.sources.servicenow_api import ServiceNowApi
from revops_pipeline.sources.stream import Known, Source, State, Window
from revops_pipeline_tests.sources.conformance.vendor import (
    PATIENT,
    Credentials,
    Documents,
    Vendor,
)

CLASSES = ("incident", "problem", "change_request", "sc_task", "cmdb_ci_server", "sys_user")
# What is in no log, or comes with an old time, happens to rows of other tables alone: of these it is
# found once a day.
LARGE = ("incident", "sys_user")


def _is_large(row: Row) -> bool:
    return row["sys_class_name"] in LARGE


class Mixed(ServiceNow):
    """An instance of small and large tables, however few rows there are."""

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        self._plan = None
        self._cadence = Cadence(page_size=25, cheap_rows=0 if stream in LARGE else 10_000)
        return super().plan(stream, state, known)


class Adapter(Vendor):
    name = "servicenow"
    variable = "SERVICENOW_USERNAME"
    own_faults = (
        "duplicate_rows:times=2",
        "unordered_search:times=2",
        "cancelled_transaction:times=2",
        "lost_total:times=2",
        "lost_row:times=2",
    )

    def world(self, seed: int) -> ServiceNowWorld:
        portal = Portal.generate(contacts=40, companies=20, deals=2, seed=seed)
        return ServiceNowWorld.generate(portal, seed, incidents=90)

    def front(self, world: ServiceNowWorld) -> VendorFront:
        return front(world)

    def source(
        self,
        url: str,
        *,
        credentials: Credentials = Credentials.RIGHT,
        retry: Retry = PATIENT,
        timeout: float = 5.0,
    ) -> Source:
        wrong = credentials is Credentials.WRONG
        api = ServiceNowApi(
            instance_url=url,
            username=NO_ROLES_USER if credentials is Credentials.INSUFFICIENT else DEFAULT_USER,
            password=self.secret if wrong else DEFAULT_PASSWORD,
            retry=retry,
            timeout=timeout,
        )
        return Mixed(api, Cadence(page_size=25))

    def disturb(self, world: ServiceNowWorld, random: Random) -> str:
        table = random.choice(STREAMS)
        ids = world.ids(table)
        act = random.choice(("edit", "edit", "edit", "import", "add", "delete", "restore"))
        if act in ("edit", "import") and ids:
            sys_id = random.choice(ids)
            old = act == "import" and not _is_large(world.row(sys_id))
            at = f"2020-01-{random.randint(1, 28):02d} 00:00:00" if old else None
            world.update(sys_id, at=at, sys_tags=f"tag {random.random()}")
            return f"{act}ed {sys_id} of {table}"
        if act == "delete" and ids:
            sys_id = random.choice(ids)
            audited = _is_large(world.row(sys_id)) or random.random() < 0.5
            world.delete(sys_id, audited=audited)
            return f"deleted {sys_id} of {table}"
        small = [i for i in world.deleted_ids() if not _is_large(world.deleted_row(i))]
        if act == "restore" and small:
            world.restore(small[0])
            return f"restored {small[0]}"
        return f"added {world.add(random.choice(CLASSES), name='new')}"

    def truth(self, world: ServiceNowWorld) -> dict[str, Documents]:
        return world.truth()

    def spoil(self, world: ServiceNowWorld) -> set[tuple[str, str, str]]:
        incident, user = world.ids("incident")[0], world.ids("sys_user")[0]
        world.update(
            incident,
            priority="urgent",
            opened_at="2026-10-02 08:00:00",
            u_first_responded_at="",
            resolved_at="",
            closed_at="2026-10-01 08:00:00",
            u_satisfaction_rating="11",
        )
        world.update(user, active="perhaps")
        return {
            ("incident", incident, "priority"),
            ("incident", incident, "closed_at"),
            ("incident", incident, "satisfaction_rating"),
            ("sys_user", user, "is_active"),
        }
