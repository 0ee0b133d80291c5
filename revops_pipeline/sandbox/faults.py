"""Things that go wrong on the way, on demand, and the same for the same seed.

A fault is the name of an effect, a chance and a reach. Whether it strikes is decided by the seed
and the number of the request alone, so that a run of requests in the same order meets the same
faults. `chaos` is a fault that strikes with one of many, chosen anew each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from revops_pipeline.sandbox.effects import AFTER, AILING, BEFORE, SCENARIOS, Request
from revops_pipeline.sandbox.page_effects import page_of
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.web import Answer, Mood

CHAOS: Final = "chaos"
TRANSIENT: Final = (
    "connection_reset",
    "cut_connection",
    "cut_json",
    "duplicate_rows",
    "empty_page",
    "http_429_no_retry_after",
    "http_500",
    "http_502",
    "http_503",
    "http_504",
    "repeat_page",
    "short_batch",
    "short_page",
    "unordered_search",
)
"""What chaos chooses from when it is not told: passes by itself, without waiting for it."""
_OPTIONS: Final[dict[str, Callable[[str], Any]]] = {
    "probability": float,
    "times": int,
    "path_contains": str,
    "skip": int,
    "burst": int,
    "size": int,
    "ms": int,
    "names": lambda text: tuple(text.split("+")),
    "in_a_row": int,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`times` is how often it happens *on each path* (None: without end), after the first `skip`
    requests there, `probability` its chance on a request, `path_contains` the part of the portal
    it is confined to, `burst` how many requests in a row it strikes once it does. `size` and `ms`
    mean what the effect says (None: its default). `names` and `in_a_row` are for chaos: what it
    chooses from, and after how many strikes in a row one and the same request gets through."""

    name: str
    probability: float = 1.0
    times: int | None = None
    path_contains: str = ""
    skip: int = 0
    burst: int = 1
    size: int | None = None
    ms: int | None = None
    names: tuple[str, ...] = TRANSIENT
    in_a_row: int = 2

    def __post_init__(self) -> None:
        known = {CHAOS, *BEFORE, *AFTER, *AILING, *SCENARIOS}
        for name in (self.name, *self.names):
            if name not in known:
                raise ValueError(f"no fault is called {name!r}; known: {', '.join(available())}")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"{self.name}: probability {self.probability} is not in 0..1")
        if unfit := {CHAOS, *SCENARIOS} & {*self.names}:
            raise ValueError(f"{self.name} cannot choose {', '.join(sorted(unfit))}: name it apart")

    @classmethod
    def parse(cls, text: str) -> Fault:
        """`http_500` (one request in twenty), or `http_500:probability=0.2,times=3,
        path_contains=/contacts`. What ails the search index does so in every search."""
        name, _, options = text.partition(":")
        always = "times=" in options or name in AILING or name in SCENARIOS
        fault = cls(name, probability=1.0 if always else 0.05)
        for option in filter(None, options.split(",")):
            key, _, value = option.partition("=")
            try:
                fault = replace(fault, **{key: _OPTIONS[key](value)})
            except (KeyError, ValueError) as error:
                why = "" if isinstance(error, KeyError) else f" ({error})"
                raise ValueError(
                    f"fault {text!r}: {option!r} is none of probability=0..1, times=N, skip=N, "
                    "burst=N, path_contains=TEXT, size=N, ms=N, names=NAME+NAME, in_a_row=N" + why
                ) from None
        return fault


class Faults:
    """The faults in force. May be changed from any thread while the server runs."""

    def __init__(
        self, faults: Iterable[Fault | str] = (), seed: int = 0, portal: Portal | None = None
    ) -> None:
        self.counts: Counter[str] = Counter()
        """How often each fault has struck, by name."""
        self.between_pages: Callable[[Request], None] | None = None
        """Called after each page of a list or a search that has a next one, before it is sent:
        what a test does here happens between two pages."""
        self._active: tuple[Fault, ...] = ()
        self._portal = portal
        self.reseed(seed)
        for fault in faults:
            self.add(fault)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._active)

    def __bool__(self) -> bool:
        return bool(self._active) or self.between_pages is not None

    def reseed(self, seed: int) -> None:
        """Begin again, at the first request."""
        self._seed, self._number = seed, 0
        self._done: Counter[tuple[Fault, str]] = Counter()
        self._passed: Counter[tuple[Fault, str]] = Counter()
        self._burst: Counter[Fault] = Counter()
        self._rows: dict[tuple[str, str, str, bytes], int] = {}

    def attach(self, portal: Portal) -> None:
        """Let the scenarios in force happen to a portal."""
        self._portal = portal
        for fault in self._active:
            self._happen(fault, on=True)

    def add(self, fault: Fault | str) -> None:
        """Put a fault in force; the same one again starts its `times` anew."""
        fault = Fault.parse(fault) if isinstance(fault, str) else fault
        self.remove(fault)
        self._active = (*self._active, fault)
        self._happen(fault, on=True)

    def remove(self, fault: Fault | str) -> None:
        """End a fault, or all of a name."""
        gone = {f for f in self._active if fault in (f, f.name)}
        self._active = tuple(f for f in self._active if f not in gone)
        for noted in (self._done, self._passed):
            for key in [key for key in noted if key[0] in gone]:
                del noted[key]
        for fault_ in gone:
            self._burst.pop(fault_, None)
            self._happen(fault_, on=False)

    def clear(self) -> None:
        """End all faults and whatever happens between pages."""
        self.between_pages = None
        for fault in self._active:
            self.remove(fault)
        self._rows.clear()

    def strike(self, request: Request) -> Strike:
        """Decide what happens to a request."""
        self._number += 1
        request.random = Random(f"{self._seed}/{self._number}")
        strike = Strike(self, request)
        for fault in self._active:
            if not self._strikes(fault, request):
                continue
            if fault.name == CHAOS:
                strike.choose(fault, self._rows.get(strike.key, 0))
            else:
                strike.chosen.append(fault)
        return strike

    def struck(self, fault: Fault, request: Request) -> None:
        self._done[fault, f"{request.method} {request.path}"] += 1
        self.counts[fault.name] += 1

    def in_a_row(self, key: tuple[str, str, str, bytes], count: int) -> None:
        if count:
            self._rows[key] = count
        else:
            self._rows.pop(key, None)

    def _strikes(self, fault: Fault, request: Request) -> bool:
        key = (fault, f"{request.method} {request.path}")
        if (
            fault.name in SCENARIOS
            or fault.path_contains not in request.path
            or (fault.times is not None and self._done[key] >= fault.times)
        ):
            return False
        self._passed[key] += 1
        if self._passed[key] <= fault.skip:
            return False
        if self._burst[fault] > 0:
            self._burst[fault] -= 1
            return True
        if fault.probability < 1 and request.random.random() >= fault.probability:
            return False
        self._burst[fault] = fault.burst - 1
        return True

    def _happen(self, fault: Fault, on: bool) -> None:
        scenario = SCENARIOS.get(fault.name)
        if scenario is not None and self._portal is not None:
            scenario(self._portal, fault, on)


class Strike:
    """The faults that one request meets."""

    def __init__(self, faults: Faults, request: Request) -> None:
        self._faults, self._request = faults, request
        self.chosen: list[Fault] = []
        self._chaos: Fault | None = None
        self._picked: Fault | None = None
        self._before, self._chaotic = 0, False
        self.key = (request.method, request.path, request.query, request.body)

    def choose(self, chaos: Fault, before: int) -> None:
        """Let chaos strike, unless it has struck the same request often enough."""
        self._chaos, self._before = chaos, before
        if before < chaos.in_a_row:
            name = self._request.random.choice(chaos.names)
            self._picked = Fault(name, size=chaos.size, ms=chaos.ms)
            self.chosen.append(self._picked)

    def before(self) -> Answer | None:
        """The answer that a fault gives instead of the portal."""
        for fault in self.chosen:
            effect = BEFORE.get(fault.name)
            instead = effect(self._request, fault) if effect else None
            if instead is not None:
                self._struck(fault)
                self._end()
                return instead
        return None

    def mood(self) -> Mood:
        """What ails the search index."""
        mood = Mood()
        for fault in self.chosen:
            effect = AILING.get(fault.name)
            changed = effect(self._request, mood, fault) if effect else None
            if changed is not None:
                mood = changed
                self._struck(fault)
        return mood

    def after(self, answer: Answer) -> Answer:
        """The portal's answer, spoilt by every fault that can."""
        between = self._faults.between_pages
        if between is not None:
            page = page_of(self._request, answer)
            if page is not None and page.more:
                between(self._request)
        for fault in self.chosen:
            effect = AFTER.get(fault.name)
            spoilt = effect(self._request, answer, fault) if effect else None
            if spoilt is not None:
                answer = spoilt
                self._struck(fault)
        self._end()
        return answer

    def _end(self) -> None:
        """A request that chaos did nothing to has got through."""
        self._faults.in_a_row(self.key, self._before + 1 if self._chaotic else 0)

    def _struck(self, fault: Fault) -> None:
        if fault is self._picked and self._chaos is not None:
            self._chaotic = True
            self._faults.struck(self._chaos, self._request)
            self._faults.counts[fault.name] += 1
        else:
            self._faults.struck(fault, self._request)


def available() -> list[str]:
    return sorted({CHAOS, *BEFORE, *AFTER, *AILING, *SCENARIOS})


def describe() -> dict[str, str]:
    """What each fault does, in a line."""
    effects: dict[str, Any] = {**BEFORE, **AFTER, **AILING, **SCENARIOS}
    told = {name: str(effect.__doc__).partition("\n")[0] for name, effect in effects.items()}
    told[CHAOS] = "Any of `names` (what passes by itself), at most `in_a_row` (2) times in a row."
    return dict(sorted(told.items()))
