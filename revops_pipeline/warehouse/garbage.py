"""Python's garbage collector during a load."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Looks for circles of references every 20,000 new objects and not every 700: a page of records is
    tens of thousands of dictionaries that are in no circle, and looking through them again and again
    takes a fifteenth of a first read. What is in none is freed at once, as ever."""
    before = gc.get_threshold()
    gc.set_threshold(20_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
