"""One table of random ids, read first, edited, compared and reset, each with its peak of memory.

    python -m benchmarks.load --random-ids --memory [--records 1000000]

A made-up source hands out pages as fast as they can be made. `interrupted` is a first read that is
killed at nine tenths and goes on; `compared` is a read of all rows of a table without versions, as of
the product's database, in which one in a hundred was edited and one in a hundred is gone.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from hashlib import md5
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from revops_pipeline.sources.stream import (
    Identity,
    Known,
    Mode,
    Page,
    Rows,
    Source,
    State,
    Stream,
    Window,
)

MEMORY = "256MB"
PAGE = 2_000
STREAMS = (
    Stream("random", "payments", Mode.UPSERT, "One row per payment.", resumable=True),
    Stream("random", "ledger", Mode.SNAPSHOT, "One row per entry."),
)
PHASES = ("first read", "1 % edited", "interrupted", "reset", "compared, first", "compared, again")


class Random(Source):
    """Payments and ledger entries by number, under ids that are in no order. `version` is that of one
    number in a hundred; `fewer`: one in a hundred is gone; `kill_at` ends the process at that number."""

    name, streams = "random", STREAMS

    def __init__(
        self, numbers: range, version: int, *, fewer: bool = False, kill_at: int = -1
    ) -> None:
        self._numbers, self._version = numbers, version
        self._fewer, self._kill_at = fewer, kill_at

    def identity(self) -> Identity:
        return Identity("random", "random")

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        return [Window(stream, "all", {"after": state.get("after", 0)})]

    def read(self, window: Window) -> Iterator[Page]:
        window.reported = None if window.stream == "payments" else 0
        for start in range(window.bounds["after"], len(self._numbers), PAGE):
            part = [n for n in self._numbers[start : start + PAGE] if not self._is_gone(n)]
            if 0 <= self._kill_at < start:
                time.sleep(2.5)  # what came before has landed
                os.kill(os.getpid(), signal.SIGKILL)
            if window.reported is not None:
                window.reported += len(part)
            patch = {"after": start + PAGE} if window.reported is None else None
            yield Page({window.stream: self._rows(window.stream, part)}, patch)

    def _is_gone(self, number: int) -> bool:
        return self._fewer and number % 100 == 8

    def _rows(self, stream: str, numbers: Sequence[int]) -> Rows:
        rows = Rows()
        for n in numbers:
            digest = md5(b"%d" % n).hexdigest()
            version = self._version if n % 100 == 7 else 0
            rows.ids.append(f"ch_{digest[:24]}")
            rows.documents.append(
                f'{{"amount":{n % 9973},"email":"someone{n}@example.com","note":"{digest * 8}",'
                f'"version":{version}}}'.encode()
            )
        stamp = f"2026-01-0{self._version + 1}T00:00:00Z" if stream == "payments" else None
        rows.updated, rows.deleted = [stamp] * len(rows.ids), [None] * len(rows.ids)
        return rows

    def progress(self) -> str:
        return ""


def phase(name: str, records: int, database: Path) -> dict[str, Any]:
    """One phase, in this process."""
    from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
    from revops_pipeline.warehouse.load import load

    warehouse = DuckDBWarehouse(database, memory=MEMORY)
    numbers, version, kill_at = range(records), 0, -1
    stream, fewer = "payments", name == "compared, again"
    if name == "1 % edited":
        numbers, version = range(7, records, 100), 1
        with warehouse.session("edit") as session:  # from the beginning again
            session.query("update ops.extract_state set state = '{}'")
    elif name == "killed":
        kill_at = records * 9 // 10
    elif name.startswith("compared"):
        stream, version = "ledger", int(fewer)
    started = time.perf_counter()
    if name == "reset":
        with warehouse.session("reset") as session:
            session.reset("random", "payments")
        changed = 0
    else:
        source = Random(numbers, version, fewer=fewer, kill_at=kill_at)
        entries = load(source, warehouse, run_id="benchmark", streams=[stream])
        changed = entries[stream].counts.changed
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "changed": changed, "peak_mib": peak}


def measure(records: int, folder: Path) -> Iterator[str]:
    """The lines of the table, each as soon as it is known; a process a phase."""
    yield "| random ids | seconds | changed rows | peak MiB |\n|---|---|---|---|"
    for name in PHASES:
        file = folder / ("interrupted.duckdb" if name == "interrupted" else "w.duckdb")
        if name == "interrupted":
            _run("killed", records, file, check=False)
        result = json.loads(_run(name, records, file).splitlines()[-1])
        yield (
            f"| {name}, {records:,} | {result['seconds']:.1f} | {result['changed']:,} | "
            f"{result['peak_mib']:.0f} |"
        )
        if name == "interrupted":
            file.unlink()


def _run(name: str, records: int, database: Path, *, check: bool = True) -> str:
    command = [sys.executable, "-m", "benchmarks.memory", name, str(records), str(database)]
    return subprocess.run(command, check=check, stdout=subprocess.PIPE, text=True).stdout


def main(records: int) -> None:
    with TemporaryDirectory() as folder:
        for line in measure(records, Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    print(json.dumps(phase(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
