"""Staging reads a hidden field from the newest version that had it, and what is sent goes before."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from .conftest import Warehouse
from .world import World

HELD = {"hubspot_deals": ["amount"], "product_users": ["client_lifetime_spend"]}


@pytest.mark.parametrize(
    "told", [{"held_fields": HELD}, {}], ids=["in a run", "dbt called by hand"]
)
def test_a_hidden_field_has_its_last_value_unless_something_was_sent(
    build: Callable[..., Warehouse], told: dict[str, Any]
) -> None:
    world = World()
    world.deal("1", dealname="without it")
    world.deal("2", dealname="sent as nothing", amount=None)
    world.deal("3", dealname="sent", amount="7.00")
    world.deal("4", dealname="new since then")
    for id_ in ("1", "2", "3"):
        world.hold("hubspot", "deals", id_, "amount", "5.00")
    world.hold("hubspot", "contacts", "4", "amount", "6.00")
    world.user(1, "ann@example.com")
    world.hold("product", "users", "1", "client_lifetime_spend", 12.5)
    built = build(world, ["staging_deals", "staging_users"], **told)
    assert built.rows("select id, deal_name, amount from staging.staging_deals order by id") == [
        ("1", "without it", Decimal("5.00")),
        ("2", "sent as nothing", None),
        ("3", "sent", Decimal("7.00")),
        ("4", "new since then", None),
    ]
    spent = "select client_lifetime_spend, has_lifetime_spend_column from staging.staging_users"
    assert built.rows(spent) == [(Decimal("12.50"), True)]


def test_a_review_keeps_what_its_further_fields_held(build: Callable[..., Warehouse]) -> None:
    world = World()
    world.put("qbr_records", "r1", {"record_id": "r1", "company_id": "c1"})
    world.hold("qbr", "records", "r1", "next_steps_defined", "yes")
    world.hold("qbr", "records", "r1", "health_score", 70)
    held = {"qbr_records": ["health_score", "next_steps_defined"]}
    built = build(world, ["qbr_records"], held_fields=held)
    found = built.rows("select health_score, other_fields from staging.qbr_records")
    assert found == [(Decimal("70.0000"), '{"next_steps_defined":"yes"}')]
