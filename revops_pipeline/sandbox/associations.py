"""The v4 associations API: batch read, one object's associations, associate, dissociate."""

from bisect import bisect_right
from typing import Any

from revops_pipeline.sandbox.clock import iso
from revops_pipeline.sandbox.errors import Refusal
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.schema import ASSOCIATION_TYPE_IDS, TYPE_NAMES
from revops_pipeline.sandbox.web import Answer, Call, Route, both, position, reply

_BATCH = 1_000
_PAGE = 500


class AssociationsApi:
    """Numbered paths give `toObjectId` as a number, dated ones as text."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def routes(self) -> list[Route]:
        ends = "/{type}/{id}/associations"
        pair = f"{ends}/{{to_type}}/{{to_id}}"
        default = f"{ends}/default/{{to_type}}/{{to_id}}"
        return [
            *both("POST", "associations", "/{type}/{to_type}/batch/read", self.batch_read, "v4"),
            *both("GET", "objects", f"{ends}/{{to_type}}", self.of_object, "v4"),
            *both("PUT", "objects", default, self.associate_default, "v4"),
            *both("PUT", "objects", pair, self.associate, "v4"),
            *both("DELETE", "objects", pair, self.dissociate, "v4"),
        ]

    def batch_read(self, call: Call) -> Answer:
        from_type, to_type = self._pair(call)
        results, lonely = [], []
        for item in call.inputs(_BATCH):
            id_ = str(item.get("id", ""))
            to, after = self._page(call, from_type, id_, to_type, item.get("after"), _PAGE)
            if not to:
                lonely.append(id_)
                continue
            result: dict[str, Any] = {"from": {"id": id_}, "to": to}
            if after:
                result["paging"] = self._paging(call, from_type, id_, to_type, after)
            results.append(result)
        now = iso(self.portal.clock.now())
        document: dict[str, Any] = {
            "status": "COMPLETE",
            "results": results,
            "startedAt": now,
            "completedAt": now,
        }
        if lonely:
            ends = [TYPE_NAMES[name].singular for name in (from_type, to_type)]
            document["numErrors"] = len(lonely)
            document["errors"] = [
                {
                    "status": "error",
                    "category": "OBJECT_NOT_FOUND",
                    "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
                    "message": f"No {ends[1]} is associated with {ends[0]} {id_}.",
                    "context": {
                        "fromObjectId": [id_],
                        "fromObjectType": [ends[0]],
                        "toObjectType": [ends[1]],
                    },
                }
                for id_ in lonely
            ]
        return reply(document, 207 if lonely else 200)

    def of_object(self, call: Call) -> Answer:
        from_type, to_type = self._pair(call)
        id_ = call.parts["id"]
        self.portal.get(from_type, id_)
        limit = call.limit(_PAGE, _PAGE)
        to, after = self._page(call, from_type, id_, to_type, call.one("after"), limit)
        document: dict[str, Any] = {"results": to}
        if after:
            document["paging"] = self._paging(call, from_type, id_, to_type, after)
        return reply(document)

    def associate_default(self, call: Call) -> Answer:
        """Associate without a label. As in HubSpot, the first company of a contact or a deal
        becomes its primary one."""
        from_type, to_type = self._pair(call)
        id_, to_id = call.parts["id"], call.parts["to_id"]
        from_id = self.portal.get(from_type, id_).id
        first = (
            to_type == "companies"
            and self.portal.has_primary(from_type, to_type)
            and self.portal.associations.primary(from_type, from_id, to_type) is None
        )
        self.portal.associate(from_type, id_, to_type, to_id, primary=first)
        primary, plain = ASSOCIATION_TYPE_IDS[from_type, to_type]
        now = iso(self.portal.clock.now())
        results = [
            {
                "from": {"id": id_},
                "to": {"id": to_id},
                "associationSpec": {
                    "associationCategory": "HUBSPOT_DEFINED",
                    "associationTypeId": type_id,
                },
            }
            for type_id in ((primary, plain) if first else (plain,))
        ]
        return reply(
            {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
        )

    def associate(self, call: Call) -> Answer:
        from_type, to_type = self._pair(call)
        id_, to_id = call.parts["id"], call.parts["to_id"]
        primary, plain = ASSOCIATION_TYPE_IDS[from_type, to_type]
        names = {
            type_id: label
            for (a, b, label), type_id in self.portal.associations.labels.items()
            if (a, b) == (from_type, to_type)
        }
        if not isinstance(call.body, list) or not call.body:
            raise Refusal(400, "A list of {associationCategory, associationTypeId} is expected.")
        try:
            type_ids = [int(item["associationTypeId"]) for item in call.body]
        except (KeyError, TypeError, ValueError):
            raise Refusal(400, "Each association type needs a numeric associationTypeId.") from None
        for type_id in type_ids:
            if type_id not in (primary, plain) and type_id not in names:
                raise Refusal(
                    400, f"No association type {type_id} exists from {from_type} to {to_type}."
                )
        for type_id in type_ids:
            label = None if type_id in (primary, plain) else names[type_id]
            made_primary = primary is not None and type_id == primary
            self.portal.associate(from_type, id_, to_type, to_id, made_primary, label)
        return reply(
            {
                "fromObjectTypeId": TYPE_NAMES[from_type].type_id,
                "fromObjectId": self._number(call, id_),
                "toObjectTypeId": TYPE_NAMES[to_type].type_id,
                "toObjectId": self._number(call, to_id),
                "labels": [names[type_id] for type_id in type_ids if type_id in names],
            },
            201,
        )

    def dissociate(self, call: Call) -> Answer:
        from_type, to_type = self._pair(call)
        self.portal.dissociate(from_type, call.parts["id"], to_type, call.parts["to_id"])
        return Answer(204, b"")

    def _pair(self, call: Call) -> tuple[str, str]:
        pair = tuple(self.portal.store(call.parts[name]).kind.name for name in ("type", "to_type"))
        if pair not in ASSOCIATION_TYPE_IDS:
            raise Refusal(400, f"{pair[0]} cannot be associated with {pair[1]}.")
        return pair[0], pair[1]

    def _number(self, call: Call, id_: str | int) -> str | int:
        return str(id_) if call.dated else int(id_)

    def _page(
        self, call: Call, from_type: str, id_: str, to_type: str, after: object, limit: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Associations of one object after a token (the last id seen), and the next token."""
        record = self.portal.stores[from_type].current(int(id_)) if id_.isdigit() else None
        if record is None:
            return [], None
        ends = self.portal.visible(from_type, record.id, to_type)
        start = bisect_right(ends, position(after), key=lambda end: end[0]) if after else 0
        stop = start + min(limit, self.portal.association_page_limit)
        types = self.portal.associations.types
        page = [
            {
                "toObjectId": self._number(call, to_id),
                "associationTypes": types(from_type, to_type, edge),
            }
            for to_id, edge in ends[start:stop]
        ]
        return page, (str(ends[stop - 1][0]) if stop < len(ends) else None)

    def _paging(
        self, call: Call, from_type: str, id_: str, to_type: str, after: str
    ) -> dict[str, Any]:
        api = "/crm/objects/2026-09" if call.dated else "/crm/v4/objects"
        path = f"{api}/{from_type}/{id_}/associations/{to_type}"
        return {"next": {"after": after, "link": f"{self.portal.base_url}{path}?after={after}"}}
