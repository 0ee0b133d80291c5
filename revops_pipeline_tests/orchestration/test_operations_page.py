"""docs/operations.md lists what there is."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch

from revops_pipeline.definitions import defs
from revops_pipeline.settings import ROOT, VARIABLES
from revops_pipeline.transform import runner

PAGE = (ROOT / "docs" / "operations.md").read_text()
NAMED = set(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)))


def test_every_job_schedule_and_sensor_is_on_the_page() -> None:
    repository = defs.get_repository_def()
    jobs = {job.name for job in repository.get_all_jobs() if not job.name.startswith("__")}
    schedules = {schedule.name for schedule in repository.schedule_defs}
    sensors = {sensor.name for sensor in repository.sensor_defs if "automation" not in sensor.name}
    assert len(schedules) == 6
    assert jobs | schedules | sensors <= NAMED


def test_every_check_that_only_warns_is_on_the_page() -> None:
    manifest = json.loads(runner.require_manifest().read_text())
    nodes = manifest["nodes"].values()
    warning = {
        node["name"]
        for node in nodes
        if node["resource_type"] == "test" and node["config"]["severity"].lower() == "warn"
    }
    assert len(warning) >= 9
    assert not {name for name in warning if not any(fnmatch(name, known) for known in NAMED)}


def test_the_page_says_of_every_source_how_it_is_read_anew() -> None:
    (line,) = [line for line in PAGE.splitlines() if "state reset hubspot" in line]
    assert all(source in line for source in VARIABLES)
