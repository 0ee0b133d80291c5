"""Asks HubSpot cheaply whether anything changed, and starts a run only then.

Three searches of one result each, over a fixed reach of modified times: their totals and newest
records make a signature. A late entry of the search index changes a total, so it is seen too.
What no search shows (archived records, associations) is left to the schedules' runs.
"""

import json
import time
from typing import Any

import dagster as dg

from revops_pipeline.connections import hubspot_api
from revops_pipeline.orchestration.jobs import hubspot_job
from revops_pipeline.orchestration.runs import run_in_flight
from revops_pipeline.orchestration.schedules import SHARED
from revops_pipeline.settings import (
    SettingsError,
    configured,
    how_to_configure,
    load_config,
    load_settings,
)
from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.hubspot_streams import CRM, MODIFIED
from revops_pipeline.sources.stream import SourceError

HOUR_MS = 3_600_000
RETRY_FAILED_SECONDS = 300


def signature(api: Any, since: int) -> list[Any]:
    """Per object type: how many records were modified since (epoch ms), and the newest of them. A
    type that the token may not see changes nothing that could be read."""
    found: list[Any] = []
    for kind in CRM:
        modified = MODIFIED.get(kind, "hs_lastmodifieddate")
        later = {"propertyName": modified, "operator": "GTE", "value": str(since)}
        body = {
            "filterGroups": [{"filters": [later]}],
            "sorts": [{"propertyName": modified, "direction": "DESCENDING"}],
            "properties": [modified],
            "limit": 1,
        }
        try:
            answer = api.search(kind, body)
        except Refused as error:
            if error.status != 403:
                raise
            found.append(None)
            continue
        newest = answer["results"][0] if answer["results"] else {}
        found.append([answer.get("total"), newest.get("id"), newest.get("updatedAt")])
    return found


@dg.sensor(
    name="hubspot_change_sensor",
    job=hubspot_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts hubspot_job when contacts, companies or deals changed in HubSpot.",
)
def hubspot_change_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    try:
        settings, config = load_settings(), load_config()
        if not configured(settings, "hubspot"):
            return dg.SkipReason(how_to_configure("hubspot"))
        if run := run_in_flight(context.instance, SHARED):
            return dg.SkipReason(f"run {run} is still in flight; looked at again after it")
        api = hubspot_api(settings, config)
        try:
            return _evaluate(context, api)
        finally:
            api.http.close()
    except (SourceError, SettingsError) as error:
        return dg.SkipReason(str(error))


def _evaluate(context: dg.SensorEvaluationContext, api: Any) -> dg.SensorResult | dg.SkipReason:
    now = int(time.time() * 1000)
    cursor = json.loads(context.cursor) if context.cursor else None
    if cursor and cursor["since"] > now:  # stored while this machine's clock was fast
        cursor = None
    since = cursor["since"] if cursor else now - HOUR_MS
    seen = signature(api, since)
    changed = cursor is None or seen != cursor["seen"]
    if now - since > 3 * HOUR_MS:  # a nearer reach keeps the searches small
        since = now - HOUR_MS
        seen = signature(api, since)
    following = json.dumps({"since": since, "seen": seen})
    if not changed and not _failed_lately(context.instance):
        context.update_cursor(following)
        return dg.SkipReason("nothing changed in HubSpot since the last look")
    return dg.SensorResult(run_requests=[dg.RunRequest()], cursor=following)


def _failed_lately(instance: dg.DagsterInstance) -> bool:
    """The last run failed a while ago: what it was started for may still be unread."""
    records = instance.get_run_records(dg.RunsFilter(job_name=hubspot_job.name), limit=1)
    if not records or records[0].dagster_run.status is not dg.DagsterRunStatus.FAILURE:
        return False
    return time.time() - (records[0].end_time or 0) > RETRY_FAILED_SECONDS
