"""`revops doctor`, and the errors of wrong settings, as somebody who starts here meets them."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import duckdb
import pytest

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline_tests.commands.checkout import Checkout

Serve = Callable[..., Sandbox]
SECRET = "s3cret-of-mine"


@pytest.fixture
def small(serve: Serve) -> Sandbox:
    return serve(Portal.generate(contacts=20, companies=6, deals=8))


def product_database(path: Path, **columns: str) -> str:
    """A SQLite file with the three tables that must be there; `columns` replaces a table's."""
    tables = {"users": "user_id, email", "teams": "team_id, team_name"}
    tables["team_membership"] = "team_id, user_id"
    with sqlite3.connect(path) as connection:
        for name, declared in (tables | columns).items():
            if declared:
                marks = ", ".join("1" for _ in declared.split(","))
                connection.execute(f"create table {name} ({declared})")
                connection.execute(f"insert into {name} values ({marks})")
    connection.close()
    return f"sqlite:///{path}"


def lines(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """What doctor says, by what it says it of; it never says a secret, nor a traceback."""
    assert SECRET not in done.stdout + done.stderr
    assert done.stderr == ""
    found = {}
    for line in done.stdout.splitlines():
        mark, _, rest = line.partition(" ")
        if mark in "✓✗":
            name, _, text = rest.partition(": ")
            found[name] = f"{mark} {text}"
    return found


def test_with_nothing_configured_doctor_is_content_and_leaves_nothing_behind(
    checkout: Checkout,
) -> None:
    shutil.rmtree(checkout.root / "data", ignore_errors=True)  # of runs before
    before = sorted(checkout.root.iterdir())
    done = checkout.revops("doctor")
    assert done.returncode == 0
    said = lines(done)
    assert said["warehouse"] == "✓ DuckDB file data/sandbox.duckdb will be created by the first run"
    assert "set HUBSPOT_API_KEY in the environment or in .env" in said["hubspot"]
    assert "PRODUCT_DATABASE_URL or PRODUCT_SCHEMA" in said["product"]
    assert "make run" in done.stdout
    assert sorted(checkout.root.iterdir()) == before


def test_everything_that_is_configured_gets_a_line(
    checkout: Checkout, small: Sandbox, tmp_path: Path
) -> None:
    duckdb.connect(str(tmp_path / "w.duckdb")).close()
    done = checkout.revops(
        "doctor",
        HUBSPOT_API_URL=small.url,
        HUBSPOT_ACCESS_TOKEN=f" {small.token}\n",
        PRODUCT_DATABASE_URL=product_database(tmp_path / "p.sqlite"),
        REVOPS_DUCKDB_PATH=tmp_path / "w.duckdb",
    )
    said = lines(done)
    assert done.returncode == 0, done.stdout
    assert said["warehouse"].endswith("w.duckdb is writable")
    assert "20 contacts, 6 companies, 8 deals" in said["hubspot"]
    assert "has the tables" in said["product"]
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as connection:
        assert connection.sql("from duckdb_tables()").fetchall() == []


@pytest.mark.parametrize("place", ["environment", ".env"])
def test_an_address_without_a_token_is_half_a_configuration(checkout: Checkout, place: str) -> None:
    url = "http://127.0.0.1:9"
    file = checkout.root / ".env"
    try:
        if place == ".env":
            file.write_text(f"HUBSPOT_API_URL={url}\n")
        variables = {} if place == ".env" else {"HUBSPOT_API_URL": url}
        done = checkout.revops("doctor", **variables)
        assert done.returncode == 1
        assert lines(done)["hubspot"].startswith(
            "✗ HUBSPOT_API_URL is set but HUBSPOT_API_KEY is not"
        )
        ran = checkout.revops("run", **variables)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert "HUBSPOT_API_KEY is not: set it too" in ran.stderr
    finally:
        file.unlink(missing_ok=True)


def test_a_wrong_token_is_told_by_its_variable(checkout: Checkout, small: Sandbox) -> None:
    done = checkout.revops("doctor", HUBSPOT_API_URL=small.url, HUBSPOT_API_KEY=SECRET)
    assert done.returncode == 1
    said = lines(done)["hubspot"]
    assert "answered 401" in said
    assert "set HUBSPOT_API_KEY" in said


def test_a_missing_scope_is_named(checkout: Checkout, small: Sandbox) -> None:
    for scope in ("deals", "owners"):
        small.portal.missing_scopes = {scope}
        done = checkout.revops("doctor", HUBSPOT_API_URL=small.url, HUBSPOT_API_KEY=small.token)
        assert done.returncode == 1
        said = lines(done)["hubspot"]
        assert f"crm.objects.{scope}.read" in said
        assert "HUBSPOT_API_KEY lacks a right for this (a scope" in said


def test_a_host_that_does_not_answer_is_told_by_its_variable(checkout: Checkout) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        done = checkout.revops("doctor", HUBSPOT_API_URL=url, HUBSPOT_API_KEY=SECRET)
    assert done.returncode == 1
    said = lines(done)["hubspot"]
    assert "cannot be reached" in said
    assert "HUBSPOT_API_URL" in said
    assert url in said


@contextmanager
def web_server(status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html>[/red] Welcome</html>")

        do_POST = do_GET

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("status", [200, 404, 501])
def test_a_web_site_is_not_taken_for_an_api(checkout: Checkout, status: int) -> None:
    with web_server(status) as url:
        done = checkout.revops("doctor", HUBSPOT_API_URL=url, HUBSPOT_API_KEY=SECRET)
    assert done.returncode == 1
    assert "HUBSPOT_API_URL" in lines(done)["hubspot"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"nosuch://ann:{SECRET}@host/db", "nosuch"),
        (f"postgresql+nosuch://ann:{SECRET}@host/db", "nosuch"),
        (f"postgresql://ann:{SECRET}@host:port/db", "SQLAlchemy URL"),
        (SECRET, "SQLAlchemy URL"),
        ("sqlite:////no/such/folder/p.sqlite", "/no/such/folder/p.sqlite"),
    ],
)
def test_a_product_database_that_cannot_be_opened_is_told_without_its_password(
    checkout: Checkout, url: str, told: str
) -> None:
    done = checkout.revops("doctor", PRODUCT_DATABASE_URL=url)
    assert done.returncode == 1
    said = " ".join(lines(done).values())
    assert "PRODUCT_DATABASE_URL" in said
    assert told in said


def test_a_product_database_without_a_table_or_its_key_names_what_is_missing(
    checkout: Checkout, tmp_path: Path
) -> None:
    url = product_database(tmp_path / "a.sqlite", teams="")
    done = checkout.revops("doctor", PRODUCT_DATABASE_URL=url)
    assert done.returncode == 1
    assert "has no table 'teams' (it has team_membership, users)" in lines(done)["product"]
    url = product_database(tmp_path / "b.sqlite", users="id, email")
    done = checkout.revops("doctor", PRODUCT_DATABASE_URL=url)
    assert done.returncode == 1
    assert "table 'users' lacks user_id (it has id, email)" in lines(done)["product"]


def test_a_source_that_is_configured_twice_names_both_ways(checkout: Checkout) -> None:
    both = {"PRODUCT_DATABASE_URL": "sqlite:///x", "PRODUCT_SCHEMA": "shop"}
    done = checkout.revops("doctor", **both)
    assert done.returncode == 1
    assert "either PRODUCT_DATABASE_URL or PRODUCT_SCHEMA, not both" in lines(done)["product"]
    ran = checkout.revops("run", **both)
    assert ran.returncode == 2
    assert "not both" in ran.stderr


def test_a_schema_of_a_warehouse_that_is_not_there_creates_none(
    checkout: Checkout, tmp_path: Path
) -> None:
    path = tmp_path / "w.duckdb"
    done = checkout.revops("doctor", PRODUCT_SCHEMA="shop", REVOPS_DUCKDB_PATH=path)
    assert done.returncode == 1
    assert "does not exist yet" in lines(done)["product"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HUBSPOT_API_VERSION", "v9"),
        ("HUBSPOT_API_URL", "ftp://x"),
        ("HUBSPOT_API_URL", "http://"),
        ("HUBSPOT_API_URL", f"https://ann:{SECRET}@host"),
        ("HUBSPOT_API_KEY", f"{SECRET}\n{SECRET}"),
        ("HUBSPOT_API_KEY", f"“{SECRET}”"),
        ("PRODUCT_SCHEMA", "shop; drop table users"),
        ("REVOPS_WAREHOUSE", "oracle"),
    ],
)
def test_a_wrong_value_is_told_by_its_variable(
    checkout: Checkout, variable: str, value: str
) -> None:
    done = checkout.revops("doctor", **{variable: value})
    assert done.returncode == 1
    assert variable in lines(done)["settings"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "hubspot:\n  page_size: 5\n",
            "hubspot.page_size: unknown setting; config/revops.example.yml",
        ),
        (
            "spend:\n  team_split: thirds\n",
            "spend.team_split: Input should be 'equal' or 'members'",
        ),
        (
            "matching:\n  threshold: 2\n",
            "matching.threshold: Input should be less than or equal to 1",
        ),
        ("hubspot: [\n", "no valid YAML"),
        ("- a\n- list\n", "the file:"),
    ],
)
def test_a_wrong_settings_file_names_the_file_and_the_key(
    checkout: Checkout, text: str, told: str
) -> None:
    file = checkout.root / "config" / "revops.yml"
    file.write_text(text)
    try:
        done, ran = checkout.revops("doctor"), checkout.revops("run")
    finally:
        file.unlink()
    assert done.returncode == 1
    assert str(file) in lines(done)["settings"]
    assert told in lines(done)["settings"]
    assert (ran.returncode, ran.stdout) == (2, "")
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr
