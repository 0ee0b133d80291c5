"""A small made-up HubSpot portal and product database, as the raw tables the loader leaves behind."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from revops_pipeline.orchestration import account_tables as accounts
from revops_pipeline.orchestration import currency_rates
from revops_pipeline.sources.catalog import ALL_STREAMS
from revops_pipeline.warehouse.books import HIDDEN_TABLES, OVERRIDE_COLUMNS, declared
from revops_pipeline.warehouse.rejects import REJECTED_COLUMNS, REJECTED_DOCUMENTS

STREAMS = tuple(stream.table for stream in ALL_STREAMS)
LOADED_AT = datetime(2026, 11, 1, 12)


class World:
    """Records to be. Every method takes the record's id first and returns it."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, tuple[str, datetime | None]]] = {
            name: {} for name in STREAMS
        }
        self.past: list[tuple[str, str, str]] = []
        self.links: list[tuple[str, str, str, str]] = []
        self.held: list[tuple[str, str, str, str, str]] = []
        self.rates: list[tuple[str, str, str]] = []
        self.accounts: list[tuple[str, str, str | None, str]] = []
        self.told: list[tuple[str, str, str, str, str, str]] = []  # see `REJECTED_COLUMNS`

    def hold(self, source: str, stream: str, id: str, field: str, value: object) -> None:
        """What an older version of a record had in a field that is hidden now."""
        self.held.append((source, stream, id, field, json.dumps(value)))

    def put(self, stream: str, id: str, document: object, deleted: bool = False) -> str:
        self.rows[stream][id] = (json.dumps(document), LOADED_AT if deleted else None)
        return id

    def was(self, stream: str, id: str, document: object) -> None:
        """A version of a record that was replaced."""
        self.past.append((stream, id, json.dumps(document)))

    def _record(self, stream: str, id: str, properties: dict[str, Any], state: str) -> str:
        document = {
            "id": id,
            "properties": {"hs_object_id": id, **properties},
            "createdAt": "2024-01-02T03:04:05.678Z",
            "updatedAt": "2024-05-06T07:08:09.010Z",
            "archived": state == "archived",
        }
        return self.put(stream, id, document, deleted=state == "deleted")

    def contact(self, id: str, state: str = "live", **properties: Any) -> str:
        return self._record("hubspot_contacts", id, properties, state)

    def company(self, id: str, state: str = "live", **properties: Any) -> str:
        return self._record("hubspot_companies", id, properties, state)

    def deal(self, id: str, state: str = "live", **properties: Any) -> str:
        return self._record("hubspot_deals", id, properties, state)

    def edge(
        self, stream: str, from_id: str, to_id: str, primary: bool = False, deleted: bool = False
    ) -> str:
        document = {"from_id": from_id, "to_id": to_id, "is_primary": primary, "labels": []}
        return self.put(f"hubspot_{stream}", f"{from_id}:{to_id}", document, deleted)

    def portal(self, id: str = "4711", **told: Any) -> str:
        """The account, as the loader stores it: `timeZone` as sent, `zone` as it is known."""
        return self.put("hubspot_account", id, {"id": id, **told})

    def pipeline(self, id: str, stages: dict[str, dict[str, str]]) -> str:
        """`stages` maps a stage id to its metadata."""
        described = [
            {"id": stage, "label": stage.title(), "displayOrder": place, "metadata": metadata}
            for place, (stage, metadata) in enumerate(stages.items())
        ]
        return self.put("hubspot_pipelines", id, {"id": id, "label": id, "stages": described})

    def user(self, id: int | str, email: str | None, **columns: Any) -> str:
        return self.put("product_users", str(id), {"user_id": id, "email": email, **columns})

    def team(self, id: int | str, name: str | None, *members: int | str) -> str:
        for member in members:
            self.put(
                "product_team_membership", f"{member}:{id}", {"user_id": member, "team_id": id}
            )
        return self.put("product_teams", str(id), {"team_id": id, "team_name": name})

    def transaction(self, id: int | str, user_id: int | str | None, amount: Any) -> str:
        document = {"transaction_id": id, "user_id": user_id, "amount": amount}
        return self.put("product_transactions", str(id), document)

    def link(self, team_id: str, company_id: str) -> None:
        self.links.append(("product", team_id, "hubspot", company_id))

    def rate(self, currency: str, valid_from: str, rate: str) -> None:
        self.rates.append((currency, valid_from, rate))

    def account(self, system: str, id: str, key: str | None, method: str = "self") -> None:
        """A row of the crosswalk, and of `dim_account` where it is the first of its key."""
        self.accounts.append((system, id, key, method))

    def write(self, path: Path) -> None:
        """Creates the warehouse file with the raw tables and those that matching writes."""
        with duckdb.connect(str(path)) as connection:
            for schema in ("raw", "staging", "marts", "ops"):
                connection.execute(f"create schema if not exists {schema}")
            for stream, rows in self.rows.items():
                columns = (
                    "document varchar, source_updated_at timestamp, content_hash varchar,"
                    " deleted_at timestamp, run_id varchar, loaded_at timestamp"
                )
                connection.execute(f"create table raw.{stream} (id varchar primary key, {columns})")
                connection.execute(
                    f"create table raw.{stream}_history (id varchar, {columns},"
                    " valid_from timestamp, valid_to timestamp)"
                )
                values = [
                    (id, document, LOADED_AT, "hash", deleted_at, "run", LOADED_AT)
                    for id, (document, deleted_at) in rows.items()
                ]
                if values:
                    connection.executemany(
                        f"insert into raw.{stream} values (?, ?, ?, ?, ?, ?, ?)", values
                    )
            for stream, id, document in self.past:
                before = LOADED_AT - timedelta(days=1)
                connection.execute(
                    f"insert into raw.{stream}_history values (?, ?, ?, 'hash', null, 'run', ?, ?, ?)",
                    [id, document, before, before, before, LOADED_AT],
                )
            for table, columns in {
                accounts.LINKS: accounts.LINK_COLUMNS,
                accounts.REVIEW: accounts.REVIEW_COLUMNS,
                accounts.ACCOUNTS: accounts.ACCOUNT_COLUMNS,
                accounts.SOURCES: accounts.SOURCE_COLUMNS,
                "ops.link_overrides": OVERRIDE_COLUMNS,
                **{f"ops.{name}": columns for name, columns in HIDDEN_TABLES.items()},
                currency_rates.TABLE: currency_rates.COLUMNS,
                REJECTED_DOCUMENTS: REJECTED_COLUMNS,
            }.items():
                connection.execute(f"create table {table} ({declared(columns)})")
            if self.told:
                connection.executemany(
                    f"insert into {REJECTED_DOCUMENTS} values (?, ?, ?, ?, ?, ?, 0, 'run', ?)",
                    [(*line, LOADED_AT) for line in self.told],
                )
            for rate in self.rates:
                connection.execute(f"insert into {currency_rates.TABLE} values (?, ?, ?)", rate)
            for system, id, key, method in self.accounts:
                connection.execute(
                    f"insert into {accounts.SOURCES} (system, source_id, account_key, method)"
                    " values (?, ?, ?, ?)",
                    [system, id, key, method],
                )
            for key in {key for _, _, key, _ in self.accounts if key}:
                connection.execute(
                    f"insert into {accounts.ACCOUNTS} (account_key) values ('{key}')"
                )
            for held in self.held:
                connection.execute("insert into ops.held_values values (?, ?, ?, ?, ?)", held)
            if self.links:
                connection.executemany(
                    "insert into marts.account_links values (?, ?, ?, ?, 'exact', 1, 1, ?, '')",
                    [(*link, LOADED_AT) for link in self.links],
                )
