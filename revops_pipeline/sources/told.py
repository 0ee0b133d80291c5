"""Records of an answer of which some are none: asked for again, and then rejected one by one.

A record without an id among many good ones is a fault of that record, and must not keep its page, and
all pages behind it, away for ever. An answer of which most are none is no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from revops_pipeline.sources.stream import Reject

Answer = TypeVar("Answer")

ASKS = 3  # what an answer leaves out, or tells brokenly, is asked for again as a failed request is


class Told(list[dict[str, Any]]):
    """Records of an answer, and what in it was none."""

    def __init__(self, records: Iterable[Any] = (), rejects: Iterable[Reject] = ()) -> None:
        super().__init__(records)
        self.rejects = list(rejects)


def rejects_of(records: Iterable[Any]) -> list[Reject]:
    return list(records.rejects) if isinstance(records, Told) else []


def patiently(ask: Callable[[], Answer], is_sound: Callable[[Answer], bool]) -> Answer:
    """An answer, asked for again while something in it is not what it should be: it may be a
    moment's weakness. What stays so is the caller's to reject."""
    answer = ask()
    for _ in range(ASKS - 1):
        if is_sound(answer):
            break
        answer = ask()
    return answer
