"""DuckDB: one file, one writer at a time, no server to start."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from revops_pipeline.private import FILE, private_folder
from revops_pipeline.warehouse.base import Session, Warehouse, WarehouseBusy, WarehouseError
from revops_pipeline.warehouse.duckdb_errors import explain
from revops_pipeline.warehouse.memory import default_memory

if TYPE_CHECKING:
    import duckdb


class DuckDBWarehouse(Warehouse):
    """A DuckDB file. The writer's lock is an OS lock beside it: a killed holder frees it. Without
    `memory` (as DuckDB writes it, such as 512MB) see `default_memory`: DuckDB itself would take
    most of the machine."""

    def __init__(
        self, path: Path, *, wait_seconds: float = 120.0, memory: str | None = None
    ) -> None:
        self.path = path
        self.memory = memory or default_memory()
        self._wait = wait_seconds
        self._holder = path.with_name(path.name + ".writer")

    def describe(self) -> str:
        return str(self.path)

    @property
    def file(self) -> Path:
        return self.path

    @property
    def older_copies(self) -> str:
        return "Backups and copies of the file made before still hold the person: delete them too."

    @contextmanager
    def locked(self, purpose: str) -> Iterator[None]:
        self._prepare_folder()
        lock = FileLock(f"{self.path}.lock")
        try:
            lock.acquire(timeout=self._wait, poll_interval=0.05)
        except Timeout:
            raise WarehouseBusy(self._busy_message()) from None
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            note = {
                "pid": os.getpid(),
                "purpose": purpose,
                "since": _utc_now().isoformat(" ", "seconds"),
            }
            self._holder.write_text(json.dumps(note))
            yield
        finally:
            self._holder.unlink(missing_ok=True)
            lock.release()

    @contextmanager
    def session(self, purpose: str) -> Iterator[Session]:
        from revops_pipeline.warehouse import duckdb_rewrite
        from revops_pipeline.warehouse.duckdb_session import DuckDBSession

        with self.locked(purpose):
            connection = self._open()
            try:
                session = DuckDBSession(connection, str(self.path))
                yield session
                session.finish()
                if due := duckdb_rewrite.is_due(self.path):
                    connection.execute("force checkpoint")
                connection.close()
            except BaseException as error:
                with suppress(Exception):  # of two errors the first one tells what happened
                    connection.close()
                if told := explain(error, self.path, self.memory):
                    raise told from error
                raise
            if due:
                self._rewrite()

    def _rewrite(self) -> None:
        import duckdb

        from revops_pipeline.warehouse.duckdb_rewrite import rewrite

        try:
            rewrite(self.path, self.memory)
        except (duckdb.Error, OSError) as error:
            raise WarehouseError(
                f"{self.path} could not be written anew, so what was deleted from it may still be "
                f"found in its bytes: {str(error).splitlines()[0]}. All rows are stored. It needs as "
                f"much room again ({self.path.stat().st_size:,} bytes); the next run tries it again"
            ) from None

    def _open(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        from revops_pipeline.warehouse.duckdb_wait import when_free

        def connect() -> duckdb.DuckDBPyConnection:
            return duckdb.connect(str(self.path), config={"memory_limit": self.memory})

        is_new = not self.path.exists()
        try:
            connection = when_free(self.path, self._wait, connect)
        except duckdb.Error as error:
            raise self._unwritable(error) from None
        if is_new:
            self.path.chmod(FILE)
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set checkpoint_threshold = '256MB'")
        # Otherwise each close rewrites what changed, several times a run; see `finish`.
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("set timezone = 'UTC'")
        return connection

    def _prepare_folder(self) -> None:
        try:
            private_folder(self.path.parent)
        except OSError as error:
            raise self._unwritable(error) from None
        if self.path.is_dir():
            raise self._unwritable(IsADirectoryError("it is a folder"))

    def _unwritable(self, error: Exception) -> WarehouseError:
        return WarehouseError(
            f"the warehouse file {self.path} cannot be used: {str(error).splitlines()[0]}. "
            "Make it writable, or set REVOPS_DUCKDB_PATH to a file that is"
        )

    def _busy_message(self) -> str:
        try:
            note: Mapping[str, Any] = json.loads(self._holder.read_text())
            holder = f"process {note['pid']} ({note['purpose']}, since {note['since']} UTC)"
            remedy = f"let it finish, or end it: kill {note['pid']}"
        except (OSError, ValueError, KeyError):
            holder, remedy = "another process", "let it finish"
        return (
            f"{self.path} is being written by {holder}; waited {self._wait:.0f} s. "
            f"One writer at a time: {remedy}"
        )


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
