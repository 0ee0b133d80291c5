"""A Snowflake that needs no account: a fakesnow server on loopback, met by the real connector.

fakesnow translates Snowflake's SQL to DuckDB's, so what runs here proves that every statement is
dispatched, parsed and understood. It does not prove arithmetic: numbers are DuckDB's. What fakesnow
gets wrong is put right in `gaps.py`, each gap by its name, and never in the product.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

DATABASE = "REVOPS_TEST"


@dataclass
class Emulator:
    """A running server, and every statement it was sent, in order."""

    variables: dict[str, str]
    statements: list[str] = field(default_factory=list)

    def connect(self, **options: Any) -> Any:
        """A connection of the real snowflake-connector-python."""
        import snowflake.connector

        given = {
            name.removeprefix("SNOWFLAKE_").lower(): value for name, value in self.variables.items()
        }
        # Without the zero, the first login asks which cloud this machine is in.
        given |= {"login_timeout": 10, "platform_detection_timeout_seconds": 0.0, **options}
        return snowflake.connector.connect(**given)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return list(connection.cursor().execute(sql).fetchall())


@contextlib.contextmanager
def emulator() -> Iterator[Emulator]:
    """Starts an empty account; it is gone when the block ends. One at a time in a process."""
    import uvicorn
    from fakesnow.server import app

    from .gaps import work_around

    listener = socket.create_server(("127.0.0.1", 0))
    running = Emulator(
        {
            "SNOWFLAKE_ACCOUNT": "emulated",
            "SNOWFLAKE_USER": "tester",
            "SNOWFLAKE_PASSWORD": "no-secret",
            "SNOWFLAKE_ROLE": "TRANSFORMER",
            "SNOWFLAKE_WAREHOUSE": "TESTING",
            "SNOWFLAKE_DATABASE": DATABASE,
            "SNOWFLAKE_SCHEMA": "PUBLIC",
            "SNOWFLAKE_HOST": "127.0.0.1",
            "SNOWFLAKE_PORT": str(listener.getsockname()[1]),
            "SNOWFLAKE_PROTOCOL": "http",
        }
    )
    with work_around(running.statements.append):
        options = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(options)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            while thread.is_alive() and not server.started:
                threading.Event().wait(0.01)
            yield running
        finally:
            server.should_exit = True
            thread.join()
            listener.close()
