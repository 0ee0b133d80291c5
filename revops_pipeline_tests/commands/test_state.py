"""`revops state show|reset`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from click.testing import Result
from typer.testing import CliRunner

from revops_pipeline.cli import app
from revops_pipeline.orchestration.fingerprint import is_current
from revops_pipeline.settings import VARIABLES
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline_tests.conftest import Pipeline
from revops_pipeline_tests.sources import reviews

CONTACTS = ["contacts"]


@pytest.fixture
def configured(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(pipeline.path))
    return pipeline


def state(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["state", *arguments])


@pytest.mark.parametrize("command", ["show", "reset"])
def test_a_source_or_stream_that_does_not_exist_is_named_with_those_that_do(command: str) -> None:
    wrong = state(command, "hubspott")
    assert wrong.exit_code == 2
    assert "no source 'hubspott'; there are hubspot, product" in wrong.output
    wrong = state(command, "hubspot", "invoices")
    assert wrong.exit_code == 2
    assert "hubspot has no stream 'invoices'; there are account, contacts, " in wrong.output


@pytest.mark.parametrize("command", ["show", "reset"])
def test_the_help_names_every_source(command: str) -> None:
    told = state(command, "--help").output
    assert all(source in told for source in VARIABLES)


def test_without_a_warehouse_there_is_nothing_to_show_or_reset_and_none_is_made(
    configured: Pipeline,
) -> None:
    shown, done = state("show", "hubspot"), state("reset", "hubspot")
    assert (shown.exit_code, done.exit_code) == (0, 0)
    assert "hubspot: nothing was read yet" in shown.output
    assert "nothing to reset" in done.output
    assert not configured.path.parent.joinpath("warehouse.duckdb").exists()


def test_what_a_vendor_calls_itself_commands_no_terminal(configured: Pipeline) -> None:
    configured.run(["owners"])
    configured.write("update ops.extract_state set identity_key = 'portal \x1b[2J\x9b31m'")
    shown = state("show", "hubspot")
    assert r"hubspot: portal \x1b[2J\x9b31m at" in shown.output
    assert not {"\x1b", "\x9b"} & set(shown.output)


def test_what_was_read_is_shown_by_stream(configured: Pipeline) -> None:
    configured.run()
    shown = state("show", "hubspot")
    assert configured.sandbox.url in shown.output
    assert "deal_companies" in shown.output
    only = state("show", "hubspot", "owners")
    assert "owners" in only.output
    deals = state("show", "hubspot", "deals").output
    assert "fields=" in deals
    assert "dealname" not in deals
    assert "deal_companies" not in only.output
    assert "product: nothing was read yet" in state("show", "product").output


def test_a_stream_that_is_reset_is_read_again_as_a_whole(configured: Pipeline) -> None:
    configured.run()
    first = configured.live("contacts")
    contact = min(first)
    configured.portal.update("contacts", contact, {"firstname": "Renamed"})
    configured.run()
    history = configured.query("from raw.hubspot_contacts_history")
    deals = configured.query("from raw.hubspot_deals order by id")
    assert len(history) == 1

    done = state("reset", "hubspot", "contacts")
    assert done.exit_code == 0
    assert "reset contacts: the next run reads them again" in done.output
    assert configured.live("contacts") == set()
    again = configured.run()["contacts"]
    assert again.counts.inserted >= len(first)
    assert configured.live("contacts") == first
    assert configured.query("from raw.hubspot_contacts_history") == history
    assert configured.query("from raw.hubspot_deals order by id") == deals


def test_a_reset_source_forgets_whose_rows_it_held(configured: Pipeline) -> None:
    configured.run()
    done = state("reset", "hubspot")
    assert done.exit_code == 0
    assert "deal_companies" in done.output
    assert configured.query("from ops.extract_state") == []
    assert configured.live("deals") == set()


def test_tables_built_before_a_reset_do_not_pass_for_current(configured: Pipeline) -> None:
    """Change numbers start again: the rows read next may have the numbers of those before."""
    configured.run()
    warehouse = DuckDBWarehouse(configured.path)
    with warehouse.session("test") as session:
        session.record_build("marts", "as it is", "run")
        assert is_current(session, "marts", "as it is")
    state("reset", "hubspot")
    with warehouse.session("test") as session:
        assert not is_current(session, "marts", "as it is")


def test_reviews_are_read_from_the_cursor_that_is_shown_and_after_a_reset_from_the_beginning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    with reviews.serving(tmp_path) as world:
        monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(world.path))

        def first_cursor() -> str | None:
            world.run()
            return parse_qs(world.server.asked[0].query).get("cursor", [None])[0]

        assert first_cursor() is None
        cursor = world.state()["next_cursor"]
        assert f"next_cursor={cursor}" in state("show", "qbr").output
        assert first_cursor() == cursor
        done = state("reset", "qbr")
        assert "reset records: the next run reads them again" in done.output
        assert "nothing was read yet" in state("show", "qbr").output
        assert first_cursor() is None
        world.expect_equal()
