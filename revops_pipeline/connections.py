"""From settings to what they describe: the warehouse, and the sources that are configured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from revops_pipeline.settings import (
    Config,
    Settings,
    SettingsError,
    configured,
    how_to_configure,
)
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.hubspot import Cadence, HubSpot
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.sources.product import KEYS, Product, SqlTables
from revops_pipeline.sources.stream import PermanentError, Source
from revops_pipeline.warehouse.base import Session, Warehouse


def open_warehouse(settings: Settings, config: Config) -> Warehouse:
    """The one place that chooses a backend; a backend is imported only when chosen."""
    from revops_pipeline.warehouse.duckdb import DuckDBWarehouse

    return DuckDBWarehouse(settings.revops_duckdb_path, wait_seconds=config.writer_wait_seconds)


def open_source(name: str, settings: Settings, config: Config, warehouse: Warehouse) -> Source:
    try:
        if not configured(settings, name):
            raise PermanentError(how_to_configure(name))
    except SettingsError as error:
        raise PermanentError(str(error)) from None
    builders: dict[str, Callable[[Settings, Config, Warehouse], Source]] = {
        "hubspot": _hubspot,
        "product": _product,
    }
    return builders[name](settings, config, warehouse)


def _hubspot(settings: Settings, config: Config, _warehouse: Warehouse) -> Source:
    part = config.hubspot
    cadence = Cadence(part.overlap_minutes, part.sweep_minutes, part.cheap_requests)
    return HubSpot(hubspot_api(settings, config), cadence)


def hubspot_api(settings: Settings, config: Config) -> HubSpotApi:
    """Raises PermanentError naming the variable when there is no token."""
    if settings.hubspot_api_key is None:
        raise PermanentError(how_to_configure("hubspot"))
    return HubSpotApi(
        base_url=settings.hubspot_api_url,
        token=settings.hubspot_api_key.get_secret_value(),
        version=settings.hubspot_api_version,
        retry=Retry(**config.retry.model_dump()),
        timeout=config.hubspot.timeout_seconds,
        search_per_second=config.hubspot.search_per_second,
        daily_floor=config.hubspot.daily_floor,
    )


def _product(settings: Settings, _config: Config, warehouse: Warehouse) -> Source:
    if settings.product_database_url is not None:
        return Product(SqlTables(settings.product_database_url.get_secret_value()))
    assert settings.product_schema is not None
    return Product(WarehouseTables(warehouse, settings.product_schema))


class WarehouseTables:
    """Product tables that already are in the warehouse, copied out before the load takes its lock."""

    def __init__(self, warehouse: Warehouse, schema: str) -> None:
        self.address = f"schema {schema} of {warehouse.describe()}"
        with warehouse.session(f"reading schema {schema}") as session:
            self._tables = {t: self._read(session, schema, t) for t in self._names(session, schema)}

    @staticmethod
    def _names(session: Session, schema: str) -> list[str]:
        found = session.query(
            "select lower(table_name) from information_schema.tables "
            "where lower(table_schema) = lower(?)",
            [schema],
        )
        return [name for (name,) in found if name in KEYS]

    @staticmethod
    def _read(session: Session, schema: str, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        columns = session.query(
            "select lower(column_name) from information_schema.columns where lower(table_schema) = "
            "lower(?) and lower(table_name) = ? order by ordinal_position",
            [schema, table],
        )
        return [c for (c,) in columns], session.query(f"select * from {schema}.{table}")

    def names(self) -> set[str]:
        return set(self._tables)

    def rows(self, table: str) -> Iterator[tuple[list[str], Sequence[Sequence[Any]]]]:
        yield self._tables[table]

    def close(self) -> None:
        self._tables.clear()
