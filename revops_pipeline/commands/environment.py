"""Is any source configured, and if not: a sandbox of our own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from revops_pipeline.settings import (
    ROOT,
    VARIABLES,
    SettingsError,
    configured,
    load_settings,
    unused_variables,
)

SANDBOX_DATABASE = ROOT / "data" / "sandbox.duckdb"
SANDBOX_PRODUCT = ROOT / "data" / "sandbox_product.sqlite"
READY = "sandbox ready:"
READY_SECONDS = 60.0


def anything_configured() -> bool:
    """Raises SettingsError when a source is configured in part."""
    settings = load_settings()
    return any([configured(settings, source) for source in VARIABLES])


@contextmanager
def sandbox(port: int) -> Iterator[str]:
    """A sandbox process; its variables are in this process's environment until it ends."""
    if unused := unused_variables():
        raise SettingsError(
            f"{', '.join(unused)} is set but HUBSPOT_API_KEY is not: set it too (a private app's "
            "token), or unset the former to try the pipeline on the sandbox"
        )
    command = [sys.executable, "-m", "revops_pipeline.sandbox", "--port", str(port)]
    command += ["--product-database", str(SANDBOX_PRODUCT)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        variables = _wait_ready(process)
        variables.setdefault(
            "REVOPS_DUCKDB_PATH", os.environ.get("REVOPS_DUCKDB_PATH") or str(SANDBOX_DATABASE)
        )
        os.environ.update(variables)
        yield variables["HUBSPOT_API_URL"]
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_ready(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    deadline = time.monotonic() + READY_SECONDS
    for line in process.stdout:
        if line.startswith(READY):
            return dict(pair.split("=", 1) for pair in line[len(READY) :].split())
        if time.monotonic() > deadline:
            break
    raise SettingsError("the sandbox did not start; its messages are above")


def data_file(path: Path) -> str:
    """As short as possible: relative to the repository where it is inside."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
