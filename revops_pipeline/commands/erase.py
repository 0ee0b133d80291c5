"""`revops erase`: a person's data leaves every table, with a record that it was done.

What was sent goes first, in one transaction; then the tables that are made of it are built anew, and
the published copy. Wherever it is cut short, the same command again brings it to its end.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from contextlib import ExitStack

import typer

from revops_pipeline.commands.environment import as_a_run_would, nothing_there, place, variables
from revops_pipeline.commands.interrupt import interruptible
from revops_pipeline.commands.run import rebuild
from revops_pipeline.connections import open_warehouse
from revops_pipeline.settings import SettingsError, kept_in, load_config
from revops_pipeline.sources.email_text import is_address, normal
from revops_pipeline.sources.people import Key
from revops_pipeline.warehouse.base import Warehouse
from revops_pipeline.warehouse.erase import Found, apply, find, finish, is_built, left
from revops_pipeline.warehouse.read_copy import current, publish

SCHEMAS = ("raw", "staging", "marts", "ops")


def erase(email: str, *, yes: bool) -> int:
    """0 when nothing of the person is left, also if nothing was there; 1 when something is, or when
    the answer was no."""
    address = normal(email)
    if not is_address(address):
        raise SettingsError(f"--email is {email!r}, which is no address")
    settings, config = as_a_run_would(), load_config()
    warehouse = open_warehouse(settings, config)
    if nothing_there(warehouse):
        typer.echo(
            f"there is no warehouse at {place(warehouse)} yet: nothing is stored of {address}"
        )
        return 0
    if not yes:
        with warehouse.session("looking for a person") as session:
            _tell(find(session, address), place(warehouse))
        if not typer.confirm("Erase it? It cannot be undone"):
            return 1
    with interruptible(), ExitStack() as stack:
        stack.enter_context(variables(kept_in(settings)))
        with warehouse.session("erasing a person") as session:
            found = find(session, address)
            apply(session, found)
            built = is_built(session)
        if yes:
            _tell(found, place(warehouse))
        failed = rebuild() if built and _anything(found) else []
        remaining = _close(warehouse, found)
    for line in failed:
        typer.echo(f"✗ {line}", err=True)
    if failed or remaining:
        typer.echo(
            "What was sent is erased, but the tables made of it could not all be built anew"
            + (f"; the address stands yet in {', '.join(remaining)}" if remaining else "")
            + ". Put right what is told above, or make run, and give this command again",
            err=True,
        )
        return 1
    typer.echo(
        f"Done; the record of it is in ops.erasures, without the address. {warehouse.older_copies}"
    )
    return 0


def _close(warehouse: Warehouse, found: Found) -> list[str]:
    """Publishes a copy without the person, and has the file written anew without what the tables held
    before they were built; the columns in which the address is left all the same."""
    with warehouse.session("erasing a person") as session:
        session.rewrite()
        remaining = left(session, found.address, SCHEMAS)
        if not remaining:
            finish(session, found)
        if warehouse.file and current(warehouse.file):
            publish(session, warehouse.file, str(uuid.uuid4()), alone=True)
    return remaining


def _anything(found: Found) -> bool:
    return bool(found.again or found.records or found.children or found.texts)


def _tell(found: Found, where: str) -> None:
    if not (found.records or found.children or found.texts):
        typer.echo(
            f"{found.address}: nothing more of it is stored in {where}"
            if found.again
            else f"{found.address}: no record has it in {where}; if a vendor sends it, it is not stored"
        )
        return
    typer.echo(f"{found.address}, in {where}:")
    _list("records of the person, with all their versions", found.records, named=True)
    _list("what hangs on them", found.children)
    _list("other records, in which the address becomes [erased]", found.texts)


def _list(title: str, found: Mapping[Key, Collection[str]], *, named: bool = False) -> None:
    for (source, stream), ids in sorted(found.items()):
        which = f" ({', '.join(sorted(ids))})" if named else ""
        typer.echo(f"  {source} {stream}: {len(ids)}{which} - {title}")
