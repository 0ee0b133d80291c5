"""How an account is reached, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from revops_pipeline.redaction import protect

# A statement that waits longer than this for an answer, retries of the connector included, fails.
NETWORK_SECONDS = 300
LOGIN_SECONDS = 60

# Times are UTC without a zone in every table, whatever the account's or the user's defaults are.
_SESSION = {
    "TIMEZONE": "UTC",
    "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ",
    "AUTOCOMMIT": True,
    "QUOTED_IDENTIFIERS_IGNORE_CASE": False,
}


@dataclass(frozen=True, slots=True)
class SnowflakeOptions:
    """`host`, `port` and `protocol` are those of an emulator, given together or not at all."""

    account: str
    user: str
    warehouse: str
    database: str
    password: str | None = field(default=None, repr=False)
    private_key_path: Path | None = None
    role: str | None = None
    host: str | None = None
    port: int | None = None
    protocol: str | None = None
    login_seconds: int = LOGIN_SECONDS
    network_seconds: int = NETWORK_SECONDS

    def __post_init__(self) -> None:
        protect(self.password)

    def describe(self) -> str:
        return f"Snowflake database {self.database} of account {self.account}"

    @property
    def address(self) -> str:
        """Where the account answers."""
        if self.host is None:
            return f"{self.account}.snowflakecomputing.com"
        return f"{self.host}:{self.port}"

    @property
    def grantee(self) -> str:
        """The role that rights are granted to, as SQL."""
        return f"role {self.role or '<the default role of ' + self.user + '>'}"

    def credentials(self) -> dict[str, Any]:
        """Who and where, under the names that `dagster_snowflake`'s resource has for them."""
        given = {
            "account": self.account,
            "user": self.user,
            "password": self.password,
            "private_key_path": str(self.private_key_path) if self.private_key_path else None,
            "role": self.role,
            "warehouse": self.warehouse,
            "database": self.database,
            "schema": "OPS",  # of what has no schema in its name; it may not exist yet
        }
        return {name: value for name, value in given.items() if value is not None}

    def behaviour(self) -> Mapping[str, Any]:
        """The rest of what the connector is told."""
        emulator = {"host": self.host, "port": self.port, "protocol": self.protocol}
        return {
            "paramstyle": "qmark",
            "session_parameters": dict(_SESSION),
            "login_timeout": self.login_seconds,
            "network_timeout": self.network_seconds,
            "client_session_keep_alive": False,
            **{name: value for name, value in emulator.items() if value is not None},
        }
