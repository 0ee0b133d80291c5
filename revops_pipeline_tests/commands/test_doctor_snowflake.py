"""`revops doctor` on Snowflake: a line a step, and the grant that is missing where one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from revops_pipeline.commands import doctor
from revops_pipeline_tests.snowflake.emulator import Emulator, emulator
from revops_pipeline_tests.warehouse.snowflake_proxy import (
    Proxy,
    Rule,
    login,
    refused,
    statement,
)

SECRET = "s3cret-of-mine"
STEPS = ["account", "login", "role", "warehouse", "database", "schemas", "stage", "merge"]
Diagnose = Callable[..., tuple[int, dict[str, str]]]


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulator]:
    with emulator() as running:
        yield running


@pytest.fixture
def diagnose(
    emulated: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Diagnose:
    """Exit code and lines, by what they are about, with these rules between it and the account."""

    def run(*rules: Rule, **variables: str) -> tuple[int, dict[str, str]]:
        with Proxy(int(emulated.variables["SNOWFLAKE_PORT"]), list(rules)) as proxy:
            given = {**emulated.variables, "SNOWFLAKE_PORT": str(proxy.port)}
            given |= {"REVOPS_WAREHOUSE": "snowflake", "SNOWFLAKE_PASSWORD": SECRET}
            del given["SNOWFLAKE_SCHEMA"]
            for name, value in {**given, **variables}.items():
                monkeypatch.setenv(name, value)
            code = doctor.diagnose()
        said = capsys.readouterr()
        assert SECRET not in said.out + said.err
        lines = {}
        for line in said.out.splitlines():
            mark, _, rest = line.partition(" ")
            if mark in "✓✗":
                name, _, text = rest.partition(": ")
                lines[name.removeprefix("snowflake ")] = f"{mark} {text}"
        return code, lines

    return run


def test_every_step_of_a_good_account_gets_a_line_and_leaves_nothing(
    diagnose: Diagnose, emulated: Emulator
) -> None:
    code, said = diagnose()
    assert code == 0
    assert [name for name in said if name in STEPS] == STEPS
    assert all(said[name].startswith("✓") for name in STEPS)
    assert "tester is let in by password" in said["login"]
    assert "raw, staging, marts will be made by the first run" in said["schemas"]
    left = emulated.rows(
        "select table_schema, table_name from information_schema.tables where table_name ilike "
        "'%doctor%' union all select schema_name, '' from information_schema.schemata "
        "where schema_name ilike '%doctor%'"
    )
    assert left == []


def denied(what: str) -> dict[str, object]:
    message = f"SQL access control error:\nInsufficient privileges to operate on {what}"
    return refused("003001", message, "42501")


MISSING = "Object does not exist, or operation cannot be performed."
FAILURES: dict[str, tuple[Rule, str]] = {
    "login": (
        login(refused("390100", "Incorrect username or password was specified.")),
        "SNOWFLAKE_PASSWORD",
    ),
    "role": (
        login(refused("390189", "Role 'X' specified in the connect string does not exist.")),
        "grant role TRANSFORMER to user tester",
    ),
    "warehouse": (
        statement(
            "use warehouse", refused("002043", f"SQL compilation error:\n{MISSING}", "02000")
        ),
        "grant usage on warehouse TESTING to role TRANSFORMER",
    ),
    "database": (
        statement("use database", refused("002043", f"SQL compilation error:\n{MISSING}", "02000")),
        "grant usage on database REVOPS_TEST to role TRANSFORMER",
    ),
    "schemas": (
        statement("create schema revops_doctor", denied("database 'REVOPS_TEST'")),
        "grant create schema on database REVOPS_TEST to role TRANSFORMER",
    ),
    "stage": (
        statement("create stage", denied("schema 'OPS'")),
        "grant create stage on schema REVOPS_TEST.",
    ),
    "merge": (
        statement(
            "merge into",
            refused(
                "000608", "Warehouse 'TESTING' is suspended.  Use 'alter warehouse …'", "57P03"
            ),
        ),
        "alter warehouse TESTING resume",
    ),
}


@pytest.mark.parametrize("step", FAILURES)
def test_a_step_that_fails_names_the_grant_and_is_the_last(diagnose: Diagnose, step: str) -> None:
    rule, told = FAILURES[step]
    code, said = diagnose(rule)
    assert code == 1
    assert said[step].startswith("✗")
    assert told in said[step]
    tried = [name for name in said if name in STEPS]
    assert tried == STEPS[: STEPS.index(step) + 1]
    assert all(said[name].startswith("✓") for name in tried[:-1])
    assert "hubspot" in said  # one part's failure is not the other's


def test_an_account_that_does_not_answer_is_told_by_its_variable(diagnose: Diagnose) -> None:
    code, said = diagnose(SNOWFLAKE_PORT="9")
    assert code == 1
    assert "SNOWFLAKE_ACCOUNT" in said["account"]


def test_half_a_configuration_is_told_before_anything_is_tried(diagnose: Diagnose) -> None:
    code, said = diagnose(SNOWFLAKE_DATABASE="")
    assert code == 1
    assert "SNOWFLAKE_DATABASE is missing" in said["warehouse"]
