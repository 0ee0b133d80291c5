"""Choosing Snowflake: what must be given, who is asked for it, and who else may know."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from revops_pipeline.config import Config
from revops_pipeline.connections import open_warehouse, snowflake_options
from revops_pipeline.settings import (
    PACKAGE,
    SettingsError,
    configured,
    load_settings,
)
from revops_pipeline.warehouse.base import Warehouse
from revops_pipeline.warehouse.snowflake import SnowflakeWarehouse
from revops_pipeline_tests.snowflake.emulator import Emulator
from revops_pipeline_tests.warehouse.snowflake_proxy import Proxy

GIVEN = {
    "REVOPS_WAREHOUSE": "snowflake",
    "SNOWFLAKE_ACCOUNT": "org-acc",
    "SNOWFLAKE_USER": "ANN",
    "SNOWFLAKE_PASSWORD": "s3cret",
    "SNOWFLAKE_WAREHOUSE": "LOADING",
    "SNOWFLAKE_DATABASE": "REVOPS",
}
EMULATOR = {
    "SNOWFLAKE_HOST": "127.0.0.1",
    "SNOWFLAKE_PORT": "8084",
    "SNOWFLAKE_PROTOCOL": "http",
}

# Who may know which warehouse it is besides `warehouse/` itself, and why.
KNOWING = {
    "settings.py",  # the variables
    "connections.py",  # chooses
    "orchestration/resources.py",  # connects by Dagster's own resource
}
DBT = "transform/"  # profiles, dispatched macros and dbt's own target


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets a whole configuration; None takes a variable out of it."""

    def set_(**changes: str | None) -> None:
        for name, value in {**GIVEN, **changes}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    return set_


def opened() -> Warehouse:
    return open_warehouse(load_settings(), Config())


def test_one_variable_moves_the_pipeline_to_snowflake(environment: Any) -> None:
    environment()
    warehouse = opened()
    assert isinstance(warehouse, SnowflakeWarehouse)
    assert warehouse.describe() == "Snowflake database REVOPS of account org-acc"
    for text in (repr(warehouse.options), repr(load_settings()), load_settings().model_dump_json()):
        assert "s3cret" not in text
    assert warehouse.file is None
    environment(REVOPS_WAREHOUSE=None)
    assert opened().file is not None


@pytest.mark.parametrize("name", [n for n in GIVEN if n != "REVOPS_WAREHOUSE"])
def test_a_missing_variable_is_named(environment: Any, name: str) -> None:
    environment(**{name: None})
    with pytest.raises(SettingsError, match=rf"snowflake, but {name}.* is missing"):
        opened()


@pytest.mark.parametrize("name", EMULATOR)
def test_emulator_variables_come_all_three_or_not_at_all(environment: Any, name: str) -> None:
    environment(**{**EMULATOR, name: None})
    with pytest.raises(SettingsError, match=f"in part: {name} is missing"):
        opened()
    environment(**{**dict.fromkeys(EMULATOR), name: EMULATOR[name]})
    others = ", ".join(n for n in EMULATOR if n != name)
    with pytest.raises(SettingsError, match=f"in part: {others} is missing"):
        opened()
    environment(**EMULATOR)
    assert snowflake_options(load_settings()).address == "127.0.0.1:8084"


def test_a_password_and_a_key_are_one_too_many(environment: Any, tmp_path: Path) -> None:
    environment(SNOWFLAKE_PRIVATE_KEY_PATH=str(tmp_path / "key.p8"))
    with pytest.raises(SettingsError, match="not both"):
        opened()
    environment(SNOWFLAKE_PRIVATE_KEY_PATH=str(tmp_path / "key.p8"), SNOWFLAKE_PASSWORD=None)
    with pytest.raises(
        SettingsError, match=r"SNOWFLAKE_PRIVATE_KEY_PATH: there is no file.*key\.p8"
    ):
        opened()


@pytest.mark.parametrize("name", ["ROLE", "WAREHOUSE", "DATABASE", "SCHEMA", "ACCOUNT"])
def test_a_name_that_is_put_into_statements_is_a_name(environment: Any, name: str) -> None:
    environment(**{f"SNOWFLAKE_{name}": "x; drop database y"})
    with pytest.raises(SettingsError, match=f"SNOWFLAKE_{name}"):
        opened()


def test_the_schema_is_where_the_product_is_when_nothing_else_says_so(environment: Any) -> None:
    environment(SNOWFLAKE_SCHEMA="SHOP")
    assert load_settings().product_schema == "SHOP"
    assert configured(load_settings(), "product")
    environment(SNOWFLAKE_SCHEMA="SHOP", PRODUCT_SCHEMA="OTHER")
    assert load_settings().product_schema == "OTHER"
    environment(SNOWFLAKE_SCHEMA="SHOP", PRODUCT_SCHEMA=None, PRODUCT_DATABASE_URL="sqlite:///x")
    assert load_settings().product_schema is None
    environment(SNOWFLAKE_SCHEMA="SHOP", PRODUCT_DATABASE_URL=None, REVOPS_WAREHOUSE=None)
    assert load_settings().product_schema is None


def test_dagsters_own_resource_makes_the_connections_of_a_run(
    environment: Any, emulated: Emulator, tmp_path: Path
) -> None:
    """With a key pair, too; the emulator lets everybody in, so what is seen is how one asks."""
    from revops_pipeline.orchestration.resources import Revops

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "key.p8"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    asked: list[dict[str, Any]] = []

    def look(path: str, body: dict[str, Any]) -> None:
        if path.startswith("/session/v1/login-request"):
            asked.append(body["data"])

    with Proxy(int(emulated.variables["SNOWFLAKE_PORT"]), [look]) as proxy:
        for secret in ({}, {"SNOWFLAKE_PASSWORD": None, "SNOWFLAKE_PRIVATE_KEY_PATH": str(path)}):
            environment(**{**EMULATOR, "SNOWFLAKE_PORT": str(proxy.port), **secret})
            revops = Revops()
            with revops.warehouse.session("a run") as session:
                assert session.query("select ?", ["it works"]) == [("it works",)]
            revops.warehouse.release()
    by_password, by_key = asked
    assert by_password["PASSWORD"] == "s3cret"
    assert by_key["AUTHENTICATOR"] == "SNOWFLAKE_JWT"
    assert by_key["SESSION_PARAMETERS"]["TIMEZONE"] == "UTC"
    assert "agster" in by_key["CLIENT_ENVIRONMENT"]["APPLICATION"]


def test_a_backend_is_imported_only_where_it_is_chosen() -> None:
    code = """
import sys
from revops_pipeline.connections import open_warehouse
from revops_pipeline.config import Config
from revops_pipeline.settings import Settings
open_warehouse(Settings(_env_file=None), Config())
import revops_pipeline.orchestration.resources
print([n for n in sys.modules if n.startswith(("snowflake.", "dagster_snowflake"))])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


def test_nobody_else_knows_which_warehouse_it_is() -> None:
    """Neither by name nor by asking the setting: it is the same pipeline on both."""
    knowing = set()
    for path in PACKAGE.rglob("*.py"):
        name = str(path.relative_to(PACKAGE))
        if name.startswith(("warehouse/", DBT)):
            continue
        text = path.read_text()
        words = {
            node.value if isinstance(node, ast.Constant) else getattr(node, "attr", "")
            for node in ast.walk(ast.parse(text))
        }
        code = [w for w in words if isinstance(w, str) and "\n" not in w]
        if re.search("snowflake", " ".join(code), re.IGNORECASE) or "revops_warehouse" in words:
            knowing.add(name)
    assert knowing == KNOWING
