"""The product side of a generated portal: the same companies as teams, the same people as users."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from revops_pipeline.sandbox import names
from revops_pipeline.sandbox.clock import DAY_MS, iso, to_ms
from revops_pipeline.sandbox.schema import COMPANIES

if TYPE_CHECKING:
    from revops_pipeline.sandbox.state import PortalState

_FIRST_DAY = to_ms("2023-01-01T00:00:00Z") // DAY_MS
_DAYS = 1_300


def generate_product(
    portal: PortalState, seed: int, company_names: names.CompanyNames, companies: int
) -> None:
    """Fill `portal.product` from the portal's freshly generated records.

    Three companies in four have a team. Of twenty teams seventeen are named like their company
    once case, punctuation and legal form are put aside; three are not. One team in twenty belongs
    to a company that HubSpot does not know.
    """
    bits = Random(f"{seed}/product").getrandbits
    team_of = _teams(portal, bits, company_names, companies)
    product, contacts = portal.product, portal.stores["contacts"]
    known_teams = len(product.teams)
    user_id, transaction_id = 1_000, 500_000

    def add(name: str, email: str, team: int | None) -> None:
        nonlocal user_id, transaction_id
        r = bits(64)
        user_id += 1 + (r & 1)
        spent = 0
        for number in range(r >> 1 & 3):
            transaction_id += 1
            cents = 900 + (r >> (8 + 6 * number)) % 250_000
            spent += cents
            when = _timestamp(r >> (20 + number))
            product.transactions.append((transaction_id, user_id, cents / 100, when))
        spend = None if r >> 3 & 15 == 0 else spent / 100
        product.users.append((user_id, name, email, spend, _timestamp(r >> 30)))
        if team is not None:
            product.memberships.append((user_id, team))
            other = product.teams[(r >> 40) % known_teams][0]
            if r >> 58 == 0 and other != team:
                product.memberships.append((user_id, other))

    for number, contact in enumerate(contacts.records.values()):
        r = bits(32)
        properties = contact.properties
        email, company = properties["email"], properties["associatedcompanyid"]
        team = team_of.get(company) if company else None
        name = f"{properties['firstname']} {properties['lastname']}"
        if email and r % 100 < 60:
            address = email.strip().lower()
            add(name, address.upper() if r >> 8 & 63 == 0 else address, team)
            if r >> 14 & 511 == 0 or len(product.users) == 1:
                add(name, address, team)  # the same person signed up twice
        if r % 100 >= 93:
            add(f"Guest {number}", f"guest.{number}@visitors.example", team)


def _teams(
    portal: PortalState,
    bits: Callable[[int], int],
    company_names: names.CompanyNames,
    companies: int,
) -> dict[str, int]:
    """Write the teams; return the team of each HubSpot company that has one."""
    team_of: dict[str, int] = {}
    product = portal.product
    team_id = 300
    for number, record in enumerate(list(portal.stores[COMPANIES.name].records.values())):
        r = bits(32)
        team_id += 1 + (r & 1)
        name = record.properties["name"] or ""
        if r >> 1 & 3 and name:
            word, sector, _ = company_names.at(number)
            odd = 1 <= number <= len(names.ODD_COMPANIES)
            team = name if odd else _team_name(name, word, sector, r >> 3)
            product.teams.append((team_id, team, _timestamp(r >> 9)))
            team_of[str(record.id)] = team_id
        if r >> 20 & 31 == 0:
            # Beyond the companies that exist, so that no HubSpot company has this name.
            word, sector, _ = company_names.at(number + 2 * companies + 100)
            team_id += 1
            product.teams.append((team_id, f"{word} {sector}", _timestamp(r >> 7)))
    return team_of


def _team_name(name: str, word: str, sector: str, bits: int) -> str:
    form = names.LEGAL_FORMS[bits >> 8 & 15]
    variants = {
        10: f"{word} {sector}",
        11: f"{word} {sector}",
        12: f"{word} {sector} {form}".rstrip(),
        13: f"{word} {sector} {form}".rstrip(),
        14: name.upper(),
        15: name.lower(),
        16: f"{word}, {sector}",
        17: word,
        18: f"{word} {sector} EU team",
        19: f"{word[:-2]}{word[-1]}{word[-2]} {sector}",
    }
    return variants.get(bits % 20, name)


def _timestamp(bits: int) -> str:
    ms = (_FIRST_DAY + bits % _DAYS) * DAY_MS + bits % 86_400 * 1_000
    return iso(ms)[:19].replace("T", " ")
