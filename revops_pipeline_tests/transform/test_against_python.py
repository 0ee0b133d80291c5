"""The marts against a computation that shares nothing with the SQL, over random portals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from . import portals
from .conftest import VIEWS, Warehouse
from .world import World

# A build costs a second whatever its size: many portals share one, and none is built to shrink.
MANY = settings(
    max_examples=2,  # the first one Hypothesis draws is all but empty
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHOICES = [
    {
        "deal_allocation": "primary",
        "team_split": "equal",
        "lifetime_spend_source": "auto",
        "email_plus_tags": False,
        "spend_stages": [],
    },
    {
        "deal_allocation": "split",
        "team_split": "members",
        "lifetime_spend_source": "deals",
        "email_plus_tags": True,
        "spend_stages": ["closedwon", "o'clock"],
    },
    {
        "deal_allocation": "full",
        "team_split": "members",
        "lifetime_spend_source": "transactions",
        "email_plus_tags": False,
        "spend_stages": ["closedwon", "qualified"],
    },
]


def tables(warehouse: Warehouse) -> tuple[dict[Any, Any], dict[Any, Any], dict[Any, Any]]:
    deals = warehouse.rows(
        "select deal_id, company_id, allocated_amount, is_unpriced from marts.company_deals"
    )
    teams = warehouse.rows(
        "select company_id, team_id, total_team_spend, won_team_spend, open_pipeline,"
        " lost_team_spend, unpriced_deals from marts.team_spending"
    )
    people = warehouse.rows(
        "select contact_id, user_id, match_count, clientLifeTimeSpend from marts.contacts_to_users"
    )
    return (
        {row[:2]: row[2:] for row in deals},
        {row[:2]: row[2:] for row in teams},
        {row[0]: row[1:] for row in people},
    )


@pytest.mark.spread
@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice["deal_allocation"])
def test_the_marts_say_what_python_says(
    build: Callable[..., Warehouse], choice: dict[str, Any]
) -> None:
    @MANY
    @given(st.lists(portals.portals(), min_size=40, max_size=60))
    def check(worlds: list[portals.Portal]) -> None:
        world = World()
        portals.write_money(world)
        for number, portal in enumerate(worlds):
            portals.write(world, number, portal)
        # The column is there even when no portal drew a user.
        world.user("anchor", None, client_lifetime_spend=None)
        warehouse = build(world, VIEWS, **choice)
        assert warehouse.failed == set()

        deals, teams, people = {}, {}, {}
        for number, portal in enumerate(worlds):

            def at(place: int | None, number: int = number) -> str | None:
                return None if place is None else portals.identity(number, place)

            for pair, amount in portals.company_deals(portal, choice["deal_allocation"]).items():
                deals[at(pair[0]), at(pair[1])] = amount
            spending = portals.team_spending(
                portal, choice["deal_allocation"], choice["team_split"], choice["spend_stages"]
            )
            for pair, spend in spending.items():
                teams[at(pair[0]), at(pair[1])] = spend
            matched = portals.contacts_to_users(
                portal,
                choice["lifetime_spend_source"],
                choice["email_plus_tags"],
                choice["spend_stages"],
            )
            for contact, (user, count, amount) in matched.items():
                people[at(contact)] = (at(user), count, amount)

        built_deals, built_teams, built_people = tables(warehouse)
        assert built_deals == deals
        assert built_teams == teams
        assert built_people == people

    check()
