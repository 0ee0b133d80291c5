"""What a portal is made of: object types, their properties, association type ids, deal stages.

The association type ids and the default properties are those HubSpot documents for its own objects.
"""

from dataclasses import dataclass
from typing import Final

Edge = tuple[bool, tuple[str, ...]]
"""An association as seen from one side: is it the primary one, and which custom labels it has."""

PLAIN: Final[Edge] = (False, ())


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One kind of CRM object. `modified` is the property that carries its last change."""

    name: str
    singular: str
    type_id: str
    modified: str
    defaults: tuple[str, ...]
    first_id: int
    """Ids of generated records start just below a power of ten, so that reading them in
    lexicographic order is not reading them in numeric order."""
    created: str = "createdate"
    """The property that carries when it was made."""
    mergeable: bool = True

    @property
    def system(self) -> tuple[str, str, str]:
        """Properties in every answer, whatever was asked for."""
        return (self.created, "hs_object_id", self.modified)


_CONTACT_DEFAULTS = (
    "createdate",
    "email",
    "firstname",
    "hs_object_id",
    "lastmodifieddate",
    "lastname",
)
_COMPANY_DEFAULTS = ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name")
_DEAL_DEFAULTS = (
    "amount",
    "closedate",
    "createdate",
    "dealname",
    "dealstage",
    "hs_lastmodifieddate",
    "hs_object_id",
    "pipeline",
)
CONTACTS = ObjectType("contacts", "contact", "0-1", "lastmodifieddate", _CONTACT_DEFAULTS, 98_021)
COMPANIES = ObjectType(
    "companies", "company", "0-2", "hs_lastmodifieddate", _COMPANY_DEFAULTS, 9_713
)
DEALS = ObjectType("deals", "deal", "0-3", "hs_lastmodifieddate", _DEAL_DEFAULTS, 99_107)


def _engagement(name: str, singular: str, type_id: str, first_id: int) -> ObjectType:
    """Engagements have no defaults of their own, date their making differently, and stay apart."""
    created, modified = "hs_createdate", "hs_lastmodifieddate"
    defaults = (created, modified, "hs_object_id")
    return ObjectType(name, singular, type_id, modified, defaults, first_id, created, False)


ENGAGEMENTS: Final = (
    _engagement("calls", "call", "0-48", 9_901),
    _engagement("emails", "email", "0-49", 9_911),
    _engagement("meetings", "meeting", "0-47", 9_921),
    _engagement("notes", "note", "0-46", 9_931),
    _engagement("tasks", "task", "0-27", 9_941),
)
OBJECT_TYPES: Final = (CONTACTS, COMPANIES, DEALS, *ENGAGEMENTS)
TYPE_NAMES: Final = {
    alias: kind for kind in OBJECT_TYPES for alias in (kind.name, kind.singular, kind.type_id)
}

ASSOCIATION_TYPE_IDS: Final[dict[tuple[str, str], tuple[int | None, int]]] = {
    # (from, to): (type id of the primary association, type id of any association)
    ("deals", "companies"): (5, 341),
    ("companies", "deals"): (6, 342),
    ("contacts", "companies"): (1, 279),
    ("companies", "contacts"): (2, 280),
    ("deals", "contacts"): (None, 3),
    ("contacts", "deals"): (None, 4),
}
_ENGAGEMENT_TYPE_IDS = {
    # engagement: the type ids from contacts, companies and deals; the way back is one more
    "calls": (193, 181, 205),
    "emails": (197, 185, 209),
    "meetings": (199, 187, 211),
    "notes": (201, 189, 213),
    "tasks": (203, 191, 215),
}
for _name, _type_ids in _ENGAGEMENT_TYPE_IDS.items():
    for _kind, _type_id in zip((CONTACTS, COMPANIES, DEALS), _type_ids, strict=True):
        ASSOCIATION_TYPE_IDS[_kind.name, _name] = (None, _type_id)
        ASSOCIATION_TYPE_IDS[_name, _kind.name] = (None, _type_id + 1)

DEAL_STAGES: Final = (
    # id, label, probability, closed
    ("appointmentscheduled", "Appointment Scheduled", "0.2", False),
    ("qualifiedtobuy", "Qualified To Buy", "0.4", False),
    ("presentationscheduled", "Presentation Scheduled", "0.6", False),
    ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8", False),
    ("contractsent", "Contract Sent", "0.9", False),
    ("closedwon", "Closed Won", "1.0", True),
    ("closedlost", "Closed Lost", "0.0", True),
)

_KINDS = {
    "s": ("string", "text"),
    "t": ("string", "textarea"),
    "n": ("number", "number"),
    "d": ("datetime", "date"),
    "e": ("enumeration", "select"),
    "b": ("bool", "booleancheckbox"),
    "p": ("string", "phonenumber"),
}
_ENGAGED = (
    "hs_createdate:d hs_lastmodifieddate:d hs_object_id:n hs_timestamp:d hubspot_owner_id:e"
    " hs_activity_type:e"
)
_DECLARED = {
    "contacts": "createdate:d lastmodifieddate:d hs_object_id:n email:s firstname:s lastname:s phone:p"
    " mobilephone:p jobtitle:s company:s website:s address:s city:s state:s zip:s country:s"
    " lifecyclestage:e hs_lead_status:e hubspot_owner_id:e associatedcompanyid:n industry:s"
    " numemployees:e annualrevenue:n hs_email_domain:s hs_language:e hs_analytics_source:e"
    " num_associated_deals:n hs_email_optout:b notes_last_updated:d hs_additional_emails:e"
    # Contacts have this property and never a value in it: who searches by it finds nothing.
    " hs_merged_object_ids:e hs_lastmodifieddate:d",
    "companies": "createdate:d hs_lastmodifieddate:d hs_object_id:n name:s domain:s website:s"
    " industry:e description:t phone:p address:s city:s state:s zip:s country:s"
    " numberofemployees:n annualrevenue:n lifecyclestage:e type:e founded_year:s timezone:s"
    " hubspot_owner_id:e linkedin_company_page:s is_public:b hs_analytics_source:e"
    " hs_num_open_deals:n hs_merged_object_ids:e",
    "deals": "createdate:d hs_lastmodifieddate:d hs_object_id:n dealname:s amount:n closedate:d"
    " pipeline:e dealstage:e deal_currency_code:e amount_in_home_currency:n dealtype:e description:t hubspot_owner_id:e"
    " hs_is_closed:b hs_is_closed_won:b hs_deal_stage_probability:n hs_priority:e hs_next_step:s"
    " hs_analytics_source:e hs_projected_amount:n hs_closed_amount:n hs_arr:n days_to_close:n"
    " closed_lost_reason:t closed_won_reason:t notes_last_updated:d hs_merged_object_ids:e",
    "calls": f"{_ENGAGED} hs_call_title:s hs_call_body:t hs_call_direction:e hs_call_disposition:e"
    " hs_call_duration:n hs_call_status:e hs_call_from_number:s hs_call_to_number:s",
    "emails": f"{_ENGAGED} hs_email_subject:s hs_email_text:t hs_email_direction:e"
    " hs_email_status:e",
    "meetings": f"{_ENGAGED} hs_meeting_title:s hs_meeting_body:t hs_meeting_start_time:d"
    " hs_meeting_end_time:d hs_meeting_outcome:e hs_meeting_location:s",
    "notes": f"{_ENGAGED} hs_note_body:t",
    "tasks": f"{_ENGAGED} hs_task_subject:s hs_task_body:t hs_task_status:e hs_task_priority:e"
    " hs_task_type:e hs_task_completion_date:d",
}

Property = dict[str, object]


def new_property(kind: str, name: str, type_: str = "string", field: str = "text") -> Property:
    """A property definition as HubSpot's properties API lists it."""
    return {
        "name": name,
        "label": name.removeprefix("hs_").replace("_", " ").capitalize(),
        "type": type_,
        "fieldType": field,
        "description": "",
        "groupName": f"{TYPE_NAMES[kind].singular}information",
        "options": [],
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": name == "email",
        "hidden": kind == "contacts" and name == "hs_lastmodifieddate",
        "hubspotDefined": True,
        "formField": False,
        "archived": False,
        "createdAt": "2022-01-01T00:00:00.000Z",
        "updatedAt": "2022-01-01T00:00:00.000Z",
    }


def default_properties(kind: str) -> dict[str, Property]:
    """Every property a new portal knows for a kind of object, by name."""
    declared = (entry.split(":") for entry in _DECLARED[kind].split())
    return {name: new_property(kind, name, *_KINDS[code]) for name, code in declared}


def default_pipelines() -> list[dict[str, object]]:
    """The deal pipeline every portal starts with."""
    stages = [
        {
            "id": id_,
            "label": label,
            "displayOrder": order,
            "metadata": {"isClosed": str(closed).lower(), "probability": probability},
            "archived": False,
            "createdAt": "2022-01-01T00:00:00.000Z",
            "updatedAt": "2022-01-01T00:00:00.000Z",
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }
        for order, (id_, label, probability, closed) in enumerate(DEAL_STAGES)
    ]
    return [
        {
            "id": "default",
            "label": "Sales Pipeline",
            "displayOrder": 0,
            "archived": False,
            "stages": stages,
            "createdAt": "2022-01-01T00:00:00.000Z",
            "updatedAt": "2022-01-01T00:00:00.000Z",
        }
    ]


def default_owners() -> list[dict[str, object]]:
    """Six sales people, the last of whom has left."""
    people = (
        "Ada Quill",
        "Bo Sandovar",
        "Cleo Marrin",
        "Dev Okonta",
        "Edda Frost",
        "Finn Larkwell",
    )
    return [
        {
            "id": str(70_001 + 11 * index),
            "email": f"{name.lower().replace(' ', '.')}@sales.example",
            "type": "PERSON",
            "firstName": name.split()[0],
            "lastName": name.split()[1],
            "userId": 4_001 + index,
            "userIdIncludingInactive": 4_001 + index,
            "createdAt": "2022-01-01T00:00:00.000Z",
            "updatedAt": "2022-01-01T00:00:00.000Z",
            "archived": index == len(people) - 1,
            "teams": [
                {"id": str(501 + index % 2), "name": f"Team {index % 2 + 1}", "primary": True}
            ],
        }
        for index, name in enumerate(people)
    ]
