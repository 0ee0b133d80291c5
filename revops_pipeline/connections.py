"""From settings to what they describe: the warehouse, and the sources that are configured."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from revops_pipeline.config import (
    Config,
    HubSpotConfig,
    QbrConfig,
    SalesforceConfig,
    ServiceNowConfig,
    SourcePart,
)
from revops_pipeline.settings import (
    Settings,
    SettingsError,
    configured,
    how_to_configure,
    require_snowflake,
)
from revops_pipeline.sources import salesforce, servicenow
from revops_pipeline.sources.catalog import STREAMS
from revops_pipeline.sources.http import Limits, Retry
from revops_pipeline.sources.hubspot import Cadence, HubSpot
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.sources.hubspot_streams import EDGES, ENGAGEMENTS
from revops_pipeline.sources.product import Product
from revops_pipeline.sources.product_contract import Layout
from revops_pipeline.sources.product_sql import SqlTables
from revops_pipeline.sources.qbr import Qbr, QbrCadence
from revops_pipeline.sources.qbr_api import QbrApi
from revops_pipeline.sources.salesforce_api import SalesforceApi
from revops_pipeline.sources.salesforce_bulk import Waits
from revops_pipeline.sources.salesforce_login import (
    ClientCredentials,
    Login,
    PasswordLogin,
    login_address,
)
from revops_pipeline.sources.servicenow_api import ServiceNowApi
from revops_pipeline.sources.stream import PermanentError, Source, Stream
from revops_pipeline.warehouse.base import Warehouse
from revops_pipeline.warehouse.hidden import FieldPolicy
from revops_pipeline.warehouse.schema_tables import WarehouseTables

if TYPE_CHECKING:
    from revops_pipeline.warehouse.snowflake_options import SnowflakeOptions
    from revops_pipeline.warehouse.snowflake_wire import Connect


def open_warehouse(
    settings: Settings,
    config: Config,
    connector: Callable[[SnowflakeOptions], Connect] | None = None,
) -> Warehouse:
    """The one place that chooses a backend; a backend is imported only when chosen. `connector`
    makes the connections instead of Snowflake's plain one."""
    wait = config.writer_wait_seconds
    if settings.revops_warehouse == "snowflake":
        from revops_pipeline.warehouse.snowflake import SnowflakeWarehouse

        options = snowflake_options(settings)
        connect = connector(options) if connector else None
        return SnowflakeWarehouse(options, wait_seconds=wait, connect=connect)
    from revops_pipeline.warehouse.duckdb import DuckDBWarehouse

    return DuckDBWarehouse(
        settings.revops_duckdb_path, wait_seconds=wait, memory=config.warehouse.memory
    )


def snowflake_options(settings: Settings) -> SnowflakeOptions:
    """Raises SettingsError naming the variables that are missing."""
    from revops_pipeline.warehouse.snowflake_options import SnowflakeOptions

    require_snowflake(settings)
    password = settings.snowflake_password
    return SnowflakeOptions(
        account=settings.snowflake_account or "",
        user=settings.snowflake_user or "",
        warehouse=settings.snowflake_warehouse or "",
        database=settings.snowflake_database or "",
        password=password.get_secret_value() if password else None,
        private_key_path=settings.snowflake_private_key_path,
        role=settings.snowflake_role,
        host=settings.snowflake_host,
        port=settings.snowflake_port,
        protocol=settings.snowflake_protocol,
    )


def open_source(name: str, settings: Settings, config: Config, warehouse: Warehouse) -> Source:
    try:
        if not configured(settings, name):
            raise PermanentError(how_to_configure(name))
    except SettingsError as error:
        raise PermanentError(str(error)) from None
    builders: dict[str, Callable[[Settings, Config, Warehouse], Source]] = {
        "hubspot": _hubspot,
        "product": _product,
        "qbr": _qbr,
        "salesforce": _salesforce,
        "servicenow": _servicenow,
    }
    return builders[name](settings, config, warehouse)


def field_policy(name: str, config: Config) -> FieldPolicy:
    """What the settings say about a source's hidden fields."""
    part: SourcePart = getattr(config, name)
    return FieldPolicy(part.on_hidden_field == "fail", part.gone_fields)


def _requests(
    config: Config, part: HubSpotConfig | QbrConfig | SalesforceConfig | ServiceNowConfig
) -> dict[str, Any]:
    """What holds for the requests of every source, and what its own part says of them."""
    return {
        "retry": Retry(**config.retry.model_dump()),
        "limits": Limits(**config.limits.model_dump()),
        "timeout": part.timeout_seconds,
        "allow_http": part.allow_http,
    }


def accepted_deletions(source: str, config: Config) -> frozenset[str]:
    """The streams of which every deletion is believed. Raises SettingsError for one that there is
    not."""
    named = frozenset(getattr(config, source).deletions)
    known = {stream.name for stream in STREAMS[source]}
    if unknown := sorted(named - known):
        raise SettingsError(
            f"{source}.deletions: no stream {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        )
    return named


def only_warns(config: Config, stream: Stream) -> bool:
    """`on_refused_object` of the stream's source. If it is not set, HubSpot's engagements only warn:
    many tokens lack their scopes, and no view needs them."""
    setting = getattr(getattr(config, stream.source, None), "on_refused_object", None)
    if setting:
        return bool(setting == "warn")
    kind = EDGES[stream.name].parent if stream.name in EDGES else stream.name
    return stream.source == "hubspot" and kind in ENGAGEMENTS


def _hubspot(settings: Settings, config: Config, _warehouse: Warehouse) -> Source:
    part = config.hubspot
    cadence = Cadence(
        overlap_minutes=part.overlap_minutes,
        sweep_minutes=part.sweep_minutes,
        cheap_requests=part.cheap_requests,
        census_hours=part.census_hours,
        engagements=tuple(part.engagements),
        engagement_minutes=part.engagement_minutes,
    )
    return HubSpot(hubspot_api(settings, config), cadence)


def hubspot_api(settings: Settings, config: Config) -> HubSpotApi:
    """Raises PermanentError naming the variable when there is no token."""
    if settings.hubspot_api_key is None:
        raise PermanentError(how_to_configure("hubspot"))
    return HubSpotApi(
        base_url=settings.hubspot_api_url,
        token=settings.hubspot_api_key.get_secret_value(),
        version=settings.hubspot_api_version,
        **_requests(config, config.hubspot),
        search_per_second=config.hubspot.search_per_second,
        daily_floor=config.hubspot.daily_floor,
    )


def _qbr(settings: Settings, config: Config, _warehouse: Warehouse) -> Source:
    assert settings.qbr_api_key is not None
    part = config.qbr
    api = QbrApi(
        base_url=settings.qbr_base_url,
        key=settings.qbr_api_key.get_secret_value(),
        page_size=settings.qbr_page_size,
        **_requests(config, part),
    )
    # The API does not tell whose it is, and a local one has another port each time.
    local = urlsplit(settings.qbr_base_url).hostname in ("127.0.0.1", "localhost", "::1")
    account = part.account or ("a server of this machine" if local else None)
    cadence = QbrCadence(part.cheap_pages, part.compare_hours)
    return Qbr(api, cadence, account, accepts="records" in part.deletions)


def _salesforce(settings: Settings, config: Config, _warehouse: Warehouse) -> Source:
    part = config.salesforce
    api = SalesforceApi(
        login=_salesforce_login(settings),
        version=settings.salesforce_api_version,
        **_requests(config, part),
        daily_floor=part.daily_floor,
        waits=Waits(limit=part.bulk_wait_minutes * 60),
    )
    cadence = salesforce.Cadence(
        overlap_minutes=part.overlap_minutes,
        census_hours=part.census_hours,
        cheap_requests=part.cheap_requests,
        bulk_rows=part.bulk_rows,
        objects=tuple(part.objects),
    )
    columns = {str(stream): fields for stream, fields in part.fields.items()}
    return salesforce.Salesforce(api, cadence, columns)


def _salesforce_login(settings: Settings) -> Login:
    address = login_address(settings.salesforce_instance_url, settings.salesforce_domain)
    if settings.salesforce_client_id and settings.salesforce_client_secret:
        secret = settings.salesforce_client_secret.get_secret_value()
        return ClientCredentials(
            address, client_id=settings.salesforce_client_id, client_secret=secret
        )
    password, token = settings.salesforce_password, settings.salesforce_security_token
    return PasswordLogin(
        address,
        username=settings.salesforce_username or "",
        password=password.get_secret_value() if password else "",
        security_token=token.get_secret_value() if token else "",
    )


def _servicenow(settings: Settings, config: Config, _warehouse: Warehouse) -> Source:
    assert settings.servicenow_password is not None
    part = config.servicenow
    api = ServiceNowApi(
        instance_url=settings.servicenow_instance_url or "",
        username=settings.servicenow_username or "",
        password=settings.servicenow_password.get_secret_value(),
        **_requests(config, part),
    )
    cadence = servicenow.Cadence(
        overlap_minutes=part.overlap_minutes,
        census_hours=part.census_hours,
        tables={str(name): on for name, on in part.tables.items()},
    )
    return servicenow.ServiceNow(api, cadence)


def _product(settings: Settings, config: Config, warehouse: Warehouse) -> Source:
    layout = product_layout(config)
    if settings.product_database_url is not None:
        return Product(SqlTables(settings.product_database_url.get_secret_value()), layout)
    assert settings.product_schema is not None
    return Product(WarehouseTables(warehouse, settings.product_schema, layout), layout)


def product_layout(config: Config) -> Layout:
    return Layout(**config.product.model_dump(include={"tables", "columns", "keep"}))
