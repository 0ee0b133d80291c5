"""The other vendors, beside HubSpot on one server: each under its own prefix, with the same
companies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.types import ASGIApp

from revops_pipeline.sandbox import qbr, salesforce, salesforce_login, servicenow_app
from revops_pipeline.sandbox.faults import Fault
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.qbr_world import QbrWorld
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld


def vendors(
    portal: Portal, seed: int, latency_ms: float, faults: Iterable[Fault | str] = ()
) -> dict[str, ASGIApp]:
    """What is mounted where. The faults strike each vendor by itself."""
    faults = tuple(faults)
    options: Any = {"latency_ms": latency_ms, "faults": faults, "seed": seed}
    crm = SalesforceWorld.generate(portal, seed, odd=False)
    desk = ServiceNowWorld.generate(portal, seed, accounts=crm.account_of)
    return {
        "/qbr": qbr.front(QbrWorld.generate(portal, seed), **options),
        "/salesforce": salesforce.front(crm, **options),
        "/servicenow": servicenow_app.front(desk, **options),
    }


def variables(url: str) -> dict[str, str]:
    """The environment that leads to them."""
    return {
        "QBR_BASE_URL": f"{url}/qbr",
        "QBR_API_KEY": qbr.DEFAULT_KEY,
        "SALESFORCE_INSTANCE_URL": f"{url}/salesforce",
        "SALESFORCE_CLIENT_ID": salesforce_login.CLIENT_ID,
        "SALESFORCE_CLIENT_SECRET": salesforce_login.CLIENT_SECRET,
        "SERVICENOW_INSTANCE_URL": f"{url}/servicenow",
        "SERVICENOW_USERNAME": servicenow_app.DEFAULT_USER,
        "SERVICENOW_PASSWORD": servicenow_app.DEFAULT_PASSWORD,
    }
