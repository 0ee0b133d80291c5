"""Salesforce once more, with all that is more than a few records read by query jobs."""

from __future__ import annotations

from revops_pipeline.sandbox.salesforce_login import CLIENT_ID, CLIENT_SECRET, POWERLESS_CLIENT_ID
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.salesforce import Cadence
from revops_pipeline.sources.salesforce_api import SalesforceApi
from revops_pipeline.sources.salesforce_bulk import Waits
from revops_pipeline.sources.salesforce_login import ClientCredentials
from revops_pipeline.sources.stream import Source
from revops_pipeline_tests.sources.conformance import salesforce_adapter
from revops_pipeline_tests.sources.conformance.vendor import (
    COMMON_FAULTS,
    PATIENT,
    Credentials,
)

WAITS = Waits(first=0.001, most=0.01, limit=10)


class Adapter(salesforce_adapter.Adapter):
    faults = COMMON_FAULTS
    own_faults = (
        "deleted_job:probability=0.3",
        "lost_rows:times=2",
        "wrong_record_count:times=2",
    )

    def world(self, seed: int) -> SalesforceWorld:
        world = super().world(seed)
        world.job_records = 9
        return world

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
        api = SalesforceApi(login=login, retry=retry, timeout=timeout, waits=WAITS)
        return salesforce_adapter.Mixed(api, Cadence(bulk_rows=5))

    def may_repeat(self, path: str) -> bool:
        """A job is looked at until it is done."""
        return "/jobs/query/" in path and not path.endswith("/results")
