"""A copy of the checkout, so that commands run as a user runs them and leave this one alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from revops_pipeline.settings import ROOT


@dataclass(frozen=True)
class Checkout:
    root: Path

    @classmethod
    def copy(cls, root: Path) -> Checkout:
        """With the dbt project parsed, as `make setup` leaves it, and with no `.env`."""
        ignored = shutil.ignore_patterns("__pycache__", "logs", "target")
        for name in ("revops_pipeline", "config", ".dbt"):
            if (ROOT / name).exists():
                shutil.copytree(ROOT / name, root / name, ignore=ignored)
        for name in ("pyproject.toml", "setup.py", "workspace.yaml", "LICENSE", "README.md"):
            if (ROOT / name).exists():
                shutil.copy(ROOT / name, root / name)
        (root / "config" / "revops.yml").unlink(missing_ok=True)
        checkout = cls(root)
        parsed = checkout.revops("manifest")
        assert parsed.returncode == 0, parsed.stderr
        return checkout

    def start(
        self, *arguments: str, ignoring: Collection[int] = (), **variables: Any
    ) -> subprocess.Popen[str]:
        """A command with these variables and none of the machine's, in a group of its own; its
        parent ignores these signals and no others."""
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

        def inherit() -> None:  # whatever whoever started the tests made their children ignore
            for each in signals:
                signal.signal(each, signal.SIG_IGN if each in ignoring else signal.SIG_DFL)

        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.root,
            env={"PATH": os.defpath, "HOME": str(self.root)}
            | {k: str(v) for k, v in variables.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=inherit,
        )

    def python(self, *arguments: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **variables)
        try:
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def revops(self, *arguments: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "revops_pipeline", *arguments, **variables)

    def sandboxes(self) -> list[int]:
        """Pids of sandboxes that were started from here and still run."""
        found = []
        for process in psutil.process_iter(["pid", "cmdline", "status"]):
            command = " ".join(process.info["cmdline"] or ())
            if "revops_pipeline.sandbox" in command and str(self.root) in command:
                found.append(process.info["pid"])
        return found
