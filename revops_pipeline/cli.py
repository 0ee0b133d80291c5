"""`revops`: the commands that people type. Heavy imports wait until a command needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from revops_pipeline.matching.csv_command import match_command
from revops_pipeline.sandbox.command import sandbox_command

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
app.command("match")(match_command)


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
def manifest() -> None:
    """Parses the dbt project, if it changed since the last time."""
    from revops_pipeline.commands.manifest import ensure_manifest

    raise typer.Exit(_guarded(ensure_manifest))


@state.command("show")
def state_show(
    source: Annotated[str, typer.Argument(help="hubspot, product")],
    stream: Annotated[str | None, typer.Argument(help="one stream of it")] = None,
) -> None:
    """Identity, cursor and change count of each stream."""
    from revops_pipeline.commands.state import show

    raise typer.Exit(_guarded(lambda: show(source, stream)))


@state.command("reset")
def state_reset(
    source: Annotated[str, typer.Argument(help="hubspot, product")],
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
        typer.echo(f"error: {error}", err=True)
        return 2
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        return 130
