"""`revops run` and `revops check`: a job in this process, and a summary that a person can read."""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from revops_pipeline.commands.environment import (
    anything_configured,
    as_a_run_would,
    dagster_home,
    place,
    sandbox,
    variables,
)
from revops_pipeline.commands.interrupt import Interrupted, in_a_thread, interruptible
from revops_pipeline.connections import open_warehouse
from revops_pipeline.redaction import redacted
from revops_pipeline.settings import kept_in, load_config, load_settings
from revops_pipeline.warehouse.backup import checkpoint
from revops_pipeline.warehouse.base import Warehouse

if TYPE_CHECKING:
    import dagster as dg

VIEWS = ("marts/contacts_to_users", "marts/company_deals", "marts/team_spending")


def run_once() -> int:
    console = Console(highlight=False)
    with interruptible(), ExitStack() as stack:
        load_config()  # a wrong file is told of before anything starts
        if not anything_configured():
            url = stack.enter_context(sandbox(port=0))
            console.print(f"No source is configured: a sandbox answers as HubSpot on {url}")
        return _execute("revops_job", console, stack)


def run_checks() -> int:
    load_config()
    used = kept_in(as_a_run_would())
    with interruptible(), ExitStack() as stack:
        stack.enter_context(variables(used))
        return _execute("checks_job", Console(highlight=False), stack)


def rebuild() -> list[str]:
    """Builds, and checks, what is not of the raw rows that are there; reads no source and publishes
    nothing. Why it failed, if it did. The caller has set the variables of the warehouse."""
    import dagster as dg

    from revops_pipeline.definitions import defs

    logging.getLogger("dagster").setLevel(logging.WARNING)
    job, home = defs.resolve_job_def("revops_job"), dagster_home()
    graph = job.asset_layer.asset_graph
    keys = [
        key
        for key in graph.materializable_asset_keys & set(job.asset_layer.executable_asset_keys)
        if key.path[0] not in ("raw", "published")
    ]
    with dg.DagsterInstance.get() if home else dg.DagsterInstance.ephemeral() as instance:
        result = in_a_thread(
            lambda: job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                asset_selection=keys,
                run_config={"loggers": {"console": {"config": {"log_level": "WARNING"}}}},
            )
        )
    failed = [redacted(line) for line in _failures(result)]
    return failed or ([] if result.success else ["the tables could not be built"])


def _execute(job: str, console: Console, stack: ExitStack) -> int:
    """Runs `job`; an interrupt closes `stack` before the run is put on record as canceled."""
    home = dagster_home()

    import dagster as dg

    from revops_pipeline.definitions import defs

    logging.getLogger("dagster").setLevel(logging.INFO)
    run_id = str(uuid.uuid4())
    instance = dg.DagsterInstance.get() if home else dg.DagsterInstance.ephemeral()
    with instance:
        try:
            # Dagster answers Ctrl-C by trying the interrupted step again, but only in the main
            # thread; from another one it leaves signals to us.
            result = in_a_thread(
                lambda: defs.resolve_job_def(job).execute_in_process(
                    instance=instance,
                    raise_on_error=False,
                    run_id=run_id,
                    run_config={"loggers": {"console": {"config": {"log_level": "INFO"}}}},
                )
            )
        except Interrupted as signal:
            # Last of all: the step under way goes on until the process is gone.
            stack.close()
            run = instance.get_run_by_id(run_id)
            if run and not run.is_finished:
                instance.report_run_canceled(run, f"ended by {signal}")
            raise
        _summary(console, result)
    if job == "revops_job":
        checkpoint(open_warehouse(load_settings(), load_config()))
    failed = _failures(result)
    for line in failed:
        console.print(f"[red]✗[/] {escape(redacted(line))}", soft_wrap=True)
    if failed or not result.success:
        return 1
    console.print(f"[green]✓[/] {job} succeeded.")
    if job == "revops_job":
        _where_next(console, open_warehouse(load_settings(), load_config()))
    return 0


def _where_next(console: Console, warehouse: Warehouse) -> None:
    path, example = place(warehouse), ""
    if warehouse.file:
        example = (
            ', for example: .venv/bin/python -c "import duckdb; '
            f"duckdb.connect('{path}', read_only=True).sql('select company_name, team_name, "
            "total_team_spend, currency from marts.team_spending').show()\""
        )
    console.print(
        "\nWhere to look next:\n"
        f"  the tables   {path}{example}\n"
        "  the graph    make dev, then http://127.0.0.1:3000\n"
        "  your systems .env.example, then make doctor",
        soft_wrap=True,
    )


def _failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """Why steps failed, in our own words, and which blocking checks did."""
    lines = []
    for event in result.all_events:
        if event.is_step_failure:
            lines.append(f"{event.step_key}: {_reason(event.step_failure_data)}")
    import dagster as dg

    for check in result.get_asset_check_evaluations():
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR:
            lines.append(f"check {check.check_name} of {check.asset_key.to_user_string()} failed")
    return lines


def _reason(data: Any) -> str:
    """What the step itself said, below what Dagster says about retries."""
    if data.user_failure_data and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error
    while error and error.cause:
        error = error.cause
    return error.message.strip() if error else "failed"


def _summary(console: Console, result: dg.ExecuteInProcessResult) -> None:
    checks: dict[str, list[bool]] = defaultdict(list)
    for check in result.get_asset_check_evaluations():
        checks[check.asset_key.to_user_string()].append(check.passed)
    table = Table("table", "rows", "seconds", "checks", box=None, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    seconds = _step_seconds(result)
    for event in result.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        name = materialization.asset_key.to_user_string()
        metadata = {k: getattr(v, "value", v) for k, v in materialization.metadata.items()}
        style = "bold" if name in VIEWS else None
        table.add_row(
            name,
            _rows(metadata),
            _seconds(metadata, seconds, event.step_key),
            _checks(checks.pop(name, []), metadata),
            style=style,
        )
    for name, passed in sorted(checks.items()):
        table.add_row(name, "", "", _checks(passed, {}))
    if table.row_count:
        console.print(table)


def _rows(metadata: dict[str, Any]) -> str:
    rows = metadata.get("dagster/row_count")
    return f"{rows:,}" if isinstance(rows, int) else ""


def _seconds(metadata: dict[str, Any], steps: dict[str, float], step: str | None) -> str:
    own = metadata.get("Execution Duration", metadata.get("seconds"))
    value = own if isinstance(own, (int, float)) else steps.get(step or "", 0.0)
    return f"{value:.2f}"


def _checks(passed: list[bool], metadata: dict[str, Any]) -> str:
    if not passed:
        return "unchanged" if metadata.get("unchanged") else ""
    good = sum(passed)
    said = f"{good} passed" if good == len(passed) else f"{good} passed, {len(passed) - good} not"
    return f"unchanged, {said}" if metadata.get("unchanged") else said


def _step_seconds(result: dg.ExecuteInProcessResult) -> dict[str, float]:
    return {
        e.step_key: e.step_success_data.duration_ms / 1000
        for e in result.all_events
        if e.is_step_success and e.step_key
    }
