"""`revops match override`: what is refused, what is kept, what stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result
from typer.testing import CliRunner

from revops_pipeline.cli import app
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse

GIVEN = {
    "--left": "hubspot:123",
    "--right": "product:7",
    "--decision": "link",
    "--author": "ana",
    "--reason": "she knows them",
}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse as a run leaves it, as far as the command looks at it."""
    path = tmp_path / "warehouse.duckdb"
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(path))
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.account_parties as from (values ('hubspot', '123', 'Acme'), "
            "('hubspot', '1234', 'Globex'), ('product', '7', 'Acme')) t(system, source_id, name)"
        )
        connection.execute(
            "create table staging.int_merged_accounts as "
            "select 'hubspot' as system, '99' as old_id, '123' as current_id"
        )
    return path


def override(*more: str, **changes: str | None) -> Result:
    given = {**GIVEN, **{f"--{name}": value for name, value in changes.items()}}
    options = [part for name, value in given.items() if value is not None for part in (name, value)]
    return CliRunner().invoke(app, ["match", "override", *options, *more])


def kept(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("from ops.link_overrides order by decided_at").fetchall()


def test_a_decision_is_kept_with_who_took_it_why_and_when(built: Path) -> None:
    done = override()
    assert done.exit_code == 0, done.output
    assert "hubspot:123 and product:7 are one account" in done.output
    [row] = kept(built)
    assert row[:-1] == ("hubspot", "123", "product", "7", "link", "ana", "she knows them")
    assert row[-1].tzinfo is None


def test_decisions_are_added_and_never_changed(built: Path) -> None:
    override()
    override(decision="no_link", reason="we were wrong")
    assert [row[4] for row in kept(built)] == ["link", "no_link"]


def test_a_record_can_be_kept_from_every_other(built: Path) -> None:
    done = override(decision="no_link", right=None)
    assert done.exit_code == 0, done.output
    assert "hubspot:123 and any other are not one account" in done.output
    assert kept(built)[0][2:4] == (None, None)


def test_an_id_that_was_merged_away_is_still_known(built: Path) -> None:
    assert override(left="hubspot:99").exit_code == 0
    assert override(left="product:99").exit_code == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"left": "salseforce:1"}, "no system 'salseforce'; there are hubspot, intercom, jira,"),
        ({"left": "hubspot"}, "--left is 'hubspot'; give SYSTEM:ID, such as hubspot:123"),
        (
            {"left": "hubspot:12"},
            "hubspot has no record '12'; nearest: hubspot:123 'Acme', hubspot",
        ),
        ({"left": "hubspot:globex"}, "no record 'globex'; nearest: hubspot:1234 'Globex'"),
        ({"left": "qbr:1"}, "there are no records of qbr yet"),
        ({"author": "  "}, "--author is missing or empty"),
        ({"reason": None}, "--reason is missing or empty"),
        ({"right": None}, "--right is missing: a link joins two records"),
        ({"decision": "maybe"}, "--decision is 'maybe'; it must be link or no_link"),
        ({"right": "hubspot:123"}, "--left and --right are both hubspot:123"),
    ],
)
def test_what_cannot_be_meant_is_refused_naming_it_and_nothing_is_kept(
    built: Path, changes: dict[str, str | None], said: str
) -> None:
    refused = override(**changes)
    assert refused.exit_code == 2, refused.output
    assert said in refused.stderr
    with DuckDBWarehouse(built).session("test") as session:
        session.ensure([])
    assert kept(built) == []


def test_a_decision_about_a_record_to_come_needs_force(built: Path) -> None:
    assert "With --force" in override(left="hubspot:55").stderr
    assert override("--force", left="hubspot:55").exit_code == 0
    assert kept(built)[0][1] == "55"


def test_before_the_first_run_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.duckdb"
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(path))
    refused = override()
    assert refused.exit_code == 2
    assert "nothing has been built yet" in refused.stderr
    assert "make run" in refused.stderr
    assert not path.exists()
    assert CliRunner().invoke(app, ["match", "override", "--list"]).exit_code == 0
    assert not path.exists()
    assert override("--force").exit_code == 0
    assert len(kept(path)) == 1


def test_the_list_shows_the_latest_of_each_pair_whichever_is_called_left(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    override()
    override(left="product:7", right="hubspot:123", decision="no_link", author="bo")
    with duckdb.connect(str(built)) as connection:
        connection.execute(
            "create table staging.account_link_override_seed as select 'product' as left_system, "
            "'8' as left_id, 'hubspot' as right_system, '9' as right_id, 'link' as decision, "
            "'cy' as author, 'old' as reason, timestamp '2026-01-01' as decided_at"
        )
    shown = CliRunner().invoke(app, ["match", "override", "--list"])
    assert shown.exit_code == 0, shown.output
    lines = [line.split() for line in shown.output.splitlines()[1:]]
    assert [line[:4] for line in lines] == [
        ["product:8", "hubspot:9", "link", "cy"],
        ["product:7", "hubspot:123", "no_link", "bo"],
    ]
    assert "seed" in lines[0]
    assert "command" in lines[1]


def test_two_lists_are_still_matched_by_naming_them(tmp_path: Path) -> None:
    for name in ("left", "right"):
        (tmp_path / f"{name}.csv").write_text("id,name\n1,Acme\n")
    files = [str(tmp_path / name) for name in ("left.csv", "right.csv")]
    done = CliRunner().invoke(app, ["match", *files, "--out", str(tmp_path / "links.csv")])
    assert done.exit_code == 0, done.output
    assert "1 links" in done.output
