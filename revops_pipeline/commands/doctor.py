"""`revops doctor`: can everything that is configured be used? Tried, not assumed."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console

from revops_pipeline.commands.environment import data_file
from revops_pipeline.connections import hubspot_api, open_source, open_warehouse
from revops_pipeline.settings import (
    ROOT,
    VARIABLES,
    Config,
    Settings,
    SettingsError,
    configured,
    how_to_configure,
    load_config,
    load_settings,
)
from revops_pipeline.sources.hubspot import OBJECTS
from revops_pipeline.sources.stream import SourceError
from revops_pipeline.warehouse.base import WarehouseError


def diagnose() -> int:
    console = Console(highlight=False, soft_wrap=True)
    failed = False
    try:
        settings, config = load_settings(), load_config()
    except SettingsError as error:
        console.print(f"[red]✗[/] settings: {error}")
        return 1
    probes: dict[str, Callable[[], str]] = {"warehouse": lambda: _warehouse(settings, config)}
    for source in VARIABLES:
        probes[source] = lambda source=source: _source(source, settings, config)  # type: ignore[misc]
    for name, probe in probes.items():
        try:
            console.print(f"[green]✓[/] {name}: {probe()}")
        except (SourceError, SettingsError, WarehouseError) as error:
            failed = True
            console.print(f"[red]✗[/] {name}: {error}", markup=True)
    if not any(_configured(settings, source) for source in VARIABLES):
        console.print("Nothing is configured: `make run` uses the bundled sandbox.")
    return int(failed)


def _configured(settings: Settings, source: str) -> bool:
    try:
        return configured(settings, source)
    except SettingsError:
        return True


def _warehouse(settings: Settings, config: Config) -> str:
    warehouse = open_warehouse(settings, config.model_copy(update={"writer_wait_seconds": 5}))
    with warehouse.session("revops doctor") as session:
        session.ensure([])
        session.query("select count(*) from ops.extract_state")
    path = data_file(settings.revops_duckdb_path)
    return f"DuckDB file {path} is writable"


def _source(source: str, settings: Settings, config: Config) -> str:
    if not configured(settings, source):
        return f"not configured, left out ({how_to_configure(source).split(': ', 1)[1]})".replace(
            str(ROOT / ".env"), ".env"
        )
    return _hubspot(settings, config) if source == "hubspot" else _product(settings, config)


def _hubspot(settings: Settings, config: Config) -> str:
    """Reachable, token, each scope that the streams need, and one record of each kind."""
    api = hubspot_api(settings, config)
    try:
        identity = api.account() or "portal unknown"
        records = {kind: api.search(kind, {"limit": 1})["total"] for kind in OBJECTS}
        for kind in OBJECTS:
            api.properties(kind)
        api.http.get(api.paths["owners"], {"limit": 1})
        api.http.get(f"{api.paths['pipelines']}/deals")
    finally:
        api.http.close()
    counts = ", ".join(f"{total:,} {kind}" for kind, total in records.items())
    return f"{identity} at {settings.hubspot_api_url} answers: {counts}"


def _product(settings: Settings, config: Config) -> str:
    source = open_source("product", settings, config, open_warehouse(settings, config))
    try:
        from revops_pipeline.sources.stream import Window

        for stream in source.streams:
            next(source.read(Window(stream.name, "table")), None)
        return f"{source.identity()} has the tables and answers"
    finally:
        source.close()
