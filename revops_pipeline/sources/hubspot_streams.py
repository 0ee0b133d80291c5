"""What HubSpot holds, as streams, and how the streams hang together."""

from __future__ import annotations

from revops_pipeline.sources.stream import Mode, Stream

# Contacts alone are modified under this name; asking them by the other finds nothing, silently.
MODIFIED = {"contacts": "lastmodifieddate"}

# Edge stream → (parent, what it is linked with). The parent's list carries the edges inline.
EDGES = {
    "contact_companies": ("contacts", "companies"),
    "deal_companies": ("deals", "companies"),
    "deal_contacts": ("deals", "contacts"),
}
OBJECTS = ("contacts", "companies", "deals")


def _stream(name: str, mode: Mode, description: str) -> Stream:
    return Stream("hubspot", name, mode, description)


STREAMS = (
    _stream("contacts", Mode.UPSERT, "One row per HubSpot contact, archived ones included."),
    _stream("companies", Mode.UPSERT, "One row per HubSpot company, archived ones included."),
    _stream("deals", Mode.UPSERT, "One row per HubSpot deal, archived ones included."),
    _stream("owners", Mode.SNAPSHOT, "One row per HubSpot owner, archived ones included."),
    _stream("pipelines", Mode.SNAPSHOT, "One row per deal pipeline, with its stages."),
    _stream("contact_companies", Mode.CHILDREN, "One row per contact and associated company."),
    _stream("deal_companies", Mode.CHILDREN, "One row per deal and associated company."),
    _stream("deal_contacts", Mode.CHILDREN, "One row per deal and associated contact."),
)
