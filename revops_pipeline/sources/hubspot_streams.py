"""What HubSpot holds, as streams, and how the streams hang together."""

from __future__ import annotations

from dataclasses import dataclass

from revops_pipeline.sources.stream import Mode, Stream

# Contacts alone are modified under this name; asking them by the other finds nothing, silently.
MODIFIED = {"contacts": "lastmodifieddate"}

CRM = ("contacts", "companies", "deals")
ENGAGEMENTS = ("calls", "emails", "meetings", "notes", "tasks")
OBJECTS = CRM + ENGAGEMENTS


@dataclass(frozen=True, slots=True)
class Edges:
    """What a parent's records are linked with. Ids are `from:to`, or `from:type:to` when a stream
    links with several types. The parent's list carries the edges inline."""

    parent: str
    targets: tuple[str, ...]

    def prefix(self, target: str) -> str:
        return f"{target}:" if len(self.targets) > 1 else ""


EDGES = {
    "contact_companies": Edges("contacts", ("companies",)),
    "deal_companies": Edges("deals", ("companies",)),
    "deal_contacts": Edges("deals", ("contacts",)),
    **{f"{kind[:-1]}_associations": Edges(kind, CRM) for kind in ENGAGEMENTS},
}

# History stream → (whose, of which property). HubSpot tells the newest 20 to 45 values only.
HISTORIES = {
    "contact_lifecycle_history": ("contacts", "lifecyclestage"),
    "company_lifecycle_history": ("companies", "lifecyclestage"),
    "deal_stage_history": ("deals", "dealstage"),
}


# HubSpot's own properties that our models read; of a portal's own ones nobody can say that they
# should be there. `deal_currency_code` is one of portals with several currencies.
_STANDARD = {
    "contacts": "email firstname lastname lifecyclestage hubspot_owner_id associatedcompanyid "
    "hs_additional_emails hs_merged_object_ids",
    "companies": "name industry domain website country hubspot_owner_id hs_merged_object_ids",
    "deals": "dealname amount closedate dealstage pipeline hs_is_closed hs_is_closed_won "
    "hubspot_owner_id hs_merged_object_ids",
}
STANDARD = {kind: frozenset(names.split()) for kind, names in _STANDARD.items()}


def edges_from(parent: str) -> dict[str, Edges]:
    return {name: edges for name, edges in EDGES.items() if edges.parent == parent}


def _stream(name: str, mode: Mode, description: str) -> Stream:
    standard = STANDARD.get(name, frozenset())
    under = "properties" if name in OBJECTS else ""
    return Stream("hubspot", name, mode, description, standard=standard, fields_under=under)


STREAMS = (
    _stream("account", Mode.UPSERT, "One row per portal: its time zone and its currency."),
    _stream("contacts", Mode.UPSERT, "One row per HubSpot contact, archived ones included."),
    _stream("companies", Mode.UPSERT, "One row per HubSpot company, archived ones included."),
    _stream("deals", Mode.UPSERT, "One row per HubSpot deal, archived ones included."),
    _stream("owners", Mode.SNAPSHOT, "One row per HubSpot owner, archived ones included."),
    _stream("pipelines", Mode.SNAPSHOT, "One row per deal pipeline, with its stages."),
    _stream("contact_companies", Mode.CHILDREN, "One row per contact and associated company."),
    _stream("deal_companies", Mode.CHILDREN, "One row per deal and associated company."),
    _stream("deal_contacts", Mode.CHILDREN, "One row per deal and associated contact."),
    *(
        _stream(kind, Mode.UPSERT, f"One row per HubSpot {kind[:-1]}, archived ones included.")
        for kind in ENGAGEMENTS
    ),
    *(
        _stream(
            f"{kind[:-1]}_associations",
            Mode.CHILDREN,
            f"One row per {kind[:-1]} and associated contact, company or deal.",
        )
        for kind in ENGAGEMENTS
    ),
    *(
        _stream(name, Mode.UPSERT, f"One row per {kind} record, time and value of `{prop}`.")
        for name, (kind, prop) in HISTORIES.items()
    ),
)
