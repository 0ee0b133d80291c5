"""What builds depend on beside the rows: the models, the settings, what people decided.

The fingerprint of the last *successful* build is kept in the warehouse, so a run that was killed
between load and build, an edited override or a changed setting are all seen by the next run.
`staleness` asks of each of dbt's tables whether it has to be built.
"""

from __future__ import annotations

import hashlib
import json

from revops_pipeline.config import Config
from revops_pipeline.settings import Settings
from revops_pipeline.transform import runner as dbt
from revops_pipeline.warehouse.base import Session
from revops_pipeline.warehouse.books import LINK_OVERRIDES

# The build of matching: by the tables that it reads, and by the rows in them.
MATCHING, MATCHED = "matching", "matching inputs"
# The table of rates: by what their file says.
RATES = "currency rates"


def common(settings: Settings, config: Config) -> str:
    """What each of dbt's tables depends on: the models' text, their settings, the time it is built
    for."""
    parts = {
        "models": dbt.require_current_manifest(),
        "settings": config.dbt_vars(),
        "as_of": settings.revops_as_of,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def decided(session: Session) -> str:
    """Moves with every decision: rows are only ever added."""
    return str(session.query(f"select count(*), max(decided_at) from {LINK_OVERRIDES}"))


def is_current(session: Session, build: str, wanted: str) -> bool:
    found = session.query("select fingerprint from ops.build_state where build = ?", [build])
    return bool(found) and found[0][0] == wanted
