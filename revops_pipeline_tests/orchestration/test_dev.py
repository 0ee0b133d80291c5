"""`make dev` as somebody leaves it running: schedules tick, and tick again after a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest

from revops_pipeline.settings import ROOT
from revops_pipeline_tests.orchestration.conftest import Project

DAGSTER = str(Path(sys.executable).with_name("dagster"))


class Dev:
    """`dagster dev` with an instance of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir()
        template = ROOT / "revops_pipeline" / "orchestration" / "dagster.yaml"
        (home / "dagster.yaml").write_text(template.read_text())
        # Away from the checkout: Dagster lets a .env of the current folder win over variables.
        (home / "workspace.yaml").write_text((ROOT / "workspace.yaml").read_text())
        os.environ["DAGSTER_HOME"] = str(home)
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, port: int) -> None:
        log = (self.home / "dev.log").open("ab")
        command = [DAGSTER, "dev", "-w", "workspace.yaml", "--port", str(port)]
        self.processes.append(
            subprocess.Popen(command, cwd=self.home, stdout=log, stderr=log, start_new_session=True)
        )

    def schedule(self, verb: str, *name: str) -> str:
        command = [
            DAGSTER,
            "schedule",
            verb,
            "-w",
            "workspace.yaml",
            "--location",
            "revops_pipeline",
        ]
        done = subprocess.run(
            [*command, *name], cwd=self.home, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def family(self) -> list[psutil.Process]:
        """Every process of the session that `dagster dev` leads, whoever adopted it."""
        leaders = {p.pid for p in self.processes}
        return [p for p in psutil.process_iter() if _session(p) in leaders]

    def kill(self) -> int:
        family = self.family()
        for process in family:
            process.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)
        return len(family)

    def runs(self) -> list[dg.DagsterRun]:
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            return list(instance.get_runs(dg.RunsFilter(job_name="hubspot_job")))

    def wait(self, what: str, condition: Callable[[], object], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            log = (self.home / "dev.log").read_text()[-4000:]
            assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}\n{log}"
            time.sleep(0.3)


def _session(process: psutil.Process) -> int:
    try:
        return os.getsid(process.pid)
    except ProcessLookupError:
        return 0


@pytest.fixture
def dev(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dev]:
    monkeypatch.setenv("DAGSTER_HOME", "")
    dev = Dev(tmp_path / "home")
    yield dev
    dev.kill()


def with_status(dev: Dev, status: dg.DagsterRunStatus) -> list[dg.DagsterRun]:
    return [r for r in dev.runs() if r.status is status]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_after_killing_every_process_in_the_middle_of_a_run_a_restart_ticks_again_by_itself(
    dev: Dev, project: Project
) -> None:
    project.sandbox.faults.add("timeout:probability=1,path_contains=/owners")  # the run hangs there
    dev.start(3901)
    dev.schedule("start", "every_minute_schedule")
    assert "every_minute_schedule [RUNNING]" in dev.schedule("list")
    started = dg.DagsterRunStatus.STARTED
    dev.wait("a scheduled run is under way", lambda: with_status(dev, started), 150)
    time.sleep(1)
    assert dev.kill() >= 3
    killed = {r.run_id for r in dev.runs()}
    assert with_status(dev, started)

    project.sandbox.faults.clear()
    dev.start(3902)
    success = dg.DagsterRunStatus.SUCCESS
    dev.wait(
        "a new run has succeeded",
        lambda: {r.run_id for r in with_status(dev, success)} - killed,
        120,
    )
    assert {r.run_id for r in with_status(dev, dg.DagsterRunStatus.FAILURE)} & killed
    dev.schedule("stop", "every_minute_schedule")
    assert "every_minute_schedule [STOPPED]" in dev.schedule("list")
