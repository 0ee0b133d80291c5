"""Random small portals, and what the marts must say of them, worked out without any SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from .world import World

CENT = Decimal("0.01")
STAGES = ("qualified", "closedwon", "closedlost", None)
EMAILS = ("a", "B", "  a ", "b", "a+tag", "unknown", "N/A", "", "-", None)
AMOUNTS = st.one_of(
    st.decimals(min_value=-1000, max_value=10**9, places=2).map(str),
    st.sampled_from(["9999999999999999.99", "0.01", "0", "1e2", "12.345"]),
    st.sampled_from(["", None, "abc", "1;2;3", "10000000000000000", "NaN", "1_0"]),
)


@dataclass(frozen=True)
class Portal:
    """Places in the tuples are ids. Edges and links may point at what is archived."""

    companies: Sequence[tuple[bool, str | None]]  # live, name
    deals: Sequence[tuple[bool, str | None, str | None]]  # live, amount, stage
    contacts: Sequence[tuple[bool, str | None, Sequence[str]]]  # live, e-mail, further ones
    users: Sequence[tuple[str | None, str | None]]  # e-mail, lifetime spend
    teams: Sequence[Sequence[int]]  # member users
    deal_companies: Sequence[tuple[int, int, bool]]  # primary
    deal_contacts: Sequence[tuple[int, int]]
    transactions: Sequence[tuple[int, str | None]]
    links: Sequence[tuple[int, int]]  # team, company


@st.composite
def portals(draw: st.DrawFn) -> Portal:
    live = st.sampled_from([True, True, True, False])
    companies = draw(st.lists(st.tuples(live, st.sampled_from([None, "", "Acme"])), max_size=4))
    deals = draw(st.lists(st.tuples(live, AMOUNTS, st.sampled_from(STAGES)), max_size=5))
    further = st.lists(st.sampled_from([e for e in EMAILS if e is not None]), max_size=2)
    contacts = draw(st.lists(st.tuples(live, st.sampled_from(EMAILS), further), max_size=4))
    users = draw(st.lists(st.tuples(st.sampled_from(EMAILS), AMOUNTS), max_size=4))

    def some(*sizes: int, extra: Sequence[st.SearchStrategy[Any]] = ()) -> list[Any]:
        if not all(sizes):
            return []
        places = [st.integers(0, size - 1) for size in sizes]
        pair = st.tuples(*places, *extra)
        return draw(st.lists(pair, max_size=8, unique_by=lambda row: row[: len(sizes)]))

    teams = draw(
        st.lists(st.sets(st.integers(0, len(users) - 1)) if users else st.just(set()), max_size=3)
    )
    return Portal(
        companies,
        deals,
        contacts,
        users,
        [sorted(team) for team in teams],
        some(len(deals), len(companies), extra=[st.booleans()]),
        some(len(deals), len(contacts)),
        draw(st.lists(st.tuples(st.integers(0, max(len(users) - 1, 0)), AMOUNTS), max_size=4))
        if users
        else [],
        some(len(teams), len(companies)),
    )


def write(world: World, number: int, portal: Portal) -> None:
    """Adds a portal to the world, its ids between those of other portals."""

    def at(place: int) -> str:
        return identity(number, place)

    for place, (live, name) in enumerate(portal.companies):
        world.company(at(place), "live" if live else "archived", name=name)
    for place, (live, amount, stage) in enumerate(portal.deals):
        world.deal(at(place), "live" if live else "deleted", amount=amount, dealstage=stage)
    for place, (live, email, further) in enumerate(portal.contacts):
        others = ";".join(address(other, number) or "" for other in further)
        state = "live" if live else "archived"
        world.contact(
            at(place), state, email=address(email, number), hs_additional_emails=others or None
        )
    for place, (email, spend) in enumerate(portal.users):
        world.user(at(place), address(email, number), client_lifetime_spend=spend)
    for place, members in enumerate(portal.teams):
        world.team(at(place), f"Team {place}", *map(at, members))
    for deal, company, primary in portal.deal_companies:
        world.edge("deal_companies", at(deal), at(company), primary)
    for deal, contact in portal.deal_contacts:
        world.edge("deal_contacts", at(deal), at(contact))
    for place, (user, amount) in enumerate(portal.transactions):
        world.transaction(at(place), at(user), amount)
    for team, company in portal.links:
        world.link(at(team), at(company))


def identity(number: int, place: int) -> str:
    """9 comes before 10 as a number and after it as text: both orders are met."""
    return str(number * 10_000 + 8 + place)


def address(email: str | None, number: int) -> str | None:
    """The e-mail within its own portal's domain; placeholders stay as they are."""
    if email is None or email_key(email, strip_tags=False) is None:
        return email
    return email.replace(email.strip(), f"{email.strip()}@{number}.example")


def money(text: str | None) -> Decimal | None:
    if text is None or text in {"", "abc", "1;2;3", "NaN", "1_0", "10000000000000000"}:
        return None
    return Decimal(text).quantize(CENT, ROUND_HALF_UP)


def shares(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Parts of an amount by weight: differences of cumulative amounts, cut to the cent."""
    cents, total = int(amount / CENT), sum(weights)
    bounds = [0]
    for place in range(len(weights)):
        part = abs(cents) * sum(weights[: place + 1]) // total
        bounds.append(part if cents >= 0 else -part)
    return [CENT * (after - before) for before, after in pairwise(bounds)]


def company_deals(portal: Portal, allocation: str) -> dict[tuple[int, int], Decimal | None]:
    """Allocated amount by deal and company."""
    rows: dict[tuple[int, int], Decimal | None] = {}
    for deal, (deal_live, text, _) in enumerate(portal.deals):
        edges = sorted(
            (company, primary)
            for edge_deal, company, primary in portal.deal_companies
            if edge_deal == deal and deal_live and portal.companies[company][0]
        )
        if not edges:
            continue
        amount = money(text)
        first = min(edges, key=lambda edge: (not edge[1], edge[0]))[0]
        for place, (company, _) in enumerate(edges):
            if amount is None:
                rows[deal, company] = None
            elif allocation == "primary":
                rows[deal, company] = amount if company == first else Decimal(0)
            elif allocation == "full":
                rows[deal, company] = amount
            else:
                rows[deal, company] = shares(amount, [1] * len(edges))[place]
    return rows


def team_spending(
    portal: Portal, allocation: str, split: str, stages: Sequence[str]
) -> dict[tuple[int, int], tuple[Decimal, Decimal, Decimal]]:
    """Total, won and open spend by company and team."""
    totals: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for (deal, company), amount in company_deals(portal, allocation).items():
        stage = portal.deals[deal][2]
        counted = (
            not stages or stage in stages,
            stage == "closedwon",
            stage not in {"closedwon", "closedlost"},
        )
        if amount is not None:
            totals[company] = [
                total + amount if counts else total
                for total, counts in zip(totals[company], counted, strict=True)
            ]
    rows = {}
    for company, (live, _) in enumerate(portal.companies):
        teams = sorted(team for team, linked in portal.links if linked == company and live)
        members = [len(portal.teams[team]) for team in teams]
        weights = members if split == "members" and any(members) else [1] * len(teams)
        parts = [shares(total, weights) for total in totals[company]] if teams else []
        for place, team in enumerate(teams):
            rows[company, team] = (parts[0][place], parts[1][place], parts[2][place])
    return rows


def email_key(email: str | None, strip_tags: bool) -> str | None:
    key = (email or "").strip().lower()
    if key in {"", "unknown", "n/a", "-"}:
        return None
    return key.split("+")[0] if strip_tags else key


def contacts_to_users(
    portal: Portal, source: str, strip_tags: bool, stages: Sequence[str]
) -> dict[int, tuple[int | None, int, Decimal | None]]:
    """User, number of users that the contact's addresses lead to, and lifetime spend by contact."""
    rows: dict[int, tuple[int | None, int, Decimal | None]] = {}
    for contact, (live, _, _) in enumerate(portal.contacts):
        own, more = claims(portal, contact, strip_tags) if live else ([], [])
        user = max(own, default=max(more, default=None))
        same = {*own, *more}
        if source == "deals":
            spend = deal_spend(portal, contact, stages)
        elif user is None:
            spend = None
        elif source == "transactions":
            paid = [money(text) for payer, text in portal.transactions if payer == user]
            known = [amount for amount in paid if amount is not None]
            spend = sum(known, Decimal(0)) if known else None
        else:
            spend = money(portal.users[user][1])
        if live:
            rows[contact] = (user, len(same), spend)
    return rows


def claims(portal: Portal, contact: int, strip_tags: bool) -> tuple[list[int], list[int]]:
    """Users with the contact's own e-mail, and those with one of its further ones: an address that
    is a live contact's own is nobody's further one, and of several contacts' the first one's."""
    people = [(i, email, more) for i, (live, email, more) in enumerate(portal.contacts) if live]
    owned = {email_key(email, strip_tags) for _, email, _ in people}
    first: dict[str | None, int] = {}
    for person, _, more in people:
        for other in more:
            first.setdefault(email_key(other, strip_tags), person)
    mine = email_key(portal.contacts[contact][1], strip_tags)
    own, more_users = [], []
    for user, (email, _) in enumerate(portal.users):
        key = email_key(email, strip_tags)
        if key is not None and key == mine:
            own.append(user)
        elif key is not None and key not in owned and first.get(key) == contact:
            more_users.append(user)
    return own, more_users


def deal_spend(portal: Portal, contact: int, stages: Sequence[str]) -> Decimal | None:
    parts = []
    for deal, (live, text, stage) in enumerate(portal.deals):
        people = sorted(
            person
            for edge_deal, person in portal.deal_contacts
            if edge_deal == deal and portal.contacts[person][0]
        )
        amount = money(text)
        counts = live and amount is not None and (not stages or stage in stages)
        if counts and contact in people and amount is not None:
            parts.append(shares(amount, [1] * len(people))[people.index(contact)])
    return sum(parts, Decimal(0)) if parts else None
