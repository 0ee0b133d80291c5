"""Is any source configured, and if not: a sandbox of our own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from revops_pipeline.settings import (
    ROOT,
    VARIABLES,
    Settings,
    SettingsError,
    configured,
    kept_in,
    load_settings,
    on_file,
    token_missing,
)
from revops_pipeline.warehouse.base import Warehouse

SANDBOX_DATABASE = ROOT / "data" / "sandbox.duckdb"
SANDBOX_PRODUCT = ROOT / "data" / "sandbox_product.sqlite"
READY = "sandbox ready:"
READY_SECONDS = 60.0


def anything_configured() -> bool:
    """Raises SettingsError when a source is configured in part."""
    settings = load_settings()
    found = [configured(settings, source) for source in VARIABLES]  # all: one may be wrong
    return any(found)


def as_a_run_would() -> Settings:
    """The settings; where no source is configured, with the sandbox's database."""
    settings = load_settings()
    if anything_configured():
        return settings
    return on_file(settings, sandbox_database(settings))


def sandbox_database(settings: Settings) -> Path:
    """A file of its own, so that made-up rows never meet live ones, unless one was asked for."""
    asked = "revops_duckdb_path" in settings.model_fields_set
    return settings.revops_duckdb_path if asked else SANDBOX_DATABASE


@contextmanager
def variables(values: Mapping[str, str]) -> Iterator[None]:
    """Sets variables for as long as it lasts: the definitions and what they start read them."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def sandbox(port: int) -> Iterator[str]:
    """A sandbox process; its variables are in this process's environment until it ends."""
    settings = load_settings()
    if problem := token_missing(settings):
        raise SettingsError(problem)
    command = [sys.executable, "-m", "revops_pipeline.sandbox", "--port", str(port)]
    command += ["--product-database", str(SANDBOX_PRODUCT), "--until-stdin-closes"]
    process = subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",  # whatever the terminal's is: a path may hold any letter
        errors="surrogateescape",
        env={**os.environ, "PYTHONIOENCODING": "utf-8:surrogateescape"},
    )
    try:
        values = _wait_ready(process)
        # Made-up rows go into a file of their own, whatever is configured for live ones.
        values |= kept_in(on_file(settings, sandbox_database(settings)))
        with variables(values):
            yield values["HUBSPOT_API_URL"]
    finally:
        process.kill()  # it has nothing to lose, and may still be answering
        process.wait()


def _wait_ready(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    deadline = time.monotonic() + READY_SECONDS
    for line in process.stdout:
        if line.startswith(READY):
            # The path of the database comes last and may hold a space.
            others, last, path = line[len(READY) :].strip().partition("PRODUCT_DATABASE_URL=")
            values = dict(pair.split("=", 1) for pair in others.split())
            return {**values, last.rstrip("="): path}
        if time.monotonic() > deadline:
            break
    raise SettingsError("the sandbox did not start; its messages are above")


def dagster_home() -> str | None:
    """Where Dagster keeps runs, if it shall keep them."""
    home = os.environ.get("DAGSTER_HOME") or None
    if home and not (Path(home).is_absolute() and Path(home).is_dir()):
        raise SettingsError(
            f"DAGSTER_HOME is {home}, which is no existing folder with an absolute path: create it "
            "(`make setup` does), or unset the variable to keep no record of runs"
        )
    return home


def data_file(path: Path) -> str:
    """As short as possible: relative to the repository where it is inside."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def place(warehouse: Warehouse) -> str:
    """Where the tables are: a file, or a service."""
    return data_file(warehouse.file) if warehouse.file else warehouse.describe()


def nothing_there(warehouse: Warehouse) -> bool:
    """A file that no run has made yet; a service is asked."""
    return warehouse.file is not None and not warehouse.file.exists()
