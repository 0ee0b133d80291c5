"""`revops match override`: what a person decides about a link, and what stands."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from revops_pipeline.commands.environment import as_a_run_would, nothing_there, place
from revops_pipeline.connections import open_warehouse
from revops_pipeline.matching import MatchError, Override
from revops_pipeline.matching.overrides import Ref
from revops_pipeline.matching.resolve import SENIORITY
from revops_pipeline.redaction import harmless
from revops_pipeline.settings import load_config
from revops_pipeline.warehouse.base import Entries, Session, table_exists
from revops_pipeline.warehouse.books import LINK_OVERRIDES, OVERRIDE_COLUMNS, utc_now

PARTIES, MERGED = "staging.account_parties", "staging.int_merged_accounts"
SEED = "staging.account_link_override_seed"
_NEAREST = 3


class Request(NamedTuple):
    """As it was typed."""

    left: str
    right: str
    decision: str
    author: str
    reason: str


def override(request: Request, *, force: bool) -> int:
    """Adds one row to `ops.link_overrides`. Raises MatchError for what cannot be meant."""
    wanted = _checked(request)
    warehouse = open_warehouse(as_a_run_would(), load_config())
    if nothing_there(warehouse) and not force:
        raise MatchError(_nothing_built(place(warehouse)))
    with warehouse.session("deciding a link") as session:
        session.ensure([])
        refs = [Ref(wanted.left_system, wanted.left_id)]
        if wanted.right_system and wanted.right_id:
            refs.append(Ref(wanted.right_system, wanted.right_id))
        if not force:
            _require_known(session, refs, place(warehouse))
        row = [getattr(wanted, column) for column in OVERRIDE_COLUMNS]
        session.append(Entries(LINK_OVERRIDES, OVERRIDE_COLUMNS, [row]))
    pair = " and ".join(map(str, refs)) if len(refs) > 1 else f"{refs[0]} and any other"
    said = "are one account" if wanted.decision == "link" else "are not one account"
    Console().print(
        f"{pair} {said}, decided by {wanted.author}. It holds from the next run on "
        f"({place(warehouse)})",
        soft_wrap=True,
        markup=False,
        highlight=False,
    )
    return 0


def show_standing() -> int:
    """The latest decision about each pair, of those in the seed and those by command."""
    warehouse = open_warehouse(as_a_run_would(), load_config())
    taken: list[tuple[Override, str]] = []
    if not nothing_there(warehouse):
        with warehouse.session("showing decisions") as session:
            session.ensure([])
            for table, origin in ((LINK_OVERRIDES, "command"), (SEED, "seed")):
                if table_exists(session, table):
                    rows = session.query(f"select {', '.join(OVERRIDE_COLUMNS)} from {table}")
                    taken += [(Override(*row), origin) for row in rows]
    console = Console(highlight=False)
    if not taken:
        console.print(f"no link is decided by hand in {place(warehouse)}", soft_wrap=True)
        return 0
    latest: dict[frozenset[tuple[str | None, str | None]], tuple[Override, str]] = {}
    for each in sorted(taken, key=lambda e: (e[0].decided_at, e[0].decision == "no_link")):
        one, origin = each
        ends = {(one.left_system, one.left_id), (one.right_system, one.right_id)}
        latest[frozenset(ends)] = each
    listed = Table("left", "right", "decision", "author", "decided (UTC)", "where", box=None)
    listed.add_column("reason", overflow="fold")
    for one, origin in latest.values():
        right = f"{one.right_system}:{one.right_id}" if one.right_id else "any"
        when = f"{one.decided_at:%Y-%m-%d %H:%M:%S}"
        cells = (f"{one.left_system}:{one.left_id}", right, one.decision, one.author, when, origin)
        listed.add_row(*(escape(harmless(cell)) for cell in (*cells, one.reason or "")))
    console.print(listed)
    return 0


def _checked(request: Request) -> Override:
    for name in ("left", "decision", "author", "reason"):
        if not getattr(request, name).strip():
            raise MatchError(f"--{name} is missing or empty; `revops match override --help`")
    if request.decision not in ("link", "no_link"):
        raise MatchError(f"--decision is {request.decision!r}; it must be link or no_link")
    left = _ref("left", request.left)
    right = _ref("right", request.right) if request.right.strip() else None
    if left == right:
        raise MatchError(f"--left and --right are both {left}; a decision is about two records")
    if right is None and request.decision == "link":
        raise MatchError("--right is missing: a link joins two records")
    return Override(
        *(left.system, left.id, right and right.system, right and right.id),
        "link" if request.decision == "link" else "no_link",
        *(request.author.strip(), request.reason.strip(), utc_now()),
    )


def _ref(option: str, text: str) -> Ref:
    system, _, id_ = text.strip().partition(":")
    if not system or not id_.strip():
        raise MatchError(f"--{option} is {text!r}; give SYSTEM:ID, such as hubspot:123")
    return Ref(system.strip().lower(), id_.strip())


def _require_known(session: Session, refs: Iterable[Ref], where: str) -> None:
    """Raises MatchError that names the record and the nearest ones."""
    if not table_exists(session, PARTIES):
        raise MatchError(_nothing_built(where))
    there = {str(s) for (s,) in session.query(f"select distinct system from {PARTIES}")}
    for ref in refs:
        systems = sorted({*SENIORITY, *there})
        if ref.system not in systems:
            raise MatchError(f"no system {ref.system!r}; there are {', '.join(systems)}")
        found = session.query(
            f"select 1 from {PARTIES} where system = ? and source_id = ? union all "
            f"select 1 from {MERGED} where system = ? and old_id = ?",
            [*ref, *ref],
        )
        if not found:
            raise MatchError(_unknown(session, ref))


def _unknown(session: Session, ref: Ref) -> str:
    rows = session.query(f"select source_id, name from {PARTIES} where system = ?", [ref.system])
    if not rows:
        return f"there are no records of {ref.system} yet: run it first, or decide with --force"
    names = {str(id_): str(name or "") for id_, name in rows}
    nearest = [i for i, name in names.items() if name.casefold() == ref.id.casefold()]
    nearest += get_close_matches(ref.id, names, _NEAREST)
    listed = ", ".join(f"{ref.system}:{i} {names[i]!r}" for i in nearest[:_NEAREST])
    hint = f"nearest: {listed}" if listed else f"look in {PARTIES}"
    return (
        f"{ref.system} has no record {ref.id!r}; {hint}. With --force the decision waits until "
        "there is one"
    )


def _nothing_built(where: str) -> str:
    return (
        f"nothing has been built yet in {where}, so that no record can be looked up: run the "
        "pipeline first (`make run`), or decide with --force"
    )
