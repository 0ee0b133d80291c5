"""Which scope of a private app lets which stream be read, and what a refusal says of it."""

from __future__ import annotations

from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.hubspot_streams import EDGES, ENGAGEMENTS, HISTORIES
from revops_pipeline.sources.stream import ObjectRefused

# HubSpot's engagements are under the scope of contacts, but for e-mails.
_SCOPES = {
    "emails": "sales-email-read (and crm.objects.contacts.read)",
    **dict.fromkeys(("calls", "meetings", "notes", "tasks"), "crm.objects.contacts.read"),
    "pipelines": "crm.objects.deals.read",
}


def refusal(stream: str, error: Refused) -> ObjectRefused:
    """What HubSpot's refusal to answer for a stream means to whoever runs this."""
    kind = HISTORIES[stream][0] if stream in HISTORIES else stream
    kind, targets = (EDGES[stream].parent, EDGES[stream].targets) if stream in EDGES else (kind, ())
    scopes = list(dict.fromkeys(_SCOPES.get(k, f"crm.objects.{k}.read") for k in (kind, *targets)))
    ways = [f"give the private app the scope {', '.join(scopes)}"] if error.status == 403 else []
    if kind in ENGAGEMENTS:
        ways.append(f"leave {kind} out of hubspot.engagements in config/revops.yml")
    told = f"{error}. To read {stream}: {', or '.join(ways)}" if ways else str(error)
    return ObjectRefused(told)
