"""A window that is read by a query job instead of by REST: large ones are.

The job and the next page of its results are part of the stream's state from the moment that the job
is made, so that a killed run goes on with the same job: `bulk` holds the window (`kind`, `since`,
`started`), the job with a digest of what it was asked, the locator of the next page and how many
records were read before it. A census needs the ids of all pages, so it goes on with the same job
from its first page. A job that is not there any more is made anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import xxhash

from revops_pipeline.sources.salesforce_bulk import BulkJobs, JobFailed, JobLost, JobRefused
from revops_pipeline.sources.salesforce_rows import (
    BrokenResults,
    Described,
    Record,
    csv_records,
    record_rows,
)
from revops_pipeline.sources.salesforce_soql import from_ms, select_unordered
from revops_pipeline.sources.stream import Page, State, TransientError, Window
from revops_pipeline.sources.vendor_json import dumps

BULK = "bulk"
"""The key of the stream's state."""
RENEWALS = 3  # of a job that gets lost, within one reading
_CHUNK = 2_000  # rows of a page that is landed: as many as by REST


@dataclass(slots=True)
class JobReading:
    """One reading of a window. Afterwards `complete` tells whether all came that the job has, and
    `listed` the ids of a census."""

    jobs: BulkJobs
    window: Window
    described: Described
    page_size: int = _CHUNK
    complete: bool = False
    listed: set[str] = field(default_factory=set)

    def pages(self, *, anew: bool) -> Iterator[Page]:
        """`anew`: the job under way, if any, has been found wanting. What is wrong with a job is
        forgotten with it: the next run makes another one."""
        soql = self._soql()
        mark = None if anew else self._under_way(soql)
        for _ in range(RENEWALS):
            try:
                if mark is None:
                    mark = self._start(soql)
                    yield self._page(mark)  # noted before anything is asked of the job
                yield from self._through(mark)
            except JobLost:
                mark = None
                continue
            except (BrokenResults, JobFailed, JobRefused):
                yield self._page(None)
                raise
            if not self.complete:
                yield self._page(None)
            return
        yield self._page(None)
        raise TransientError(
            f"Salesforce: a query job of {self.described.name} is deleted before it is read, again "
            "and again; tried again later"
        )

    def _through(self, mark: State) -> Iterator[Page]:
        """From a mark to the end, each answer landed with the mark of the next one."""
        processed = 0
        for look in self.jobs.wait(mark["job"]):
            if look is None:
                yield Page({})  # lets the reading be ended while the job is waited for
            else:
                processed = look
        if self.window.kind == "census":
            mark = {**mark, "locator": None, "read": 0}
        self.listed, last, read = set(), set[str](), mark["read"]
        for answer in self.jobs.results(mark["job"], mark["locator"]):
            records = csv_records(answer, self.described)
            ids = {str(record.get("Id") or dumps(record)) for record in records}
            read, last = read + len(ids - last), ids
            mark = {**mark, "locator": answer.locator, "read": read}
            yield from self._landed(records, mark)
        self.complete = read >= processed

    def _landed(self, records: Sequence[Record], mark: State) -> Iterator[Page]:
        for start in range(0, max(len(records), 1), self.page_size):
            stop = start + self.page_size
            rows = record_rows(records[start:stop], self.described)
            if self.window.kind == "census":
                self.listed.update(rows.ids)
            patch = {BULK: mark} if stop >= len(records) else None
            yield Page({self.window.stream: rows}, patch)

    def _start(self, soql: str) -> State:
        """Makes a job and gives its mark."""
        bounds = self.window.bounds
        return {
            "kind": self.window.kind,
            "since": bounds.get("since"),
            "started": bounds["started"],
            "query": _digest(soql),
            "job": self.jobs.start(soql, deleted=self.described.deletes),
            "locator": None,
            "read": 0,
        }

    def _under_way(self, soql: str) -> State | None:
        """The mark of a job that answers what would be asked today: fields may have come."""
        mark: State | None = self.window.bounds.get(BULK)
        return mark if mark and mark["query"] == _digest(soql) else None

    def _soql(self) -> str:
        since = self.window.bounds.get("since")
        instant = from_ms(since) if since is not None else None
        return select_unordered(self.described.fields, self.described.name, since=instant)

    @staticmethod
    def _page(mark: State | None) -> Page:
        return Page({}, {BULK: mark})


def _digest(soql: str) -> str:
    return xxhash.xxh3_64_hexdigest(soql.encode())
