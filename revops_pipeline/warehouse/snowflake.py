"""Snowflake: when one machine is not enough. Imported only where it is chosen."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace

from revops_pipeline.warehouse.base import Check, Session, Warehouse
from revops_pipeline.warehouse.snowflake_checks import Checks
from revops_pipeline.warehouse.snowflake_lock import WriterLock
from revops_pipeline.warehouse.snowflake_options import SnowflakeOptions
from revops_pipeline.warehouse.snowflake_session import SnowflakeSession
from revops_pipeline.warehouse.snowflake_wire import Connect, Wire, connector

CHECK_SECONDS = 15


class SnowflakeWarehouse(Warehouse):
    """A database of an account. `connect` opens connections with the options' arguments; without
    it, the plain connector does."""

    def __init__(
        self,
        options: SnowflakeOptions,
        *,
        wait_seconds: float = 120.0,
        connect: Connect | None = None,
    ) -> None:
        self.options = options
        self._wait, self._connect = wait_seconds, connect or connector(options)

    def describe(self) -> str:
        return self.options.describe()

    @property
    def older_copies(self) -> str:
        return (
            "Snowflake's Time Travel and Fail-safe hold what was deleted for as long as the account "
            "keeps them (docs/snowflake.md)."
        )

    @contextmanager
    def locked(self, purpose: str) -> Iterator[None]:
        with self._locked(purpose):
            yield

    @contextmanager
    def session(self, purpose: str) -> Iterator[Session]:
        with self._locked(purpose) as (wire, lock):
            session = SnowflakeSession(wire, lock, self.describe())
            try:
                yield session
                session.settle()
            finally:
                session.drop_gathered()

    @contextmanager
    def _locked(self, purpose: str) -> Iterator[tuple[Wire, WriterLock]]:
        with self.wire(purpose) as wire:
            lock = WriterLock(wire, self.describe(), self._wait)
            with lock.held(self.wire(f"{purpose}, renewing the writer's lease")):
                yield wire, lock

    def wire(self, purpose: str) -> Wire:
        """A connection that is opened with the first statement."""
        return Wire(self.options, self._connect, purpose)

    def checks(self) -> Generator[Check, None, None]:
        """Somebody waits for the answers: less patience than a run has."""
        options = replace(
            self.options,
            login_seconds=min(CHECK_SECONDS, self.options.login_seconds),
            network_seconds=min(2 * CHECK_SECONDS, self.options.network_seconds),
        )
        with Wire(options, connector(options), "doctor") as wire:
            yield from Checks(wire, options).steps()
