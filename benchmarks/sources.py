"""Each source into the warehouse, against a floor that only fetches.

    python -m benchmarks.sources [--scale 1.0 --runs 3 --latency-ms 100]

Ours reads a source for the first time into an empty DuckDB file; the requests that it made are
noted. The floor sends the same requests (urllib3) and parses the answers with orjson: no rows, no
checks, no warehouse. What ours had to ask one after another, as a page names the next, the floor
asks one after another too; all such chains at the same time, after the login. Each measured run is
a process of its own that starts its clock after its imports; the two take turns.
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
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SOURCES = ("qbr", "salesforce", "servicenow")
REVIEWS, CONTACTS, COMPANIES, DEALS, INCIDENTS = 40_000, 20_000, 4_000, 20_000, 20_000


def serve(scale: float, latency_ms: float) -> None:
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
        "/qbr": qbr.front(QbrWorld.generate(portal, records=sized(REVIEWS)), latency_ms=latency_ms),
        "/salesforce": salesforce.front(SalesforceWorld.generate(portal), latency_ms=latency_ms),
        "/servicenow": servicenow_app.front(
            ServiceNowWorld.generate(portal, incidents=sized(INCIDENTS)), latency_ms=latency_ms
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
    from revops_pipeline.sources.stream import Identity
    from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
    from revops_pipeline.warehouse.load import load

    noted: dict[tuple[bool, int], list[tuple[str, str, str, dict[str, str]]]] = {}
    planned = threading.Event()
    send = urllib3.PoolManager.urlopen

    def noting(pool: Any, method: str, url: str, **options: Any) -> Any:
        body = (options.get("body") or b"").decode()
        chain = noted.setdefault((planned.is_set(), threading.get_ident()), [])
        chain.append((method, url, body, dict(options.get("headers") or pool.headers)))
        return send(pool, method, url, **options)

    if requests:
        urllib3.PoolManager.urlopen = noting  # type: ignore[method-assign, assignment]
    started = time.perf_counter()
    warehouse = DuckDBWarehouse(database)
    reading = open_source(source, load_settings(), Config(), warehouse)
    identity = reading.identity

    def identified() -> Identity:
        found = identity()
        planned.set()
        return found

    reading.identity = identified  # type: ignore[method-assign]
    entries = load(reading, warehouse, run_id="benchmark")
    seconds = time.perf_counter() - started
    if requests:
        stages = [[c for (when, _), c in noted.items() if when == after] for after in (False, True)]
        requests.write_text(json.dumps(stages))
    return {"seconds": seconds, "rows": sum(e.counts.inserted for e in entries.values())}


def floor(requests: Path) -> dict[str, Any]:
    import orjson
    import urllib3

    stages = json.loads(requests.read_text())
    threads = max(map(len, stages))
    pool = urllib3.PoolManager(maxsize=threads)

    def fetch(chain: list[Any]) -> None:
        for method, url, body, headers in chain:
            data = pool.urlopen(method, url, body=body.encode() or None, headers=headers).data
            if data[:1] in (b"{", b"["):
                orjson.loads(data)

    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as workers:
        for chains in stages:
            list(workers.map(fetch, chains))
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "requests": sum(len(c) for chains in stages for c in chains)}


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
        pairs.append((measured(environment, "--side", "floor", "--note", requests), load_once()))
    ratio = statistics.median(b["seconds"] / a["seconds"] for a, b in pairs)
    base, own = (
        statistics.median(side["seconds"] for side in sides) for sides in zip(*pairs, strict=True)
    )
    rows, peak = pairs[0][1]["rows"], max(b["peak_mib"] for _, b in pairs)
    return (
        f"{rows:,} | {pairs[0][0]['requests']:,} | {base:.2f} | {own:.2f} | "
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
    parser.add_argument("--latency-ms", type=float, help="Of each answer; default: 0, then 100.")
    options = parser.parse_args()
    if options.side == "serve":
        serve(options.scale, options.latency_ms)
    elif options.side:
        own = options.side == "ours"
        result = ours(options.source, options.at, options.note) if own else floor(options.note)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**result, "peak_mib": peak}))
    else:
        print(
            "| source | latency ms | records | requests | floor s | ours s | ratio | records/s | peak MiB |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        for latency in (0, 100) if options.latency_ms is None else (options.latency_ms,):
            _report(options.scale, options.runs, latency)


def _report(scale: float, runs: int, latency: float) -> None:
    command = [sys.executable, "-m", "benchmarks.sources", "--side", "serve"]
    command += ["--scale", str(scale), "--latency-ms", str(latency)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert server.stdin is not None
    try:
        environment = json.loads(server.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            for source in SOURCES:
                cells = compare(environment, Path(folder), source, runs)
                print(f"| {source} | {latency:g} | {cells}", flush=True)
    finally:
        server.stdin.close()
        server.wait(30)


if __name__ == "__main__":
    main()
