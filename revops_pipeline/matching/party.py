"""What goes into matching and what comes out of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from revops_pipeline.matching.settings import MANUAL


class MatchError(ValueError):
    """Input that cannot be matched; the message names it and the way out."""


@dataclass(frozen=True, slots=True)
class Party:
    """One record of one side: a team, a company, an account. (system, id) is unique on a side.

    `domains` may be addresses, e-mails or bare domains: they are brought to one form here.
    `keys` are ids of other systems that the record carries; equal keys mean the same thing on
    both sides.
    """

    system: str
    id: str
    name: str | None
    domains: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """What a person decided about one pair, or (`no_link`, right_id None) about its left record
    alone. Which record of a pair is called left makes no difference.

    The latest `decided_at` (UTC) about a pair holds; of two at the same time, `no_link` does. A link
    that is later than "no link at all" holds for its own pair. One that names a record which is
    not there has no effect.
    """

    left_system: str
    left_id: str
    right_system: str | None
    right_id: str | None
    decision: Literal["link", "no_link"]
    author: str
    reason: str
    decided_at: datetime

    def __post_init__(self) -> None:
        where = f"override of {self.left_system} {self.left_id} by {self.author}"
        if self.decision not in ("link", "no_link"):
            raise MatchError(f"{where}: decision {self.decision!r} must be link or no_link")
        if self.decision == "link" and self.right_id is None:
            raise MatchError(f"{where}: a link needs a right_id; no link at all is no_link")
        if not isinstance(self.decided_at, datetime):
            raise MatchError(f"{where}: decided_at {self.decided_at!r} must be a date and time")
        if self.decided_at.tzinfo:
            in_utc = self.decided_at.astimezone(UTC).replace(tzinfo=None)
            object.__setattr__(self, "decided_at", in_utc)

    @property
    def evidence(self) -> str:
        """As a link keeps it: JSON, for a person to read."""
        said = {"strategy": MANUAL, "author": self.author, "reason": self.reason}
        return json.dumps(
            {**said, "decided_at": str(self.decided_at)}, ensure_ascii=False, sort_keys=True
        )


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """One decided pair. Scores and margins are 0-1; `evidence` is JSON: the strategy that
    decided, what agreed, and which other strategies agree."""

    left_system: str
    left_id: str
    right_system: str
    right_id: str
    method: str
    score: float
    margin: float
    evidence: str


@dataclass(frozen=True, slots=True, order=True)
class Review:
    """One question for a person, unique by pair. The runner-up is a record of the right side,
    or, when the question came up from the right record (`asker`), of the left side."""

    left_system: str
    left_id: str
    right_system: str
    right_id: str
    score: float
    runner_up_id: str | None
    runner_up_score: float | None
    reason: str
    asker: Literal["left", "right"] = field(default="left", compare=False)


@dataclass(frozen=True, slots=True)
class MatchResult:
    """Sorted by left and right record; a pair is a link or under review, never both. `disputed`:
    pairs (system, id, system, id) that strategies contradict each other about."""

    links: list[Link] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    disputed: set[tuple[str, str, str, str]] = field(default_factory=set)
