"""Each source into the warehouse, against a floor that only fetches.

    python -m benchmarks.sources [--scale 1.0 --runs 3]

Ours reads a source for the first time into an empty DuckDB file; the requests that it made are
noted. The floor sends the same requests (urllib3), one after another or on eight threads, whichever
is faster, and parses the answers with orjson: no rows, no checks, no warehouse. Each measured run
is a process of its own that starts its clock after its imports; the two take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SOURCES = ("qbr", "salesforce", "servicenow")
REVIEWS, CONTACTS, COMPANIES, DEALS, INCIDENTS = 40_000, 20_000, 4_000, 20_000, 20_000


def serve(scale: float) -> None:
    """Worlds of the given size, until standard input closes."""
    from revops_pipeline.sandbox import Portal, Sandbox, qbr, salesforce, servicenow_app
    from revops_pipeline.sandbox.qbr_world import QbrWorld
    from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
    from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld
    from revops_pipeline.sandbox.vendors import variables

    def sized(count: int) -> int:
        return max(1, int(count * scale))

    portal = Portal.generate(sized(CONTACTS), sized(COMPANIES), sized(DEALS), activities=0)
    mounts: dict[str, Any] = {
        "/qbr": qbr.front(QbrWorld.generate(portal, records=sized(REVIEWS))),
        "/salesforce": salesforce.front(SalesforceWorld.generate(portal)),
        "/servicenow": servicenow_app.front(
            ServiceNowWorld.generate(portal, incidents=sized(INCIDENTS))
        ),
    }
    with Sandbox(portal, rate_limit=0, search_limit=0, mounts=mounts) as sandbox:
        print(json.dumps(variables(sandbox.url)), flush=True)
        sys.stdin.read()


def ours(source: str, database: Path, requests: Path | None) -> dict[str, Any]:
    import duckdb  # noqa: F401 - imports are outside the clock on both sides
    import pyarrow  # noqa: F401
    import urllib3

    import revops_pipeline.warehouse.duckdb_session  # noqa: F401
    from revops_pipeline.config import Config
    from revops_pipeline.connections import open_source
    from revops_pipeline.settings import load_settings
    from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
    from revops_pipeline.warehouse.load import load

    noted: list[tuple[str, str, str, dict[str, str]]] = []
    send = urllib3.PoolManager.urlopen

    def noting(pool: Any, method: str, url: str, **options: Any) -> Any:
        body = (options.get("body") or b"").decode()
        noted.append((method, url, body, dict(options.get("headers") or pool.headers)))
        return send(pool, method, url, **options)

    if requests:
        urllib3.PoolManager.urlopen = noting  # type: ignore[method-assign, assignment]
    started = time.perf_counter()
    warehouse = DuckDBWarehouse(database)
    reading = open_source(source, load_settings(), Config(), warehouse)
    entries = load(reading, warehouse, run_id="benchmark")
    seconds = time.perf_counter() - started
    if requests:
        requests.write_text(json.dumps(noted))
    return {"seconds": seconds, "rows": sum(e.counts.inserted for e in entries.values())}


def floor(requests: Path, threads: int) -> dict[str, Any]:
    import orjson
    import urllib3

    noted = json.loads(requests.read_text())
    pool = urllib3.PoolManager(maxsize=threads)

    def fetch(request: list[Any]) -> None:
        method, url, body, headers = request
        data = pool.urlopen(method, url, body=body.encode() or None, headers=headers).data
        if data[:1] in (b"{", b"["):
            orjson.loads(data)

    started = time.perf_counter()
    if threads == 1:
        for request in noted:
            fetch(request)
    else:
        with ThreadPoolExecutor(threads) as workers:
            list(workers.map(fetch, noted))
    return {"seconds": time.perf_counter() - started, "requests": len(noted)}


def measured(environment: dict[str, str], *options: object) -> dict[str, Any]:
    """One run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.sources", *map(str, options)]
    done = subprocess.run(
        command, env=os.environ | environment, check=True, capture_output=True, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def compare(environment: dict[str, str], folder: Path, source: str, runs: int) -> str:
    requests, number = folder / f"{source}.json", 0

    def load_once(*more: object) -> dict[str, Any]:
        nonlocal number
        number += 1
        database = folder / f"{source}{number}.duckdb"
        return measured(environment, "--side", "ours", "--source", source, "--at", database, *more)

    load_once("--note", requests)  # the sandbox's caches are warm for both
    pairs = []
    for _ in range(runs):
        floors = [
            measured(environment, "--side", "floor", "--note", requests, "--threads", threads)
            for threads in (1, 8)
        ]
        pairs.append((min(floors, key=lambda f: f["seconds"]), load_once()))
    ratio = statistics.median(b["seconds"] / a["seconds"] for a, b in pairs)
    base, own = (
        statistics.median(side["seconds"] for side in sides) for sides in zip(*pairs, strict=True)
    )
    rows, peak = pairs[0][1]["rows"], max(b["peak_mib"] for _, b in pairs)
    return (
        f"| {source} | {rows:,} | {pairs[0][0]['requests']:,} | {base:.2f} | {own:.2f} | "
        f"{ratio:.2f} × | {rows / own:,.0f} | {peak:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=3)
    for name in ("--side", "--source"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    for name in ("--at", "--note"):
        parser.add_argument(name, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side == "serve":
        serve(options.scale)
    elif options.side:
        own = options.side == "ours"
        result = (
            ours(options.source, options.at, options.note)
            if own
            else floor(options.note, options.threads)
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**result, "peak_mib": peak}))
    else:
        _report(options.scale, options.runs)


def _report(scale: float, runs: int) -> None:
    command = [sys.executable, "-m", "benchmarks.sources", "--side", "serve", "--scale", str(scale)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert server.stdin is not None
    try:
        environment = json.loads(server.stdout.readline())
        print("| source | records | requests | floor s | ours s | ratio | records/s | peak MiB |")
        print("|---|---|---|---|---|---|---|---|")
        with tempfile.TemporaryDirectory() as folder:
            for source in SOURCES:
                print(compare(environment, Path(folder), source, runs), flush=True)
    finally:
        server.stdin.close()
        server.wait(30)


if __name__ == "__main__":
    main()
