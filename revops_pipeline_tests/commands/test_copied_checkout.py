"""A checkout that was copied with its parsed project reads its own files, not the original's."""

from __future__ import annotations

from pathlib import Path

import duckdb

from revops_pipeline_tests.commands.checkout import Checkout

SEED = Path("revops_pipeline", "transform", "seeds", "account_link_override_seed.csv")
BUILD = """
from revops_pipeline.transform import runner
events, error = runner.invoke(["seed", "--select", "account_link_override_seed"], variables={})
assert error is None, error
"""


def test_a_decision_written_into_the_seed_of_a_copied_checkout_is_read(
    checkout: Checkout, tmp_path: Path
) -> None:
    seed, file = checkout.root / SEED, tmp_path / "w.duckdb"
    before = seed.read_text()
    try:
        seed.write_text(
            f"{before.splitlines()[0]}\nproduct,t1,hubspot,201,link,Ada,known,2026-01-01\n"
        )
        run = checkout.python("-c", BUILD, REVOPS_DUCKDB_PATH=file)
    finally:
        seed.write_text(before)
    assert run.returncode == 0, run.stderr
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            "select left_id, right_id, author from staging.account_link_override_seed"
        ).fetchall()
    assert rows == [("t1", "201", "Ada")]
