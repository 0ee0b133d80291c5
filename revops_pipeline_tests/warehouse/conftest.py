"""An emulated Snowflake account, one a module; each test has a database of its own in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from revops_pipeline.warehouse.snowflake import SnowflakeWarehouse
from revops_pipeline.warehouse.snowflake_options import SnowflakeOptions
from revops_pipeline_tests.snowflake.emulator import Emulator, emulator

_number = count(1)
SECRET = "s3cret-of-mine"
Account = Callable[..., SnowflakeWarehouse]


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulator]:
    with emulator() as running:
        yield running


@pytest.fixture
def account(emulated: Emulator) -> Account:
    """Makes warehouses on one empty database; options by name, `wait_seconds` among them."""
    database = f"TEST_{next(_number)}"

    def make(**changes: Any) -> SnowflakeWarehouse:
        wait = changes.pop("wait_seconds", 5.0)
        options: dict[str, Any] = {
            "account": "emulated",
            "user": "ANN",
            "password": SECRET,
            "role": "LOADER",
            "warehouse": "TESTING",
            "database": database,
            "host": "127.0.0.1",
            "port": int(emulated.variables["SNOWFLAKE_PORT"]),
            "protocol": "http",
            "login_seconds": 4,
            "network_seconds": 3,
            **changes,
        }
        return SnowflakeWarehouse(SnowflakeOptions(**options), wait_seconds=wait)

    return make
