"""Ctrl-C, and an end that is asked for by signal: no traceback, nothing left running.

What a run writes, it writes in transactions, so that a kill at any moment is harmless. An
interrupt therefore needs no co-operation of the step that is under way: the sandbox is ended, the
run is put on record as canceled, and the process leaves with 128 + the signal's number.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import TypeVar

import psutil

Result = TypeVar("Result")

_LINE = b"\ninterrupted: what was read is stored, and the next run goes on from there\n"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal that asks the process to end; not an Exception, so that nobody tries again."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


@contextmanager
def interruptible() -> Iterator[None]:
    """Ends the process when a signal asks for it, once everything inside has been closed."""
    # While a step runs, its standard error is a file of Dagster's, copied by a process of its own.
    stderr = os.dup(2)
    before = {
        number: signal.signal(number, partial(_interrupt, stderr))
        for number in _SIGNALS
        # Nohup and a shell's background have their way. Nobody means to ignore SIGTERM: a parent that
        # does would have Dagster's copiers ignore it too, and each step wait a minute for their end.
        if number == signal.SIGTERM or signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    except Interrupted as interrupt:
        sys.stdout.flush()
        # A thread is still at work; what it holds is safe to drop, and waiting for it is not.
        _end_children()
        os._exit(128 + interrupt.number)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(stderr)


def _interrupt(stderr: int, number: int, _frame: FrameType | None) -> None:
    for each in _SIGNALS:  # closing is under way: a second Ctrl-C changes nothing
        signal.signal(each, _closing)
    logging.disable(logging.CRITICAL)  # what the dropped work has to say would bury our line
    os.write(stderr, _LINE)
    raise Interrupted(number)


def _closing(_number: int, _frame: FrameType | None) -> None:
    """Not SIG_IGN: what the dropped work still starts would inherit that and could not be ended."""


def _end_children() -> None:
    """Dagster's copies of a step's output: what ends them is dropped with the step."""
    children = psutil.Process().children(recursive=True)
    for child in children:
        with suppress(psutil.Error):
            child.kill()
    psutil.wait_procs(children, timeout=1)


def in_a_thread(work: Callable[[], Result]) -> Result:
    """The result of `work`; the main thread stays free for signals meanwhile."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def call() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised below, in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=call, name="run", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)  # a signal that reached another thread is answered between two waits
    if errors:
        raise errors[0]
    return results[0]
