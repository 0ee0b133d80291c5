"""HubSpot's CRM API on the loopback interface, over made-up data that is the same for one seed."""

from revops_pipeline.sandbox.app import DEFAULT_TOKEN, create_app
from revops_pipeline.sandbox.faults import Fault
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.product import write_product_database
from revops_pipeline.sandbox.server import DEFAULT_PORT, PortInUse, Sandbox

__all__ = [
    "DEFAULT_PORT",
    "DEFAULT_TOKEN",
    "Fault",
    "PortInUse",
    "Portal",
    "Sandbox",
    "create_app",
    "write_product_database",
]
