"""dbt inside the run's own process, with a manifest that is parsed once, when it is built.

A subprocess would cost four seconds for a dozen models; the runner with a preloaded manifest
costs a few tenths. Its events become Dagster's by dagster-dbt's own translation.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from revops_pipeline.settings import ROOT

PROJECT = Path(__file__).resolve().parent
TARGET = "duckdb"


class ManifestError(Exception):
    """The parsed project is missing or older than its files."""


class BuildError(Exception):
    """A model or a blocking test failed; names it."""


def target_dir() -> Path:
    """Where dbt's artefacts go: in a checkout beside it, else a folder of where one works."""
    return ROOT / ".dbt" / TARGET


def manifest_path() -> Path:
    return target_dir() / "manifest.json"


def _stamp_path() -> Path:
    return target_dir() / "manifest.stamp"


def project_hash() -> str:
    """Changes with any file that dbt parses. Seeds' rows are data: see the fingerprint."""
    digest = hashlib.sha256()
    for path in sorted(PROJECT.rglob("*")):
        if path.suffix in {".sql", ".yml", ".yaml", ".md"} and path.is_file():
            digest.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def build_manifest() -> Path:
    """Parses the project for the target and writes `manifest.json`."""
    _environment(Path(":memory:"))
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner().invoke(["parse", "--no-partial-parse", *_global_args()])
    if not outcome.success:
        raise ManifestError(f"dbt cannot parse {PROJECT}: {outcome.exception}")
    manifest: Any = outcome.result
    manifest.build_flat_graph()
    (target_dir() / "manifest.msgpack").write_bytes(manifest.to_msgpack())
    _stamp_path().write_text(project_hash())
    return manifest_path()


def require_manifest() -> Path:
    """The manifest, if it is there."""
    if not manifest_path().exists():
        raise ManifestError(
            f"{manifest_path()} is missing: the dbt project is parsed when the project is set up; "
            "run `make setup` (or `revops manifest`)"
        )
    return manifest_path()


def require_current_manifest() -> str:
    """The project's hash. Raises ManifestError when models changed since it was parsed."""
    current = project_hash()
    if not _stamp_path().exists() or _stamp_path().read_text() != current:
        raise ManifestError(
            f"files under {PROJECT} changed since they were parsed: run `make setup` (or "
            "`revops manifest`) and reload the code location"
        )
    return current


def seeds_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted((PROJECT / "seeds").rglob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def invoke(
    args: Sequence[str], *, database: Path, variables: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], BaseException | None]:
    """Runs a dbt command; its result events as dictionaries, and what ended it early if anything.

    A failed test is an event, not an exception.
    """
    _environment(database)
    from dbt.cli.main import dbtRunner
    from google.protobuf.json_format import MessageToDict

    events: list[dict[str, Any]] = []
    failures: list[str] = []

    def collect(event: Any) -> None:
        name = event.info.name
        if name in {"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"}:
            events.append(MessageToDict(event, preserving_proto_field_name=True))
        elif name in {"RunResultError", "MainEncounteredError"}:
            failures.append(event.info.msg.strip())

    runner = dbtRunner(manifest=_preloaded(), callbacks=[collect])
    try:
        outcome = runner.invoke([*args, "--vars", json.dumps(dict(variables)), *_global_args()])
    finally:
        _close_connections()
    if isinstance(outcome.exception, (KeyboardInterrupt, SystemExit)):
        raise outcome.exception
    error: BaseException | None = outcome.exception
    if error is None and not outcome.success:
        broken = [e["data"]["node_info"] for e in events]
        names = [n["node_name"] for n in broken if n["node_status"] in {"fail", "error"}]
        error = BuildError(f"{', '.join(names) or 'dbt'} failed: {'; '.join(failures)}")
    return events, error


@cache
def _preloaded() -> Any:
    """dbt's own form of the manifest: `manifest.json` lacks the arguments of generic tests."""
    from dbt.contracts.graph.manifest import Manifest

    require_manifest()
    manifest: Any = Manifest.from_msgpack((target_dir() / "manifest.msgpack").read_bytes())
    manifest.build_flat_graph()
    return manifest


def _close_connections() -> None:
    """dbt-duckdb keeps an in-memory database open whatever `keep_open` says, and with it the
    attached file, which nobody else could then open."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    manager: Any = DuckDBConnectionManager
    environment = manager._ENV
    if environment is not None:
        environment.close()
        manager.close_all_connections()


def _environment(database: Path) -> None:
    os.environ["REVOPS_DBT_DUCKDB_PATH"] = str(database)
    os.environ["REVOPS_DBT_TARGET_PATH"] = str(target_dir())


def _global_args() -> list[str]:
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target", TARGET]
    return [*folders, "--log-level", "none", "--log-path", str(target_dir())]
