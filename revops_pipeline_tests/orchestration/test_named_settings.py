"""A setting that names what is not there is an error that says what is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.config import Config
from revops_pipeline.orchestration.named_settings import require_names
from revops_pipeline.settings import SettingsError
from revops_pipeline.sources.catalog import ALL_STREAMS
from revops_pipeline.warehouse.base import Session
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse

EVERYTHING = (
    "marts.team_spending",
    "staging.staging_salesforce_accounts",
    "staging.staging_servicenow_incidents",
)
# What was read of each stream that was read.
READ = {
    ("salesforce", "accounts"): ["Id", "Name", "Net_Promoter__c", "Lost__c"],
    ("salesforce", "users"): ["Id", "Name"],
    ("servicenow", "incident"): ["sys_id", "u_reopens", "reopen_count", "caller_id"],
    ("servicenow", "task"): ["sys_id", "u_account"],
}
STAGES = [("won", "Won", "sales"), ("998877", "Signed 2023", "old")]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with DuckDBWarehouse(tmp_path / "w.duckdb").session("test") as opened:
        opened.ensure(ALL_STREAMS)
        opened.query(
            "create table staging.staging_pipeline_stages "
            "(stage_id varchar, label varchar, pipeline_id varchar, display_order int)"
        )
        opened.query("create table staging.staging_deals (deal_stage varchar)")
        opened.query("create table staging.staging_users (has_lifetime_spend_column boolean)")
        opened.query(
            "create table staging.deal_amounts (currency varchar, amount int, is_unpriced boolean)"
        )
        yield opened


def fill(session: Session) -> None:
    """As after a first run."""
    for stage in STAGES:
        session.query("insert into staging.staging_pipeline_stages values (?, ?, ?, 0)", stage)
    session.query("insert into staging.staging_deals values ('of long ago')")
    session.query("insert into staging.staging_users values (false)")
    session.query("insert into staging.deal_amounts values ('USD', 5, true), ('GBP', 0, false)")
    states: dict[tuple[str, str], Any] = {stream: {"fields": f} for stream, f in READ.items()}
    states["salesforce", "churn_signals"] = {"cursor": 1}
    for (source, stream), state in states.items():
        session.query(
            "insert into ops.extract_state values (?, ?, null, 'here', ?, 1, 'run', null)",
            [source, stream, json.dumps(state)],
        )


def config(**parts: Any) -> Config:
    return Config.model_validate(parts)


WRONG = {
    "a stage": (
        {"spend": {"spend_stages": ["won", "closed_won_typo"]}},
        "spend.spend_stages names closed_won_typo, which no pipeline of HubSpot has; its stages, by "
        "their ids: 998877 (Signed 2023, pipeline old), won (Won, pipeline sales)",
    ),
    "a stage by its label": ({"spend": {"spend_stages": ["Won"]}}, "names Won, which no pipeline"),
    "a column of users": (
        {"spend": {"lifetime_spend_source": "users_column"}},
        "the product's users have no column client_lifetime_spend",
    ),
    "a currency": (
        {"reporting_currency": "CHF"},
        "reporting_currency is CHF, and no deal can be counted in it: their amounts are in USD",
    ),
    "a field of Salesforce": (
        {"salesforce": {"fields": {"accounts": {"nps_score": "NetPromoter__c"}}}},
        "salesforce.fields.accounts.nps_score names NetPromoter__c, which Account lacks, or which "
        "the reader may not see; near it are Net_Promoter__c",
    ),
    "a field in another spelling": (
        {"salesforce": {"fields": {"accounts": {"nps_score": "NET_PROMOTER__C"}}}},
        "near it are Net_Promoter__c",
    ),
    "an object": (
        {"salesforce": {"objects": ["accounts", "churn_signals"]}},
        "salesforce.objects names churn_signals, and the organisation has no object Churn_Signal__c",
    ),
    "a field of ServiceNow": (
        {"servicenow": {"columns": {"reopened_count": ["u_reopens", "u_reopend"]}}},
        "servicenow.columns.reopened_count names u_reopend, which incident lacks",
    ),
    "a field of other tickets": (
        {"servicenow": {"columns": {"reopened_count": "u_account"}}},
        "names u_account, which incident lacks",
    ),
    "a prefix": (
        {"servicenow": {"prefix": "x_acme_"}},
        "servicenow.prefix is x_acme_, and no field of incident, task begins with it",
    ),
}


@pytest.mark.parametrize(("parts", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_setting_that_names_what_is_not_there_is_refused_with_what_is(
    session: Session, parts: dict[str, Any], told: str
) -> None:
    fill(session)
    with pytest.raises(SettingsError) as error:
        require_names(session, config(**parts), EVERYTHING)
    assert told in str(error.value)


@pytest.mark.parametrize(("parts", "_told"), WRONG.values(), ids=WRONG.keys())
def test_nothing_is_missed_of_what_was_never_read(
    session: Session, parts: dict[str, Any], _told: str
) -> None:
    require_names(session, config(**parts), EVERYTHING)


def test_what_is_there_or_was_there_once_may_be_named(session: Session) -> None:
    fill(session)
    session.query("insert into staging.deal_amounts values ('EUR', 5, false)")
    session.query("insert into staging.staging_users values (true)")
    named = config(
        spend={
            "spend_stages": ["won", 998877, "of long ago"],
            "lifetime_spend_source": "users_column",
        },
        reporting_currency="EUR",
        salesforce={"fields": {"accounts": {"nps_score": "Net_Promoter__c", "tier": "Lost__c"}}},
        servicenow={"columns": {"reopened_count": "u_reopens", "customer_account_id": "u_account"}},
    )
    require_names(session, named, EVERYTHING)


def test_a_setting_is_looked_at_only_by_what_is_built_with_it(session: Session) -> None:
    fill(session)
    wrong = config(**{k: v for parts, _ in WRONG.values() for k, v in parts.items()})
    require_names(session, wrong, ["staging.staging_contacts"])
