"""`make dev`: what it says before it opens a port."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from revops_pipeline_tests.commands.checkout import Checkout


def test_dev_says_first_that_its_interface_takes_commands_from_any_page(
    checkout: Checkout, tmp_path: Path
) -> None:
    home = tmp_path / "dagster"
    home.mkdir()
    process = checkout.start(
        *("-m", "revops_pipeline", "dev", "--port", "0"),
        DAGSTER_HOME=home,
        REVOPS_DUCKDB_PATH=tmp_path / "w.duckdb",
    )
    try:
        assert process.stdout
        first = process.stdout.readline()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
    assert "no sign-in" in first
    assert "SECURITY.md" in first
