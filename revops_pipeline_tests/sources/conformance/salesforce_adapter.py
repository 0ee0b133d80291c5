"""Salesforce in the suite: pages of nine records; after the first read a census of some objects each
time, as of small ones, and of the others changes alone, as of large ones between two censuses."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.salesforce import front
from revops_pipeline.sandbox.salesforce_login import (
    CLIENT_ID,
    CLIENT_SECRET,
    POWERLESS_CLIENT_ID,
)
from revops_pipeline.sandbox.salesforce_schema import STREAM_OBJECTS
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.salesforce import Salesforce
from revops_pipeline.sources.salesforce_api import SalesforceApi
from revops_pipeline.sources.salesforce_login import ClientCredentials
from revops_pipeline.sources.stream import Known, Source, State, Window
from revops_pipeline_tests.sources.conformance.vendor import (
    PATIENT,
    Credentials,
    Documents,
    Front,
    Vendor,
)

# Read whole each time: records of these may vanish without a trace.
WHOLE = {"accounts": "Account", "cases": "Case", "contracts": "Contract"}


class Mixed(Salesforce):
    """An organisation of small and large objects, however few records there are."""

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        self._cadence = replace(self._cadence, cheap_requests=int(stream in WHOLE))
        return super().plan(stream, state, known)


class Adapter(Vendor):
    name = "salesforce"
    variable = "SALESFORCE_CLIENT_SECRET"
    own_faults = (
        "duplicate_rows:times=2",
        "unauthorized:times=1,skip=2",
        "create_mid_scan:times=2",
        "edit_mid_scan:times=3",
        "archive_mid_scan:times=2",
    )

    def world(self, seed: int) -> SalesforceWorld:
        portal = Portal.generate(contacts=30, companies=10, deals=2, seed=seed)
        world = SalesforceWorld.generate(portal, seed)
        world.page_size = 9
        return world

    def front(self, world: SalesforceWorld) -> Front:
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
        powerless = credentials is Credentials.INSUFFICIENT
        login = ClientCredentials(
            url,
            client_id=POWERLESS_CLIENT_ID if powerless else CLIENT_ID,
            client_secret=self.secret if wrong else CLIENT_SECRET,
        )
        api = SalesforceApi(login=login, retry=retry, timeout=timeout)
        return Mixed(api)

    def disturb(self, world: SalesforceWorld, random: Random) -> str:
        name = random.choice([n for n in STREAM_OBJECTS.values() if n != "User"])
        records = list(world.records[name].values())
        what = random.choice(("edit", "edit", "delete", "undelete", "merge", "purge", "add"))
        if what == "add" or len(records) < 3:
            return f"added {world.create(name, {'OwnerId': world.user_id})}"
        deleted = [r["Id"] for r in records if r["IsDeleted"]]
        live = [r["Id"] for r in records if not r["IsDeleted"]]
        if what == "undelete" and deleted:
            world.undelete(name, random.choice(deleted))
        elif what == "merge" and name in ("Account", "Contact") and len(live) > 2:
            world.merge(name, *random.sample(live, 2))
        elif what == "purge" and name in WHOLE.values():
            world.purge(name, random.choice([*deleted, *live]))
        elif what == "delete" and len(live) > 2:
            world.delete(name, random.choice(live))
        elif live:
            world.update(name, random.choice(live), {"OwnerId": random.choice(self._users(world))})
        return f"{what} of {name}"

    @staticmethod
    def _users(world: SalesforceWorld) -> list[str]:
        return list(world.records["User"])

    def truth(self, world: SalesforceWorld) -> dict[str, Documents]:
        return world.truth()

    def spoil(self, world: SalesforceWorld) -> set[tuple[str, str, str]]:
        found = set()
        for stream, column, field, value in (
            ("accounts", "nps_score", "NPS_Score__c", "good"),
            ("accounts", "last_login_date", "Last_Login_Date__c", "31/10/2026"),
            ("accounts", "annual_revenue", "AnnualRevenue", 1e17),
            ("opportunities", "is_won", "IsWon", "perhaps"),
            ("opportunities", "account_id", "AccountId", None),
            ("cases", "satisfaction_rating", "Satisfaction_Rating__c", 9),
            ("cases", "closed_at", "ClosedDate", "yesterday"),
            ("contracts", "term_months", "ContractTerm", 1.5),
            ("churn_signals", "severity", "Severity__c", "Dire"),
        ):
            id_ = world.create(STREAM_OBJECTS[stream], {"OwnerId": world.user_id})
            if stream == "opportunities":
                account = next(world.live("Account"))["Id"]
                closed = column == "account_id"  # an open one may get its account yet
                world.set_quietly("Opportunity", id_, {"AccountId": account, "IsClosed": closed})
            world.set_quietly(STREAM_OBJECTS[stream], id_, {field: value})
            found.add((stream, id_, column))
        return found
