"""The first page of everything that a source would read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from revops_pipeline.sources.salesforce_streams import OBJECTS
from revops_pipeline.sources.stream import Known, ObjectRefused, Page, Source, Stream


class _Nothing(Known):
    """An empty warehouse: what is planned is a first read."""

    def live_ids(self, stream: str) -> list[str]:
        return []

    def deleted_ids(self, stream: str) -> list[str]:
        return []

    def count(self, stream: str) -> int:
        return 0

    def orphans(self, stream: str, parent: str) -> list[str]:
        return []

    def childless(self, stream: str, parent: str, path: Sequence[str]) -> list[str]:
        return []


def first_pages(source: Source) -> tuple[str, dict[Stream, ObjectRefused]]:
    """How many rows came of each stream that is switched on, and which may not be read. Raises what
    else reading raises."""
    told, refused = [], dict[Stream, ObjectRefused]()
    for stream in source.streams:
        for window in source.plan(stream.name, {}, _Nothing())[:1]:
            try:
                page = next(iter(source.read(window)), None)
            except ObjectRefused as error:
                refused[stream] = error
                continue
            told.append(_told(source, stream.name, page))
    return f"{', '.join(told) or 'nothing'} on the first page", refused


def unseen(source: Source) -> str:
    """The standard fields that the first pages came without, and the way out; empty if none."""
    missing = {}
    for stream in source.streams:
        if seen := source.fields(stream.name):
            missing[stream.name] = source.standard(stream) - seen.ever
    return cannot_be_read(missing, source.way_to_see)


def cannot_be_read(missing: Mapping[str, Iterable[str]], way_out: str) -> str:
    """What follows the good news about a source."""
    names = [f"{name} of {stream}" for stream, names in missing.items() for name in sorted(names)]
    return f"; cannot be read: {', '.join(names)}: {way_out}" if names else ""


def _told(source: Source, stream: str, page: Page | None) -> str:
    # Salesforce gives a page of an object without records, and none of an object that is not there.
    if page is None and source.name == "salesforce":
        return f"no object {OBJECTS[stream]} ({stream})"
    return f"{sum(map(len, page.rows.values())) if page else 0:,} {stream}"
