"""`make dev`: Dagster's UI and daemon, on the sandbox when nothing is configured."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from revops_pipeline.commands.environment import anything_configured, sandbox
from revops_pipeline.sandbox import DEFAULT_PORT
from revops_pipeline.settings import ROOT


def develop() -> int:
    with ExitStack() as stack:
        if not anything_configured():
            url = stack.enter_context(sandbox(DEFAULT_PORT))
            print(f"No source is configured: the sandbox answers as HubSpot on {url}", flush=True)
        command = [str(Path(sys.executable).with_name("dagster")), "dev", "-w", "workspace.yaml"]
        command += ["--host", "127.0.0.1", "--port", os.environ.get("PORT", "3000")]
        process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The terminal sent the interrupt to Dagster too: it shuts down by itself.
            return process.wait(60)
