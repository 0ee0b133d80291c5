"""Requests that need not wait for one another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import TypeVar

Result = TypeVar("Result")

AHEAD = 8


def overlapped(pool: Executor, jobs: Iterator[Callable[[], Result]]) -> Iterator[Result]:
    """Runs the jobs ahead of their consumer, a few at a time; yields them in order."""
    ahead: deque[Future[Result]] = deque()
    for job in jobs:
        ahead.append(pool.submit(job))
        if len(ahead) >= AHEAD or ahead[0].done():
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[i : i + size] for i in range(0, len(items), size))
