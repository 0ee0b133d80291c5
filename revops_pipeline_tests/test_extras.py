"""What is not installed unless it is chosen is not needed unless it is chosen."""

from __future__ import annotations

import os
import subprocess
import sys

from revops_pipeline.settings import ROOT

WITHOUT = """
import sys
for name in ("snowflake", "snowflake.connector", "dagster_snowflake", "dbt.adapters.snowflake"):
    sys.modules[name] = None  # as if it were not installed
"""


def _python(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    ours = ("REVOPS", "SNOWFLAKE", "HUBSPOT", "PRODUCT")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    command = [sys.executable, "-c", WITHOUT + code]
    return subprocess.run(
        command, cwd=ROOT, env=environment | variables, capture_output=True, text=True, check=False
    )


def test_without_snowflakes_packages_everything_is_there_for_a_duckdb_file() -> None:
    loaded = _python(
        "from revops_pipeline.definitions import defs\nassert defs.resolve_job_def('hubspot_job')",
        REVOPS_WAREHOUSE="duckdb",
    )
    assert loaded.returncode == 0, loaded.stderr


def test_choosing_snowflake_without_its_packages_says_how_to_install_them() -> None:
    run = _python(
        "from revops_pipeline.cli import app\napp(['manifest'])", REVOPS_WAREHOUSE="snowflake"
    )
    assert run.returncode == 2
    assert "make setup" in run.stderr
    assert "Traceback" not in run.stderr
