"""Random small portals, and what the marts must say of them, worked out without any SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any, NamedTuple

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


# Every portal's own currency is the dollar. A third of the currencies has no rate.
CURRENCIES = (None, "USD", "usd ", "EUR", "XAU")
RATES = {"EUR": Decimal("1.25")}


class Deal(NamedTuple):
    live: bool
    amount: str | None
    stage: str | None
    currency: str | None
    home: str | None  # the amount in the portal's currency, as HubSpot says


@dataclass(frozen=True)
class Portal:
    """Places in the tuples are ids. Edges and links may point at what is archived."""

    companies: Sequence[tuple[bool, str | None]]  # live, name
    deals: Sequence[Deal]
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
    code, home = st.sampled_from(CURRENCIES), st.sampled_from([None, None, "7.01", "none"])
    deals = draw(
        st.lists(st.builds(Deal, live, AMOUNTS, st.sampled_from(STAGES), code, home), max_size=5)
    )
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


def write_money(world: World) -> None:
    """What all portals have in common."""
    world.portal(companyCurrency="USD")
    for currency, rate in RATES.items():
        world.rate(currency, "2000-01-01", str(rate))


def write(world: World, number: int, portal: Portal) -> None:
    """Adds a portal to the world, its ids between those of other portals."""

    def at(place: int) -> str:
        return identity(number, place)

    for place, (live, name) in enumerate(portal.companies):
        world.company(at(place), "live" if live else "archived", name=name)
    for place, deal in enumerate(portal.deals):
        world.deal(
            at(place),
            "live" if deal.live else "deleted",
            amount=deal.amount,
            dealstage=deal.stage,
            deal_currency_code=deal.currency,
            amount_in_home_currency=deal.home,
        )
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
    for linked, company, primary in portal.deal_companies:
        world.edge("deal_companies", at(linked), at(company), primary)
    for linked, contact in portal.deal_contacts:
        world.edge("deal_contacts", at(linked), at(contact))
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


def price(deal: Deal) -> Decimal | None:
    """The amount in dollars; None when it is unknown, or without a rate."""
    amount, code = money(deal.amount), (deal.currency or "USD").strip().upper()
    if amount is None or code == "USD":
        return amount
    if deal.home not in {None, "none"}:
        return money(deal.home)
    return (amount * RATES[code]).quantize(CENT, ROUND_HALF_UP) if code in RATES else None


def is_unpriced(deal: Deal) -> bool:
    return money(deal.amount) is not None and price(deal) is None


def shares(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Parts of an amount by weight: differences of cumulative amounts, cut to the cent."""
    cents, total = int(amount / CENT), sum(weights)
    bounds = [0]
    for place in range(len(weights)):
        part = abs(cents) * sum(weights[: place + 1]) // total
        bounds.append(part if cents >= 0 else -part)
    return [CENT * (after - before) for before, after in pairwise(bounds)]


def company_deals(
    portal: Portal, allocation: str
) -> dict[tuple[int, int], tuple[Decimal | None, bool]]:
    """Allocated amount by deal and company, and whether one is wanting for want of a rate."""
    rows: dict[tuple[int, int], tuple[Decimal | None, bool]] = {}
    for number, deal in enumerate(portal.deals):
        edges = sorted(
            (company, primary)
            for edge_deal, company, primary in portal.deal_companies
            if edge_deal == number and deal.live and portal.companies[company][0]
        )
        if not edges:
            continue
        amount, unpriced = price(deal), is_unpriced(deal)
        first = min(edges, key=lambda edge: (not edge[1], edge[0]))[0]
        for place, (company, _) in enumerate(edges):
            if allocation == "primary" and company != first and money(deal.amount) is not None:
                rows[number, company] = (Decimal(0), False)
            elif amount is None or allocation in ("primary", "full"):
                rows[number, company] = (amount, unpriced)
            else:
                rows[number, company] = (shares(amount, [1] * len(edges))[place], unpriced)
    return rows


def team_spending(
    portal: Portal, allocation: str, split: str, stages: Sequence[str]
) -> dict[tuple[int, int], tuple[Decimal, Decimal, Decimal, Decimal, int]]:
    """Total, won, open and lost spend and the number of unpriced deals by company and team."""
    outcomes = ("won", "open", "lost")
    totals: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    unpriced: dict[int, int] = defaultdict(int)
    for (deal, company), (amount, without_rate) in company_deals(portal, allocation).items():
        stage = portal.deals[deal].stage
        outcome = {"closedwon": "won", "closedlost": "lost"}.get(stage or "", "open")
        unpriced[company] += without_rate
        totals[company][outcome] += amount or 0
        if not stages or stage in stages:
            totals[company][f"counted {outcome}"] += amount or 0
    rows = {}
    for company, (live, _) in enumerate(portal.companies):
        teams = sorted(team for team, linked in portal.links if linked == company and live)
        members = [len(portal.teams[team]) for team in teams]
        weights = members if split == "members" and any(members) else [1] * len(teams)

        def parts(
            kind: str, company: int = company, weights: Sequence[int] = weights
        ) -> list[Decimal]:
            return shares(totals[company][kind], weights)

        for place, team in enumerate(teams):
            won, still_open, lost = (parts(outcome)[place] for outcome in outcomes)
            total = sum((parts(f"counted {o}")[place] for o in outcomes), Decimal(0))
            rows[company, team] = (total, won, still_open, lost, unpriced[company])
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
    for number, deal in enumerate(portal.deals):
        people = sorted(
            person
            for edge_deal, person in portal.deal_contacts
            if edge_deal == number and portal.contacts[person][0]
        )
        amount = price(deal)
        counts = deal.live and amount is not None and (not stages or deal.stage in stages)
        if counts and contact in people and amount is not None:
            parts.append(shares(amount, [1] * len(people))[people.index(contact)])
    return sum(parts, Decimal(0)) if parts else None
