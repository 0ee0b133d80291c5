"""What a product database must have, under whatever names, and what is left alone."""

from __future__ import annotations

import json
import re
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from revops_pipeline.connections import product_layout
from revops_pipeline.settings import ROOT, SettingsError, load_config
from revops_pipeline.sources.ids import id_text
from revops_pipeline.sources.product import Product
from revops_pipeline.sources.product_contract import CONTRACT, Layout, Place, locate, resolve
from revops_pipeline.sources.product_rows import Seen, to_rows
from revops_pipeline.sources.product_sql import SqlTables
from revops_pipeline.sources.stream import PermanentError, TransientError, Window

OTHER_NAMES = """
create table "App Users" ("Id" integer, email_address text, full_name text, password_hash text);
create table teams (team_id integer, name text);
create table "order" ("user" integer, "group" integer);
create table payments (user_id integer, amount numeric, card text);
insert into "App Users" values (1, 'ann@acme.example', 'Ann', '$2b$12$secret');
insert into teams values (7, 'Acme');
insert into "order" values (1, 7);
insert into payments values (1, 10.5, '4111');
"""
SETTINGS = """
product:
  tables: {users: app users, team_membership: main.order, transactions: payments}
  columns:
    users: {user_id: id, email: email_address, user_name: full_name}
    teams: {team_name: name}
    team_membership: {user_id: user, team_id: group}
"""


def database(folder: Path, script: str, name: str = "product.sqlite") -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return f"sqlite:///{path}"


def layout(folder: Path, text: str) -> Layout:
    file = folder / "revops.yml"
    file.write_text(text)
    return product_layout(load_config(file))


def documents(source: Product, table: str) -> list[dict[str, Any]]:
    pages = source.read(Window(table, "table"))
    return [json.loads(d) for page in pages for d in page.rows[table].documents]


def test_a_database_with_other_names_is_read_by_those_that_the_settings_give(
    tmp_path: Path,
) -> None:
    url = database(tmp_path, OTHER_NAMES)
    source = Product(SqlTables(url), layout(tmp_path, SETTINGS))
    assert documents(source, "users") == [
        {"user_id": 1, "email": "ann@acme.example", "user_name": "Ann"}
    ]
    assert documents(source, "teams") == [{"team_id": 7, "team_name": "Acme"}]
    assert documents(source, "team_membership") == [{"user_id": 1, "team_id": 7}]
    assert documents(source, "transactions") == [{"user_id": 1, "amount": 10.5}]
    told = source.look()
    assert "users = App Users (user_id = Id, email = email_address, user_name = full_name" in told
    assert "no client_lifetime_spend" in told
    assert "teams (team_id, team_name = name)" in told


def test_whoever_looks_is_told_all_that_is_missing_what_is_there_instead_and_how_to_name_it(
    tmp_path: Path,
) -> None:
    url = database(
        tmp_path,
        "create table users (user_id integer, email_address text, full_name text);"
        "create table teams (team_id integer, name text);"
        "create table team_membership (user integer, team_id integer);"
        "create table transactions (user_id integer, total numeric);",
    )
    with pytest.raises(PermanentError) as error:
        Product(SqlTables(url)).identity()  # asked before anything is read
    for told in (
        "table 'users' lacks email (it has user_id, email_address, full_name)",
        "table 'teams' lacks team_name (it has team_id, name)",
        "table 'team_membership' lacks user_id (it has user, team_id)",
        "table 'transactions' lacks amount (it has user_id, total)",
        "users: {email: REAL_NAME}, teams: {team_name: REAL_NAME}",
        "product: {tables: {transactions: null}}",
        "docs/product.md",
    ):
        assert told in str(error.value)


def test_only_the_contract_and_what_is_kept_is_read(tmp_path: Path) -> None:
    url = database(
        tmp_path,
        "create table users (user_id integer, Email text, password_hash text, Country text);"
        "create table teams (team_id integer, team_name text, api_key text);"
        "create table team_membership (user_id integer, team_id integer);"
        "insert into users values (1, 'ann@acme.example', 'hash', 'NO');"
        "insert into teams values (7, 'Acme', 'key');",
    )
    kept = Layout(keep={"users": ["country"]})
    source = Product(SqlTables(url), kept)
    [user], [team] = documents(source, "users"), documents(source, "teams")
    assert user == {"user_id": 1, "email": "ann@acme.example", "country": "NO"}
    assert team == {"team_id": 7, "team_name": "Acme"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"tables": {"transactions": "payments"}},
            "has no table 'payments' (it has MEMBERS, Members, ",
        ),
        ({"columns": {"users": {"user_name": "nick"}}}, "lacks nick (for user_name)"),
        ({"keep": {"teams": ["city"]}}, "table 'teams' lacks city"),
        ({"tables": {"users": "members"}}, "'members' could be MEMBERS or Members"),
    ],
)
def test_a_setting_that_names_what_is_not_there_is_an_error(
    given: dict[str, Any], told: str
) -> None:
    class Directory:
        """A database that tells capitals apart, as most but SQLite do."""

        address = "somewhere"

        def names(self) -> list[str]:
            return ["Members", "MEMBERS", "users", "teams", "team_membership"]

        def find(self, name: str) -> Any:
            found = locate(name, list, lambda _schema: self.names())
            columns = ("user_id", "email", "team_id", "team_name")
            return Place(*found, columns) if found else None

    with pytest.raises(PermanentError, match=re.escape(told)):
        resolve(Layout(**given), Directory())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("product: {columns: {users: {mail: email_address}}}", "user_id, email, user_name, "),
        ("product: {columns: {people: {}}}", "product.columns.people: Input should be 'users', "),
        ("product: {tables: {user: people}}", "product.tables.user: Input should be 'users', "),
        ("product: {tables: {users: null}}", "users cannot be left out; only transactions can"),
        ("product: {keep: {users: [Email]}}", "Email is a name of the contract"),
        ("product: {column: {}}", "product.column: unknown setting"),
    ],
)
def test_a_name_that_the_contract_does_not_know_is_refused_with_those_that_it_does(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(told)):
        layout(tmp_path, text)


def test_payments_that_are_none_of_ours_can_be_left_out(tmp_path: Path) -> None:
    url = database(tmp_path, OTHER_NAMES.replace("payments", "transactions"))
    settings = SETTINGS.replace("transactions: payments", "transactions: null")
    source = Product(SqlTables(url), layout(tmp_path, settings))
    assert "transactions left out" in source.look()


@pytest.mark.parametrize(
    "name",
    [
        "C# 50%25/what?.sqlite",
        'O\'Brien "&" Söhne/p.sqlite',
        "a=b;c&d?mode=rw/p+q.sqlite",
        "50%/p.sqlite",
    ],
)
def test_an_sqlite_file_is_found_whatever_signs_its_path_holds(tmp_path: Path, name: str) -> None:
    url = database(tmp_path, OTHER_NAMES, name)
    assert "App Users" in SqlTables(url).names()
    assert sorted(p.name for p in tmp_path.iterdir()) == [name.partition("/")[0]]


def test_an_sqlite_path_may_be_encoded_as_in_other_urls_and_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database(tmp_path, OTHER_NAMES, "C# 1/p.sqlite")
    encoded = SqlTables(f"sqlite:///{tmp_path}/C%23%201/p.sqlite")
    assert "App Users" in encoded.names()
    monkeypatch.chdir(tmp_path)
    assert "App Users" in SqlTables("sqlite:///C# 1/p.sqlite").names()


def test_an_sqlite_file_that_is_missing_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match=r"there is no file .*/C# \?\.sqlite"):
        SqlTables(f"sqlite:///{tmp_path}/C# ?.sqlite").names()
    assert list(tmp_path.iterdir()) == []


def test_a_text_in_another_encoding_keeps_no_row_from_being_read(tmp_path: Path) -> None:
    url = database(
        tmp_path,
        "create table users (user_id, email, user_name);"
        "create table teams (team_id, team_name);"
        "create table team_membership (user_id, team_id);"
        "insert into users values (1, 'a@x.example', cast(x'4dfc6c6c6572' as text)),"
        " (2, 'b@x.example', 'Å');",
    )
    users = documents(Product(SqlTables(url)), "users")
    assert [user["user_name"] for user in users] == ["M\ufffdller", "Å"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql+mysqldb://u:s3cret@h/d", "-m pip install 'mysqlclient'"),
        ("postgresql+psycopg2://u:s3cret@h/d", "-m pip install 'psycopg2-binary'"),
        ("postgres+psycopg2://u:s3cret@h/d", "-m pip install 'psycopg2-binary'"),
        ("mssql://u:s3cret@h/d", "-m pip install 'pyodbc'"),
        ("nosuch://u:s3cret@h/d", "no such kind of database"),
    ],
)
def test_a_driver_that_is_not_installed_is_named_with_the_command_that_installs_it(
    url: str, told: str
) -> None:
    with pytest.raises(PermanentError) as error:
        SqlTables(url)
    assert told in str(error.value)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((42, 42.0, "42", "42.0", " 42 ", Decimal("42.00"), Decimal("4.2E+1")), "42"),
        ((-7, -7.0, "-7.00"), "-7"),
        ((2**60, Decimal(2**60)), str(2**60)),
        ((UUID(int=1), str(UUID(int=1))), str(UUID(int=1))),
        ((b"\x00\xff", memoryview(b"\x00\xff"), "00ff"), "00ff"),
        (("4.2",), "4.2"),
        (("1.0.0",), "1.0.0"),
    ],
)
def test_an_id_is_one_however_a_database_counts_it(values: tuple[Any, ...], text: str) -> None:
    assert {id_text(value) for value in values} == {text}


def test_a_membership_is_found_again_when_its_ids_become_floating_point() -> None:
    keys = ["user_id", "team_id"]
    [before] = to_rows("team_membership", keys, [(42, 7)], Seen()).ids
    [after] = to_rows("team_membership", keys, [(42.0, Decimal("7.0"))], Seen()).ids
    assert before == after == "7:42"


def test_the_contract_that_people_read_is_the_one_that_is_kept() -> None:
    page = (ROOT / "docs" / "product.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (id|text|amount) \| (yes|no) \|", page, re.M)
    assert set(rows) == {
        (table, name, column.type, "yes" if column.needed else "no")
        for table, columns in CONTRACT.items()
        for name, column in columns.items()
    }
