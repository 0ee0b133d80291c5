"""What dbt makes of the files and of the machine that it finds: a copied checkout, a seed as Excel
saves it, a warehouse under an odd path, another time zone."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import pytest

from revops_pipeline.settings import ROOT
from revops_pipeline_tests.commands.checkout import Checkout

SEED = Path("revops_pipeline", "transform", "seeds", "account_link_override_seed.csv")
BUILD = """
from revops_pipeline.transform import runner
events, error = runner.invoke(["seed", "--select", "account_link_override_seed"], variables={})
assert error is None, error
"""
DEALS = """
import os
from pathlib import Path

from revops_pipeline.transform import runner
from revops_pipeline_tests.transform.world import World

world = World()
world.portal(timeZone="UTC")
world.company("201", name="Škoda Łódź 東京")
world.deal("301", closedate="2026-03-31T00:00:00Z")
world.deal("302", closedate="2026-03-31T23:59:59.999Z")
for deal in ("301", "302"):
    world.edge("deal_companies", deal, "201", primary=True)
world.write(Path(os.environ["REVOPS_DUCKDB_PATH"]))
events, error = runner.invoke(["build", "--select", "+company_deals"], variables={})
assert error is None, error
"""


@pytest.mark.parametrize(
    ("mark", "end"),
    [(b"", b"\n"), (b"\xef\xbb\xbf", b"\r\n")],
    ids=["as typed", "as Excel saves it"],
)
def test_a_decision_written_into_the_seed_of_a_copied_checkout_is_read(
    checkout: Checkout, tmp_path: Path, mark: bytes, end: bytes
) -> None:
    seed, file = checkout.root / SEED, tmp_path / "w.duckdb"
    before = seed.read_bytes()
    header = before.splitlines()[0]
    try:
        row = b"product,t1,hubspot,201,link,Ada,known,2026-01-01"
        seed.write_bytes(mark + end.join((header, row, b"")))
        run = checkout.python("-c", BUILD, REVOPS_DUCKDB_PATH=file)
    finally:
        seed.write_bytes(before)
    assert run.returncode == 0, run.stderr
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            "select left_id, right_id, author from staging.account_link_override_seed"
        ).fetchall()
    assert rows == [("t1", "201", "Ada")]


def test_a_machine_in_tokyo_without_a_locale_and_a_folder_of_any_name_move_no_day(
    checkout: Checkout, tmp_path: Path
) -> None:
    folder = tmp_path / "O'Brien & Söhne"
    folder.mkdir()
    file = folder / "rev-ops 1.duckdb"
    machine = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "C"}
    run = checkout.python("-c", DEALS, REVOPS_DUCKDB_PATH=file, PYTHONPATH=ROOT, **machine)
    assert run.returncode == 0, run.stderr
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            "select deal_id, close_date, company_name from marts.company_deals order by 1"
        ).fetchall()
    last_day = datetime.date(2026, 3, 31)
    assert rows == [("301", last_day, "Škoda Łódź 東京"), ("302", last_day, "Škoda Łódź 東京")]
