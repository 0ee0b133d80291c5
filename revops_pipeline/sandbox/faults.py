"""Things that go wrong on the way, on demand.

A fault is a name, a chance and a reach; what it does is a function registered under that name with
`@before` (answers instead of the portal) or `@after` (changes the portal's answer). `None` from
either means that this request is none it could spoil, and does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Final

import orjson

from revops_pipeline.sandbox.errors import error_body
from revops_pipeline.sandbox.limits import Limits
from revops_pipeline.sandbox.web import Answer, reply

HANG: Final = Answer(0, b"")
"""Not an answer at all: the connection stays open until the other side gives up."""
CUT: Final = (b"x-sandbox-cut", b"1")
"""Marks an answer of which only the first half is sent before the connection closes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a fault may look at."""

    method: str
    path: str
    query: str
    limits: Limits


Effect = Callable[[Request, Answer], Answer | None]
_before: dict[str, Effect] = {}
_after: dict[str, Effect] = {}


@dataclass(frozen=True, slots=True)
class Fault:
    """`times` is how often it happens *on each path* (None: without end), `probability` its chance
    on a request, `path_contains` the part of the portal it is confined to."""

    name: str
    probability: float = 1.0
    times: int | None = None
    path_contains: str = ""

    def __post_init__(self) -> None:
        if self.name not in available():
            raise ValueError(f"no fault is called {self.name!r}; known: {', '.join(available())}")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"{self.name}: probability {self.probability} is not in 0..1")

    @classmethod
    def parse(cls, text: str) -> Fault:
        """`http_500` (one request in twenty), or `http_500:probability=0.2,times=3,
        path_contains=/contacts`."""
        name, _, options = text.partition(":")
        fault = cls(name, probability=1.0 if "times=" in options else 0.05)
        for option in filter(None, options.split(",")):
            key, _, value = option.partition("=")
            try:
                if key == "probability":
                    fault = replace(fault, probability=float(value))
                elif key == "times":
                    fault = replace(fault, times=int(value))
                elif key == "path_contains":
                    fault = replace(fault, path_contains=value)
                else:
                    raise ValueError("unknown")
            except ValueError:
                raise ValueError(
                    f"fault {text!r}: {option!r} is none of probability=0..1, times=N, "
                    "path_contains=TEXT"
                ) from None
        return fault


class Faults:
    """The faults in force. May be changed from any thread while the server runs."""

    def __init__(self, faults: Iterable[Fault | str] = (), seed: int = 0) -> None:
        self._random = Random(f"{seed}/faults")
        self._active: tuple[Fault, ...] = ()
        self._done: Counter[tuple[Fault, str]] = Counter()
        self.counts: Counter[str] = Counter()
        """How often each fault has struck, by name."""
        for fault in faults:
            self.add(fault)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._active)

    def __bool__(self) -> bool:
        return bool(self._active)

    def add(self, fault: Fault | str) -> None:
        """Put a fault in force; the same one again starts its `times` anew."""
        fault = Fault.parse(fault) if isinstance(fault, str) else fault
        self.remove(fault)
        self._active = (*self._active, fault)

    def remove(self, fault: Fault | str) -> None:
        """End a fault, or all of a name."""
        gone = {f for f in self._active if fault in (f, f.name)}
        self._active = tuple(f for f in self._active if f not in gone)
        self._done = Counter({k: n for k, n in self._done.items() if k[0] not in gone})

    def clear(self) -> None:
        self._active = ()
        self._done.clear()

    def before(self, request: Request) -> Answer | None:
        """The answer that a fault gives instead of the portal."""
        return self._strike(_before, request, HANG)

    def after(self, request: Request, answer: Answer) -> Answer:
        """The portal's answer, spoilt if a fault strikes."""
        return self._strike(_after, request, answer) or answer

    def _strike(
        self, effects: dict[str, Effect], request: Request, answer: Answer
    ) -> Answer | None:
        for fault in self._active:
            effect = effects.get(fault.name)
            key = (fault, f"{request.method} {request.path}")
            if (
                effect is None
                or fault.path_contains not in request.path
                or (fault.times is not None and self._done[key] >= fault.times)
                or (fault.probability < 1 and self._random.random() >= fault.probability)
            ):
                continue
            spoilt = effect(request, answer)
            if spoilt is not None:
                self._done[key] += 1
                self.counts[fault.name] += 1
                return spoilt
        return None


def available() -> list[str]:
    return sorted({*_before, *_after})


def before(effect: Effect) -> Effect:
    _before[effect.__name__] = effect
    return effect


def after(effect: Effect) -> Effect:
    _after[effect.__name__] = effect
    return effect


@before
def http_500(_request: Request, _answer: Answer) -> Answer:
    return reply(error_body("internal error", "INTERNAL_ERROR"), 500)


@before
def http_429(request: Request, _answer: Answer) -> Answer:
    return request.limits.too_many("TEN_SECONDLY_ROLLING", retry_after=True)


@before
def http_429_no_retry_after(request: Request, _answer: Answer) -> Answer:
    return request.limits.too_many("TEN_SECONDLY_ROLLING", retry_after=False)


@before
def unauthorized(_request: Request, _answer: Answer) -> Answer:
    return reply(error_body("Authentication credentials not found.", "INVALID_AUTHENTICATION"), 401)


@before
def timeout(_request: Request, _answer: Answer) -> Answer:
    return HANG


@after
def cut_json(_request: Request, answer: Answer) -> Answer | None:
    """Half a body with a content length that agrees with it: only parsing shows the damage."""
    if not answer.body:
        return None
    return replace(answer, body=answer.body[: len(answer.body) // 2])


@after
def cut_connection(_request: Request, answer: Answer) -> Answer | None:
    """Half a body with the whole one's content length, then the connection closes."""
    return replace(answer, headers=(*answer.headers, CUT)) if answer.body else None


@after
def repeat_page(request: Request, answer: Answer) -> Answer | None:
    """A list page whose next page is the same one again, once: duplicate rows."""
    return _paged(request, answer, keep_results=True)


@after
def empty_page(request: Request, answer: Answer) -> Answer | None:
    """A list page without records but with a token, behind which its records are."""
    return _paged(request, answer, keep_results=False)


def _paged(request: Request, answer: Answer, keep_results: bool) -> Answer | None:
    parts = dict(part.partition("=")[::2] for part in request.query.split("&"))
    token = parts.get("after", "0")
    if request.method != "GET" or answer.status != 200 or "~" in token or "%7E" in token:
        return None
    document = orjson.loads(answer.body)
    if not document.get("results"):
        return None
    if not keep_results:
        document["results"] = []
    elif "paging" not in document:
        return None
    following = document.setdefault("paging", {}).setdefault("next", {})
    following["after"] = f"{token}~1"
    return replace(answer, body=orjson.dumps(document))
