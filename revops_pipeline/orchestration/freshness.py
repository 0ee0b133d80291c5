"""When a table counts as late: by how often the sources that feed it are read.

A source's job materialises all that the source feeds. So a table that several feed is as young as
the one among them that is read most often makes it; how old each source's own rows are is told by
its raw and staging tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from graphlib import TopologicalSorter

import dagster as dg

from revops_pipeline.orchestration.cadence import SLOW, cadence
from revops_pipeline.settings import VARIABLES, SettingsError, configured, load_settings

# A tick's rows are there when its run ends: without it, tables would be late at each tick.
MARGIN = timedelta(minutes=15)

Windows = tuple[timedelta, timedelta]  # without a run: after how long a warning, an alarm
# Of HubSpot and the product database, whose cadence is chosen by starting a schedule.
_USUAL: Windows = (timedelta(hours=1) + MARGIN, timedelta(hours=24))


def with_freshness(assets: Sequence[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """All of them, as what feeds a table is seen in all alone. What no source feeds is changed by
    people, and never late."""
    specs = {spec.key: spec for asset in assets for spec in asset.specs}
    fed, windows, read = _feeding(specs), _windows(), _read_by_jobs()

    def told(spec: dg.AssetSpec) -> dg.AssetSpec:
        sources = fed[spec.key] & read or fed[spec.key]
        if not sources:
            return spec
        warns, fails = min(windows[source] for source in sources)
        policy = dg.FreshnessPolicy.time_window(warn_window=warns, fail_window=fails)
        return spec.replace_attributes(freshness_policy=policy)

    return [asset.map_asset_specs(told) for asset in assets]


def _windows() -> dict[str, Windows]:
    """By source: one missed sync is worth a warning, a second one an alarm."""
    found = dict.fromkeys(VARIABLES, _USUAL)
    for source in SLOW:
        known = cadence(source)
        late = known.longest + MARGIN
        found[source] = (late, late + timedelta(minutes=known.minutes))
    return found


def _read_by_jobs() -> frozenset[str]:
    """The sources that can be read: a table waits for no other."""
    try:
        settings = load_settings()
        found = frozenset(name for name in VARIABLES if configured(settings, name))
    except SettingsError:  # told of by the run
        return frozenset()
    # The product database is read by HubSpot's job.
    return found if "hubspot" in found else found - {"product"}


def _feeding(specs: Mapping[dg.AssetKey, dg.AssetSpec]) -> dict[dg.AssetKey, frozenset[str]]:
    """The sources upstream of each table; a source's raw tables are the group of its name."""
    above = {key: {dep.asset_key for dep in spec.deps} for key, spec in specs.items()}
    fed: dict[dg.AssetKey, frozenset[str]] = {}
    for key in TopologicalSorter(above).static_order():
        group = specs[key].group_name if key in specs else None
        own = {group} if group in VARIABLES else set()
        fed[key] = frozenset(own).union(*(fed[dep] for dep in above.get(key, ())))
    return fed
