"""The SQL that keeps `ops.rejected_documents` in Snowflake."""

from __future__ import annotations

from collections.abc import Sequence

from revops_pipeline.warehouse.rejects import (
    REJECTED_COLUMNS,
    REJECTED_DOCUMENTS,
    REJECTED_KEY,
)
from revops_pipeline.warehouse.snowflake_books import fill
from revops_pipeline.warehouse.snowflake_tables import add_reject_columns
from revops_pipeline.warehouse.snowflake_wire import Row, Wire

_KEY, _COLUMNS = ", ".join(REJECTED_KEY), ", ".join(REJECTED_COLUMNS)
_TOLD = "ops.told"


def stage_rejects(wire: Wire, rows: Sequence[Row]) -> None:
    """Before the transaction begins: making tables and columns commits."""
    add_reject_columns(wire)
    kinds = {n: "timestamp_ntz" if k == "timestamp" else k for n, k in REJECTED_COLUMNS.items()}
    fill(wire, _TOLD, kinds, rows)


def clear_settled(wire: Wire, source: str, *, told: bool) -> None:
    """Takes away the lines of records that came or went with this landing, unless it tells them
    again (`told`: whether it tells anything)."""
    again = f" and ({_KEY}) not in (select {_KEY} from {_TOLD})" if told else ""
    wire.run(
        f"delete from {REJECTED_DOCUMENTS} where source = ? and (stream, id) in "
        f"(select l.stream, l.id from ops.landing l where l.kind in ('row', 'gone')){again}",
        [source],
    )


def add_told(wire: Wire, stream: str) -> int:
    """How many of the staged lines of one stream were not there yet."""
    same = " and ".join(f"t.{name} = n.{name}" for name in REJECTED_KEY)
    return wire.run(
        f"merge into {REJECTED_DOCUMENTS} t using (select * from {_TOLD} where stream = ?) n "
        f"on {same} when not matched then insert ({_COLUMNS}) "
        f"values ({', '.join(f'n.{name}' for name in REJECTED_COLUMNS)})",
        [stream],
        about=REJECTED_DOCUMENTS,
    )
