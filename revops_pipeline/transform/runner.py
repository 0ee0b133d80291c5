"""dbt inside the run's own process, with a manifest that is parsed once, when it is built.

A subprocess would cost four seconds for a dozen models; the runner with a preloaded manifest
costs a few tenths. Its events become Dagster's by dagster-dbt's own translation.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from pydantic import SecretStr

from revops_pipeline.private import private_folder
from revops_pipeline.redaction import SafeError
from revops_pipeline.settings import (
    ROOT,
    Settings,
    SettingsError,
    load_config,
    load_settings,
    require_snowflake_packages,
)
from revops_pipeline.warehouse.memory import memory_for_models

FAILING = "failing_rows"
PROJECT = Path(__file__).resolve().parent


class ManifestError(SafeError):
    """The parsed project is missing or older than its files."""


class BuildError(SafeError):
    """A model or a blocking test failed; names it."""


def target() -> str:
    """dbt's target has the name of the warehouse. While the settings are wrong it is the default's:
    definitions load all the same, and the run says what is wrong."""
    try:
        return load_settings().revops_warehouse
    except SettingsError:
        return str(Settings.model_fields["revops_warehouse"].default)


def target_dir() -> Path:
    """Where a target's artefacts go: in a checkout beside it, else a folder of where one works."""
    return ROOT / ".dbt" / target()


def manifest_path() -> Path:
    return target_dir() / "manifest.json"


def _stamp_path() -> Path:
    return target_dir() / "manifest.stamp"


def project_hash() -> str:
    """Changes with any file that dbt parses, and with the database whose name is parsed into every
    table's. Seeds' rows are data: see the fingerprint."""
    digest = hashlib.sha256()
    if database := _profile_variables().get(f"{target()}_database".upper()):
        digest.update(database.encode() + b"\0")
    for path in sorted(PROJECT.rglob("*")):
        if path.suffix in {".sql", ".yml", ".yaml", ".md"} and path.is_file():
            digest.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def build_manifest() -> Path:
    """Parses the project for the target and writes `manifest.json`, whole or not at all: another
    process may be reading it."""
    if target() == "snowflake":
        require_snowflake_packages()
    private_folder(target_dir())
    with TemporaryDirectory(dir=target_dir()) as made:
        with _environment(REVOPS_DBT_TARGET_PATH=made):
            from dbt.cli.main import dbtRunner

            outcome = dbtRunner().invoke(["parse", "--no-partial-parse", *_global_args()])
        if not outcome.success:
            raise ManifestError(f"dbt cannot parse {PROJECT}: {outcome.exception}")
        manifest: Any = outcome.result
        manifest.build_flat_graph()
        (Path(made) / "manifest.msgpack").write_bytes(manifest.to_msgpack())
        (Path(made) / _stamp_path().name).write_text(project_hash())
        for name in ("manifest.msgpack", manifest_path().name, _stamp_path().name):
            (Path(made) / name).replace(target_dir() / name)
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
    args: Sequence[str],
    *,
    variables: Mapping[str, Any],
    purpose: str = "dbt",
    wait_seconds: float = 120.0,
) -> tuple[list[dict[str, Any]], BaseException | None]:
    """Runs a dbt command in the configured warehouse; its result events as dictionaries, and what
    ended it early if anything. `purpose` is on record there, where statements are. The event of a test
    that is broken has, as FAILING, the statement that finds by what.

    A failed test is an event, not an exception. Raises WarehouseBusy when another program keeps the
    warehouse file locked for longer than `wait_seconds`.
    """
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
        waits = {"REVOPS_DBT_WAIT_SECONDS": str(wait_seconds)}
        with _environment(REVOPS_DBT_PURPOSE=purpose, REVOPS_DBT_MEMORY=_memory(), **waits):
            # Else it writes the manifest anew, in which another process may be reading.
            command = [*args, "--no-write-json", "--vars", json.dumps(dict(variables))]
            command += _global_args()
            outcome = runner.invoke(command)
    finally:
        _close_connections()
    if isinstance(outcome.exception, (KeyboardInterrupt, SystemExit)):
        raise outcome.exception
    if busy := _kept_out():
        raise busy
    for event in events:
        if sql := _failing(outcome.result, event["data"]["node_info"]["unique_id"]):
            event[FAILING] = sql
    error: BaseException | None = outcome.exception
    if error is None and not outcome.success:
        broken = [e["data"]["node_info"] for e in events]
        names = [n["node_name"] for n in broken if n["node_status"] in {"fail", "error"}]
        error = BuildError(f"{', '.join(names) or 'dbt'} failed: {'; '.join(failures)}")
    return events, error


def _failing(result: Any, test: str) -> str | None:
    """The statement of a test that found something, for connections of ours: they know the file by
    no alias."""
    for each in getattr(result, "results", ()):
        if each.node.unique_id == test and each.status in {"fail", "warn"}:
            return str(each.node.compiled_code).replace('"revops".', "")
    return None


@cache
def _preloaded() -> Any:
    """dbt's own form of the manifest: `manifest.json` lacks the arguments of generic tests."""
    from dbt.contracts.graph.manifest import Manifest

    require_manifest()
    manifest: Any = Manifest.from_msgpack((target_dir() / "manifest.msgpack").read_bytes())
    for node in manifest.nodes.values():
        if hasattr(node, "root_path"):  # a seed's rows are read from here: not from the checkout
            node.root_path = str(PROJECT)  # that it was parsed in, of which this may be a copy
    manifest.build_flat_graph()
    return manifest


def _kept_out() -> Exception | None:
    """Why the file could not be attached, if DuckDB's plugin was used and could not."""
    module = sys.modules.get("revops_pipeline.transform.attach")
    if module is None:
        return None
    plugin: Any = module.Plugin
    busy, plugin.busy = plugin.busy, None
    return cast("Exception | None", busy)


def _close_connections() -> None:
    """dbt-duckdb, if it was used, keeps an in-memory database open whatever `keep_open` says, and
    with it the attached file, which nobody else could then open."""
    if module := sys.modules.get("dbt.adapters.duckdb.connections"):
        manager: Any = module.DuckDBConnectionManager
        environment = manager._ENV
        if environment is not None:
            environment.close()
            manager.close_all_connections()


def _profile_variables() -> dict[str, str]:
    """What the target's profile reads: the settings that carry the target's name."""
    try:
        settings = load_settings()
    except SettingsError:
        return {}
    named = {n: getattr(settings, n) for n in Settings.model_fields}
    return {
        name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in named.items()
        if settings.revops_warehouse in name and value is not None
    }


def _memory() -> str:
    """What DuckDB may use for dbt."""
    try:
        configured = load_config().warehouse.memory
    except SettingsError:
        configured = None
    return memory_for_models(configured)


@contextmanager
def _environment(**given: str) -> Iterator[None]:
    """dbt's profile reads variables and nothing else: there they are, for as long as dbt runs."""
    given = {"REVOPS_DBT_TARGET_PATH": str(target_dir()), **_profile_variables(), **given}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _global_args() -> list[str]:
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target", target()]
    return [*folders, "--log-level", "none", "--log-path", str(target_dir())]
