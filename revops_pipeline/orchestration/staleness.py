"""Which of dbt's tables have to be built: those whose inputs are not what they were.

A table's state is a digest of the project, the settings and the states of the tables that it reads;
a raw table's is its change sequence. The states of the last successful builds are kept in the
warehouse. So a change of contacts builds what reads contacts, and a source that brought nothing new
costs nothing, in whichever job.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from revops_pipeline.orchestration.fingerprint import MATCHED, RATES, decided
from revops_pipeline.transform import runner as dbt
from revops_pipeline.warehouse.base import Session, change_sequences
from revops_pipeline.warehouse.rejects import REJECTED_DOCUMENTS

_STATES = "states of tables"
_BUILT = ("model", "seed", "snapshot")


class Plan(NamedTuple):
    """By table (`schema.name`): the state that it is to have; those that do not have it; the states
    of all tables once they do; and the tables that are there before the build."""

    wanted: Mapping[str, str]
    stale: frozenset[str]
    states: Mapping[str, str]
    there: frozenset[str]


def plan(
    session: Session,
    tables: Collection[str],
    manifest: Mapping[str, Any],
    common: str,
) -> Plan:
    """For a build of these tables, each after those it reads; `common` is what every table depends
    on (`fingerprint.common`)."""
    stored, given = _stored(session), _given(session)
    known = {uid: f"{n['schema']}.{n['name']}" for uid, n in _nodes(manifest).items()}
    chosen = {uid: table for uid, table in known.items() if table in tables}
    parents = {uid: manifest["parent_map"][uid] for uid in chosen}
    there, always = _there(session), [common]
    wanted: dict[str, str] = {}
    stale: set[str] = set()
    order = TopologicalSorter({uid: set(above) & chosen.keys() for uid, above in parents.items()})
    for uid in order.static_order():
        read = [known.get(p) or _source(manifest, p) for p in parents[uid]]
        states = {t: wanted.get(t) or stored.get(t) or given.get(t) for t in read}
        said = always + [f"{table}={states[table]}" for table in sorted(states)]
        if uid.startswith("seed."):
            said.append(dbt.seeds_hash())
        table = chosen[uid]
        wanted[table] = hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
        current = stored.get(table) == wanted[table] and table in there
        if not current or not stale.isdisjoint(read):
            stale.add(table)
    return Plan(wanted, frozenset(stale), {**given, **stored, **wanted}, frozenset(there))


def made_of(manifest: Mapping[str, Any], tables: Collection[str], tag: str) -> frozenset[str]:
    """Those with the tag, among these tables and all that they are made of."""
    known = {uid: f"{n['schema']}.{n['name']}" for uid, n in _nodes(manifest).items()}
    found = _above(manifest, [uid for uid, table in known.items() if table in tables])
    return frozenset(
        t for u, t in known.items() if u in found and tag in manifest["nodes"][u]["tags"]
    )


def state_of(session: Session, tables: Collection[str]) -> str | None:
    """The states of these tables in one; None while one of them is not known to be current."""
    stored = _stored(session)
    states = [f"{table}={stored.get(table)}" for table in sorted(tables)]
    if any(table not in stored for table in tables):
        return None
    return hashlib.sha256("\n".join(states).encode()).hexdigest()


def forget(session: Session, tables: Iterable[str], run_id: str) -> None:
    """Before they are built: a build that fails or is killed leaves them stale."""
    gone = set(tables)
    _store(session, {t: s for t, s in _stored(session).items() if t not in gone}, run_id)


def remember(session: Session, states: Mapping[str, str], run_id: str) -> None:
    """After they were built and have passed their tests."""
    _store(session, {**_stored(session), **states}, run_id)


def checks_of(
    manifest: Mapping[str, Any], stale: Collection[str], tables: Collection[str]
) -> list[str]:
    """Names of the tests that read a stale table, and nothing that `tables` are not made of."""
    known = {uid: f"{n['schema']}.{n['name']}" for uid, n in _nodes(manifest).items()}
    allowed = _above(manifest, [uid for uid, table in known.items() if table in tables])
    found = []
    for node in manifest["nodes"].values():
        read = set(node["depends_on"]["nodes"]) if node["resource_type"] == "test" else set()
        built = read & known.keys()
        if built <= allowed and any(known[uid] in stale for uid in built):
            found.append(str(node["name"]))
    return sorted(found)


def reads(manifest: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """By name of a test: the tables that it reads."""
    known = {uid: f"{n['schema']}.{n['name']}" for uid, n in _nodes(manifest).items()}
    return {
        str(node["name"]): frozenset(
            known.get(uid) or _source(manifest, uid) for uid in node["depends_on"]["nodes"]
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
    }


def made_of_each(tests: Mapping[str, frozenset[str]], states: Mapping[str, str]) -> dict[str, str]:
    """By name of a test: the states of what it reads in one. A result holds while it stays."""
    found = {}
    for name, tables in tests.items():
        said = "\n".join(f"{table}={states.get(table)}" for table in sorted(tables))
        found[name] = hashlib.sha256(said.encode()).hexdigest()[:16]
    return found


def _above(manifest: Mapping[str, Any], uids: Iterable[str]) -> set[str]:
    """These nodes, and all that they are made of."""
    found, waiting = set[str](), list(uids)
    while waiting:
        if (uid := waiting.pop()) not in found:
            found.add(uid)
            waiting += manifest["parent_map"].get(uid, [])
    return found


def _nodes(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {u: n for u, n in manifest["nodes"].items() if n["resource_type"] in _BUILT}


def _source(manifest: Mapping[str, Any], uid: str) -> str:
    node = manifest["sources"][uid]
    return f"{node['schema']}.{node['name']}"


def _given(session: Session) -> dict[str, str]:
    """The states of what dbt reads and does not build."""
    built = "select fingerprint, built_at from ops.build_state where build = ?"
    matched = str(session.query(built, [MATCHED]))
    names = ("account_links", "match_review", "dim_account", "account_source_ids")
    return {
        **{f"raw.{source}_{stream}": str(seq) for source, stream, seq in change_sequences(session)},
        **{f"marts.{name}": matched for name in names},
        "ops.link_overrides": decided(session),
        "ops.currency_rates": str(session.query(built, [RATES])),
        "ops.rejected_documents": _rejected(session),
    }


def _rejected(session: Session) -> str:
    """Moves with every line that is added or taken away."""
    return str(session.query(f"select count(*), max(rejected_at) from {REJECTED_DOCUMENTS}"))


def _there(session: Session) -> set[str]:
    return {
        f"{schema}.{name}"
        for schema, name in session.query(
            "select lower(table_schema), lower(table_name) from information_schema.tables"
        )
    }


def _stored(session: Session) -> dict[str, str]:
    rows = session.query("select fingerprint from ops.build_state where build = ?", [_STATES])
    return dict(json.loads(rows[0][0])) if rows else {}


def _store(session: Session, states: Mapping[str, str], run_id: str) -> None:
    session.record_build(_STATES, json.dumps(states, sort_keys=True), run_id)
