"""Owners come and go, pipelines and stages too, and HubSpot goes on telling of them."""

import pytest

from revops_pipeline.sandbox.errors import Refusal

OWNERS = "/crm/v3/owners"
PIPELINES = "/crm/v3/pipelines/deals"


def test_an_owner_who_leaves_is_among_the_archived_and_may_come_back(portal, scenario):
    portal.put_owner("900", "new@sales.example", "Nia", "Vale")

    def shown(archived):
        rows = scenario.get(f"{OWNERS}?archived={archived}").json["results"]
        return {row["id"]: row for row in rows}

    assert shown("false")["900"]["firstName"] == "Nia"
    assert "900" not in shown("true")
    portal.archive_owner("900")
    assert "900" not in shown("false")
    assert shown("true")["900"]["archived"]
    portal.put_owner("900", "back@sales.example")
    assert shown("false")["900"]["email"] == "back@sales.example"
    assert portal.truth().owners == shown("false") | shown("true")
    with pytest.raises(Refusal, match="901"):
        portal.archive_owner("901")


def test_an_archived_stage_is_still_listed_and_says_so(portal, scenario):
    portal.archive_stage("contractsent")
    (pipeline,) = scenario.get(PIPELINES).json["results"]
    archived = {stage["id"]: stage["archived"] for stage in pipeline["stages"]}
    assert [id_ for id_, gone in archived.items() if gone] == ["contractsent"]
    stage = scenario.get(f"{PIPELINES}/default/stages/contractsent").json
    assert stage["archivedAt"] == stage["updatedAt"]
    assert (
        scenario.get("/crm/pipelines/2026-09/deals/default/stages").json["results"]
        == (pipeline["stages"])
    )
    portal.put_stage("contractsent", "Contract", 0.9)
    assert not scenario.get(f"{PIPELINES}/default/stages/contractsent").json["archived"]


def test_a_second_pipeline_has_stages_of_its_own_and_can_go(portal, scenario):
    portal.put_stage("r1", "Renewal open", 0.5, pipeline="renewals")
    portal.put_stage("r2", "Renewed", 1.0, closed=True, pipeline="renewals")
    deal = portal.create("deals", {"pipeline": "renewals", "dealstage": "r2"})
    won = "properties=hs_is_closed_won"
    assert scenario.get(f"/crm/v3/objects/deals/{deal}?{won}").json["properties"][
        "hs_is_closed_won"
    ] == ("true")
    listed = scenario.get(PIPELINES).json["results"]
    assert [p["id"] for p in listed] == ["default", "renewals"]
    assert [s["metadata"]["probability"] for s in listed[1]["stages"]] == ["0.5", "1.0"]
    assert portal.truth().pipelines == {p["id"]: p for p in listed}
    portal.archive_pipeline("renewals")
    assert scenario.get(f"{PIPELINES}/renewals").status == 404


@pytest.mark.parametrize("path", [f"{PIPELINES}/none", f"{PIPELINES}/default/stages/none"])
def test_what_is_not_there_is_404(scenario, path):
    assert scenario.get(path).status == 404


def test_archiving_what_is_not_there_names_it(portal):
    with pytest.raises(Refusal, match="no_such"):
        portal.archive_stage("no_such")
    with pytest.raises(Refusal, match="no_such"):
        portal.archive_pipeline("no_such")
