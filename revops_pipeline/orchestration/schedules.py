"""Three cadences of one job, all stopped until somebody starts one."""

import dagster as dg

from revops_pipeline.orchestration.jobs import hubspot_job
from revops_pipeline.orchestration.runs import run_in_flight

# revops_job reads the same sources: one of the two at a time.
SHARED = ("hubspot_job", "revops_job")


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
