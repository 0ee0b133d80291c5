"""Whether what the settings name is there. A stage that is misspelt makes every sum zero, and a field
that is misspelt an empty column, and no table would look wrong.

What the source has not told yet is not missed; what it told once is known, even if it is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from revops_pipeline.config import Config, SalesforceConfig
from revops_pipeline.settings import SettingsError
from revops_pipeline.sources.salesforce_streams import CUSTOM, OBJECTS
from revops_pipeline.warehouse.base import Session, table_exists
from revops_pipeline.warehouse.hidden import FIELDS

_SPEND = {"marts.team_spending", "marts.unlinked_company_spend", "marts.contacts_to_users"}
_TICKETS = ("incident", "problem", "change_request", "task")
# Of these columns the other tickets have none.
_OF_INCIDENTS = {"first_responded_at", "satisfaction_rating", "reopened_count"}
_SHOWN = 20


def require_names(session: Session, config: Config, tables: Collection[str]) -> None:
    """Before these tables are built. Raises SettingsError naming the setting and what there is."""
    wrong: list[str] = []
    if not _SPEND.isdisjoint(tables):
        wrong += [*_stages(session, config), *_spend(session, config), *_currency(session, config)]
    if any(table.startswith("staging.staging_salesforce_") for table in tables):
        wrong += _salesforce(session, config.salesforce)
    if any(table.startswith("staging.staging_servicenow_") for table in tables):
        wrong += _servicenow(session, config)
    if wrong:
        raise SettingsError("; ".join(wrong))


def _stages(session: Session, config: Config) -> Iterator[str]:
    named = config.spend.spend_stages
    if not named or not table_exists(session, "staging.staging_pipeline_stages"):
        return
    stages = session.query(
        "select stage_id, label, pipeline_id from staging.staging_pipeline_stages "
        "order by pipeline_id, display_order, stage_id"
    )
    known = {stage for stage, *_ in stages}
    if not known or not (missing := [name for name in named if name not in known]):
        return
    # Of a stage that was deleted before the first run deals and their histories still tell.
    value = session.text_at(("value",))
    known |= {
        stage
        for (stage,) in session.query(
            "select deal_stage from staging.staging_deals union "
            f"select {value} from raw.hubspot_deal_stage_history"
        )
    }
    if missing := [name for name in missing if name not in known]:
        listed = [f"{id_} ({label or 'no name'}, pipeline {of})" for id_, label, of in stages]
        yield (
            f"spend.spend_stages names {', '.join(missing)}, which no pipeline of HubSpot has; "
            f"its stages, by their ids: {', '.join(listed)}"
        )


def _spend(session: Session, config: Config) -> Iterator[str]:
    if config.spend.lifetime_spend_source != "users_column":
        return
    if table_exists(session, "staging.staging_users"):
        [(users, having)] = session.query(
            "select count(*), count(case when has_lifetime_spend_column then 1 end) "
            "from staging.staging_users"
        )
        if users and not having:
            yield (
                "spend.lifetime_spend_source is users_column, and the product's users have no column "
                "client_lifetime_spend: choose transactions, deals or auto"
            )


def _currency(session: Session, config: Config) -> Iterator[str]:
    """Some amounts may lack a rate; if all do, the currency is none that deals have to do with."""
    chosen = config.reporting_currency
    if not chosen or not table_exists(session, "staging.deal_amounts"):
        return
    found = session.query(
        "select coalesce(currency, 'no currency'), count(case when is_unpriced then 1 end), count(*) "
        "from staging.deal_amounts where amount <> 0 group by currency order by 1"
    )
    if found and all(unpriced == deals for _, unpriced, deals in found):
        file = config.currency.rates or "no file is set"
        yield (
            f"reporting_currency is {chosen}, and no deal can be counted in it: their amounts are in "
            f"{', '.join(code for code, *_ in found)}, of which currency.rates ({file}) has no rate"
        )


def _salesforce(session: Session, config: SalesforceConfig) -> Iterator[str]:
    seen = _fields(session, "salesforce")
    for stream, columns in config.fields.items():
        for column, field in columns.items():
            # The models read the name as it is and, of custom fields, in small letters.
            if stream in seen and seen[stream].isdisjoint({field, field.lower()}):
                yield _unknown(
                    f"salesforce.fields.{stream}.{column}", field, [OBJECTS[stream]], seen[stream]
                )
    usual = SalesforceConfig.model_fields["objects"].default
    for stream in config.objects if config.objects != usual else ():
        states = session.states("salesforce")
        if seen and stream in CUSTOM and stream not in seen and "cursor" in states.get(stream, {}):
            yield (
                f"salesforce.objects names {stream}, and the organisation has no object "
                f"{OBJECTS[stream]}, or its user may not see it; the objects are: "
                f"{', '.join(sorted(seen))}"
            )


def _servicenow(session: Session, config: Config) -> Iterator[str]:
    part, seen = config.servicenow, _fields(session, "servicenow")
    seen = {table: fields for table, fields in seen.items() if table in _TICKETS}
    for column, named in part.columns.items():
        read = {t: f for t, f in seen.items() if t == "incident" or column not in _OF_INCIDENTS}
        for field in [named] if isinstance(named, str) else named:
            if read and not any(field in fields for fields in read.values()):
                if _holds(session, read, field):  # where rules hide it in other records
                    continue
                fields = set().union(*read.values())
                yield _unknown(f"servicenow.columns.{column}", field, sorted(read), fields)
    every = set().union(*seen.values())
    given = (
        "prefix" in part.model_fields_set
        and part.prefix != type(part).model_fields["prefix"].default
    )
    if given and every and not any(name.startswith(part.prefix) for name in every):
        yield (
            f"servicenow.prefix is {part.prefix}, and no field of {', '.join(sorted(seen))} begins "
            f"with it; their names are {_listed(sorted(every))}"
        )


def _holds(session: Session, tables: Iterable[str], field: str) -> bool:
    value = session.text_at((field,))
    return any(
        session.query(f"select 1 from raw.servicenow_{table} where {value} is not null limit 1")
        for table in tables
    )


def _fields(session: Session, source: str) -> Mapping[str, set[str]]:
    """By stream, the fields that its records had, hidden ones included; none that was never read."""
    states = session.states(source)
    return {name: set(state[FIELDS]) for name, state in states.items() if state.get(FIELDS)}


def _unknown(setting: str, name: str, places: Sequence[str], known: Collection[str]) -> str:
    lower = {each.lower(): each for each in known}
    near = [lower[n] for n in get_close_matches(name.lower(), lower, n=5)]
    told = f"near it are {', '.join(near)}" if near else f"there are {_listed(sorted(known))}"
    return (
        f"{setting} names {name}, which {' and '.join(places)} lacks, or which the reader may not see; "
        f"{told}"
    )


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{rest}"
