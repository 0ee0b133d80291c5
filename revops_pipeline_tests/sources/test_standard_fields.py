"""The fields that are missed from the first run on are those that the models read, and no others."""

from __future__ import annotations

import re

from revops_pipeline.sources import hubspot_streams, qbr_streams, salesforce_streams
from revops_pipeline.sources import servicenow_streams as servicenow
from revops_pipeline.sources.catalog import ALL_STREAMS
from revops_pipeline.sources.salesforce import Salesforce
from revops_pipeline.sources.salesforce_api import SalesforceApi
from revops_pipeline.sources.salesforce_login import ClientCredentials
from revops_pipeline.transform.runner import PROJECT

# Not every customer has these: several currencies, contracts, the other vendor's connector, a second
# domain of a company.
OF_SOME = {"deal_currency_code", "salesforceaccountid", "CurrencyIsoCode", "ContractId"}
OF_SOME |= {"hs_additional_domains", "amount_in_home_currency"}


def words_of(*macros: str) -> set[str]:
    """Every quoted word of the macros' texts."""
    texts = [(PROJECT / "macros" / f"{name}.sql").read_text() for name in macros]
    return set(re.findall(r"'(\w+)'", "\n".join(texts)))


def test_every_standard_field_is_one_that_a_model_reads() -> None:
    models = [path.read_text() for path in (PROJECT / "models").rglob("*.sql")]
    read = words_of(*(path.stem for path in (PROJECT / "macros").glob("*.sql")))
    read |= set(re.findall(r"'(\w+)'", "\n".join(models)))
    for stream in ALL_STREAMS:
        assert stream.standard <= read, stream.table


def test_every_field_of_salesforces_own_that_a_contract_reads_is_standard() -> None:
    texts = "\n".join(
        (PROJECT / "macros" / f"{name}.sql").read_text()
        for name in ("salesforce_contracts", "salesforce_service_contracts")
    )
    read = {name for name, _ in re.findall(r"\['(\w+)', '(\w+)'\]", texts)}
    own = {name for name in read if not name.endswith("__c")} - OF_SOME
    standard = {n for fields in salesforce_streams.STANDARD.values() for n in fields.values()}
    assert own == standard


def test_every_field_of_the_other_contracts_is_standard() -> None:
    text = (PROJECT / "macros" / "hubspot.sql").read_text()
    contract = text.partition("set contracts")[2].partition("} -%}")[0]
    read = set(re.findall(r"'\w+': '(\w+)'", contract)) - OF_SOME
    assert read <= frozenset().union(*hubspot_streams.STANDARD.values())
    text = (PROJECT / "macros" / "servicenow.sql").read_text()
    contract = text.partition("macro servicenow_contract")[2].partition("endmacro")[0]
    read = set(re.findall(r"'\w+': '(\w+)'", contract))
    assert read == {name for names in servicenow.STANDARD.values() for name in names}
    text = (PROJECT / "macros" / "qbr.sql").read_text()
    contract = text.partition("macro qbr_contract")[2].partition("endmacro")[0]
    assert set(re.findall(r"'(\w+)': '\w+'", contract)) == qbr_streams.STANDARD


def test_a_setting_that_reads_another_field_is_what_is_missed() -> None:
    login = ClientCredentials("http://127.0.0.1:9", client_id="c", client_secret="s")
    chosen = {"opportunities": {"amount": "Net__c"}}
    source = Salesforce(SalesforceApi(login=login), columns=chosen)
    [stream] = [s for s in source.streams if s.name == "opportunities"]
    standard = source.standard(stream)
    assert "Net__c" in standard
    assert "Amount" not in standard
