"""One connection that is made again when it is lost.

Work comes in units: all of a unit is done again after a lost connection, on a new one that has
none of the old one's temporary tables and none of its open transaction (which Snowflake rolls
back, at the latest when it has stood in another's way for five minutes). A unit is therefore
written such that doing it twice is doing it once. What the network loses on the way the connector
sends again by itself, under the same number, so that Snowflake does it once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from typing import Any, TypeVar

from snowflake.connector import SnowflakeConnection, connect, errors

from revops_pipeline.redaction import protect
from revops_pipeline.warehouse.base import WarehouseError
from revops_pipeline.warehouse.snowflake_errors import explain, is_dropped
from revops_pipeline.warehouse.snowflake_options import SnowflakeOptions

Connect = Callable[[], AbstractContextManager[SnowflakeConnection]]
Result = TypeVar("Result")
Row = tuple[Any, ...]

RECONNECTS = 2

# Its log of refused logins and retries would stand above our own one line that says it all.
logging.getLogger("snowflake.connector").setLevel(logging.CRITICAL)


def connector(options: SnowflakeOptions) -> Connect:
    """Connections of the plain connector."""
    credentials = options.credentials()
    if path := credentials.pop("private_key_path", None):
        credentials["private_key_file"] = path

    def open_() -> AbstractContextManager[SnowflakeConnection]:
        return closing(connect(**credentials, **options.behaviour()))

    return open_


class Wire:
    """A session of Snowflake's. `tag` names, in its query history, what statements are for."""

    def __init__(self, options: SnowflakeOptions, open_: Connect, purpose: str) -> None:
        self._options, self._open, self.purpose = options, open_, purpose
        self._stack = ExitStack()
        self._connection: SnowflakeConnection | None = None
        self.unreachable = False

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def unit(self, work: Callable[[], Result]) -> Result:
        """The result of `work`, done again as a whole when the connection is lost on the way."""
        for attempt in range(RECONNECTS + 1):
            try:
                return work()
            except errors.Error as error:
                lost = is_dropped(error)
                if lost or self.unreachable:
                    self._hang_up()
                if not lost or attempt == RECONNECTS:
                    raise explain(error, self._options) from None
        raise AssertionError("the last attempt returns or raises")

    def run(self, sql: str, parameters: Sequence[Any] = (), *, about: str | None = None) -> int:
        """Runs a statement; how many rows it touched. `about` is what it touches, for the tag."""
        return self._execute(sql, parameters, about).rowcount or 0

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return list(self._execute(sql, parameters, None).fetchall())

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """`rows` as a unit of its own."""
        return self.unit(lambda: self.rows(sql, parameters))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """DDL has no place inside: it would commit what was written before it."""
        self.run("begin")
        try:
            yield
        except BaseException:
            if not self.unreachable:
                with suppress(Exception):  # what went wrong before is what is to be told
                    self.run("rollback")
            raise
        self.run("commit")

    def _execute(self, sql: str, parameters: Sequence[Any], about: str | None) -> Any:
        tag = ": ".join(("revops", self.purpose, *([about] if about else [])))
        return (
            self._connected()
            .cursor()
            .execute(sql, list(parameters) or None, _statement_params={"QUERY_TAG": tag[:2000]})
        )

    def _connected(self) -> SnowflakeConnection:
        if self._connection is None:
            try:
                self._connection = self._stack.enter_context(self._open())
                if (granted := self._connection.rest) is not None:
                    protect(granted.token, granted.master_token)
            except (OSError, TypeError, ValueError) as error:
                if self._options.private_key_path is None:
                    raise
                raise WarehouseError(
                    f"SNOWFLAKE_PRIVATE_KEY_PATH: {self._options.private_key_path} is no private "
                    f"key in PEM form without a passphrase ({str(error).splitlines()[0]})"
                ) from None
        return self._connection

    def _hang_up(self) -> None:
        self._connection = None
        with suppress(errors.Error, OSError):
            self._stack.pop_all().close()
