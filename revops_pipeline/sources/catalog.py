"""Every source's streams by its name, in the order in which people read them."""

from __future__ import annotations

from revops_pipeline.sources import (
    hubspot_streams,
    product,
    qbr_streams,
    salesforce_streams,
    servicenow_streams,
)
from revops_pipeline.sources.stream import Stream

STREAMS: dict[str, tuple[Stream, ...]] = {
    "hubspot": hubspot_streams.STREAMS,
    "product": product.STREAMS,
    "qbr": qbr_streams.STREAMS,
    "salesforce": salesforce_streams.STREAMS,
    "servicenow": servicenow_streams.STREAMS,
}
ALL_STREAMS = tuple(stream for streams in STREAMS.values() for stream in streams)
