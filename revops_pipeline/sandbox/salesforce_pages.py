"""What faults do to the pages of Salesforce's queries: records, locators, the records behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import orjson

from revops_pipeline.sandbox.effects import Request
from revops_pipeline.sandbox.faults import Fault
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sandbox.vendor_front import PageEffect
from revops_pipeline.sandbox.web import Answer


@dataclass(slots=True)
class Page:
    """A page that has a next one: `locator` is the query's, `start` the place of its first record,
    `minted` whether it was asked by a locator that a fault minted."""

    document: dict[str, Any]
    prefix: str
    start: int
    size: int
    minted: bool

    def point_to(self, place: int, mark: str = "") -> None:
        self.document["nextRecordsUrl"] = f"{self.prefix}-{place}{mark}"


def page_of(request: Request, answer: Answer, world: SalesforceWorld) -> Page | None:
    if answer.status != 200 or b'"nextRecordsUrl"' not in answer.body or request.method != "GET":
        return None
    document = orjson.loads(answer.body)
    if not isinstance(document, dict) or not document.get("records"):
        return None
    prefix, _, following = document["nextRecordsUrl"].rpartition("-")
    size = len(document["records"])
    minted = "~" in request.path or "%7E" in request.path
    start = max(0, int(following.partition("~")[0]) - world.page_size)
    return Page(document, prefix, start, size, minted)


def repeat_page(page: Page, _fault: Fault) -> bool:
    if page.minted:
        return False
    page.point_to(page.start, "~1")
    return True


def empty_page(page: Page, _fault: Fault) -> bool:
    if page.minted:
        return False
    page.document["records"] = []
    page.point_to(page.start, "~1")
    return True


def short_page(page: Page, fault: Fault) -> bool:
    count = min(fault.size or page.size // 2, page.size - 1)
    if count < 1:
        return False
    page.document["records"] = page.document["records"][:count]
    page.point_to(page.start + count)
    return True


def duplicate_rows(page: Page, fault: Fault) -> bool:
    count = page.size - (fault.size or 1)
    if count < 1:
        return False
    page.point_to(page.start + count)
    return True


def repeat_token(page: Page, _fault: Fault) -> bool:
    """The next page is this one, without end."""
    page.point_to(page.start)
    return page.start > 0


_EFFECTS: Mapping[str, Callable[[Page, Fault], bool]] = {
    effect.__name__: effect
    for effect in (repeat_page, empty_page, short_page, duplicate_rows, repeat_token)
}


def page_effects(world: SalesforceWorld) -> dict[str, PageEffect]:
    """By the names of the faults that ask for them."""

    def paged(effect: Callable[[Page, Fault], bool]) -> PageEffect:
        def spoil(request: Request, answer: Answer, fault: Fault) -> Answer | None:
            page = page_of(request, answer, world)
            if page is None or not effect(page, fault):
                return None
            return replace(answer, body=orjson.dumps(page.document))

        return spoil

    def between(act: Callable[[SalesforceWorld, str, Random], None]) -> PageEffect:
        def happen(request: Request, answer: Answer, _fault: Fault) -> Answer | None:
            page = page_of(request, answer, world)
            if page is None:
                return None
            act(world, page.document["records"][0]["attributes"]["type"], request.random)
            return answer

        return happen

    found = {name: paged(effect) for name, effect in _EFFECTS.items()}
    acts = {"create": _create, "edit": _edit, "archive": _delete, "delete": _purge}
    found |= {f"{name}_mid_scan": between(act) for name, act in acts.items()}
    return found


def _some(world: SalesforceWorld, name: str, random: Random) -> str | None:
    ids = [record["Id"] for record in world.live(name)]
    return random.choice(ids) if ids else None


def _create(world: SalesforceWorld, name: str, _random: Random) -> None:
    world.create(name, {})


def _edit(world: SalesforceWorld, name: str, random: Random) -> None:
    if id_ := _some(world, name, random):
        world.update(name, id_, {})


def _delete(world: SalesforceWorld, name: str, random: Random) -> None:
    if world.objects[name].deletes and (id_ := _some(world, name, random)):
        world.delete(name, id_)


def _purge(world: SalesforceWorld, name: str, random: Random) -> None:
    if world.objects[name].deletes and (id_ := _some(world, name, random)):
        world.purge(name, id_)
