"""What the credentials may not read does not keep a run from building all else, nor looks fresh."""

from __future__ import annotations

import dagster as dg

from revops_pipeline import settings
from revops_pipeline_tests.orchestration.conftest import Project, reported

CHECK = "may_be_read"


def verdicts(result: dg.ExecuteInProcessResult) -> dict[str, tuple[bool, str]]:
    return {
        e.asset_key.to_user_string(): (e.passed, e.severity.value)
        for e in result.get_asset_check_evaluations()
        if e.check_name == CHECK
    }


def change_a_deal(project: Project, amount: str) -> str:
    """Edits a deal that a company has; the query that shows it in the view."""
    deal = project.rows("select min(deal_id) from marts.company_deals")[0][0]
    project.portal.update("deals", deal, {"amount": amount})
    return f"select distinct amount::varchar from marts.company_deals where deal_id = '{deal}'"


def test_an_object_that_may_not_be_read_is_warned_of_or_fails_the_run_and_all_else_is_built(
    project: Project,
) -> None:
    project.start()
    seen = change_a_deal(project, "98765.43")
    project.portal.clock.advance(6 * 60_000)  # engagements are due
    project.portal.missing_scopes = {"emails"}
    result = project.run()
    assert result.success, "no view needs e-mails"
    assert project.rows(seen) == [("98765.43",)]
    assert "raw/hubspot_deals" in reported(result)
    assert not {"raw/hubspot_emails", "raw/hubspot_email_associations"} & reported(result)
    assert verdicts(result)["raw/hubspot_emails"] == (False, "WARN")
    assert verdicts(result)["raw/hubspot_deals"] == (True, "ERROR")

    project.portal.missing_scopes = {"owners"}
    seen = change_a_deal(project, "12345.67")
    result = project.run()
    assert not result.success
    [told] = [e.step_failure_data for e in result.all_events if e.is_step_failure]
    assert told.user_failure_data is not None
    assert "hubspot_owners stay as they were" in str(told.user_failure_data.description)
    assert "crm.objects.owners.read" in str(told.user_failure_data.description)
    assert project.rows(seen) == [("12345.67",)], "built all the same"
    assert verdicts(result)["raw/hubspot_owners"] == (False, "ERROR")
    assert verdicts(project.run(job="checks_job"))["raw/hubspot_owners"] == (False, "ERROR")

    settings.CONFIG_FILE.write_text("hubspot: {on_refused_object: warn}")
    assert project.run().success
    settings.CONFIG_FILE.write_text("hubspot: {on_refused_object: fail}")
    project.portal.clock.advance(6 * 60_000)
    project.portal.missing_scopes = {"emails"}
    assert not project.materialize("raw/hubspot_deals", "raw/hubspot_emails").success
