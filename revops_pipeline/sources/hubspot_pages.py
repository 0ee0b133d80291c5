"""Pages of HubSpot's lists, and its answers about associations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from revops_pipeline.sources.hubspot_batch import absent, counted, id_of, results
from revops_pipeline.sources.stream import Reject, TransientError
from revops_pipeline.sources.told import Told
from revops_pipeline.sources.vendor_json import dumps


@dataclass(frozen=True, slots=True)
class ListPage:
    """`following` is the next page's token; without one, `cut` says that a next page is spoken of."""

    records: Told
    following: str | None
    cut: bool


def list_page(answer: Any) -> ListPage:
    token, cut = following(answer)
    return ListPage(Told(results(answer)), token, cut)


def following(answer: Mapping[str, Any]) -> tuple[str | None, bool]:
    """The token of the next page; where there is none, whether a next page is spoken of all the same."""
    paging = answer.get("paging") or {}
    told = paging.get("next") or {}
    after = told.get("after")
    if after is None and told.get("link"):
        after = next(iter(parse_qs(urlsplit(str(told["link"])).query).get("after", [])), None)
    return (None, paging.get("next") is not None) if after is None else (str(after), False)


def next_after(answer: Mapping[str, Any]) -> str | None:
    """The same. Raises TransientError for a next page without a token."""
    token, cut = following(answer)
    if cut:
        raise TransientError(
            "HubSpot: an answer that speaks of a next page and gives no token to it"
        )
    return token


@dataclass(frozen=True, slots=True)
class EdgeAnswer:
    """`edges`: from id, to ids with their labels, the token that follows. `named`: ids that are
    associated with nothing, by HubSpot's word; `count` how many it says there are. `unsure`: ids of
    which an association is among the rejects. `nameless`: rejects of whom nobody knows."""

    edges: list[tuple[str, list[tuple[str, set[str]]], str | None]]
    named: set[str]
    count: int
    unsure: set[str]
    nameless: list[Reject]
    rejects: list[Reject]

    @property
    def told(self) -> set[str]:
        return self.named | {source for source, _, _ in self.edges}

    @classmethod
    def of(cls, answer: Any, what: str) -> EdgeAnswer:
        """Raises TransientError where most of it has no ids: that is no answer."""
        made = cls([], absent(answer, what), counted(answer), set(), [], [])
        sound = 0
        for result in results(answer):
            source = id_of(result.get("from")) if isinstance(result, dict) else None
            if source is None or not isinstance(result.get("to"), list):
                made.nameless.append(_reject("", result, "an association without its ends"))
                continue
            targets = []
            for to in result["to"]:
                to_id = id_of({"id": to.get("toObjectId")}) if isinstance(to, dict) else None
                if to_id is None:
                    made.unsure.add(source)
                    made.rejects.append(_reject(source, to, "an association without an id"))
                else:
                    types = to.get("associationTypes") or ()
                    targets.append((to_id, {str(t["label"]) for t in types if t.get("label")}))
            sound += max(1, len(targets)) if targets or not result["to"] else 0
            made.edges.append((source, targets, next_after(result)))
        made.rejects.extend(made.nameless)
        if len(made.rejects) > sound:
            raise TransientError(f"HubSpot: {what}: a result without an id, tried again")
        return made


def _reject(id_: str, value: Any, reason: str) -> Reject:
    return Reject(id_, "association", dumps(value).decode(), reason)


@dataclass(slots=True)
class Associated:
    """From id → to id → labels, of all the ids that were asked for. `named`: those that have none, by
    HubSpot's word; `counted`: those of which an answer says no more than how many they are. `unsure`:
    those of which something is among the rejects, so that they may have more."""

    found: dict[str, dict[str, set[str]]]
    named: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)
    rejects: dict[tuple[str, str], Reject] = field(default_factory=dict)
    nameless: dict[str, Reject] = field(default_factory=dict)

    def take(self, answer: EdgeAnswer, asked: Sequence[str]) -> dict[str, str]:
        """Adds an answer; the tokens that follow, by id."""
        for source, targets, _ in answer.edges:
            mine = self.found.setdefault(source, {})
            for to_id, labels in targets:
                mine.setdefault(to_id, set()).update(labels)
        left = [i for i in asked if i not in answer.told]
        self.named |= answer.named
        if len(left) == answer.count - len(answer.named):
            self.counted.update(left)
        self.unsure |= answer.unsure
        self.rejects.update(((r.id, r.value), r) for r in answer.rejects)
        self.nameless.update((r.value, r) for r in answer.nameless)
        return {source: after for source, _, after in answer.edges if after is not None}
