"""Backfill and increment, sources and warehouse alone, against a floor.

    python -m benchmarks.load [--contacts 100000 --companies 20000 --deals 30000 --runs 3]
    python -m benchmarks.load --contacts 1000000 --memory     one backfill of ours, for its memory
    python -m benchmarks.load --random-ids --memory [--records 1000000]     see benchmarks.memory

The floor only fetches the same pages (asyncio, orjson) and inserts them with Arrow into DuckDB:
no key, no hash, no history, no state, no retry. Each measured run is a process of its own that
starts its clock after its imports; the two take turns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import memory
from benchmarks.portal import Portal, portal

KINDS = {"contacts": "companies", "companies": "", "deals": "companies,contacts"}
EDGES = {"contacts": ("companies",), "companies": (), "deals": ("companies", "contacts")}
MODIFIED = {"contacts": "lastmodifieddate"}


def floor(url: str, token: str, database: str, since: int | None) -> dict[str, Any]:
    import aiohttp
    import duckdb
    import orjson
    import pyarrow as pa

    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    requests = 0

    async def main() -> int:
        connection = duckdb.connect(database)
        async with aiohttp.ClientSession(url, headers=headers) as session:

            async def call(path: str, params: Any = None, body: Any = None) -> Any:
                nonlocal requests
                requests += 1
                if body is None:
                    async with session.get(path, params=params) as answer:
                        return orjson.loads(await answer.read())
                async with session.post(path, data=orjson.dumps(body)) as answer:
                    return orjson.loads(await answer.read())

            def insert(kind: str, records: list[Any]) -> None:
                table = pa.table(
                    {
                        "id": pa.array([r["id"] for r in records], pa.string()),
                        "document": pa.array([orjson.dumps(r) for r in records], pa.string()),
                    }
                )
                connection.register("incoming", table)
                connection.execute(f"insert into {kind} select * from incoming")
                connection.unregister("incoming")

            async def names(kind: str) -> list[str]:
                answer = await call(f"/crm/v3/properties/{kind}")
                return sorted(p["name"] for p in answer["results"])

            async def backfill(kind: str) -> int:
                params = {"limit": "100", "properties": ",".join(await names(kind))}
                if KINDS[kind]:
                    params["associations"] = KINDS[kind]
                rows: list[Any] = []
                total = 0
                for archived in ("false", "true"):
                    after: str | None = None
                    while True:
                        page = await call(
                            f"/crm/v3/objects/{kind}",
                            {**params, "archived": archived, **({"after": after} if after else {})},
                        )
                        rows += page["results"]
                        total += len(page["results"])
                        after = page.get("paging", {}).get("next", {}).get("after")
                        if len(rows) >= 10_000 or not after:
                            insert(kind, rows)
                            rows = []
                        if not after:
                            break
                return total

            async def increment(kind: str) -> int:
                body = {
                    "filterGroups": [
                        {
                            "filters": [
                                {
                                    "propertyName": MODIFIED.get(kind, "hs_lastmodifieddate"),
                                    "operator": "GTE",
                                    "value": str(since),
                                }
                            ]
                        }
                    ],
                    "properties": await names(kind),
                    "limit": 200,
                }
                rows: list[Any] = []
                after: str | None = None
                while True:
                    page = await call(
                        f"/crm/v3/objects/{kind}/search",
                        body={**body, **({"after": after} if after else {})},
                    )
                    rows += page["results"]
                    for to in EDGES[kind]:
                        inputs = [{"id": r["id"]} for r in page["results"]]
                        path = f"/crm/v4/associations/{kind}/{to}/batch/read"
                        edges = (await call(path, body={"inputs": inputs}))["results"]
                        insert(f"{kind}_{to}", [{"id": e["from"]["id"], **e} for e in edges])
                    after = page.get("paging", {}).get("next", {}).get("after")
                    if not after:
                        break
                if rows:
                    insert(kind, rows)
                return len(rows)

            for name in (*KINDS, *(f"{kind}_{to}" for kind, tos in EDGES.items() for to in tos)):
                connection.execute(
                    f"create table if not exists {name} (id varchar, document varchar)"
                )
            counts = await asyncio.gather(
                *((increment if since else backfill)(kind) for kind in KINDS)
            )
        connection.close()
        return sum(counts)

    started = time.perf_counter()
    rows = asyncio.run(main())
    return {"seconds": time.perf_counter() - started, "rows": rows, "requests": requests}


def ours(url: str, token: str, database: str, _since: int | None) -> dict[str, Any]:
    import duckdb  # noqa: F401 - imports are outside the clock on both sides
    import pyarrow  # noqa: F401

    import revops_pipeline.warehouse.duckdb_session  # noqa: F401
    from revops_pipeline.sources.hubspot import HubSpot
    from revops_pipeline.sources.hubspot_api import HubSpotApi
    from revops_pipeline.sources.hubspot_streams import CRM, edges_from
    from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
    from revops_pipeline.warehouse.load import load

    edges = [name for kind in CRM for name in edges_from(kind)]
    started = time.perf_counter()
    api = HubSpotApi(base_url=url, token=token, search_per_second=0)
    entries = load(
        HubSpot(api),
        DuckDBWarehouse(Path(database)),
        run_id="benchmark",
        streams=[*CRM, *edges],
    )
    seconds = time.perf_counter() - started
    changed = {name: entry.counts.changed for name, entry in entries.items()}
    return {
        "seconds": seconds,
        "rows": sum(changed[k] for k in CRM),
        "requests": api.http.stats.requests,
        "edges": sum(changed[k] for k in edges),
    }


def measured(side: str, target: Portal, database: Path, since: int | None) -> dict[str, Any]:
    """One run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.load", "--side", side, "--url", target.url]
    command += ["--token", target.token, "--database", str(database)]
    command += ["--since", str(since)] if since else []
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def compare(target: Portal, folder: Path, runs: int, sizes: dict[str, int]) -> list[str]:
    results: dict[str, list[dict[str, Any]]] = {}

    def note(what: str, result: dict[str, Any]) -> None:
        results.setdefault(what, []).append(result)

    warm = folder / "warm.duckdb"
    measured("floor", target, warm, None)  # the sandbox's caches are warm for both
    for turn in range(runs):
        databases = {side: folder / f"{side}{turn}.duckdb" for side in ("floor", "ours")}
        for side, database in databases.items():
            note(f"backfill {side}", measured(side, target, database, None))
        since = int(time.time() * 1000)
        for kind, count in sizes.items():
            ids = target.ids(kind, count)[:: max(1, 100)][: count // 100]
            target.edit(
                kind, ids, {"description" if kind != "contacts" else "jobtitle": f"v{turn}"}
            )
        for side, database in databases.items():
            note(f"increment {side}", measured(side, target, database, since))
    lines = [
        "| work | floor s | ours s | ratio | rows | requests floor / ours | peak MiB floor / ours |",
        "|---|---|---|---|---|---|---|",
    ]
    for work in ("backfill", "increment"):
        pair = [results[f"{work} {side}"] for side in ("floor", "ours")]
        seconds = [statistics.median(r["seconds"] for r in side) for side in pair]
        ratio = statistics.median(b["seconds"] / a["seconds"] for a, b in zip(*pair, strict=True))
        peak = [max(r["peak_mib"] for r in side) for side in pair]
        lines.append(
            f"| {work} | {seconds[0]:.2f} | {seconds[1]:.2f} | {ratio:.2f} × | {pair[1][-1]['rows']:,} | "
            f"{pair[0][-1]['requests']:,} / {pair[1][-1]['requests']:,} | {peak[0]:.0f} / {peak[1]:.0f} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--companies", type=int, default=20_000)
    parser.add_argument("--deals", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--random-ids", action="store_true")
    parser.add_argument("--records", type=int, default=1_000_000)
    for name in ("--side", "--url", "--token", "--database"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--since", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        run = floor if options.side == "floor" else ours
        result = run(options.url, options.token, options.database, options.since)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**result, "peak_mib": peak}))
        return
    if options.random_ids:
        memory.main(options.records)
        return
    sizes = {k: getattr(options, k) for k in ("contacts", "companies", "deals")}
    with (
        tempfile.TemporaryDirectory() as name,
        portal(Path(name), **sizes, rate_limit=0, search_limit=0) as target,
    ):
        if options.memory:
            result = measured("ours", target, Path(name) / "ours.duckdb", None)
            print(
                f"{result['rows']:,} records, {result['edges']:,} associations: "
                f"{result['seconds']:.1f} s, peak {result['peak_mib']:.0f} MiB"
            )
            return
        print("\n".join(compare(target, Path(name), options.runs, sizes)))


if __name__ == "__main__":
    main()
