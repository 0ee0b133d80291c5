"""What sales people did: calls, e-mails, meetings, notes and tasks about the generated deals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from revops_pipeline.sandbox.clock import DAY_MS, iso
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.schema import ENGAGEMENTS, PLAIN, ObjectType
from revops_pipeline.sandbox.store import Record

Properties = dict[str, str | None]
_TOPICS: Final = ("Introduction", "Demo", "Pricing", "Contract", "Renewal", "Support", "Next steps")


def _call(bits: int, _start: int, topic: str) -> Properties:
    return {
        "hs_call_title": f"{topic} call",
        "hs_call_body": f"Talked about: {topic.lower()}.",
        "hs_call_direction": "OUTBOUND" if bits & 3 else "INBOUND",
        "hs_call_duration": str(30_000 + (bits >> 2) % 1_800_000),
        "hs_call_status": ("COMPLETED", "COMPLETED", "COMPLETED", "NO_ANSWER")[bits >> 30 & 3],
    }


def _email(bits: int, _start: int, topic: str) -> Properties:
    return {
        "hs_email_subject": topic,
        "hs_email_text": f"About {topic.lower()}: see below.",
        "hs_email_direction": "EMAIL" if bits & 3 else "INCOMING_EMAIL",
        "hs_email_status": "SENT" if bits >> 2 & 15 else "BOUNCED",
    }


def _meeting(bits: int, start: int, topic: str) -> Properties:
    return {
        "hs_meeting_title": f"{topic} meeting",
        "hs_meeting_body": None,
        "hs_meeting_start_time": iso(start),
        "hs_meeting_end_time": iso(start + (1 + bits % 4) * 1_800_000),
        "hs_meeting_outcome": ("SCHEDULED", "COMPLETED", "COMPLETED", "NO_SHOW")[bits >> 2 & 3],
    }


def _note(_bits: int, _start: int, topic: str) -> Properties:
    return {"hs_note_body": f"{topic}: agreed to talk again."}


def _task(bits: int, start: int, topic: str) -> Properties:
    done = bits & 1 == 0
    return {
        "hs_task_subject": f"Follow up: {topic.lower()}",
        "hs_task_status": "COMPLETED" if done else "NOT_STARTED",
        "hs_task_priority": ("LOW", "MEDIUM", "HIGH", "NONE")[bits >> 1 & 3],
        "hs_task_type": ("TODO", "CALL", "EMAIL", "TODO")[bits >> 3 & 3],
        "hs_task_completion_date": iso(start + DAY_MS) if done else None,
    }


_MAKERS: Final[dict[str, Callable[[int, int, str], Properties]]] = {
    "calls": _call,
    "emails": _email,
    "meetings": _meeting,
    "notes": _note,
    "tasks": _task,
}


def generate_activities(portal: Portal, seed: int, count: int) -> None:
    """About `count` engagements, as many of each kind as of any other, one in fifty archived, each
    associated with a deal and with the deal's companies and contacts."""
    for kind in ENGAGEMENTS:
        portal.stores[kind.name].load(_records(portal, kind, seed, count // len(ENGAGEMENTS)))


def _records(portal: Portal, kind: ObjectType, seed: int, count: int) -> Iterator[Record]:
    bits = Random(f"{seed}/{kind.name}").getrandbits
    put, of = portal.associations.put, portal.associations.of
    deals, owners = portal.stores["deals"], [str(owner["id"]) for owner in portal.owners]
    for index in range(count if deals.live_ids else 0):
        a, b = bits(64), bits(64)
        deal = deals.records[deals.live_ids[a % len(deals.live_ids)]]
        start = deal.created + (a >> 24) % (deal.modified - deal.created + 1)
        # Written down when it happened, touched up to a day later, never after the deal's change.
        modified = min(start + b % DAY_MS, deal.modified)
        id_ = kind.first_id + 5 * index + (b >> 32 & 3)
        properties: Properties = {
            kind.created: iso(start),
            kind.modified: iso(modified),
            "hs_object_id": str(id_),
            "hs_timestamp": iso(start),
            "hubspot_owner_id": owners[(b >> 40) % len(owners)],
            **_MAKERS[kind.name](b >> 8, start, _TOPICS[(b >> 48) % len(_TOPICS)]),
        }
        record = Record(id_, properties, start, modified)
        if index % 50 == 25:
            record.archived = modified
        put(kind.name, id_, "deals", deal.id, PLAIN)
        for to_type in ("companies", "contacts"):
            for to_id in of("deals", to_type, deal.id):
                put(kind.name, id_, to_type, to_id, PLAIN)
        yield record
