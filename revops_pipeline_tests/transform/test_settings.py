"""Settings reach models that were parsed under others, and wrong ones are refused by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import VIEWS, Dbt, Warehouse
from .world import World


@pytest.mark.parametrize(
    ("setting", "model"),
    [
        ("deal_allocation", "company_deals"),
        ("team_split", "company_team_shares"),
        ("lifetime_spend_source", "contacts_to_users"),
    ],
)
def test_a_setting_that_is_none_is_refused_with_what_it_may_be(
    build: Callable[..., Warehouse], dbt: Dbt, tmp_path_factory: pytest.TempPathFactory,
    setting: str, model: str,
) -> None:  # fmt: skip
    path = tmp_path_factory.mktemp("refused") / "world.duckdb"
    World().write(path)
    outcome = dbt.invoke(["compile", "--select", model], path, **{setting: "halves"})
    assert not outcome.success
    message = str(outcome.exception) + str(outcome.result)
    assert f"Setting {setting} is 'halves'; it must be one of:" in message


def test_without_the_users_column_transactions_are_the_source(
    build: Callable[..., Warehouse],
) -> None:
    world = World()
    world.contact("1", email="a@x.example")
    world.user(1, "a@x.example")
    world.transaction(1, 1, "2.50")
    warehouse = build(world, VIEWS)
    assert warehouse.failed == set()
    assert warehouse.rows(
        "select cast(clientLifeTimeSpend as varchar), lifetime_spend_source"
        " from marts.contacts_to_users"
    ) == [("2.50", "transactions")]


def test_an_empty_portal_builds_empty_tables(build: Callable[..., Warehouse]) -> None:
    warehouse = build(World(), VIEWS, lifetime_spend_source="deals", deal_allocation="split")
    assert (warehouse.failed, warehouse.warned) == (set(), set())
    assert warehouse.rows("from marts.contacts_to_users") == []
    assert warehouse.rows("from marts.team_spending") == []


def test_amounts_at_the_end_of_the_range_add_up(build: Callable[..., Warehouse]) -> None:
    world = World()
    world.company("1", name="Big")
    world.company("2", name="Bigger")
    world.deal("4", amount="-9999999999999999.99")
    world.edge("deal_companies", "4", "2")
    for id in ("1", "2", "3"):
        world.deal(id, amount="9999999999999999.99")
        world.edge("deal_companies", id, "1")
        world.edge("deal_companies", id, "2")
    for team in ("7", "8", "9"):
        world.team(team, f"Team {team}")
        world.link(team, "1")
    warehouse = build(world, VIEWS, deal_allocation="split")
    assert warehouse.failed == set()
    total = "select cast(sum(total_team_spend) as varchar) from marts.team_spending"
    assert warehouse.column(total) == ["14999999999999999.97"]


def test_an_override_is_a_row_of_the_seed(build: Callable[..., Warehouse]) -> None:
    warehouse = build(World(), ["account_link_override_seed"])
    assert warehouse.rows(
        "select column_name, data_type from information_schema.columns"
        " where table_name = 'account_link_override_seed' order by ordinal_position"
    ) == [
        ("left_system", "VARCHAR"),
        ("left_id", "VARCHAR"),
        ("right_system", "VARCHAR"),
        ("right_id", "VARCHAR"),
        ("decision", "VARCHAR"),
        ("author", "VARCHAR"),
        ("reason", "VARCHAR"),
        ("decided_at", "TIMESTAMP"),
    ]
