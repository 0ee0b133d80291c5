"""A backfill against HubSpot's real limits: 250 ms a request, 190 requests in ten seconds.

    python -m benchmarks.limits [--contacts 4000 --companies 2000 --deals 2000 --long]

The bound is the larger of (the requests that any reader needs ÷ the rate) and (the longest chain
of pages that must follow one another × the latency). With `--long` every type has so many
properties that pages carry ids alone and each needs a batch read beside it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.portal import Portal, portal

LATENCY, LIMIT, WINDOW = 0.25, 190, 10.0
KINDS = ("contacts", "companies", "deals")


def run(target: Portal, database: Path) -> tuple[float, int]:
    from revops_pipeline.sources.hubspot import HubSpot
    from revops_pipeline.sources.hubspot_api import HubSpotApi
    from revops_pipeline.sources.hubspot_streams import CRM, edges_from
    from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
    from revops_pipeline.warehouse.load import load

    api = HubSpotApi(base_url=target.url, token=target.token)
    started = time.perf_counter()
    edges = [name for kind in CRM for name in edges_from(kind)]
    streams = [*CRM, *edges]
    load(HubSpot(api), DuckDBWarehouse(database), run_id="benchmark", streams=streams)
    return time.perf_counter() - started, api.http.stats.requests


def pages(records: int) -> int:
    return -(-records // 100)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=4_000)
    parser.add_argument("--companies", type=int, default=2_000)
    parser.add_argument("--deals", type=int, default=2_000)
    parser.add_argument("--long", action="store_true")
    options = parser.parse_args()
    sizes = {k: getattr(options, k) for k in KINDS}
    with (
        tempfile.TemporaryDirectory() as name,
        portal(Path(name), **sizes, rate_limit=LIMIT, latency_ms=250) as target,
    ):
        if options.long:
            for kind in KINDS:
                make_long(target, kind)
        time.sleep(WINDOW)  # what the preparation sent has left the window
        live = {k: pages(n) for k, n in sizes.items()}
        archived = {k: pages(max(1, n // 100)) for k, n in sizes.items()}
        batches = sum(live.values()) if options.long else 0
        needed = len(KINDS) + sum(live.values()) + sum(archived.values()) + batches
        # Properties, the type's pages, the last page's batch read, then its archived pages.
        chain = max(1 + live[k] + options.long + archived[k] for k in KINDS)
        bound = max(needed / (LIMIT / WINDOW), chain * LATENCY)
        before = target.call("GET", "/_sandbox/stats")
        seconds, requests = run(target, Path(name) / "warehouse.duckdb")
        refused = target.call("GET", "/_sandbox/stats")["too_many"] - before["too_many"]
    shape = "long property lists" if options.long else "short property lists"
    print("| work | requests needed | longest chain | bound s | ours s | ratio | requests | 429s |")
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {sum(sizes.values()):,} records, {shape} | {needed} | {chain} pages | {bound:.1f} | "
        f"{seconds:.1f} | {seconds / bound:.2f} × | {requests} | {refused} |"
    )


def make_long(target: Portal, kind: str) -> None:
    for number in range(70):
        name = f"a_property_with_such_a_long_name_that_a_few_dozen_of_them_fill_a_url_{number:03}_{'x' * 20}"
        body = {"name": name, "label": name, "type": "string", "fieldType": "text"}
        try:
            target.call("POST", f"/crm/v3/properties/{kind}", {**body, "groupName": "information"})
        except RuntimeError as error:
            if "429" not in str(error):
                raise
            time.sleep(WINDOW)


if __name__ == "__main__":
    main()
