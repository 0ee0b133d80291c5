"""`make dev`: Dagster's UI and daemon, on the sandbox when nothing is configured."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import typer

from revops_pipeline.commands.environment import anything_configured, dagster_home, sandbox
from revops_pipeline.sandbox import DEFAULT_PORT
from revops_pipeline.settings import ROOT

# Dagster looks neither at who asks nor at which page sends them.
OPEN_TO_PAGES = (
    "Dagster's interface has no sign-in: while it runs, any web page in your browser can start runs "
    "on it; SECURITY.md says more"
)


def develop(port: int) -> int:
    dagster_home()
    typer.echo(OPEN_TO_PAGES)
    with ExitStack() as stack:
        if not anything_configured():
            url = stack.enter_context(sandbox(DEFAULT_PORT))
            typer.echo(f"No source is configured: the sandbox answers as HubSpot on {url}")
        command = [str(Path(sys.executable).with_name("dagster")), "dev", "-w", "workspace.yaml"]
        command += ["--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The terminal sent the interrupt to Dagster too: it shuts down by itself.
            return process.wait(60)
