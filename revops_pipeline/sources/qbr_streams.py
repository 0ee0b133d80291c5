"""What the QBR API holds, as a stream."""

from __future__ import annotations

from revops_pipeline.sources.stream import Mode, Stream

RECORDS = "records"

STREAMS = (
    Stream(
        *("qbr", RECORDS, Mode.UPSERT, "One row per quarterly business review of a company."),
        resumable=True,
    ),
)
