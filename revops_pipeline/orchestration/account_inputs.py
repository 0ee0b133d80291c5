"""What accounts are made of, as staging has it."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from revops_pipeline.config import Config
from revops_pipeline.matching import Inputs, Override, Party, majority_domain
from revops_pipeline.matching.accounts import rules_hash
from revops_pipeline.matching.overrides import Ref
from revops_pipeline.warehouse.base import Session
from revops_pipeline.warehouse.books import OVERRIDE_COLUMNS

# By system: what its ids look like. What looks otherwise is no id that two records could share.
_IDS = {"salesforce": re.compile(r"[0-9A-Za-z]{18}"), "hubspot": re.compile(r"[0-9]{1,20}")}
# E-mails of the people of records that have no domain of their own.
_PEOPLE = """
    select 'product', memberships.team_id, members.email_key
    from staging.staging_team_membership as memberships
    inner join staging.staging_users as members on memberships.user_id = members.user_id
    where members.email_key is not null
    union all
    select 'salesforce', contacts.account_id, contacts.email_key
    from staging.staging_salesforce_contacts as contacts
    inner join staging.staging_salesforce_accounts as accounts on contacts.account_id = accounts.id
    where contacts.email_key is not null and accounts.website is null
"""
_OVERRIDES = f"select {', '.join(OVERRIDE_COLUMNS)} from staging.account_link_overrides"
_MAPPED = """
    select system, kind, source_id, account_system, account_source_id
    from staging.account_source_map_seed
    where account_system is not null and account_source_id is not null
"""
_MERGED = "select system, old_id, current_id from staging.int_merged_accounts"

Row = tuple[Any, ...]


class Rows(NamedTuple):
    """The rows as they were read, for it is cheaper to compare them than to make records of them."""

    parties: list[Row]
    people: list[Row]
    overrides: list[Row]
    mapped: list[Row]
    merged: list[Row]


def read_rows(session: Session) -> Rows:
    return Rows(
        session.query(
            "select system, source_id, name, domain, further_domains, crm_id from staging.account_parties"
        ),
        session.query(_PEOPLE),
        session.query(_OVERRIDES),
        session.query(_MAPPED),
        session.query(_MERGED),
    )


def rules(config: Config) -> str:
    """Changes with the settings and the code that decide about links and accounts."""
    settings = config.matching.model_dump_json() + config.accounts.model_dump_json()
    return hashlib.sha256(f"{settings} {rules_hash()}".encode()).hexdigest()


def digest(rows: Rows, config: Config) -> str:
    """Changes with whatever could change an account: records, decisions, settings, rules."""
    said = [rules(config), *(sorted(map(repr, each)) for each in rows)]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def inputs(rows: Rows, config: Config) -> Inputs:
    merged = {Ref(system, old): Ref(system, current) for system, old, current in rows.merged}
    return Inputs(
        list(_parties(rows, config.accounts.servicenow_ids, merged)),
        [Override(*row) for row in rows.overrides],
        [
            (Ref(system, f"{kind}:{id_}" if kind else id_), Ref(*account))
            for system, kind, id_, *account in rows.mapped
        ],
        merged,
        config.matching,
        config.accounts,
    )


def read_overrides(session: Session) -> list[Override]:
    return [Override(*row) for row in session.query(_OVERRIDES)]


def _parties(rows: Rows, servicenow_ids: str, merged: Mapping[Ref, Ref]) -> Iterator[Party]:
    """An id that a record carries may be the one that an account had before it was merged."""
    emails: dict[tuple[str, str], list[str]] = defaultdict(list)
    for system, id_, email in rows.people:
        emails[system, id_].append(email)
    carried = {"hubspot": "salesforce", "servicenow": servicenow_ids}
    for system, id_, name, domain, further, crm_id in rows.parties:
        people = emails.get((system, id_))
        domain = domain or (majority_domain(people) if people else None)
        crm = carried.get(system, "")
        carries = merged.get(Ref(crm, crm_id), Ref(crm, crm_id)).id if crm_id else None
        keys = (_key(system, id_), _key(crm, carries))
        domains = filter(None, (domain, *map(str.strip, (further or "").split(";"))))
        yield Party(system, id_, name, tuple(domains), tuple(filter(None, keys)))


def _key(system: str, id_: str | None) -> str | None:
    """The record's own id, or the one that it carries, in a form that both have in common."""
    looks = _IDS.get(system)
    return f"{system}:{id_}" if looks and id_ and looks.fullmatch(id_) else None
