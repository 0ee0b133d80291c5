"""`revops doctor`: can everything that is configured be used? Tried, not assumed."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from revops_pipeline.commands.environment import data_file, sandbox_database
from revops_pipeline.commands.first_pages import cannot_be_read, first_pages, unseen
from revops_pipeline.config import Config
from revops_pipeline.connections import hubspot_api, only_warns, open_source, open_warehouse
from revops_pipeline.redaction import redacted
from revops_pipeline.settings import (
    VARIABLES,
    Settings,
    SettingsError,
    configured,
    load_config,
    load_settings,
    token_missing,
)
from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.hubspot import HubSpot
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.sources.hubspot_scopes import refusal
from revops_pipeline.sources.hubspot_streams import EDGES, ENGAGEMENTS, OBJECTS, STANDARD
from revops_pipeline.sources.hubspot_streams import STREAMS as HUBSPOT_STREAMS
from revops_pipeline.sources.product import Product
from revops_pipeline.sources.stream import PermanentError, SourceError, Stream
from revops_pipeline.warehouse.base import WarehouseError

Step = tuple[str, Callable[[], str]]

# Somebody waits for the answer: less patience than a run has.
PATIENCE = {"writer_wait_seconds": 2.0}
HTTP_SECONDS, HTTP_ATTEMPTS, REQUEST_SECONDS = 10.0, 1, 30.0
_UNEXPECTED = (
    "is the address that of the system? If it is, this is a fault of ours: report the line"
)


def diagnose() -> int:
    console = Console(highlight=False, soft_wrap=True)
    try:
        settings, config = load_settings(), _impatient(load_config())
    except SettingsError as error:
        console.print(f"[red]✗[/] settings: {escape(str(error))}")
        return 1
    if told := _readable_by_others():
        console.print(f"[yellow]![/] settings: {escape(told)}")
    nothing = not any(_configured(settings, source) for source in VARIABLES)
    if nothing:
        settings = settings.model_copy(update={"revops_duckdb_path": sandbox_database(settings)})
    with closing(_warehouse_steps(settings, config)) as steps:
        failed = not _tell(console, steps)
    probes: dict[str, Callable[[Settings, Config], str]] = {
        "hubspot": _hubspot,
        "product": _product,
    }
    for name in VARIABLES:
        step = name, partial(probes.get(name, partial(_source, name)), settings, config)
        failed |= not _tell(console, iter([step]))
    if nothing and not failed:
        console.print("Nothing is configured: `make run` uses the bundled sandbox.")
    return int(failed)


def _tell(console: Console, steps: Iterator[Step]) -> bool:
    """A line a step, until one fails: those after it need it. Whether none did."""
    name = "warehouse"
    try:
        for name, step in steps:
            console.print(f"[green]✓[/] {name}: {escape(redacted(step()))}")
    except (SourceError, SettingsError, WarehouseError) as error:
        console.print(f"[red]✗[/] {name}: {escape(redacted(str(error)))}")
        return False
    except Exception as error:  # noqa: BLE001 - a server that is none may answer anything
        told = f"unexpected {type(error).__name__}: {error}"
        console.print(f"[red]✗[/] {name}: {escape(redacted(told))}; {_UNEXPECTED}")
        return False
    return True


def _readable_by_others() -> str | None:
    """What is wrong with the modes of .env, if anything."""
    file = Path(str(Settings.model_config.get("env_file")))
    if not file.exists() or not file.stat().st_mode & 0o077:
        return None
    return f"other users of this machine may read {file}, which may hold secrets: chmod 600 {file}"


def _impatient(config: Config) -> Config:
    """Somebody waits, and nothing is begun that a run would go on with."""
    retry = config.retry.model_copy(update={"attempts": min(HTTP_ATTEMPTS, config.retry.attempts)})
    seconds = min(REQUEST_SECONDS, config.limits.request_seconds)
    limits = config.limits.model_copy(update={"request_seconds": seconds})
    parts: dict[str, Any] = {}
    for name in ("hubspot", "qbr", "salesforce", "servicenow"):
        part = getattr(config, name)
        update = {"timeout_seconds": min(HTTP_SECONDS, part.timeout_seconds)}
        parts[name] = part.model_copy(update=update)
    parts["salesforce"] = parts["salesforce"].model_copy(update={"bulk_rows": 0})
    return config.model_copy(update={**PATIENCE, **parts, "retry": retry, "limits": limits})


def _configured(settings: Settings, source: str) -> bool:
    try:
        return configured(settings, source)
    except SettingsError:
        return True


def _left_out(source: str) -> str:
    sets = " or ".join(" + ".join(names) for names in VARIABLES[source])
    return f"not configured, left out (set {sets} in the environment or in .env)"


def _warehouse_steps(settings: Settings, config: Config) -> Generator[Step, None, None]:
    """A service's own steps; a file is one step."""
    try:
        warehouse = open_warehouse(settings, config)
    except SettingsError as error:
        yield "warehouse", partial(_fail, error)
        return
    if warehouse.file:
        yield "warehouse", partial(_warehouse, settings, config)
    with closing(warehouse.checks()) as checks:
        yield from checks


def _fail(error: Exception) -> str:
    raise error


def _warehouse(settings: Settings, config: Config) -> str:
    """Opens the file for writing, as a run does; one that is missing stays missing."""
    file = data_file(settings.revops_duckdb_path)
    if not _exists(settings):
        return f"DuckDB file {file} will be created by the first run"
    with open_warehouse(settings, config).session("revops doctor") as session:
        session.query("select 1")
    return f"DuckDB file {file} is writable"


def _exists(settings: Settings) -> bool:
    """Raises WarehouseError when the file is missing and cannot be created."""
    path = settings.revops_duckdb_path
    try:
        if path.exists():
            return True
        folder = next(parent for parent in path.parents if parent.exists())
    except OSError as error:
        raise WarehouseError(f"{path} cannot be looked at: {error}; {_OTHER_FILE}") from None
    if not folder.is_dir():
        raise WarehouseError(f"{path} cannot be created: {folder} is no folder; {_OTHER_FILE}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WarehouseError(
            f"{path} cannot be created: the folder {folder} is not writable; make it so, or "
            f"{_OTHER_FILE}"
        )
    return False


def _source(name: str, settings: Settings, config: Config) -> str:
    """Whose it is, and the first page of every stream that is switched on."""
    if not configured(settings, name):
        return _left_out(name)
    with closing(open_source(name, settings, config, open_warehouse(settings, config))) as source:
        identity = source.identity()
        told, refused = first_pages(source)
        return _with_refused(f"{identity} answers: {told}{unseen(source)}", refused, config)


def _with_refused(told: str, refused: Mapping[Stream, SourceError], config: Config) -> str:
    """What was found, with the objects that may not be read. Raises PermanentError if a run would
    fail by them."""
    if not refused:
        return told
    names = ", ".join(stream.name for stream in refused)
    reasons = "; ".join(dict.fromkeys(str(error) for error in refused.values()))
    text = f"{told}; {names} may not be read: {reasons}"
    if all(only_warns(config, stream) for stream in refused):
        return f"{text} (a run warns of it)"
    raise PermanentError(text)


_OTHER_FILE = "set REVOPS_DUCKDB_PATH to a file in a folder that can be written"


def _hubspot(settings: Settings, config: Config) -> str:
    """Reachable, token, each scope that the streams need, and one record of each kind."""
    if not configured(settings, "hubspot"):
        if problem := token_missing(settings):
            raise SettingsError(problem)
        return _left_out("hubspot")
    api = hubspot_api(settings, config)
    refused: dict[Stream, SourceError] = {}
    records: dict[str, int] = {}
    missing: dict[str, frozenset[str]] = {}
    try:
        identity = api.account() or "portal unknown"
        for stream in HUBSPOT_STREAMS:
            if stream.name in ENGAGEMENTS and stream.name not in config.hubspot.engagements:
                continue
            try:
                if stream.name in OBJECTS:
                    records[stream.name] = api.search(stream.name, {"limit": 1})["total"]
                    standard = STANDARD.get(stream.name, frozenset())
                    missing[stream.name] = standard - {*api.properties(stream.name)}
                else:
                    _look(api, stream.name)
            except Refused as error:
                refused[stream] = refusal(stream.name, error)
        if refused and not records:
            raise next(iter(refused.values()))
    except SourceError as error:
        if "HUBSPOT_" in str(error):
            raise
        # Another web server answers in its own way: 404, 501, a page for people.
        raise PermanentError(
            f"{error}; does HUBSPOT_API_URL ({settings.hubspot_api_url}) lead to HubSpot's API?"
        ) from None
    finally:
        api.http.close()
    counts = ", ".join(f"{total:,} {kind}" for kind, total in records.items())
    hidden = cannot_be_read(missing, HubSpot.way_to_see)
    told = f"{identity} at {settings.hubspot_api_url} answers: {counts}{hidden}"
    return _with_refused(told, refused, config)


def _look(api: HubSpotApi, stream: str) -> None:
    """Asks for what hangs on records."""
    if stream == "owners":
        api.http.get(api.paths["owners"], {"limit": 1})
    elif stream == "pipelines":
        api.http.get(f"{api.paths['pipelines']}/deals")
    elif stream in EDGES:
        for target in EDGES[stream].targets:
            api.associations(EDGES[stream].parent, target, ["1"])


def _product(settings: Settings, config: Config) -> str:
    """Every table and column of the contract, where it was found, and that it gives a row."""
    if not configured(settings, "product"):
        return _left_out("product")
    warehouse = open_warehouse(settings, config)
    if settings.product_schema is not None and warehouse.file and not _exists(settings):
        raise SettingsError(
            f"PRODUCT_SCHEMA is {settings.product_schema}, but the warehouse that should hold it, "
            f"{data_file(settings.revops_duckdb_path)}, does not exist yet; load the tables into "
            "it, or set PRODUCT_DATABASE_URL instead"
        )
    with closing(open_source("product", settings, config, warehouse)) as source:
        assert isinstance(source, Product)
        return f"{source.identity()} has the tables and answers: {source.look()}"
