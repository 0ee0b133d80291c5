"""The rates of currencies as a table, made anew when their file is another one."""

from __future__ import annotations

import hashlib

from revops_pipeline.config import Config
from revops_pipeline.orchestration.fingerprint import RATES, is_current
from revops_pipeline.settings import load_rates
from revops_pipeline.warehouse.base import Session

TABLE = "ops.currency_rates"
COLUMNS = {"currency": "varchar", "valid_from": "date", "rate": "decimal(18, 10)"}


def bring_up_to_date(session: Session, config: Config, run_id: str) -> None:
    """Makes the table hold what the file says, nothing without a file. Raises SettingsError."""
    rows = [tuple(rate) for rate in load_rates(config)]
    found = hashlib.sha256(repr(rows).encode()).hexdigest()
    if not is_current(session, RATES, found):
        session.replace_table(TABLE, COLUMNS, rows, ["currency", "valid_from"])
        session.record_build(RATES, found, run_id)
