"""A run that is interrupted anywhere costs the next one nothing but time."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from revops_pipeline_tests.orchestration.conftest import Project

# Forks a run of hubspot_job from a warm process, ends it after a while, again and again; then
# lets one through. The parent opens neither the warehouse nor a thread before it forks.
CHILD = textwrap.dedent("""
    import json, os, signal, sys, time
    import dagster as dg
    from revops_pipeline.definitions import defs
    from revops_pipeline.transform import runner
    runner._preloaded()
    # Whoever started the tests in the background made their children ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

    def run():
        with dg.DagsterInstance.ephemeral() as instance:
            job = defs.resolve_job_def("hubspot_job")
            return job.execute_in_process(instance=instance, run_config=quiet, raise_on_error=False)

    ended = []
    for delay in json.loads(sys.argv[2]):
        pid = os.fork()
        if pid == 0:
            os._exit(0 if run().success else 1)
        time.sleep(delay)
        os.kill(pid, int(sys.argv[1]))
        ended.append(os.waitpid(pid, 0)[1])
    assert run().success
    print(json.dumps(ended))
""")


def run_interrupted(sign: signal.Signals, delays: list[float]) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(int(sign)), json.dumps(delays)],
        check=False,
        capture_output=True,
        text=True,
        env=dict(os.environ),
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    statuses: list[int] = json.loads(done.stdout.splitlines()[-1])
    return statuses


@pytest.mark.parametrize(
    ("sign", "seed"),
    [
        pytest.param(signal.SIGKILL, 1, id="SIGKILL"),
        # `test_run` interrupts the command itself.
        pytest.param(signal.SIGINT, 2, id="SIGINT", marks=pytest.mark.slow),
    ],
)
def test_interrupted_runs_end_with_the_tables_of_an_undisturbed_one(
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sign: signal.Signals,
    seed: int,
) -> None:
    project.start()
    undisturbed = project.tables()
    raw = "select id, document from raw.hubspot_{} order by id"
    records = {k: project.rows(raw.format(k)) for k in ("contacts", "deals", "deal_companies")}

    project.path = tmp_path / "interrupted.duckdb"
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(project.path))
    # A run of this size loads within half a second, then builds for about two.
    generator = random.Random(seed)
    delays = [generator.uniform(0.05, 0.5) for _ in range(3)]
    delays += [generator.uniform(0.5, 2.5) for _ in range(4)]
    statuses = run_interrupted(sign, delays)
    assert any(os.WIFSIGNALED(s) or os.WEXITSTATUS(s) for s in statuses), "nothing was interrupted"
    assert project.tables() == undisturbed
    assert {k: project.rows(raw.format(k)) for k in records} == records


def test_the_sandbox_ends_with_the_run_that_started_it_even_when_that_is_killed(
    tmp_path: Path,
) -> None:
    parent = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from revops_pipeline.commands import environment
        environment.SANDBOX_PRODUCT = Path(sys.argv[1])
        with environment.sandbox(0) as url:
            print(url, flush=True)
            time.sleep(60)
    """)
    run = subprocess.Popen(
        [sys.executable, "-c", parent, str(tmp_path / "p.sqlite")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline().startswith("http://127.0.0.1:")
    [sandbox] = psutil.Process(run.pid).children()
    run.kill()
    run.wait()
    assert psutil.wait_procs([sandbox], timeout=10)[1] == []
