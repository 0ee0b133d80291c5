"""HubSpot's CRM API on the loopback interface, over made-up data that is the same for one seed."""

from revops_pipeline.sandbox.app import DEFAULT_TOKEN, create_app
from revops_pipeline.sandbox.clock import Clock
from revops_pipeline.sandbox.faults import TRANSIENT, Fault
from revops_pipeline.sandbox.life import ACTS, Life
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.product import write_product_database
from revops_pipeline.sandbox.server import DEFAULT_PORT, PortInUse, Sandbox
from revops_pipeline.sandbox.truth import Truth, TypeTruth

__all__ = [
    "ACTS",
    "DEFAULT_PORT",
    "DEFAULT_TOKEN",
    "TRANSIENT",
    "Clock",
    "Fault",
    "Life",
    "PortInUse",
    "Portal",
    "Sandbox",
    "Truth",
    "TypeTruth",
    "create_app",
    "write_product_database",
]
