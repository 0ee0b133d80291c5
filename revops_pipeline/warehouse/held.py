"""One session for the steps of a run that follow each other closely.

Opening the file and reading its catalog costs more than a quiet step does. The session, and with
it the writer's lock, is kept until dbt needs the file, a load waits for its vendor, anything
fails, or the run ends.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from revops_pipeline.warehouse.base import Check, Session, Warehouse


class HeldWarehouse(Warehouse):
    """Another warehouse, whose session outlives its `with` block until `release`."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse, self._stack = warehouse, ExitStack()
        self._session: Session | None = None

    @contextmanager
    def session(self, purpose: str) -> Iterator[Session]:
        if self._session is None:
            self._session = self._stack.enter_context(self._warehouse.session(purpose))
        else:
            self._session.purpose(purpose)
        try:
            yield self._session
        except BaseException:
            self.release()
            raise

    @contextmanager
    def locked(self, purpose: str) -> Iterator[None]:
        self.release()
        with self._warehouse.locked(purpose):
            yield

    def describe(self) -> str:
        return self._warehouse.describe()

    @property
    def file(self) -> Path | None:
        return self._warehouse.file

    @property
    def older_copies(self) -> str:
        return self._warehouse.older_copies

    def checks(self) -> Generator[Check, None, None]:
        return self._warehouse.checks()

    def release(self) -> None:
        self._session = None
        self._stack.pop_all().close()
