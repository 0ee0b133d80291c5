"""What must hold of the tables that matching writes, read from the tables themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from revops_pipeline.matching.overrides import Ref, decisions
from revops_pipeline.orchestration.account_inputs import read_overrides
from revops_pipeline.orchestration.account_tables import ACCOUNTS, SOURCES
from revops_pipeline.warehouse.base import Session

PARTIES = "staging.account_parties"
_SHOWN = 5


class Check(NamedTuple):
    """`broken` names what breaks the promise; nothing when it is kept. One that does not block is
    told and lets the run go on: what it names is for people to mend in the system it is from."""

    table: str
    name: str
    promise: str
    broken: Callable[[Session], list[str]]
    blocking: bool = True


def _found(sql: str) -> Callable[[Session], list[str]]:
    return lambda session: [str(name) for (name,) in session.query(f"{sql} limit {_SHOWN}")]


def _joined_against_a_decision(session: Session) -> list[str]:
    apart = decisions(read_overrides(session)).apart
    if not apart:
        return []
    rows = session.query(f"select system, source_id, account_key from {SOURCES}")
    account = {Ref(system, id_): key for system, id_, key in rows if key}
    pairs = [sorted(pair) for pair in apart if len({account.get(r, str(r)) for r in pair}) == 1]
    return [f"{one} and {other}" for one, other in sorted(pairs)[:_SHOWN]]


CHECKS = (
    Check(
        ACCOUNTS,
        "dim_account_has_one_row_per_account",
        "Account keys are unique and there.",
        _found(
            f"select coalesce(account_key, 'without a key') from {ACCOUNTS} "
            "group by account_key having count(*) > 1 or account_key is null"
        ),
    ),
    Check(
        ACCOUNTS,
        "every_account_has_a_record",
        "Accounts and the records that name them are the same.",
        _found(
            f"select coalesce(a.account_key, s.account_key) from {ACCOUNTS} a full outer join "
            f"(select distinct account_key from {SOURCES} where account_key is not null) s "
            "on a.account_key = s.account_key where a.account_key is null or s.account_key is null"
        ),
    ),
    Check(
        SOURCES,
        "account_source_ids_holds_every_live_record_once",
        "Each record of account_parties is listed exactly once, and no other but merged ones.",
        _found(
            "select coalesce(p.system || ':' || p.source_id, s.system || ':' || s.source_id) "
            f"from {PARTIES} p full outer join (select system, source_id, count(*) as times, "
            f"max(case when via is null then 0 else 1 end) as hangs from {SOURCES} "
            "group by system, source_id) s "
            "on p.system = s.system and p.source_id = s.source_id "
            "where s.times is null or s.times > 1 or (p.system is null and s.hangs = 0)"
        ),
    ),
    Check(
        SOURCES,
        "no_account_holds_records_that_a_person_kept_apart",
        "No two records with a no_link between them are one account, however long the chain.",
        _joined_against_a_decision,
    ),
    Check(
        ACCOUNTS,
        "every_account_has_a_name",
        "No account is without a name and without a domain to call it by; give one to the record "
        "in its system.",
        _found(
            f"select account_key from {ACCOUNTS} where account_name is null order by account_key"
        ),
        blocking=False,
    ),
)
