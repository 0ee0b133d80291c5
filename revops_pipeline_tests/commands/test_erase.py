"""`revops erase`, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from revops_pipeline.cli import app
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.read_copy import folder_of, publish
from revops_pipeline_tests.warehouse.file_bytes import found_in
from revops_pipeline_tests.warehouse.test_erase import ADDRESS, contact, fill


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DuckDBWarehouse:
    """With a person in it, and in a copy that was published."""
    path = tmp_path / "w.duckdb"
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(path))
    made = DuckDBWarehouse(path)
    people = {"1": contact(ADDRESS, firstname="Erika"), "7": contact("kept@x.example")}
    with made.session("test") as session:
        fill(session, {("hubspot", "contacts"): people}, watched=False)
        session.transact(
            [("insert into ops.link_overrides (author, reason) select ?, 'x'", [ADDRESS])]
        )
        publish(session, path, "run")
    return made


def erase(*options: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["erase", *options], input=answer)


def contacts(warehouse: DuckDBWarehouse) -> list[str]:
    with warehouse.session("looking") as session:
        return [i for (i,) in session.query("select id from raw.hubspot_contacts order by id")]


def test_nothing_is_erased_without_a_yes(warehouse: DuckDBWarehouse) -> None:
    said = erase("--email", ADDRESS, answer="n\n")
    assert (said.exit_code, contacts(warehouse)) == (1, ["1", "7"])
    assert "hubspot contacts: 1 (1)" in said.output
    assert erase("--email", ADDRESS, answer="y\n").exit_code == 0
    assert contacts(warehouse) == ["7"]


def test_the_published_copies_and_the_files_bytes_have_nothing_of_the_person(
    warehouse: DuckDBWarehouse,
) -> None:
    copies = folder_of(warehouse.path)
    [before] = copies.glob("*.duckdb")
    said = erase("--email", f" {ADDRESS.upper()} ", "--yes")
    assert said.exit_code == 0, said.output
    assert "ops.erasures" in said.output
    [after] = copies.glob("*.duckdb")
    assert after != before
    for file in (warehouse.path, after):
        assert found_in(file, ADDRESS) == found_in(file, "Erika") == []


def test_an_address_that_nobody_has_is_said_and_one_that_is_none_is_refused(
    warehouse: DuckDBWarehouse,
) -> None:
    said = erase("--email", "nobody@x.example", "--yes")
    assert said.exit_code == 0
    assert "no record has it" in said.output
    assert erase("--email", "nobody", "--yes").exit_code == 2
    assert contacts(warehouse) == ["1", "7"]
