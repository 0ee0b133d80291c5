"""What faults do to query jobs and their results. Those that change a job itself know the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import orjson

from revops_pipeline.sandbox.effects import Request, after
from revops_pipeline.sandbox.faults import Fault
from revops_pipeline.sandbox.salesforce_bulk import locator, place
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sandbox.vendor_front import PageEffect
from revops_pipeline.sandbox.web import Answer

_COUNT: Final = b"sforce-numberofrecords"
_LOCATOR: Final = b"sforce-locator"


def is_results(request: Request, answer: Answer) -> bool:
    return answer.status == 200 and _COUNT in dict(answer.headers)


def _with_header(answer: Answer, name: bytes, value: bytes) -> Answer:
    headers = tuple((key, value if key == name else old) for key, old in answer.headers)
    return replace(answer, headers=headers)


@after
def lost_rows(request: Request, answer: Answer, fault: Fault) -> Answer | None:
    """A page of a job's results without its last `size` (1) rows, which its header still counts."""
    lines = answer.body.splitlines(keepends=True)
    if not is_results(request, answer) or len(lines) <= (fault.size or 1):
        return None
    return replace(answer, body=b"".join(lines[: -(fault.size or 1)]))


@after
def wrong_record_count(request: Request, answer: Answer, fault: Fault) -> Answer | None:
    """A page of a job's results whose header counts `size` (1) rows too many."""
    if not is_results(request, answer):
        return None
    count = int(dict(answer.headers)[_COUNT]) + (fault.size or 1)
    return _with_header(answer, _COUNT, b"%d" % count)


@after
def failed_job(_request: Request, _answer: Answer, _fault: Fault) -> Answer | None:
    """A query job that fails while it is looked at."""
    return None  # the world's matter: see job_effects


@after
def deleted_job(_request: Request, _answer: Answer, _fault: Fault) -> Answer | None:
    """A query job that somebody deletes between two pages of its results."""
    return None  # the world's matter: see job_effects


def job_effects(world: SalesforceWorld) -> dict[str, PageEffect]:
    """By the names of the faults that ask for them."""

    def fails(request: Request, answer: Answer, _fault: Fault) -> Answer | None:
        job = world.jobs.get(request.path.rpartition("/")[2])
        if request.method != "GET" or answer.status != 200 or job is None:
            return None
        job.state, job.error = "Failed", "InvalidBatch : Too many retries, the query timed out"
        told = orjson.loads(answer.body) | {"state": job.state, "errorMessage": job.error}
        return replace(answer, body=orjson.dumps(told))

    def vanishes(request: Request, answer: Answer, _fault: Fault) -> Answer | None:
        if not is_results(request, answer) or dict(answer.headers)[_LOCATOR] == b"null":
            return None
        del world.jobs[request.path.split("/")[-2]]
        return answer

    return {"failed_job": fails, "deleted_job": vanishes, "repeat_token": _repeats}


def _repeats(request: Request, answer: Answer, _fault: Fault) -> Answer | None:
    """The next page is this one, without end."""
    if not is_results(request, answer):
        return None
    asked = dict(part.partition("=")[::2] for part in request.query.split("&")).get("locator")
    return _with_header(answer, _LOCATOR, locator(place(asked)).encode()) if asked else None


def either(first: PageEffect, second: PageEffect) -> PageEffect:
    """One fault for two kinds of pages."""

    def effect(request: Request, answer: Answer, fault: Fault) -> Answer | None:
        spoilt = first(request, answer, fault)
        return second(request, answer, fault) if spoilt is None else spoilt

    return effect


Make = Callable[[SalesforceWorld], dict[str, PageEffect]]


def together(world: SalesforceWorld, *makers: Make) -> dict[str, PageEffect]:
    """The effects of all; one that several have strikes whichever it can."""
    found: dict[str, PageEffect] = {}
    for make in makers:
        for name, effect in make(world).items():
            found[name] = either(found[name], effect) if name in found else effect
    return found
