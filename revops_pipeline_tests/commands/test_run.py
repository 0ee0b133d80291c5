"""`revops run` and `revops check`, through the real command: what they say and how they end."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import psutil
import pytest

from revops_pipeline.commands.environment import dagster_home
from revops_pipeline.sandbox import Portal, Sandbox, write_product_database
from revops_pipeline.settings import SettingsError
from revops_pipeline_tests.commands.checkout import Checkout

Serve = Callable[..., Sandbox]


@pytest.fixture
def live(serve: Serve, tmp_path: Path) -> dict[str, str]:
    """Variables that lead to a small HubSpot, its product database and a warehouse."""
    portal = Portal.generate(contacts=20, companies=6, deals=8)
    sandbox = serve(portal)
    product = write_product_database(tmp_path / "product.sqlite", portal)
    return {
        "HUBSPOT_API_URL": sandbox.url,
        "HUBSPOT_API_KEY": sandbox.token,
        "PRODUCT_DATABASE_URL": f"sqlite:///{product}",
        "REVOPS_DUCKDB_PATH": str(tmp_path / "w.duckdb"),
    }


def test_a_run_without_configuration_ends_with_a_summary_and_its_tables_stay_checked(
    checkout: Checkout,
) -> None:
    """Its sandbox ends with it, and a blocking check that fails makes it a failure that names it."""
    done = checkout.revops("run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "No source is configured: a sandbox answers as HubSpot on http://127.0.0.1:" in done.stdout
    )
    assert "revops_job succeeded" in done.stdout
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines() if "/" in line}
    contacts = int(rows["raw/hubspot_contacts"][1].replace(",", ""))
    assert contacts >= 1500
    assert int(rows["marts/contacts_to_users"][1].replace(",", "")) == 1500
    assert rows["marts/company_deals"][-1] == "passed"
    assert checkout.sandboxes() == []
    assert not (checkout.root / "data" / "revops.duckdb").exists()
    shown = checkout.revops("state", "show", "hubspot")
    assert "contacts" in shown.stdout  # of the sandbox's file, as long as nothing is configured
    assert "Where to look next" in done.stdout
    path = checkout.root / "data" / "sandbox.duckdb"
    assert "data/sandbox.duckdb" in done.stdout
    suggested = re.search(r'python (-c) "(.*)"', done.stdout)
    assert suggested is not None
    looked = checkout.python(*suggested.groups())
    assert "total_team_spend" in looked.stdout, looked.stderr

    alone = checkout.root / "alone.duckdb"
    alone.write_bytes(path.read_bytes())  # without the log beside it
    with duckdb.connect(str(alone), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.contacts_to_users").fetchone() == (
            1500,
        )
    kept = checkout.revops("backup", str(checkout.root / "kept.duckdb"))
    assert kept.returncode == 0, kept.stderr
    assert "read back" in kept.stdout

    assert checkout.revops("check").returncode == 0
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from marts.contacts_to_users where rowid = 0")
        connection.execute("create table twice as from raw.product_teams")
        connection.execute("drop view raw.product_teams")
        connection.execute("create table raw.product_teams as from twice union all from twice")
        connection.execute("update ops.extract_state set change_seq = change_seq + 1")
    told = "check every_contact_is_in_contacts_to_users of marts/contacts_to_users failed"
    checked = checkout.revops("check")
    assert checked.returncode == 1
    assert told in checked.stdout

    done = checkout.revops("run")
    assert checkout.sandboxes() == []
    assert done.returncode == 1
    assert "check staging_teams_has_one_row_per_team of staging/staging_teams failed" in done.stdout
    assert "succeeded" not in done.stdout


def test_a_wrong_token_fails_the_run_at_once_and_names_the_variable(
    checkout: Checkout, live: dict[str, str]
) -> None:
    started = time.monotonic()
    done = checkout.revops("run", **live | {"HUBSPOT_API_KEY": "pat-s3cret"})
    assert done.returncode == 1
    assert "✗ extract_hubspot: HubSpot: GET /account-info/v3/details answered 401" in done.stdout
    assert "set HUBSPOT_API_KEY" in done.stdout
    assert "pat-s3cret" not in done.stdout + done.stderr
    assert time.monotonic() - started < 30


class Said:
    """What a process says, read while it runs; whoever else holds its pipes is not waited for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: list[str] = []
        self._readers = [
            threading.Thread(target=self._lines.extend, args=(pipe,), daemon=True)
            for pipe in (process.stdout, process.stderr)
        ]
        for reader in self._readers:
            reader.start()

    def at_its_end(self) -> str:
        """All of it; where the threads are if the process does not end."""
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGABRT)
            self._process.wait(timeout=10)
            pytest.fail(f"still running:\n{self._told()}")
        return self._told()

    def _told(self) -> str:
        for reader in self._readers:
            reader.join(timeout=5)
        return "".join(self._lines)


@pytest.mark.parametrize(
    ("number", "during"), [(signal.SIGINT, "loading"), (signal.SIGTERM, "dbt staging")]
)
def test_an_interrupted_run_ends_at_once_and_leaves_nothing_running(
    checkout: Checkout, tmp_path: Path, number: signal.Signals, during: str
) -> None:
    home, path = tmp_path / "dagster", tmp_path / "w.duckdb"
    home.mkdir()
    writer = path.with_name("w.duckdb.writer")
    process = checkout.start(
        *("-X", "faulthandler", "-m", "revops_pipeline", "run"),
        ignoring=[signal.SIGTERM],  # as a parent may, and then all that the run starts
        DAGSTER_HOME=home,
        REVOPS_DUCKDB_PATH=path,
    )
    said = Said(process)
    try:
        while not (writer.exists() and during in writer.read_text()):
            assert process.poll() is None, said.at_its_end()
            time.sleep(0.005)
        children = psutil.Process(process.pid).children(recursive=True)
        assert checkout.sandboxes()
        process.send_signal(number)
        told = said.at_its_end()
    finally:
        process.kill()
    assert process.returncode == 128 + number
    assert "interrupted: what was read is stored" in told
    assert "Traceback" not in told
    assert checkout.sandboxes() == []
    _gone, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    held = [p.info["cmdline"] for p in psutil.process_iter(["cmdline"])]
    assert not [command for command in held if str(home) in " ".join(command or ())]
    with sqlite3.connect(home / "history" / "runs.db") as connection:
        assert connection.execute("select status from runs").fetchall() == [("CANCELED",)]
    connection.close()
    duckdb.connect(str(path)).close()  # nobody holds it


def test_a_dagster_home_that_is_no_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for home in (str(tmp_path / "missing"), "relative"):
        monkeypatch.setenv("DAGSTER_HOME", home)
        with pytest.raises(SettingsError, match=f"DAGSTER_HOME is {home}"):
            dagster_home()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    assert dagster_home() == str(tmp_path)


def test_match_and_sandbox_are_commands_of_the_same_program(
    checkout: Checkout, tmp_path: Path
) -> None:
    left, right, out = (tmp_path / f"{name}.csv" for name in ("left", "right", "out"))
    left.write_text("id,name\n1,Acme Ltd\n")
    right.write_text("id,name\n7,ACME\n")
    done = checkout.revops("match", str(left), str(right), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert out.read_text().splitlines()[1].startswith("1,7,")

    process = checkout.start(
        *("-m", "revops_pipeline", "sandbox", "--port", "0", "--contacts", "5", "--companies", "2"),
        *("--deals", "2", "--product-database", str(tmp_path / "p.sqlite")),
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(
            "sandbox ready: HUBSPOT_API_URL=http://127.0.0.1:"
        )
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=15)
    finally:
        process.kill()
    assert process.returncode == 0
