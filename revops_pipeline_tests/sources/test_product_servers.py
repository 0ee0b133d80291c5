"""The product database on PostgreSQL and MariaDB, as they really answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from revops_pipeline.sources.product import Product
from revops_pipeline.sources.product_contract import Layout
from revops_pipeline.sources.product_sql import SqlTables
from revops_pipeline.sources.stream import ObjectRefused, PermanentError, Window
from revops_pipeline_tests.sources.database_servers import Server, mariadb, postgresql

POSTGRESQL = """
create schema app;
create type app.mood as enum ('glad', 'sad');
create table app."Users" (id uuid, "e-mail" text, "order" text, secret text, score numeric,
    flags text[], profile jsonb, since timestamptz, born date, at_ time, mood app.mood, blob bytea,
    share double precision, pause interval, active boolean, big numeric(40));
insert into app."Users" values ('00000000-0000-0000-0000-00000000002a', 'ann@acme.example', 'Ann',
    'hash', 1.50, '{a,b}', '{"b": 1, "a": [null, 2.5]}', '2026-01-02 03:04:05.678+02', '1990-02-03',
    '04:05', 'glad', '\\x00ff', 'NaN', '1 day 2 hours', true, 123456789012345678901234567890);
create table teams (team_id numeric, team_name varchar(40), api_key text);
insert into teams values (7.0, 'Acme', 'key');
create materialized view team_membership as
    select '00000000-0000-0000-0000-00000000002A' as user_id, 7 as team_id;
create view transactions as select 1 as transaction_id, id as user_id, 10.10::money as amount
    from app."Users";
create role reader login;
grant usage on schema app to reader;
grant select (id, "e-mail", "order", score, flags, profile, since, born, at_, mood, blob, share,
    pause, active, big) on app."Users" to reader;
grant select (team_id, team_name) on teams to reader;
grant select on team_membership, transactions to reader
"""

MARIADB = """
create database shop character set utf8mb4;
create database other character set utf8mb4;
create table other.`Users` (id binary(16), `e-mail` varchar(80), `order` varchar(80), secret text,
    score decimal(10, 2), profile json, since datetime(3), never date, at_ time, active boolean,
    mood enum('glad', 'sad'), blob_ blob);
set sql_mode = '';
insert into other.`Users` values (unhex('0000000000000000000000000000002a'), 'ann@acme.example',
    'Ann Ünal 🙂', 'hash', 1.50, '{"a": 1}', '2026-01-02 03:04:05.678', '0000-00-00', '30:00:01',
    true, 'glad', unhex('00ff'));
create table shop.teams (team_id decimal(10, 1), team_name varchar(40), api_key text);
insert into shop.teams values (7.0, 'Acme', 'key');
create view shop.team_membership as select id as user_id, 7 as team_id from other.`Users`;
create table shop.transactions (transaction_id int, user_id binary(16), amount decimal(10, 2));
insert into shop.transactions select 1, id, 10.10 from other.`Users`;
create user reader@'%%' identified by 'p@ss/word';
grant select (id, `e-mail`, `order`, score, profile, since, never, at_, active, mood, blob_)
    on other.`Users` to reader@'%%';
grant select (team_id, team_name) on shop.teams to reader@'%%';
grant select on shop.team_membership to reader@'%%';
grant select on shop.transactions to reader@'%%'
"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with postgresql() as server:
        server.run(*POSTGRESQL.split(";\n"))
        yield server


@pytest.fixture(scope="module")
def mysql() -> Iterator[Server]:
    with mariadb() as server:
        server.run(*MARIADB.split(";\n"))
        yield server


def layout(schema: str, *keep: str) -> Layout:
    return Layout(
        tables={"users": f"{schema}.users"},
        columns={"users": {"user_id": "ID", "email": "E-Mail", "user_name": "order"}},
        keep={"users": keep},
    )


def rows(source: Product, table: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for page in source.read(Window(table, "table")):
        part = page.rows[table]
        found += zip(part.ids, map(json.loads, part.documents), strict=True)
    return found


def test_postgresql_is_read_by_a_user_who_may_read_those_columns_alone(postgres: Server) -> None:
    kept = ("score", "flags", "profile", "since", "born", "at_", "mood", "blob", "share", "pause")
    url = postgres.url("reader", "any").replace("postgresql", "postgres")
    source = Product(SqlTables(url), layout("App", *kept, "active", "big"))
    [(user_id, user)] = rows(source, "users")
    assert user_id == "00000000-0000-0000-0000-00000000002a"
    assert user == {
        "user_id": user_id,
        "email": "ann@acme.example",
        "user_name": "Ann",
        "score": "1.50",
        "flags": ["a", "b"],
        "profile": {"a": [None, 2.5], "b": 1},
        "since": "2026-01-02T01:04:05.678000+00:00",
        "born": "1990-02-03",
        "at_": "04:05:00",
        "mood": "glad",
        "blob": "00ff",
        "share": None,
        "pause": "1 day, 2:00:00",
        "active": True,
        "big": "123456789012345678901234567890",
    }
    assert rows(source, "teams") == [("7", {"team_id": "7.0", "team_name": "Acme"})]
    assert rows(source, "transactions") == [
        ("1", {"transaction_id": 1, "user_id": user_id, "amount": "$10.10"})
    ]
    assert "team_membership (user_id, team_id)" in source.look()
    source.close()


def test_mariadb_is_read_by_a_user_who_may_read_those_columns_alone(mysql: Server) -> None:
    kept = ("score", "profile", "since", "never", "at_", "active", "mood", "blob_")
    source = Product(SqlTables(mysql.url("reader", "p%40ss%2Fword")), layout("OTHER", *kept))
    [(user_id, user)] = rows(source, "users")
    assert user_id == "0000000000000000000000000000002a"
    assert user == {
        "user_id": user_id,
        "email": "ann@acme.example",
        "user_name": "Ann Ünal 🙂",
        "score": "1.50",
        "profile": '{"a": 1}',
        "since": "2026-01-02T03:04:05.678000",
        "never": "0000-00-00",
        "at_": "1 day, 6:00:01",
        "active": 1,
        "mood": "glad",
        "blob_": "00ff",
    }
    assert rows(source, "teams") == [("7", {"team_id": "7.0", "team_name": "Acme"})]
    # A view whose definition the user may not see.
    assert rows(source, "team_membership") == [(f"7:{user_id}", {"team_id": 7, "user_id": user_id})]
    assert [document["user_id"] for _, document in rows(source, "transactions")] == [user_id]
    source.close()


def test_a_column_that_the_user_may_not_read_is_told_and_no_password(
    postgres: Server, mysql: Server
) -> None:
    password, keep = "p%40ss%2Fword", {"teams": ["api_key"]}
    for server, schema, told in (
        (postgres, "app", "permission denied for table teams"),
        (mysql, "other", "table 'teams' lacks api_key (it has team_id, team_name)"),
    ):  # MySQL does not show it to him
        given = replace(layout(schema), keep=keep)
        with pytest.raises(PermanentError, match=re.escape(told)) as error:
            rows(Product(SqlTables(server.url("reader", password)), given), "teams")
        assert isinstance(error.value, ObjectRefused) == (server is postgres)
        assert "ss/word" not in str(error.value)
        assert password not in str(error.value)


def test_a_wrong_password_is_told_at_once_and_not_tried_again(mysql: Server) -> None:
    with pytest.raises(PermanentError, match="Access denied for user 'reader'"):
        Product(SqlTables(mysql.url("reader", "wrong"))).identity()
