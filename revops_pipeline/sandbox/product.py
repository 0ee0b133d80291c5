"""The product database: who uses the product, in which teams, and what they paid.

Users and teams describe the same fictional people and companies as the portal: most teams carry
their company's name up to case, punctuation and legal form, some do not and some are nobody HubSpot
knows; about 60 % of the contacts are users by e-mail, and some users are in no CRM.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from revops_pipeline.private import FILE, private_folder

if TYPE_CHECKING:
    from revops_pipeline.sandbox.state import PortalState

_SCHEMA = """
create table users (
    user_id integer primary key,
    user_name text,
    email text,
    client_lifetime_spend numeric(14, 2),
    created_at timestamp not null
);
create table teams (
    team_id integer primary key,
    team_name text,
    created_at timestamp not null
);
create table team_membership (
    user_id integer not null references users,
    team_id integer not null references teams,
    primary key (user_id, team_id)
);
create table transactions (
    transaction_id integer primary key,
    user_id integer not null references users,
    amount numeric(14, 2),
    created_at timestamp not null
);
"""


@dataclass(slots=True)
class Product:
    """Rows in the order of the tables' columns. Times are `YYYY-MM-DD HH:MM:SS` in UTC, money is in
    the portal's currency; a user's lifetime spend is the sum of the transactions, or None."""

    users: list[tuple[int, str | None, str | None, float | None, str]] = field(default_factory=list)
    teams: list[tuple[int, str | None, str]] = field(default_factory=list)
    memberships: list[tuple[int, int]] = field(default_factory=list)
    transactions: list[tuple[int, int, float | None, str]] = field(default_factory=list)


def write_product_database(path: str | os.PathLike[str], portal: PortalState) -> Path:
    """Write the portal's product side as a SQLite file and return its absolute path.

    The file appears whole or not at all: it is written beside its place and renamed into it.
    The same portal gives the same bytes.
    """
    product = portal.product
    target = Path(path).absolute()
    private_folder(target.parent)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(unfinished)) as connection:
            # Nobody reads the file before it is renamed; a half-written one is thrown away.
            connection.execute("pragma journal_mode = off")
            connection.execute("pragma synchronous = off")
            connection.executescript(_SCHEMA)
            for table, rows in (
                ("users values (?, ?, ?, ?, ?)", product.users),
                ("teams values (?, ?, ?)", product.teams),
                ("team_membership values (?, ?)", product.memberships),
                ("transactions values (?, ?, ?, ?)", product.transactions),
            ):
                connection.executemany(f"insert into {table}", rows)
            connection.commit()
        unfinished.chmod(FILE)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target
