"""What a scheduled run costs, from run start to run end as Dagster records them.

    python -m benchmarks.runs [--runs 5]

- a run of hubspot_job with nothing changed, against an empty in-process Dagster job;
- a run with 100 changed contacts, through to fresh views and their checks, against dbtRunner
  alone building the models that this run built, in a process that has it loaded.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.portal import portal

ROOT = Path(__file__).parent.parent
OTHER = {"staging": "marts", "marts": "staging"}
QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, portal(Path(name)) as target:
        folder = Path(name)
        (folder / "home").mkdir()
        shutil.copy(ROOT / "revops_pipeline" / "orchestration" / "dagster.yaml", folder / "home")
        os.environ |= {
            "DAGSTER_HOME": str(folder / "home"),
            "HUBSPOT_API_URL": target.url,
            "HUBSPOT_API_KEY": target.token,
            "PRODUCT_DATABASE_URL": target.product,
            "REVOPS_DUCKDB_PATH": str(folder / "warehouse.duckdb"),
        }
        print("\n".join(measure(target, options.runs)))


def measure(target: Any, runs: int) -> list[str]:
    import dagster as dg

    from revops_pipeline.definitions import defs
    from revops_pipeline.settings import load_config

    @dg.op
    def nothing() -> None:
        """Nothing."""

    @dg.job(executor_def=dg.in_process_executor)
    def empty() -> None:
        nothing()

    instance = dg.DagsterInstance.get()
    hubspot = defs.resolve_job_def("hubspot_job")

    built: set[str] = set()

    def seconds(job: Any) -> float:
        result = job.execute_in_process(instance=instance, run_config=QUIET)
        built.clear()
        built.update(changed_tables(result))
        record = instance.get_run_record_by_id(result.run_id)
        assert record
        return (record.end_time or 0) - (record.start_time or 0)

    first = seconds(hubspot)
    ids = target.ids("contacts", 100)
    times: dict[str, list[float]] = {k: [] for k in ("empty", "quiet", "changed", "dbt")}
    for turn in range(runs):
        times["empty"].append(seconds(empty))
        times["quiet"].append(seconds(hubspot))
        target.edit("contacts", ids, {"jobtitle": f"Turn {turn}"})
        times["changed"].append(seconds(hubspot))
        times["dbt"].append(dbt_alone(load_config(), built))
    median = {k: statistics.median(v) for k, v in times.items()}
    return [
        "| run of hubspot_job | seconds | against | seconds | above it |",
        "|---|---|---|---|---|",
        f"| nothing changed | {median['quiet']:.2f} | empty in-process job | {median['empty']:.2f} | "
        f"{median['quiet'] - median['empty']:.2f} s |",
        f"| 100 contacts changed | {median['changed']:.2f} | dbtRunner alone | {median['dbt']:.2f} | "
        f"{median['changed'] - median['dbt']:.2f} s |",
        f"| the first, into an empty warehouse | {first:.2f} | – | | |",
    ]


def changed_tables(result: Any) -> Iterator[str]:
    for event in result.get_asset_materialization_events():
        told = event.step_materialization_data.materialization
        if not told.metadata["unchanged"].value:
            yield told.asset_key.path[-1]


def dbt_alone(config: Any, models: set[str]) -> float:
    from revops_pipeline.transform import runner

    names = " ".join(sorted(models))
    started = time.perf_counter()
    for stage in ("staging", "marts"):
        args = ["build", "--select", names, "--exclude", f"tag:stage_{OTHER[stage]}"]
        args += ["--indirect-selection", "buildable"]
        args += ["--exclude-resource-type", "unit_test"]
        _, error = runner.invoke(args, variables=config.dbt_vars())
        assert error is None, error
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
