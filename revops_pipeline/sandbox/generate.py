"""A whole portal from a seed: companies, their contacts and deals, and what went wrong with them.

Every record takes a fixed number of random bits from a stream of its own kind, so that the same
arguments give the same bytes in every process. Nothing is dated after `LAST_CHANGE`, which makes
every generated record older than any edit made through the API.

On purpose in even the smallest portals: null and empty amounts, deals of no and of three companies,
names that break loaders, odd e-mail addresses, archived records (one of them a company with live
deals) and merged ones. Amounts that are no numbers are not among them; scenarios add those.
"""

from __future__ import annotations

import gc
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from revops_pipeline.sandbox import names
from revops_pipeline.sandbox.clock import DAY_MS, iso, to_ms
from revops_pipeline.sandbox.generate_activities import generate_activities
from revops_pipeline.sandbox.generate_product import generate_product
from revops_pipeline.sandbox.money import in_company_currency
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.product import Product
from revops_pipeline.sandbox.schema import COMPANIES, CONTACTS, DEAL_STAGES, DEALS, PLAIN, Edge
from revops_pipeline.sandbox.store import Record

FIRST_CREATION = to_ms("2022-01-01T00:00:00Z")
LAST_CREATION = to_ms("2026-06-30T00:00:00Z")
LAST_CHANGE = to_ms("2026-10-31T00:00:00Z")
_PRIMARY: Edge = (True, ())
_LIFECYCLE = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)
_SOURCES = ("ORGANIC_SEARCH", "DIRECT_TRAFFIC", "REFERRALS", "OFFLINE")
_PHONES = tuple(f"+1 555 01{number:02d}" for number in range(100))
_ADDRESSES = tuple(f"{number} {street}" for street in names.STREETS for number in range(1, 200))
_ZIPS = tuple(f"{number:05d}" for number in range(10_000, 99_999, 97))
_STAGE_WEIGHTS = (0, 0, 1, 1, 2, 2, 3, 4, 5, 5, 5, 5, 5, 6, 6, 6)


@dataclass(frozen=True, slots=True)
class _Count:
    """How many of a kind: `live` at the end, plus archived ones, plus the losers of merges."""

    live: int
    merged: int

    @classmethod
    def of(cls, live: int, merged: int) -> _Count:
        return cls(live, min(merged, live // 10))

    @property
    def kept(self) -> int:
        return self.live + self.archived

    @property
    def archived(self) -> int:
        return max(1, self.live // 100) if self.live else 0

    def archived_indexes(self) -> set[int]:
        """Evenly spread over the records that are not merged away."""
        step = self.kept / self.archived if self.archived else 1
        return {int((number + 0.5) * step) for number in range(self.archived)}


def generate(contacts: int, companies: int, deals: int, seed: int, activities: int) -> Portal:
    fingerprint = zlib.crc32(f"{seed}/{contacts}/{companies}/{deals}".encode())
    portal = Portal(10_000_000 + fingerprint % 80_000_000, Product())
    collecting = gc.isenabled()
    gc.disable()  # a million small objects, none of them garbage
    try:
        _Generator(portal, seed, contacts, companies, deals).run()
        generate_activities(portal, seed, activities)
    finally:
        if collecting:
            gc.enable()
    return portal


class _Generator:
    def __init__(self, portal: Portal, seed: int, contacts: int, companies: int, deals: int):
        self.portal = portal
        self.seed = seed
        self.contacts = _Count.of(contacts, 5)
        self.companies = _Count.of(companies, 2)
        self.deals = _Count(deals, 0)
        self.owners = [str(owner["id"]) for owner in portal.owners]
        self.company_names = names.CompanyNames(seed)
        self.company_ids: list[int] = []
        self.people: dict[int, list[int]] = {}
        """Ids of the contacts of a company, by the company's index."""

    def run(self) -> None:
        stores = self.portal.stores
        stores["companies"].load(self._companies())
        stores["contacts"].load(self._contacts())
        stores["deals"].load(self._deals())
        generate_product(self.portal, self.seed, self.company_names, self.companies.live)
        for kind, count in (("contacts", self.contacts), ("companies", self.companies)):
            store = stores[kind]
            survivors = list(store.live_ids[7 : 7 + 3 * count.merged : 3] or store.live_ids)
            losers = store.live_ids[-count.merged :] if count.merged else []
            for number, (survivor, loser) in enumerate(zip(survivors, list(losers), strict=False)):
                self.portal.merge(kind, survivor, loser, LAST_CHANGE - number * DAY_MS)

    def _times(self, bits: int) -> tuple[int, int]:
        created = FIRST_CREATION + bits % (LAST_CREATION - FIRST_CREATION)
        return created, created + (bits >> 12) % (LAST_CHANGE - created)

    def _finish(self, record: Record, archived: bool) -> Record:
        if archived:
            record.archived = min(record.modified + DAY_MS, LAST_CHANGE)
        return record

    def _companies(self) -> Iterator[Record]:
        bits = Random(f"{self.seed}/companies").getrandbits
        archived = self.companies.archived_indexes()
        for index in range(self.companies.kept + self.companies.merged):
            a, b = bits(64), bits(64)
            created, modified = self._times(a)
            word, sector, industry = self.company_names.at(index)
            name = f"{word} {sector} {names.LEGAL_FORMS[b & 15]}".rstrip()
            if 1 <= index <= len(names.ODD_COMPANIES):
                name = names.ODD_COMPANIES[index - 1]
            domain = f"{names.slug(word, sector)}.example" if b >> 4 & 31 else None
            city, state, country, zone, _ = names.CITIES[b >> 9 & 15]
            id_ = COMPANIES.first_id + 3 * index + (b >> 13 & 1)
            staff = 5 + (b >> 14) % 5_000
            self.company_ids.append(id_)
            properties: dict[str, str | None] = {
                "createdate": iso(created),
                "hs_lastmodifieddate": iso(modified),
                "hs_object_id": str(id_),
                "name": name,
                "domain": domain,
                "website": f"https://www.{domain}" if domain else None,
                "industry": industry,
                "description": f"{sector} from {city}.",
                "phone": _PHONES[(b >> 27) % 100],
                "address": _ADDRESSES[(b >> 30) % len(_ADDRESSES)],
                "city": city,
                "state": state or None,
                "zip": _ZIPS[(b >> 40) % len(_ZIPS)],
                "country": country,
                "numberofemployees": str(staff),
                "annualrevenue": str(staff * 110_000),
                "lifecyclestage": _LIFECYCLE[b >> 50 & 7],
                "type": "PROSPECT" if b >> 53 & 1 else "PARTNER",
                "founded_year": str(1950 + (b >> 54) % 70),
                "timezone": zone,
                "hubspot_owner_id": self.owners[(a >> 52) % len(self.owners)],
                "linkedin_company_page": f"https://social.example/{names.slug(word, sector)}",
                "is_public": "true" if a >> 60 == 0 else "false",
                "hs_analytics_source": _SOURCES[a >> 58 & 3],
                "hs_num_open_deals": "0",
            }
            yield self._finish(Record(id_, properties, created, modified), index in archived)

    def _contacts(self) -> Iterator[Record]:
        bits = Random(f"{self.seed}/contacts").getrandbits
        put, companies = self.portal.associations.put, self.portal.stores["companies"].records
        archived, total = self.contacts.archived_indexes(), len(self.company_ids)
        for index in range(self.contacts.kept + self.contacts.merged):
            a, b = bits(64), bits(64)
            created, modified = self._times(a)
            id_ = CONTACTS.first_id + 3 * index + (b & 1)
            first, last = b >> 1 & 31, b >> 6 & 31
            # Two factors, so that a few companies have many people and most have few.
            where = ((b >> 11 & 0xFFFF) * (b >> 27 & 0xFFFF) * total >> 32) if total else -1
            company: dict[str, str | None] = {}
            if total and b >> 43 & 15:
                where = (where + 7) % total
                company = companies[self.company_ids[where]].properties
                put("contacts", id_, "companies", self.company_ids[where], _PRIMARY)
                self.people.setdefault(where, []).append(id_)
                if b >> 47 & 31 == 0 and total > 1:
                    put("contacts", id_, "companies", self.company_ids[where - 1], PLAIN)
            email = names.email_address(index, first, last, company.get("domain"), b >> 52 & 127)
            city, state, country, _, language = names.CITIES[a >> 40 & 15]
            properties: dict[str, str | None] = {
                "createdate": iso(created),
                "lastmodifieddate": iso(modified),
                "hs_object_id": str(id_),
                "email": email,
                "firstname": names.FIRST_NAMES[first],
                "lastname": names.LAST_NAMES[last],
                "phone": _PHONES[(a >> 44) % 100],
                "mobilephone": _PHONES[(a >> 45) % 100] if a >> 63 else None,
                "jobtitle": names.JOBS[a >> 46 & 15],
                "company": company.get("name"),
                "website": company.get("website"),
                "address": _ADDRESSES[(a >> 20) % len(_ADDRESSES)],
                "city": city,
                "state": state or None,
                "zip": _ZIPS[(a >> 30) % len(_ZIPS)],
                "country": country,
                "lifecyclestage": _LIFECYCLE[a >> 50 & 7],
                "hs_lead_status": "OPEN" if a >> 53 & 1 else None,
                "hubspot_owner_id": self.owners[(a >> 52) % len(self.owners)],
                "associatedcompanyid": company.get("hs_object_id"),
                "industry": company.get("industry"),
                "numemployees": "25-50" if a >> 54 & 1 else "5-25",
                "annualrevenue": company.get("annualrevenue"),
                "hs_email_domain": email.rpartition("@")[2].strip().lower() if email else None,
                "hs_language": language,
                "hs_analytics_source": _SOURCES[a >> 58 & 3],
                "num_associated_deals": "0",
                "hs_email_optout": "true" if a >> 60 == 0 else "false",
                "notes_last_updated": None,
            }
            yield self._finish(Record(id_, properties, created, modified), index in archived)

    def _deals(self) -> Iterator[Record]:
        bits = Random(f"{self.seed}/deals").getrandbits
        stores, put = self.portal.stores, self.portal.associations.put
        archived, total = self.deals.archived_indexes(), len(self.company_ids)
        gone = min(self.companies.archived_indexes(), default=0)
        for index in range(self.deals.kept):
            a, b = bits(64), bits(64)
            created, modified = self._times(a)
            id_ = DEALS.first_id + 3 * index + (b & 1)
            where = (b >> 1) % total if total else -1
            # Odd are the first deals, and after them one in 128 of each kind: 1 null amount, 2 empty
            # amount, 3 no company, 4 three companies. The sixth has only an archived company.
            odd = index if index < 6 else (b >> 40 & 127) + 1
            if index == 5:
                where = gone
            title = "Deal"
            if total and odd != 3:
                first = stores["companies"].records[self.company_ids[where]].properties
                title = first["name"] or "Unnamed"
                put("deals", id_, "companies", self.company_ids[where], _PRIMARY)
                for other in range(1, 3 if odd == 4 and total > 2 else 1):
                    put("deals", id_, "companies", self.company_ids[where - other], PLAIN)
                for contact in self.people.get(where, ())[: 1 + (b >> 47 & 1)]:
                    put("deals", id_, "contacts", contact, PLAIN)
                    known = stores["contacts"].records[contact].properties
                    known["num_associated_deals"] = str(int(known["num_associated_deals"] or 0) + 1)
            stage, _, probability, closed = DEAL_STAGES[_STAGE_WEIGHTS[b >> 48 & 15]]
            if not closed and total and odd != 3:
                first["hs_num_open_deals"] = str(int(first["hs_num_open_deals"] or 0) + 1)
            amount = _amount(b >> 10) if odd > 2 or index == 0 else ("" if odd == 2 else None)
            value = float(amount or 0)
            closing = created + (modified - created) // 2 if closed else modified + 45 * DAY_MS
            properties: dict[str, str | None] = {
                "createdate": iso(created),
                "hs_lastmodifieddate": iso(modified),
                "hs_object_id": str(id_),
                "dealname": f"{title} – {names.DEAL_THINGS[b >> 52 & 15]}",
                "amount": amount,
                "closedate": iso(closing),
                "pipeline": "default",
                "dealstage": stage,
                "deal_currency_code": (code := "EUR" if b >> 61 & 7 == 7 else "USD"),
                "amount_in_home_currency": in_company_currency(amount, code),
                "dealtype": "newbusiness" if b >> 56 & 1 else "existingbusiness",
                "description": None,
                "hubspot_owner_id": self.owners[(a >> 52) % len(self.owners)],
                "hs_is_closed": "true" if closed else "false",
                "hs_is_closed_won": "true" if stage == "closedwon" else "false",
                "hs_deal_stage_probability": probability,
                "hs_priority": ("low", "medium", "high", None)[b >> 57 & 3],
                "hs_next_step": None if closed else "Send the proposal",
                "hs_analytics_source": _SOURCES[a >> 58 & 3],
                "hs_projected_amount": f"{value * float(probability):.2f}" if amount else None,
                "hs_closed_amount": amount if stage == "closedwon" else "0",
                "hs_arr": f"{value / 2:.2f}" if amount and b >> 60 & 1 else None,
                "days_to_close": str((closing - created) // DAY_MS),
                "closed_lost_reason": "Chose another product" if stage == "closedlost" else None,
                "closed_won_reason": None,
                "notes_last_updated": None,
            }
            yield self._finish(Record(id_, properties, created, modified), index in archived)


def _amount(bits: int) -> str:
    """Between 500 and about 200,000, now and then with cents, once in a while zero."""
    whole = 500 + (bits & 0x1FF) * (1 + (bits >> 9 & 0xFF)) * 3 // 2
    if bits >> 17 & 127 == 0:
        return "0"
    return f"{whole}.{bits >> 24 & 63:02d}" if bits >> 30 & 3 == 0 else str(whole)
