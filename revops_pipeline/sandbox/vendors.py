"""The other vendors, beside HubSpot on one server: each under its own prefix, with the same
companies."""

from __future__ import annotations

from starlette.types import ASGIApp

from revops_pipeline.sandbox import qbr, salesforce, salesforce_login, servicenow_app
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.qbr_world import QbrWorld
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld


def vendors(portal: Portal, seed: int, latency_ms: float) -> dict[str, ASGIApp]:
    """What is mounted where."""
    crm = SalesforceWorld.generate(portal, seed, odd=False)
    desk = ServiceNowWorld.generate(portal, seed, accounts=crm.account_of)
    return {
        "/qbr": qbr.front(QbrWorld.generate(portal, seed), latency_ms=latency_ms),
        "/salesforce": salesforce.front(crm, latency_ms=latency_ms),
        "/servicenow": servicenow_app.front(desk, latency_ms=latency_ms),
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
