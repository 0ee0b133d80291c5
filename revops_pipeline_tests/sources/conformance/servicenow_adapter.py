"""ServiceNow before the conformance suite."""

from __future__ import annotations

from random import Random

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.servicenow_app import (
    DEFAULT_PASSWORD,
    DEFAULT_USER,
    NO_ROLES_USER,
    front,
)
from revops_pipeline.sandbox.servicenow_world import STREAMS, ServiceNowWorld
from revops_pipeline.sandbox.vendor_front import VendorFront
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.servicenow import Cadence, ServiceNow
from revops_pipeline.sources.servicenow_api import ServiceNowApi
from revops_pipeline_tests.sources.conformance.vendor import (
    PATIENT,
    Credentials,
    Documents,
    Vendor,
)

CLASSES = ("incident", "problem", "change_request", "sc_task", "cmdb_ci_server", "sys_user")


class Adapter(Vendor):
    name = "servicenow"
    variable = "SERVICENOW_USERNAME"
    own_faults = (
        "duplicate_rows:times=2",
        "unordered_search:times=2",
        "cancelled_transaction:times=2",
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
    ) -> ServiceNow:
        wrong = credentials is Credentials.WRONG
        api = ServiceNowApi(
            instance_url=url,
            username=NO_ROLES_USER if credentials is Credentials.INSUFFICIENT else DEFAULT_USER,
            password=self.secret if wrong else DEFAULT_PASSWORD,
            retry=retry,
            timeout=timeout,
        )
        return ServiceNow(api, Cadence(page_size=25))

    def disturb(self, world: ServiceNowWorld, random: Random) -> str:
        table = random.choice(STREAMS)
        ids = world.ids(table)
        act = random.choice(("edit", "edit", "edit", "add", "delete", "restore"))
        if act == "edit" and ids:
            sys_id = random.choice(ids)
            world.update(sys_id, sys_tags=f"tag {random.random()}")
            return f"edited {sys_id} of {table}"
        if act == "delete" and ids:
            sys_id = random.choice(ids)
            world.delete(sys_id, audited=random.random() < 0.5)
            return f"deleted {sys_id} of {table}"
        if act == "restore" and (gone := world.deleted_ids()):
            world.restore(gone[0])
            return f"restored {gone[0]}"
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
