"""The writer's lock: a row that says who writes until when.

Snowflake locks tables for a statement or a transaction, but a run is many of them, some of them
dbt's. So a writer takes a lease: one atomic UPDATE of a one-row table, which succeeds for one of
two that try at the same moment, for Snowflake runs one UPDATE of a table after the other. The
lease is renewed while it is held; a writer that was killed frees it when the lease runs out, or at
once to whoever tries next on the same machine. Every landing touches the row inside its own
transaction (`fence`): one whose lease was taken over meanwhile lands nothing.
"""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import psutil
from snowflake.connector import errors

from revops_pipeline.warehouse.base import WarehouseBusy, WarehouseError
from revops_pipeline.warehouse.snowflake_errors import MISSING_OBJECT, number
from revops_pipeline.warehouse.snowflake_tables import create_lock
from revops_pipeline.warehouse.snowflake_wire import Row, Wire

LEASE_SECONDS = 300
POLL_SECONDS = 1.0

# Tokens that this process holds or waits for.
_ours: set[str] = set()

_LATER = f"dateadd('second', {LEASE_SECONDS}, sysdate())"
_STATE = "select token, holder, coalesce(expires_at > sysdate(), false) from ops.writer_lock"


class WriterLock:
    """One writer's hold on the lease. The clock is Snowflake's, never ours."""

    def __init__(self, wire: Wire, place: str, wait_seconds: float) -> None:
        self._wire, self._place, self._wait = wire, place, wait_seconds
        self.token = uuid.uuid4().hex

    @contextmanager
    def held(self, renewal: Wire) -> Iterator[None]:
        """Raises WarehouseBusy naming the holder after the wait. `renewal` is a wire of its own:
        renewals must not end up in a transaction of the work's."""
        _ours.add(self.token)
        try:
            self._acquire()
            with self._renewed(renewal):
                yield
        finally:
            _ours.discard(self.token)
            if not self._wire.unreachable:
                with suppress(WarehouseError):  # it runs out by itself
                    self._wire.unit(self._release)

    @contextmanager
    def _renewed(self, renewal: Wire) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=self._renew, args=(renewal, stop), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def fence(self) -> None:
        """First statement of a transaction that writes: nobody can take the lease until its end."""
        if not self._wire.run(
            f"update ops.writer_lock set expires_at = {_LATER} where token = ?", [self.token]
        ):
            raise WarehouseBusy(
                f"{self._place}: this run was held up for longer than its lease of {LEASE_SECONDS} s "
                "and another one writes now; nothing of the last batch was stored, the next run "
                "reads it again"
            )

    def _acquire(self) -> None:
        deadline = time.monotonic() + self._wait
        while True:
            token, holder, valid = self._wire.unit(self._look)
            if token == self.token:  # the answer to an earlier try was lost
                return
            dead = _is_dead(token, holder)
            if (dead or not valid) and self._wire.unit(partial(self._take, token, dead)):
                return
            if time.monotonic() > deadline:
                raise WarehouseBusy(self._busy_message(holder))
            time.sleep(POLL_SECONDS)

    def _look(self) -> Row:
        try:
            found = self._wire.rows(_STATE)
        except errors.ProgrammingError as error:
            if number(error) != MISSING_OBJECT:
                raise
            create_lock(self._wire)
            found = self._wire.rows(_STATE)
        if not found:
            raise WarehouseError(
                f"{self._place}: ops.writer_lock has lost its row; drop that table, the next run "
                "makes it anew"
            )
        return found[0]

    def _take(self, seen: str | None, dead: bool) -> bool:
        """Whether the row was still as it was seen; one of two who try finds it so. A holder that
        is not known to be dead may have renewed since."""
        note = {
            "pid": os.getpid(),
            "started": round(psutil.Process().create_time(), 2),
            "host": os.uname().nodename,
            "purpose": self._wire.purpose,
        }
        taken = self._wire.run(
            "update ops.writer_lock set token = ?, holder = ?, since = sysdate(), "
            f"expires_at = {_LATER} where coalesce(token, '') = ?"
            + ("" if dead else " and coalesce(expires_at, sysdate()) <= sysdate()"),
            [self.token, json.dumps(note), seen or ""],
        )
        return bool(taken)

    def _release(self) -> None:
        self._wire.run(
            "update ops.writer_lock set token = null, holder = null, expires_at = null "
            "where token = ?",
            [self.token],
        )

    def _renew(self, wire: Wire, stop: threading.Event) -> None:
        """A failure leaves two more tries before the lease runs out."""
        with wire:
            while not stop.wait(LEASE_SECONDS / 3):
                with suppress(WarehouseError):
                    wire.unit(
                        lambda: wire.run(
                            f"update ops.writer_lock set expires_at = {_LATER} where token = ?",
                            [self.token],
                        )
                    )

    def _busy_message(self, holder: str | None) -> str:
        note = _note(holder)
        who = (
            f"process {note['pid']} on {note['host']} ({note['purpose']})"
            if note
            else "another process"
        )
        return (
            f"{self._place} is being written by {who}; waited {self._wait:.0f} s. One writer at a "
            f"time: let it finish; if it was killed, its lease runs out within {LEASE_SECONDS} s"
        )


def _note(holder: str | None) -> dict[str, Any]:
    try:
        note = json.loads(holder or "{}")
        return note if {"pid", "started", "host", "purpose"} <= note.keys() else {}
    except ValueError:
        return {}


def _is_dead(token: str | None, holder: str | None) -> bool:
    """Whether the holder was a process of this machine that runs no more, or this one when it
    could not give the lease back."""
    note = _note(holder)
    if not note or note["host"] != os.uname().nodename:
        return False
    try:
        started = psutil.Process(note["pid"]).create_time()
    except psutil.NoSuchProcess:
        return True
    if note["pid"] == os.getpid():
        return token not in _ours
    return bool(abs(started - note["started"]) > 1)
