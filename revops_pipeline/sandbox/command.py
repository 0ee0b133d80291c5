"""`revops sandbox`: generate, serve, and say when it is ready."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from revops_pipeline.sandbox.app import DEFAULT_TOKEN
from revops_pipeline.sandbox.faults import Fault, describe
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.product import write_product_database
from revops_pipeline.sandbox.server import DEFAULT_PORT, PortInUse, Sandbox, listen
from revops_pipeline.sandbox.vendors import variables, vendors


def serve(
    port: int = DEFAULT_PORT,
    contacts: int = 1500,
    companies: int = 300,
    deals: int = 600,
    seed: int = 7,
    latency_ms: float = 0,
    fault: list[str] | None = None,
    rate_limit: int = 190,
    search_limit: int = 5,
    token: str = DEFAULT_TOKEN,
    product_database: str | os.PathLike[str] = "data/sandbox_product.sqlite",
    ready_fd: int | None = None,
    until_stdin_closes: bool = False,
    activities: int | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, or until whoever started us is gone if that is asked for. One
    line, on standard output or on `ready_fd`, says that connections are accepted and which
    variables lead to it. Refuses a port in use before it does any work, and an unknown fault
    likewise."""
    faults = [Fault.parse(text) for text in fault or []]
    listener = listen(port)
    portal = Portal.generate(contacts, companies, deals, seed, activities)
    database = write_product_database(product_database, portal)
    # Millions of objects that live as long as the process: no collection need look at them again.
    gc.collect()
    gc.freeze()
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    if until_stdin_closes:
        threading.Thread(target=_end_with_stdin, args=(stop,), daemon=True).start()
    with Sandbox(
        portal,
        latency_ms=latency_ms,
        rate_limit=rate_limit,
        search_limit=search_limit,
        faults=faults,
        token=token,
        seed=seed,
        listener=listener,
        mounts=vendors(portal, seed, latency_ms, faults),
    ) as sandbox:
        known = {"HUBSPOT_API_URL": sandbox.url, "HUBSPOT_API_KEY": token}
        # The path of the database comes last: it may hold a space.
        known |= variables(sandbox.url) | {"PRODUCT_DATABASE_URL": f"sqlite:///{database}"}
        line = f"sandbox ready: {' '.join(f'{k}={v}' for k, v in known.items())}\n"
        if ready_fd is None:
            sys.stdout.write(line)
            sys.stdout.flush()
        else:
            os.write(ready_fd, line.encode())
        stop.wait()


def _end_with_stdin(stop: threading.Event) -> None:
    """A killed parent cannot end its child, but its end of the pipe closes."""
    os.read(0, 1)
    stop.set()


def sandbox_command(
    port: Annotated[int, typer.Option(help="Loopback port; 0 takes a free one.")] = DEFAULT_PORT,
    contacts: Annotated[int, typer.Option(min=0, help="Live contacts.")] = 1500,
    companies: Annotated[int, typer.Option(min=0, help="Live companies.")] = 300,
    deals: Annotated[int, typer.Option(min=0, help="Live deals.")] = 600,
    seed: Annotated[int, typer.Option(help="The same seed gives the same data.")] = 7,
    latency_ms: Annotated[float, typer.Option(min=0, help="Delay before each answer.")] = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="Something to go wrong, NAME or NAME:OPTION=VALUE,… with probability=P (of a "
            "request, 0..1), times=N (on each path), skip=N (of its first requests), burst=N (in a "
            "row), path_contains=TEXT, size=N and ms=N (what the fault says they are). It strikes "
            "all vendors; path_contains=/salesforce confines it to one. Give it again for another "
            "fault; --list-faults explains the names."
        ),
    ] = None,
    rate_limit: Annotated[int, typer.Option(min=0, help="Requests in 10 s; 0: no limit.")] = 190,
    search_limit: Annotated[int, typer.Option(min=0, help="Searches a second; 0: no limit.")] = 5,
    token: Annotated[str, typer.Option(help="The bearer token it accepts.")] = DEFAULT_TOKEN,
    product_database: Annotated[
        Path, typer.Option(help="Where to write the product database (SQLite).")
    ] = Path("data/sandbox_product.sqlite"),
    activities: Annotated[
        int | None, typer.Option(min=0, help="Engagements; half as many as deals if not given.")
    ] = None,
    list_faults: Annotated[
        bool, typer.Option("--list-faults", help="Say what each fault does, and end.")
    ] = False,
    until_stdin_closes: Annotated[
        bool, typer.Option(help="End with the process that started it.", hidden=True)
    ] = False,
) -> None:
    """Serve made-up data on 127.0.0.1 as HubSpot, QBR, Salesforce and ServiceNow do, with the
    product's database."""
    if list_faults:
        typer.echo("\n".join(f"{name:<26}{does}" for name, does in describe().items()))
        return
    try:
        serve(
            port,
            contacts,
            companies,
            deals,
            seed,
            latency_ms,
            fault,
            rate_limit,
            search_limit,
            token,
            product_database,
            until_stdin_closes=until_stdin_closes,
            activities=activities,
        )
    except (PortInUse, ValueError) as error:
        typer.echo(f"sandbox: {error}", err=True)
        raise typer.Exit(2) from None
