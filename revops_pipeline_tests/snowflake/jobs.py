"""A process of its own that runs `revops_job` as often as it is told to.

What a process imports and parses depends on its warehouse, so that each warehouse has one, with
nothing but environment variables between them. A line in asks for a run, or for a dbt command; the
line out says how it went. The manifest is parsed into a folder of the test's: the checkout's may be of a real account.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Jobs:
    """The process, seen from the test."""

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        ours = (
            *("HUBSPOT_", "PRODUCT_", "QBR_", "SALESFORCE_", "SERVICENOW_"),
            *("REVOPS_", "SNOWFLAKE_", "DAGSTER_"),
        )
        inherited = {name: v for name, v in os.environ.items() if not name.startswith(ours)}
        folder.mkdir()
        self.errors = folder / "errors.txt"
        with self.errors.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(folder)],
                env={**inherited, **variables},
                cwd=Path(__file__).parents[2],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def start(self, *dbt: str) -> None:
        """A run, or a dbt command."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(dbt) + "\n")
        self._process.stdin.flush()

    def outcome(self) -> dict[str, Any]:
        """Waits for what was started."""
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("outcome "):
                return dict(json.loads(line.removeprefix("outcome ")))
        raise AssertionError(f"the process ended:\n{self.errors.read_text()[-5000:]}")

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def jobs(folder: Path, variables: Mapping[str, str]) -> Iterator[Jobs]:
    started = Jobs(folder, variables)
    try:
        yield started
    finally:
        started.end()


def main(folder: Path) -> None:
    from revops_pipeline import settings
    from revops_pipeline.transform import runner

    settings.Settings.model_config["env_file"] = None
    settings.CONFIG_FILE = folder / "revops.yml"
    runner.target_dir = lambda: folder / "dbt"
    runner.build_manifest()

    import dagster as dg

    from revops_pipeline.definitions import defs

    job = defs.resolve_job_def("revops_job")
    with dg.DagsterInstance.ephemeral() as instance:
        for line in sys.stdin:
            if command := json.loads(line):
                outcome = invoked(command)
            else:
                outcome = described(
                    job.execute_in_process(
                        instance=instance, raise_on_error=False, run_config=QUIET
                    )
                )
            print("outcome", json.dumps(outcome), flush=True)


def invoked(command: list[str]) -> dict[str, Any]:
    """How many of a command's nodes ended how, and what went wrong."""
    from revops_pipeline.transform import runner

    events, error = runner.invoke(command, variables={})
    ends = Counter(event["data"]["status"] for event in events)
    return {"ends": dict(ends), "error": str(error or "")}


def described(result: Any) -> dict[str, Any]:
    """Whether it succeeded, why not, and what each table's materialisation said."""
    failures = [
        str(failure.user_failure_data.description if failure.user_failure_data else failure.error)
        for event in result.all_events
        if event.is_step_failure and (failure := event.step_failure_data)
    ]
    tables = {}
    for event in result.get_asset_materialization_events():
        made = event.step_materialization_data.materialization
        tables[made.asset_key.to_user_string()] = {
            name: value.value
            for name, value in made.metadata.items()
            if isinstance(value.value, (int, str, bool))
        }
    return {"success": result.success, "failures": failures, "tables": tables}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
