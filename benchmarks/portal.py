"""A sandbox in a process of its own, for measuring against."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import urllib3


@dataclass(frozen=True, slots=True)
class Portal:
    url: str
    token: str
    product: str
    pid: int

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = urllib3.request(
            method,
            self.url + path,
            body=orjson.dumps(body) if body is not None else None,
            headers={"authorization": f"Bearer {self.token}", "content-type": "application/json"},
            retries=False,
        )
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.data[:200]!r}")
        return orjson.loads(answer.data) if answer.data else None

    def ids(self, kind: str, count: int) -> list[str]:
        found: list[str] = []
        after = None
        while len(found) < count:
            page = self.call(
                "GET", f"/crm/v3/objects/{kind}?limit=100" + (f"&after={after}" if after else "")
            )
            found += [r["id"] for r in page["results"]]
            after = page.get("paging", {}).get("next", {}).get("after")
            if not after:
                break
        return found[:count]

    def edit(self, kind: str, ids: list[str], properties: dict[str, str]) -> None:
        for start in range(0, len(ids), 100):
            inputs = [{"id": i, "properties": properties} for i in ids[start : start + 100]]
            self.call("POST", f"/crm/v3/objects/{kind}/batch/update", {"inputs": inputs})

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100


@contextmanager
def portal(folder: Path, **sizes: int) -> Iterator[Portal]:
    """`sizes` are the sandbox's flags: contacts, companies, deals, rate_limit, latency_ms …"""
    flags = [f"--{k.replace('_', '-')}={v}" for k, v in sizes.items()]
    command = [sys.executable, "-m", "revops_pipeline.sandbox", "--port", "0", *flags]
    command += ["--product-database", str(folder / "product.sqlite")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        started = time.monotonic()
        for line in process.stdout:
            if line.startswith("sandbox ready:"):
                pairs = dict(p.split("=", 1) for p in line.split(":", 1)[1].split())
                yield Portal(
                    pairs["HUBSPOT_API_URL"],
                    pairs["HUBSPOT_API_KEY"],
                    pairs["PRODUCT_DATABASE_URL"],
                    process.pid,
                )
                return
        raise RuntimeError(f"the sandbox ended after {time.monotonic() - started:.0f} s")
    finally:
        process.terminate()
        process.wait(20)
