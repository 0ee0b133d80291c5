"""Quarterly business reviews of the companies of a HubSpot portal, and every way they can change.

The same companies as in HubSpot, by the same names, under ids of this system's own. The values come
as the real API gives them: booleans as 'True' and 'False' (now and then as `true`, 1 or ''), dates
in three forms or none, eight fields more than are documented.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from random import Random
from threading import RLock
from typing import Any
from uuid import UUID

from revops_pipeline.sandbox.portal import Portal

Record = dict[str, Any]

RECORDS = 755
FIRST_YEAR, QUARTERS = 2025, 8
_SIZES = ("Small", "Medium", "Enterprise")
_LEVELS = ("High", "Medium", "Low")
_PEOPLE = ("C-Level", "VP", "Director", "Manager")
_STAGES = ("Discovery", "Negotiation", "Renewal", "Expansion", "Closed Won")
_DOCUMENTED = (
    "success_metrics_defined",
    "roi_calculated",
    "champion_identified",
)
_PAINS = ("Work done by hand", "Scattered data", "Slow reports", "Missing integrations", None)
# Sent by the API and described nowhere.
_UNDOCUMENTED = (
    "economic_buyer_identified",
    "executive_sponsor_engaged",
    "decision_process_documented",
    "next_steps_defined",
    "decision_timeline_clear",
    "technical_criteria_met",
    "business_criteria_met",
    "success_criteria_defined",
)


class QbrWorld:
    """Records in the order in which the API lists them: new ones come last. Cursors stay good until
    they are made to expire."""

    def __init__(self, portal: Portal, seed: int = 7) -> None:
        self.portal, self.seed = portal, seed
        self.lock = RLock()
        self._records: dict[int, Record] = {}
        self._cursors: dict[str, int] = {}
        self._expired = 0
        self._next = 1

    @classmethod
    def generate(cls, portal: Portal, seed: int = 7, records: int = RECORDS) -> QbrWorld:
        """Reviews of the portal's live companies, quarter by quarter, until there are so many."""
        world = cls(portal, seed)
        companies: list[dict[str, Any]] = list(portal.live("companies"))
        for number in range(records if companies else 0):
            quarter, place = divmod(number, len(companies))
            random = Random(f"{seed}/qbr/{number}")
            world.add(_review(random, seed, companies[place], quarter))
        return world

    def add(self, record: Record) -> int:
        """Appends a record as it is; returns its place in the list, by which it is known here."""
        with self.lock:
            place = self._next
            self._records[place] = record
            self._next += 1
            return place

    def edit(self, place: int, **fields: Any) -> None:
        with self.lock:
            self._records[place] = {**self._records[place], **fields}

    def delete(self, place: int) -> None:
        with self.lock:
            del self._records[place]

    def places(self) -> list[int]:
        with self.lock:
            return list(self._records)

    def record(self, place: int) -> Record:
        with self.lock:
            return dict(self._records[place])

    def expire_cursors(self) -> None:
        """No cursor that was given so far is known any longer."""
        with self.lock:
            self._expired += 1
            self._cursors.clear()

    def page(self, cursor: str | None, size: int) -> tuple[list[Record], str | None] | None:
        """Records and the next cursor; None for a cursor that is not known."""
        with self.lock:
            start = 0 if cursor is None else self._cursors.get(cursor)
            if start is None:
                return None
            places = [place for place in self._records if place > start]
            found = [self._records[place] for place in places[:size]]
            more = len(places) > size
            return found, self._cursor(places[size - 1]) if more else None

    def truth(self) -> dict[str, dict[str, Record]]:
        """What the raw tables must hold as live: stream → id → document. Records without an id are
        not in it."""
        with self.lock:
            found = {
                str(record["record_id"]): dict(record)
                for record in self._records.values()
                if record.get("record_id") not in (None, "")
            }
        return {"records": found}

    def _cursor(self, place: int) -> str:
        """The opaque token of what follows a place."""
        text = f"{self.seed}/{self._expired}/{place}"
        token = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        self._cursors[token] = place
        return token


def new_review(world: QbrWorld, random: Random) -> Record:
    """A review that the world does not have yet, of one of its companies."""
    companies: list[dict[str, Any]] = list(world.portal.live("companies"))
    return _review(random, world.seed, random.choice(companies), QUARTERS)


def _uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def _review(random: Random, seed: int, company: dict[str, Any], quarter: int) -> Record:
    properties = company["properties"]
    year, of_year = divmod(quarter, 4)
    staff = int(properties.get("numberofemployees") or 0)
    start = date(2024, 1, 1) + timedelta(days=random.randrange(365))
    health = round(random.uniform(20, 98), 1)
    record: Record = {
        "record_id": _uuid(random),
        "company_id": _uuid(Random(f"{seed}/qbr/company/{company['id']}")),
        "company_name": properties.get("name"),
        "industry": properties.get("industry"),
        "size": _SIZES[(staff > 500) + (staff > 2_500)],
        "contract_value": random.randrange(10, 900) * 1_000,
        "contract_start_date": _day(random, start),
        "contract_expiration_date": _day(random, start + timedelta(days=730)),
        "qbr_quarter": f"Q{of_year + 1}",
        "qbr_year": FIRST_YEAR + year,
        "deal_stage": random.choice(_STAGES),
        "renewal_probability": min(100, max(0, int(health + random.uniform(-25, 15)))),
        "upsell_opportunity": random.randrange(0, 200) * 500,
        "active_users": random.randrange(0, 20 + staff),
        "feature_adoption_rate": round(random.uniform(0.05, 1), 2),
        "custom_integrations": random.randrange(0, 8),
        "pending_feature_requests": random.randrange(0, 12),
        "ticket_volume": random.randrange(0, 90),
        "avg_resolution_time_hours": round(random.uniform(0.5, 96), 1),
        "csat_score": round(random.uniform(1, 5), 1),
        "sla_compliance_rate": round(random.uniform(0.6, 1), 3),
        "estimated_roi_value": random.randrange(0, 500) * 1_000,
        "health_score": health,
        "decision_maker_level": random.choice(_PEOPLE),
        "champion_level": random.choice(_PEOPLE),
        "champion_engagement_score": random.randrange(1, 6),
        "pain_points_documented": random.choice(_PAINS),
        "pain_impact_level": random.choice(_LEVELS),
        "urgency_level": random.choice(_LEVELS),
        "competitive_situation": random.choice(("None", "Single", "Multiple")),
        "competitive_position": random.choice(("Leader", "Strong", "Weak")),
    }
    return record | {name: _flag(random) for name in (*_DOCUMENTED, *_UNDOCUMENTED)}


def _flag(random: Random) -> Any:
    """As the API writes booleans: mostly in one way."""
    odd = random.randrange(64)
    return ("true", 1, "", None)[odd] if odd < 4 else random.choice(("True", "False"))


def _day(random: Random, day: date) -> str | None:
    odd = random.randrange(32)
    forms = (None, f"{day.isoformat()}T00:00:00Z", f"{day:%m/%d/%Y}")
    return forms[odd] if odd < 3 else day.isoformat()
