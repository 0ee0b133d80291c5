"""The published copy of a DuckDB warehouse, which readers open instead of the file being written.

Beside `data/revops.duckdb` lies the folder `data/revops.read` with the copies, a file each and never
changed once it is there, and the text file `current`, which names the newest. A reader that has an
older one open keeps it; the name is never used again. A copy holds what readers ask for, the schemas
staging, marts and ops; the records as they were sent stay in the warehouse.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from revops_pipeline.private import FILE, private_folder
from revops_pipeline.warehouse.base import Session, WarehouseError
from revops_pipeline.warehouse.books import LINK_CHANGES, LINK_OVERRIDES, utc_now

SCHEMAS = ("staging", "marts", "ops")
POINTER = "current"
# The copy before the last is kept for those who read the pointer a moment ago.
VERSIONS = 2
_BUILD = "read copy"


def folder_of(warehouse: Path) -> Path:
    return warehouse.with_suffix(".read")


def current(warehouse: Path) -> Path | None:
    """The newest copy; None where none was published."""
    folder = folder_of(warehouse)
    try:
        name = (folder / POINTER).read_text(encoding="utf-8").strip()
    except OSError:
        return None
    # It stands in a file that anybody may have edited: a name, and nothing that leads elsewhere.
    path = folder / Path(name).name
    return path if name and path.is_file() else None


def publish(session: Session, warehouse: Path, run_id: str, *, alone: bool = False) -> Path | None:
    """Publishes what the warehouse holds now, by the writer's session, and moves the log into the
    warehouse's own file. None, and nothing done, while all that a copy would hold is what the last
    one was made of. `alone`: done in any case, and no older copy stays (somebody was erased). Raises
    WarehouseError when it cannot be written: readers then go on with the last one."""
    folder, made_of = folder_of(warehouse), _made_of(session)
    last = current(warehouse)
    if last and not alone and _published(session) == f"{made_of} {last.name}":
        with suppress(OSError):
            os.utime(folder / POINTER)  # known to be current as of now
        return None
    now = utc_now()
    path = folder / f"{warehouse.stem}-{now:%Y%m%dT%H%M%S%f}.duckdb"
    try:
        private_folder(folder)
        _clear(folder, keep=set(), ending=".part")
        _clear(folder, keep=set(), ending=".part.wal")
        part = path.with_suffix(".part")
        _write(session, part, run_id, now)
        _settle(part)
        part.rename(path)
        _point_to(path)
    except OSError as error:
        raise _unwritable(folder, error) from None
    session.record_build(_BUILD, f"{made_of} {path.name}", run_id)
    session.query("checkpoint")
    _clear(folder, keep=_newest(folder, 1 if alone else VERSIONS, path), ending=".duckdb")
    return path


def _made_of(session: Session) -> str:
    """Moves with each build of a table, each decision, and what became of links."""
    said = [
        session.query(f"select * from ops.build_state where build <> '{_BUILD}' order by build"),
        *(session.query(f"select count(*) from {name}") for name in (LINK_OVERRIDES, LINK_CHANGES)),
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _published(session: Session) -> str | None:
    rows = session.query(f"select fingerprint from ops.build_state where build = '{_BUILD}'")
    return str(rows[0][0]) if rows else None


def _write(session: Session, part: Path, run_id: str, now: datetime) -> None:
    """Every table of the schemas, a view as the rows that it shows: it would name what is not there."""
    import duckdb

    marks = ", ".join("?" * len(SCHEMAS))
    try:
        tables = session.query(
            "select table_schema, table_name from information_schema.tables where table_catalog = "
            f"current_database() and table_schema in ({marks}) order by 1, 2",
            list(SCHEMAS),
        )
        session.query(f"attach '{_quoted(part)}' as read_copy")
        try:
            for schema in SCHEMAS:
                session.query(f"create schema if not exists read_copy.{schema}")
            for schema, table in tables:
                name = f'{schema}."{table}"'
                session.query(f"create table read_copy.{name} as from {name}")
            session.query(
                "create table read_copy.ops.read_copy as select ?::timestamp as published_at, "
                "?::varchar as run_id",
                [now, run_id],
            )
            session.query("checkpoint read_copy")
        finally:
            session.query("detach read_copy")
    except duckdb.Error as error:
        raise _unwritable(part.parent, error) from None


def _settle(part: Path) -> None:
    """On the disk, whole, and for its owner alone."""
    if part.with_name(part.name + ".wal").exists():
        raise OSError(f"{part.name} was not written to its end")
    part.chmod(FILE)
    with part.open("rb") as file:
        os.fsync(file.fileno())


def _point_to(path: Path) -> None:
    """From here on readers that ask open the new copy; a kill before it leaves the last one."""
    new = path.with_name(f"{POINTER}.part")
    with new.open("w", encoding="utf-8") as file:
        file.write(f"{path.name}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path.with_name(POINTER))
    if os.name == "posix":  # the names themselves
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _newest(folder: Path, versions: int, newest: Path) -> set[Path]:
    others = sorted(set(folder.glob("*.duckdb")) - {newest})
    return {newest, *others[len(others) - (versions - 1) :]}


def _clear(folder: Path, keep: set[Path], ending: str) -> None:
    for path in folder.glob(f"*{ending}"):
        if path not in keep:
            with suppress(OSError):  # where an open file cannot be deleted: by the next one
                path.unlink()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _unwritable(folder: Path, error: Exception) -> WarehouseError:
    return WarehouseError(
        f"the read copy in {folder} cannot be written: {str(error).splitlines()[0]}. Readers go on "
        "with the last one; make room or make the folder writable, or set read_copy.enabled to "
        "false in config/revops.yml"
    )
