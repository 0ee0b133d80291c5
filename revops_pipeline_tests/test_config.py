"""What the settings file may say, and what the models are told of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from revops_pipeline.config import Config, Object, ServiceNowColumn
from revops_pipeline.settings import PACKAGE, SettingsError, load_config
from revops_pipeline.sources.salesforce_streams import OBJECTS, TOGGLES

MACROS = PACKAGE / "transform" / "macros"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "servicenow: {columns: {mood: u_mood}}",
            "servicenow.columns.mood: Input should be 'customer_account_id', ",
        ),
        (
            "servicenow: {tables: {problem: false}}",
            "servicenow.tables.problem: Input should be 'incidents', 'tasks', 'problems' or ",
        ),
        (
            "salesforce: {fields: {acounts: {nps_score: NPS__c}}}",
            "salesforce.fields.acounts: Input should be 'accounts', ",
        ),
        ("salesforce: {objects: [acounts]}", "salesforce.objects.0: Input should be 'accounts', "),
        (
            "salesforce: {rating_scale: [5, 1]}",
            "salesforce.rating_scale: must be the lowest rating and then the highest",
        ),
        ("salesforce: {rating_scale: [3, 3]}", "salesforce.rating_scale: must be the lowest"),
        ("servicenow: {rating_scale: 0}", "servicenow.rating_scale: Input should be greater"),
        ("qbr: {health_scale: 7}", "qbr.health_scale: Input should be 1, 5, 10 or 100"),
        ("qbr: {page_size: 50}", "qbr.page_size: unknown setting"),
        ("hubspoot: {}", "hubspoot: unknown setting"),
        (
            "qbr: {gone_fields: {reviews: [mood]}}",
            "the file: qbr.gone_fields names reviews, which is no stream; its streams are records",
        ),
    ],
)
def test_a_key_or_a_value_that_cannot_be_is_refused_with_those_that_can(
    tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "revops.yml"
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        load_config(file)
    assert f"wrong setting in {file}: {told}" in str(error.value)


def test_what_can_be_named_is_what_the_source_and_the_models_know() -> None:
    assert get_args(Object) == TOGGLES
    assert {*get_args(Object), "users"} == OBJECTS.keys()
    text = (MACROS / "servicenow.sql").read_text()
    candidates = text.partition("candidates = {")[2].partition("} -%}")[0]
    assert set(get_args(ServiceNowColumn)) == set(re.findall(r"'(\w+)': \[", candidates))


def test_every_setting_of_the_models_reaches_them(tmp_path: Path) -> None:
    file = tmp_path / "revops.yml"
    file.write_text("""
qbr: {health_scale: 10, csat_scale: 100}
salesforce:
  fields: {accounts: {nps_score: Net_Promoter__c}, users: {title: Role__c}}
  rating_scale: [0, 10]
servicenow:
  columns: {reopened_count: [u_reopens, reopen_count], satisfaction_rating: u_stars}
  prefix: x_acme_
  rating_scale: 10
spend:
  lifetime_spend_source: deals
  spend_stages: [closedwon]
  deal_allocation: split
  team_split: members
  email_plus_tags: true
reporting_currency: eur
""")
    assert load_config(file).dbt_vars() == {
        "qbr_health_scale": 10,
        "qbr_csat_scale": 100,
        "salesforce_fields": {
            "accounts": {"nps_score": "Net_Promoter__c"},
            "users": {"title": "Role__c"},
        },
        "salesforce_rating_scale": [0, 10],
        "servicenow_columns": {
            "reopened_count": ["u_reopens", "reopen_count"],
            "satisfaction_rating": "u_stars",
        },
        "servicenow_prefix": "x_acme_",
        "servicenow_rating_scale": 10,
        "lifetime_spend_source": "deals",
        "spend_stages": ["closedwon"],
        "deal_allocation": "split",
        "team_split": "members",
        "email_plus_tags": True,
        "reporting_currency": "EUR",
    }


def test_the_models_read_every_setting_that_they_are_told() -> None:
    sql = "".join(p.read_text() for p in (PACKAGE / "transform").rglob("*.sql"))
    read = set(re.findall(r"(?:var|scale|option)\('(\w+)'", sql))
    assert Config().dbt_vars().keys() <= read
