"""Three cadences of hubspot_job and one of each slower source's job, all stopped until somebody
starts them."""

import dagster as dg

from revops_pipeline.orchestration.cadence import SLOW, cadence
from revops_pipeline.orchestration.jobs import hubspot_job, source_jobs
from revops_pipeline.orchestration.runs import run_in_flight

# revops_job reads the same sources: one of the two at a time.
SHARED = ("hubspot_job", "revops_job")


def _slow_schedule(source: str) -> dg.ScheduleDefinition:
    """As often as the source's rows may become old, within its hours (UTC)."""
    hours = [str(hour) for hour in cadence(source).ticks]

    @dg.schedule(
        name=f"{source}_schedule",
        cron_schedule=f"0 {','.join(hours)} * * *",
        execution_timezone="UTC",
        job=source_jobs[source],
        description=f"Runs {source}_job daily at {', '.join(hours)} h UTC, unless a run of it is in "
        "flight.",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if run := run_in_flight(context.instance, (f"{source}_job", "revops_job")):
            return dg.SkipReason(f"run {run} is still in flight; the next tick tries again")
        return dg.RunRequest()

    return tick


slow_schedules = [_slow_schedule(name) for name in SLOW]


def _schedule(name: str, cron: str, when: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=name,
        cron_schedule=cron,
        job=hubspot_job,
        description=f"Runs hubspot_job {when}, unless a run of it is still in flight.",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if run := run_in_flight(context.instance, SHARED):
            return dg.SkipReason(f"run {run} is still in flight; the next tick tries again")
        return dg.RunRequest()

    return tick


every_minute_schedule = _schedule("every_minute_schedule", "* * * * *", "every minute")
every_five_minutes_schedule = _schedule(
    "every_five_minutes_schedule", "*/5 * * * *", "every five minutes"
)
every_hour_schedule = _schedule("every_hour_schedule", "0 * * * *", "every hour")
