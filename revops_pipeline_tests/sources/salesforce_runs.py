"""Salesforce's query jobs in tests: small limits, quick looks, and what was asked of them."""

from __future__ import annotations

from revops_pipeline.sources.salesforce import Cadence
from revops_pipeline.sources.salesforce_bulk import Waits
from revops_pipeline.warehouse.base import LogEntry
from revops_pipeline_tests.sources.salesforce_org import Org

REST = Cadence(cheap_requests=0, bulk_rows=0)
BULK = Cadence(cheap_requests=0, bulk_rows=5)
BULK_CENSUS = Cadence(cheap_requests=0, census_hours=-1, bulk_rows=5)
FAST = Waits(first=0.001, most=0.005, limit=5)
STREAM = "contacts"


def run(org: Org, cadence: Cadence = BULK, streams: list[str] | None = None) -> dict[str, LogEntry]:
    return org.run(cadence=cadence, streams=streams, waits=FAST)


def asked(org: Org, method: str, part: str) -> list[str]:
    return [a.path for a in org.server.asked if a.method == method and part in a.path]
