"""`revops`: the commands that people type. Heavy imports wait until a command needs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from revops_pipeline.commands.terminal import prepare_output
from revops_pipeline.matching.csv_command import ListsByDefault, match_command
from revops_pipeline.redaction import redacted
from revops_pipeline.sandbox.command import sandbox_command

SOURCES = "hubspot, product, qbr, salesforce or servicenow"

app = typer.Typer(
    name="revops",
    help="Revenue operations in one Dagster repository.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
state = typer.Typer(help="What is stored about each source's progress.", no_args_is_help=True)
app.add_typer(state, name="state")
app.command("sandbox")(sandbox_command)
match = typer.Typer(
    cls=ListsByDefault,
    help="Which records of two lists, or of two systems, are the same company.\n\n"
    "`revops match LEFT.csv RIGHT.csv --out LINKS.csv` links two lists; see `match lists --help`.",
    no_args_is_help=True,
)
match.command("lists")(match_command)
app.add_typer(match, name="match")


@app.callback()
def prepare() -> None:
    """Revenue operations in one Dagster repository."""
    prepare_output()


@app.command()
def run() -> None:
    """The main job once, then a summary. Starts the sandbox when no source is configured."""
    from revops_pipeline.commands.run import run_once

    raise typer.Exit(_guarded(run_once))


@app.command()
def check() -> None:
    """The asset checks alone, on the tables as they are; non-zero on any failure."""
    from revops_pipeline.commands.run import run_checks

    raise typer.Exit(_guarded(run_checks))


@app.command()
def doctor() -> None:
    """Each configured source and the warehouse, a line each; non-zero if any fails."""
    from revops_pipeline.commands.doctor import diagnose

    raise typer.Exit(_guarded(diagnose))


@app.command()
def dev(
    port: Annotated[int, typer.Option(envvar="PORT", help="Where the UI listens.")] = 3000,
) -> None:
    """`dagster dev`, with the sandbox beside it when no source is configured."""
    from revops_pipeline.commands.dev import develop

    raise typer.Exit(_guarded(lambda: develop(port)))


@app.command()
def backup(
    path: Annotated[Path, typer.Argument(help="The file to write, or a folder for it.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over a file that is there.")
    ] = False,
) -> None:
    """A copy of the DuckDB warehouse, whole and checked; waits for the run that is writing."""
    from revops_pipeline.commands.backup import backup_to

    raise typer.Exit(_guarded(lambda: backup_to(path, replace=replace)))


@app.command()
def erase(
    email: Annotated[str, typer.Option("--email", help="The person's address, any of them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erases a person: records with that e-mail from every table, the address from all else."""
    from revops_pipeline.commands.erase import erase as erase_person

    raise typer.Exit(_guarded(lambda: erase_person(email, yes=yes)))


@app.command()
def manifest() -> None:
    """Parses the dbt project, if it changed since the last time."""
    from revops_pipeline.commands.manifest import ensure_manifest

    raise typer.Exit(_guarded(ensure_manifest))


@match.command("override")
def match_override(
    left: Annotated[str, typer.Option(help="One record, as SYSTEM:ID, such as hubspot:123")] = "",
    right: Annotated[str, typer.Option(help="The other one; no_link without it: no other")] = "",
    decision: Annotated[str, typer.Option(help="link or no_link")] = "",
    author: Annotated[str, typer.Option(help="Who decides.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it is kept with the link.")] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Also for a record that is not there (yet).")
    ] = False,
    show: Annotated[bool, typer.Option("--list", help="Show the decisions that stand.")] = False,
) -> None:
    """Decides a link by hand, which wins over everything; it holds from the next run on."""
    from revops_pipeline.commands.overrides import Request, override, show_standing

    request = Request(left, right, decision, author, reason)
    raise typer.Exit(_guarded(show_standing if show else lambda: override(request, force=force)))


@state.command("show")
def state_show(
    source: Annotated[str, typer.Argument(help=SOURCES)],
    stream: Annotated[str | None, typer.Argument(help="one stream of it")] = None,
) -> None:
    """Identity, cursor and change count of each stream."""
    from revops_pipeline.commands.state import show

    raise typer.Exit(_guarded(lambda: show(source, stream)))


@state.command("reset")
def state_reset(
    source: Annotated[str, typer.Argument(help=SOURCES)],
    stream: Annotated[str | None, typer.Argument(help="one stream of it")] = None,
) -> None:
    """Forgets cursor and rows, so that the next run reads all again; history stays."""
    from revops_pipeline.commands.state import reset

    raise typer.Exit(_guarded(lambda: reset(source, stream)))


def _guarded(command: Callable[[], int]) -> int:
    """Our own errors as one line on stderr and exit code 2; anything else is a bug and shows."""
    from revops_pipeline.matching import MatchError
    from revops_pipeline.settings import SettingsError
    from revops_pipeline.sources.stream import SourceError
    from revops_pipeline.transform.runner import ManifestError
    from revops_pipeline.warehouse.base import WarehouseError

    try:
        return command()
    except (SettingsError, SourceError, WarehouseError, MatchError, ManifestError) as error:
        typer.echo(f"error: {redacted(str(error))}", err=True)
        return 2
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        return 130
