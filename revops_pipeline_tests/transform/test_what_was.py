"""Owners who left and stages that are no more: deals still name them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Warehouse
from .world import World


def pipeline(id: str, **stages: str) -> dict[str, object]:
    """A pipeline whose stages have these labels, all of them won."""
    won = {"isClosed": "true", "probability": "1.0"}
    described = [{"id": s, "label": label, "metadata": won} for s, label in stages.items()]
    return {"id": id, "label": id, "stages": described}


@pytest.fixture(scope="module")
def lived_in(build: Callable[..., Warehouse]) -> Warehouse:
    world = World()
    world.put("hubspot_owners", "8", {"id": "8", "lastName": "Here", "archived": False})
    world.put("hubspot_owners", "9", {"id": "9", "lastName": "Left", "archived": True}, True)
    world.put("hubspot_owners", "10", {"id": "10", "lastName": "Gone", "archived": False}, True)

    world.put("hubspot_pipelines", "sales", pipeline("sales", kept="Kept now"))
    world.was("hubspot_pipelines", "sales", pipeline("sales", kept="Kept", dropped="Dropped"))
    world.put("hubspot_pipelines", "old", pipeline("old", signed="Signed 2023"), deleted=True)
    world.was("hubspot_pipelines", "old", pipeline("old", signed="Signed"))
    world.deal("1", pipeline="sales", dealstage="kept", hubspot_owner_id="8")
    world.deal("2", pipeline="sales", dealstage="dropped", hubspot_owner_id="9")
    world.deal("3", pipeline="old", dealstage="signed", hubspot_owner_id="10")
    return build(world, ["deal_conversion", "staging_owners"])


def test_owners_who_left_or_vanished_keep_their_names_and_are_marked(lived_in: Warehouse) -> None:
    assert lived_in.rows(
        "select d.id, o.last_name, o.is_archived from staging.staging_deals d"
        " join staging.staging_owners o on d.owner_id = o.id order by d.id"
    ) == [("1", "Here", False), ("2", "Left", True), ("3", "Gone", True)]


def test_deals_in_stages_that_were_deleted_keep_their_names_and_their_outcome(
    lived_in: Warehouse,
) -> None:
    assert set(
        lived_in.rows("select stage_id, stage_label, won_deals from marts.deal_conversion")
    ) == {("kept", "Kept now", 1), ("dropped", "Dropped", 1), ("signed", "Signed 2023", 1)}
    assert set(
        lived_in.rows("select stage_id, is_deleted from staging.staging_pipeline_stages")
    ) == {("kept", False), ("dropped", True), ("signed", True)}
    assert lived_in.failed == set()
