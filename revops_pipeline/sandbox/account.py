"""What stands around the objects: properties, owners, pipelines, account details."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from revops_pipeline.sandbox.errors import Refusal
from revops_pipeline.sandbox.money import COMPANY_CURRENCY, EXCHANGE_RATES
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.schema import new_property
from revops_pipeline.sandbox.web import DATED, Answer, Call, Route, both, cut, reply


class AccountApi:
    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def routes(self) -> list[Route]:
        return [
            *both("GET", "properties", "/{type}", self.properties),
            *both("POST", "properties", "/{type}", self.create_property),
            *both("GET", "properties", "/{type}/{name}", self.property),
            # HubSpot's own client asks with the slash, its documentation without.
            *both("GET", "owners", "", self.owners),
            *both("GET", "owners", "/", self.owners),
            *both("GET", "owners", "/{id}", self.owner),
            *both("GET", "pipelines", "/{type}", self.pipelines),
            *both("GET", "pipelines", "/{type}/{id}", self.pipeline),
            *both("GET", "pipelines", "/{type}/{id}/stages", self.stages),
            *both("GET", "pipelines", "/{type}/{id}/stages/{stage}", self.stage),
            ("GET", "/account-info/v3/details", self.details),
            ("GET", f"/account-info/{DATED}/details", self.details),
        ]

    def properties(self, call: Call) -> Answer:
        store = self.portal.store(call.parts["type"])
        return reply({"results": list(store.definitions.values())})

    def property(self, call: Call) -> Answer:
        store, name = self.portal.store(call.parts["type"]), call.parts["name"]
        if name not in store.definitions:
            raise Refusal(404, f"Property {name} does not exist.", "OBJECT_NOT_FOUND")
        return reply(store.definitions[name])

    def create_property(self, call: Call) -> Answer:
        store, document = self.portal.store(call.parts["type"]), call.document()
        for needed in ("name", "label", "type", "fieldType", "groupName"):
            if not document.get(needed):
                raise Refusal(400, f"Invalid input JSON: '{needed}' is required.")
        name = document["name"]
        if name in store.definitions:
            raise Refusal(409, f"A property named '{name}' already exists.", "CONFLICT")
        definition = new_property(store.kind.name, name)
        definition |= {key: document[key] for key in definition.keys() & document.keys()}
        definition["hubspotDefined"] = False
        self.portal.define(store.kind.name, definition)
        return reply(definition, 201)

    def owners(self, call: Call) -> Answer:
        archived, email = call.flag("archived"), call.one("email")
        found = [
            owner
            for owner in self.portal.owners
            if owner["archived"] is archived and email in (None, owner["email"])
        ]
        page, after = cut(found, call.one("after"), call.limit(100, 500))
        document: dict[str, Any] = {"results": page}
        if after:
            link = f"{self.portal.base_url}{call.path}?after={after}"
            document["paging"] = {"next": {"after": after, "link": link}}
        return reply(document)

    def owner(self, call: Call) -> Answer:
        id_, archived = call.parts["id"], call.flag("archived")
        for owner in self.portal.owners:
            if owner["id"] == id_ and owner["archived"] is archived:
                return reply(owner)
        raise Refusal(404, f"No owner exists with id {id_}.", "OBJECT_NOT_FOUND")

    def pipelines(self, call: Call) -> Answer:
        kind = self.portal.store(call.parts["type"]).kind.name
        return reply({"results": self.portal.pipelines.get(kind, [])})

    def pipeline(self, call: Call) -> Answer:
        return reply(self._pipeline(call))

    def stages(self, call: Call) -> Answer:
        return reply({"results": self._pipeline(call)["stages"]})

    def stage(self, call: Call) -> Answer:
        for stage in self._pipeline(call)["stages"]:
            if stage["id"] == call.parts["stage"]:
                return reply(stage)
        raise Refusal(404, f"No stage {call.parts['stage']} exists.", "OBJECT_NOT_FOUND")

    def _pipeline(self, call: Call) -> dict[str, Any]:
        kind = self.portal.store(call.parts["type"]).kind.name
        for pipeline in self.portal.pipelines.get(kind, []):
            if pipeline["id"] == call.parts["id"]:
                return pipeline
        raise Refusal(404, f"No pipeline {call.parts['id']} exists.", "OBJECT_NOT_FOUND")

    def details(self, call: Call) -> Answer:
        now = datetime.fromtimestamp(
            self.portal.clock.now() / 1000, ZoneInfo(self.portal.time_zone)
        )
        offset = now.utcoffset() or timedelta()
        return reply(
            {
                "portalId": self.portal.portal_id,
                "accountType": "DEVELOPER_TEST",
                "timeZone": self.portal.time_zone,
                "companyCurrency": COMPANY_CURRENCY,
                "additionalCurrencies": sorted(EXCHANGE_RATES.keys() - {COMPANY_CURRENCY}),
                "utcOffset": now.isoformat()[-6:],
                "utcOffsetMilliseconds": offset // timedelta(milliseconds=1),
                "uiDomain": "app.hubspot.example",
                "dataHostingLocation": "na1",
            }
        )
