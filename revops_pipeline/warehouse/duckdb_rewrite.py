"""A DuckDB file written anew, so that what was deleted stands in none of its bytes.

DuckDB frees the blocks of what is deleted and leaves them as they are until something else needs the
room. That it is to be done is noted in a file beside it, before anything is deleted: where a process is
killed on the way, the next session does it.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from revops_pipeline.private import FILE


def ask(path: Path) -> None:
    _note(path).touch(mode=FILE)


def is_due(path: Path) -> bool:
    return _note(path).exists()


def rewrite(path: Path, memory_limit: str) -> None:
    """Of a file that nobody writes and whose log was moved into it. Whoever reads the old file goes on
    with it until he closes it. Needs room for a second one."""
    fresh = path.with_name(f"{path.name}.rewritten")
    for leftover in (fresh, _log(fresh)):
        leftover.unlink(missing_ok=True)
    # By its own name, which views made by dbt may have in front of a table's.
    old, new = path.stem, f"{path.stem}_rewritten"
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{memory_limit}'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach {_text(path)} as {_name(old)} (read_only)")
        connection.execute(f"attach {_text(fresh)} as {_name(new)}")
        connection.execute(f"copy from database {_name(old)} to {_name(new)}")
        connection.execute(f"checkpoint {_name(new)}")
        connection.execute(f"detach {_name(new)}")
    fresh.chmod(path.stat().st_mode & 0o777)
    os.replace(fresh, path)
    _log(path).unlink(missing_ok=True)
    _note(path).unlink()


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.rewrite")


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
