"""The objects API: list, single, create, update, archive, batches, merge."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

from revops_pipeline.sandbox.clock import iso
from revops_pipeline.sandbox.errors import Refusal, not_found
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.schema import ASSOCIATION_TYPE_IDS, TYPE_NAMES
from revops_pipeline.sandbox.store import Record, Store
from revops_pipeline.sandbox.views import View
from revops_pipeline.sandbox.web import Answer, Call, Route, both, limit_of, position, reply

_BATCH = 100
_PAGE = 100
_WITH_HISTORY = 50


class ObjectsApi:
    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def routes(self) -> list[Route]:
        record = "/{type}/{id}"
        return [
            *both("POST", "objects", "/{type}", self.create),
            *both("POST", "objects", "/{type}/merge", self.merge),
            *both("POST", "objects", "/{type}/gdpr-delete", self.delete_forever),
            *both("POST", "objects", "/{type}/batch/read", self.batch_read),
            *both("POST", "objects", "/{type}/batch/create", self.batch_create),
            *both("POST", "objects", "/{type}/batch/update", self.batch_update),
            *both("POST", "objects", "/{type}/batch/archive", self.batch_archive),
            *both("GET", "objects", record, self.single),
            *both("PATCH", "objects", record, self.update),
            *both("DELETE", "objects", record, self.archive),
        ]

    def page(self, type_: str, path: str, query: bytes) -> Answer:
        """A list page. It takes the query as it came, because this is the call that a whole
        portal is read by: all of it but `after` is the same on every page."""
        parts = [p for p in query.split(b"&") if p and not p.startswith(b"after=")]
        rest = b"&".join(parts).decode("latin-1")
        tokens = [p[6:] for p in query.split(b"&") if p.startswith(b"after=")]
        after = position(tokens[-1].decode("latin-1").replace("%7E", "~") if tokens else None)
        call = Call(path, {}, parse_qs(rest, keep_blank_values=True))
        history = call.csv("propertiesWithHistory")
        limit = limit_of(call.one("limit"), 10, _WITH_HISTORY if history else _PAGE)
        store = self.portal.store(type_)
        ids = store.archived_ids if call.flag("archived") else store.live_ids
        view = self._view(store, call.csv("properties"), call.csv("associations"), history)
        start = bisect_right(ids, after) if after else 0
        shown = ids[start : start + limit]
        paging = b""
        if start + limit < len(ids):
            token = str(shown[-1])
            link = f"{self.portal.base_url}{path}?{rest}&after={token}".replace('"', "%22")
            paging = f',"paging":{{"next":{{"after":"{token}","link":"{link}"}}}}'.encode()
        return Answer(200, b'{"results":[' + view.join(shown) + b"]" + paging + b"}")

    def single(self, call: Call) -> Answer:
        store = self.portal.store(call.parts["type"])
        record = self._find(store, call.parts["id"], call.one("idProperty"), call.flag("archived"))
        if record is None:
            raise not_found(store.kind.singular, call.parts["id"])
        view = self._view(
            store,
            call.csv("properties"),
            call.csv("associations"),
            call.csv("propertiesWithHistory"),
        )
        return Answer(200, view.join([record.id]))

    def create(self, call: Call) -> Answer:
        return reply(self._create(call.parts["type"], call.document()), 201)

    def update(self, call: Call) -> Answer:
        store = self.portal.store(call.parts["type"])
        return reply(self._update(store, call.parts["id"], call.document(), call.one("idProperty")))

    def archive(self, call: Call) -> Answer:
        """Archiving what is already gone is no error in HubSpot."""
        store = self.portal.store(call.parts["type"])
        record = self._find(store, call.parts["id"], None, archived=False)
        if record is not None:
            self.portal.archive(store.kind.name, record.id)
        return Answer(204, b"")

    def delete_forever(self, call: Call) -> Answer:
        store, document = self.portal.store(call.parts["type"]), call.document()
        id_, by = str(document.get("objectId") or ""), document.get("idProperty")
        record = self._find(store, id_, by, archived=False) or self._find(store, id_, by, True)
        if record is not None:
            self.portal.delete_forever(store.kind.name, record.id)
        return Answer(204, b"")

    def merge(self, call: Call) -> Answer:
        store, document = self.portal.store(call.parts["type"]), call.document()
        primary, other = document.get("primaryObjectId"), document.get("objectIdToMerge")
        if not primary or not other:
            raise Refusal(400, "primaryObjectId and objectIdToMerge are both required.")
        id_ = int(self.portal.merge(store.kind.name, primary, other))
        return reply(self._document(store, store.records[id_]))

    def batch_read(self, call: Call) -> Answer:
        store, inputs, document = self._batch(call)
        by, archived = document.get("idProperty"), call.flag("archived")
        history = document.get("propertiesWithHistory") or []
        if history and len(inputs) > _WITH_HISTORY:
            raise Refusal(
                400,
                "The maximum number of inputs supported in a batch request for property histories "
                f"is {_WITH_HISTORY}. Please reduce the number of items and try again",
            )
        view = self._view(store, document.get("properties") or [], [], history)
        found: dict[int, None] = {}
        missing: list[str] = []
        for item in inputs:
            id_ = str(item.get("id", ""))
            record = self._find(store, id_, by, archived)
            if record is None:
                missing.append(id_)
            else:
                found[record.id] = None
        errors: tuple[dict[str, object], ...] = ()
        if missing:
            errors = (
                {
                    "status": "error",
                    "category": "OBJECT_NOT_FOUND",
                    "message": f"Could not get some {store.kind.singular.upper()} objects, they may "
                    "be deleted or not exist. Check that ids are valid.",
                    "context": {"ids": missing},
                },
            )
        return _batch_answer(self._now(), view.join(list(found)), errors)

    def batch_create(self, call: Call) -> Answer:
        _, inputs, _ = self._batch(call)
        return _batch_reply(
            self._now(), [self._create(call.parts["type"], item) for item in inputs], 201
        )

    def batch_update(self, call: Call) -> Answer:
        store, inputs, _ = self._batch(call)
        for item in inputs:
            if self._find(store, str(item.get("id", "")), item.get("idProperty"), False) is None:
                raise not_found(store.kind.singular, item.get("id"))
        return _batch_reply(
            self._now(), [self._update(store, str(i["id"]), i, i.get("idProperty")) for i in inputs]
        )

    def batch_archive(self, call: Call) -> Answer:
        store, inputs, _ = self._batch(call)
        for item in inputs:
            record = self._find(store, str(item.get("id", "")), None, archived=False)
            if record is not None:
                self.portal.archive(store.kind.name, record.id)
        return Answer(204, b"")

    def _now(self) -> str:
        return iso(self.portal.clock.now())

    def _batch(self, call: Call) -> tuple[Store, list[dict[str, Any]], dict[str, Any]]:
        return self.portal.store(call.parts["type"]), call.inputs(_BATCH), call.document()

    def _view(
        self,
        store: Store,
        properties: Iterable[str],
        associations: Iterable[str],
        history: Iterable[str] = (),
    ) -> View:
        """Associations that no object of this type can have are ignored, as HubSpot does."""
        kinds = (TYPE_NAMES.get(name) for name in associations)
        pairs = {kind.name for kind in kinds if kind}
        known = sorted(name for name in pairs if (store.kind.name, name) in ASSOCIATION_TYPE_IDS)
        return self.portal.views.get(store, tuple(properties), known, tuple(history))

    def _find(self, store: Store, id_: str, by: str | None, archived: bool) -> Record | None:
        if by == "email" and store.kind.name == "contacts":
            record = store.with_email(id_)
        elif by in (None, "", "hs_object_id"):
            record = store.current(int(id_)) if id_.isdigit() else None
        else:
            raise Refusal(400, f"{by} is not a unique identifier property of {store.kind.name}.")
        return record if record and (record.archived is not None) == archived else None

    def _document(self, store: Store, record: Record, names: Iterable[str] = ()) -> dict[str, Any]:
        wanted = tuple({*store.kind.defaults, *names})
        return self.portal.views.get(store, wanted).document(record)

    def _properties(self, store: Store, document: Mapping[str, Any]) -> dict[str, object]:
        properties = document.get("properties")
        if not isinstance(properties, dict):
            raise Refusal(400, "Invalid input JSON: 'properties' must be an object.")
        for name in properties:
            if name not in store.definitions:
                raise Refusal(
                    400,
                    f'Property values were not valid: [{{"isValid":false,"message":"Property '
                    f'\\"{name}\\" does not exist","error":"PROPERTY_DOESNT_EXIST"}}]',
                )
        return properties

    def _create(self, type_: str, document: Mapping[str, Any]) -> dict[str, Any]:
        portal, store = self.portal, self.portal.store(type_)
        properties = self._properties(store, document)
        email = properties.get("email")
        if store.kind.name == "contacts" and isinstance(email, str) and email:
            existing = store.with_email(email)
            if existing is not None:
                message = f"Contact already exists. Existing ID: {existing.id}"
                raise Refusal(409, message, "CONFLICT")
        links = [_link(store, item) for item in document.get("associations") or []]
        for to_type, to_id, _ in links:
            portal.get(to_type, to_id)
        id_ = portal.create(type_, properties)
        for to_type, to_id, primary in links:
            first = primary or (
                to_type == "companies"
                and portal.has_primary(type_, to_type)
                and portal.associations.primary(store.kind.name, int(id_), to_type) is None
            )
            portal.associate(type_, id_, to_type, to_id, primary=first)
        return self._document(store, store.records[int(id_)], properties)

    def _update(
        self, store: Store, id_: str, document: Mapping[str, Any], by: str | None
    ) -> dict[str, Any]:
        properties = self._properties(store, document)
        record = self._find(store, id_, by, archived=False)
        if record is None:
            raise not_found(store.kind.singular, id_)
        self.portal.update(store.kind.name, record.id, properties)
        return self._document(store, record, properties)


def _link(store: Store, item: Mapping[str, Any]) -> tuple[str, str, bool]:
    """An association of a create request: other type, other id, and whether it is primary."""
    try:
        to_id, type_ids = (
            str(item["to"]["id"]),
            {int(t["associationTypeId"]) for t in item["types"]},
        )
    except (KeyError, TypeError, ValueError):
        raise Refusal(400, "Invalid association: give to.id and types.associationTypeId.") from None
    for (from_type, to_type), (primary, plain) in ASSOCIATION_TYPE_IDS.items():
        if from_type == store.kind.name and type_ids & {primary, plain}:
            return to_type, to_id, primary in type_ids
    raise Refusal(400, f"No association type {sorted(type_ids)} exists from {store.kind.name}.")


def _batch_reply(now: str, documents: Iterable[dict[str, Any]], status: int = 200) -> Answer:
    document = {"status": "COMPLETE", "results": documents, "startedAt": now, "completedAt": now}
    return reply(document, status)


def _batch_answer(now: str, results: bytes, errors: tuple[dict[str, object], ...]) -> Answer:
    """A batch answer around results that are already JSON; 207 when some input failed."""
    document: dict[str, object] = {"status": "COMPLETE", "startedAt": now, "completedAt": now}
    if errors:
        document |= {"numErrors": len(errors), "errors": errors}
    tail = reply(document).body[1:]
    return Answer(207 if errors else 200, b'{"results":[' + results + b"]," + tail)
