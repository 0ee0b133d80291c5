"""What faults do to requests, answers and the search index.

An effect is a function registered under its own name: `before` answers instead of the portal,
`after` changes the portal's answer, `ailing` changes the search index for one request, `scenario`
changes the portal once. `None` means that this request is none the effect could spoil; it does
not count. The first line of a docstring is what `revops sandbox --list-faults` says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

from revops_pipeline.sandbox.errors import error_body
from revops_pipeline.sandbox.limits import Limits
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.web import Answer, Delivery, Mood, reply

if TYPE_CHECKING:
    from revops_pipeline.sandbox.faults import Fault


@dataclass(slots=True)
class Request:
    """What an effect may look at. `random` belongs to this request alone."""

    method: str
    path: str
    query: str
    body: bytes
    limits: Limits
    portal: Portal
    random: Random = field(default_factory=Random)

    @property
    def searches(self) -> bool:
        return self.path.endswith("/search")


Before = Callable[[Request, "Fault"], Answer | None]
After = Callable[[Request, Answer, "Fault"], Answer | None]
Ailing = Callable[[Request, Mood, "Fault"], Mood | None]
Scenario = Callable[[Portal, "Fault", bool], None]
BEFORE: dict[str, Before] = {}
AFTER: dict[str, After] = {}
AILING: dict[str, Ailing] = {}
SCENARIOS: dict[str, Scenario] = {}


def before(effect: Before) -> Before:
    BEFORE[effect.__name__] = effect
    return effect


def after(effect: After) -> After:
    AFTER[effect.__name__] = effect
    return effect


def ailing(effect: Ailing) -> Ailing:
    AILING[effect.__name__] = effect
    return effect


def scenario(effect: Scenario) -> Scenario:
    SCENARIOS[effect.__name__] = effect
    return effect


def _broken(status: int) -> Answer:
    return reply(error_body("internal error", "INTERNAL_ERROR"), status)


@before
def http_500(_request: Request, _fault: Fault) -> Answer:
    """An internal error."""
    return _broken(500)


@before
def http_502(_request: Request, _fault: Fault) -> Answer:
    """A gateway that got nonsense: a page of HTML instead of JSON."""
    return Answer(502, b"<html><body>502 Bad Gateway</body></html>")


@before
def http_503(_request: Request, _fault: Fault) -> Answer:
    """The service is not available for a moment."""
    return _broken(503)


@before
def http_504(_request: Request, _fault: Fault) -> Answer:
    """A gateway that waited in vain."""
    return _broken(504)


@before
def http_429(request: Request, _fault: Fault) -> Answer:
    """Too many requests, and when to come again."""
    return request.limits.too_many(_policy(request), retry_after=True)


@before
def http_429_no_retry_after(request: Request, _fault: Fault) -> Answer:
    """Too many requests, without a word on when to come again."""
    return request.limits.too_many(_policy(request), retry_after=False)


def _policy(request: Request) -> str:
    return "SECONDLY" if request.searches else "TEN_SECONDLY_ROLLING"


@before
def unauthorized(_request: Request, _fault: Fault) -> Answer:
    """The token is refused."""
    return reply(error_body("Authentication credentials not found.", "INVALID_AUTHENTICATION"), 401)


@before
def http_414(request: Request, fault: Fault) -> Answer | None:
    """URLs longer than `size` characters (2000) are refused."""
    if len(request.path) + 1 + len(request.query) <= (fault.size or 2_000):
        return None
    return Answer(414, b"")


@before
def timeout(_request: Request, _fault: Fault) -> Answer:
    """No answer ever, while the connection stays open."""
    return Answer(0, b"", delivery=Delivery.HANG)


@before
def connection_reset(_request: Request, _fault: Fault) -> Answer:
    """The connection is reset instead of an answer."""
    return Answer(0, b"", delivery=Delivery.RESET)


@after
def cut_json(_request: Request, answer: Answer, _fault: Fault) -> Answer | None:
    """Half a body with a content length that agrees with it: only parsing shows the damage."""
    if not answer.body:
        return None
    return replace(answer, body=answer.body[: len(answer.body) // 2])


@after
def cut_connection(_request: Request, answer: Answer, _fault: Fault) -> Answer | None:
    """Half a body with the whole one's content length, then the connection closes."""
    return replace(answer, delivery=Delivery.CUT) if answer.body else None


@after
def slow_drip(_request: Request, answer: Answer, fault: Fault) -> Answer | None:
    """A whole answer in twenty pieces, with `ms` (50) between them."""
    if not answer.body:
        return None
    return replace(answer, delivery=Delivery.DRIP, pause_ms=fault.ms or 50)


@ailing
def unordered_search(request: Request, mood: Mood, _fault: Fault) -> Mood | None:
    """Searches do not sort: all results are there, in an order of their own."""
    return replace(mood, shuffle="unordered") if request.searches else None


@ailing
def unstable_search(request: Request, mood: Mood, _fault: Fault) -> Mood | None:
    """Each page of a search comes from another order: rows repeat, and others never come."""
    return replace(mood, shuffle=str(request.random.random())) if request.searches else None


@ailing
def index_lag(request: Request, mood: Mood, fault: Fault) -> Mood | None:
    """Searches show the portal as it was `ms` (30000) before, by its clock; an hour at most."""
    return replace(mood, lag_ms=fault.ms or 30_000) if request.searches else None


@ailing
def search_ceiling(request: Request, mood: Mood, fault: Fault) -> Mood | None:
    """Searches page through `size` (100) results, not 10000, and answer 400 beyond."""
    return replace(mood, ceiling=fault.size or 100) if request.searches else None


@scenario
def merge_new_id(portal: Portal, _fault: Fault, on: bool) -> None:
    """Merges mint a new id."""
    portal.merge_mints_new_id = on


@scenario
def one_millisecond(portal: Portal, fault: Fault, on: bool) -> None:
    """Up to `size` (12000) live records of each type were edited in one millisecond."""
    for name, store in portal.stores.items() if on else ():
        moment = portal.clock.now()
        for id_ in list(store.live_ids[: fault.size or 12_000]):
            portal.update(name, id_, {}, modified_at=moment)


@scenario
def many_associations(portal: Portal, fault: Fault, on: bool) -> None:
    """The first company and the first deal have `size` (1200) contacts, some of them new."""
    contacts = portal.stores["contacts"].live_ids
    wanted = fault.size or 1_200
    if not on:
        return
    for number in range(wanted - len(contacts)):
        portal.create("contacts", {"email": f"extra{number}@made-up.example"})
    for name in ("companies", "deals"):
        for first in portal.stores[name].live_ids[:1]:
            for contact in list(contacts[:wanted]):
                portal.associate(name, first, "contacts", contact)
