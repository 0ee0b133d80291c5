"""A person is erased from the whole pipeline, and sent again by a vendor who still has him."""

from __future__ import annotations

from typer.testing import CliRunner

from revops_pipeline.cli import app
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.erase import left
from revops_pipeline_tests.orchestration.conftest import Project
from revops_pipeline_tests.warehouse.file_bytes import found_in

EVERYWHERE = ("raw", "staging", "marts", "ops")


def test_a_person_who_was_erased_is_in_no_table_also_after_the_next_run(project: Project) -> None:
    project.start()
    [(contact, address)] = project.rows(
        "select contact_id, email from marts.contacts_to_users "
        "where user_id is not null and email is not null order by 1 limit 1"
    )
    before = project.rows("select count(*) from marts.contacts_to_users")
    warehouse = DuckDBWarehouse(project.path)
    with warehouse.session("looking") as session:
        assert "marts.contacts_to_users.email" in left(session, address, EVERYWHERE)

    said = CliRunner().invoke(app, ["erase", "--email", address, "--yes"])
    assert said.exit_code == 0, said.output
    assert found_in(project.path, address) == []
    assert project.rows("select count(*) from marts.contacts_to_users") == [(before[0][0] - 1,)]

    again = project.run()
    assert again.success
    with warehouse.session("looking") as session:
        assert left(session, address, EVERYWHERE) == []
        assert session.query("select * from raw.hubspot_contacts where id = ?", [contact]) == []
        assert session.query(
            "select finished_at is not null, count(*) from ops.erasures group by 1"
        ) == [(True, 1)]
    [[verified]] = project.rows(
        "select verified from ops.extract_log where stream = 'contacts' "
        "order by finished_at desc limit 1"
    )
    assert verified
