"""Single records of a made-up Salesforce organisation by REST: create, read, update, delete, and
the upserts by external id that a write-back needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request as HttpRequest

from revops_pipeline.sandbox.salesforce_schema import SObject
from revops_pipeline.sandbox.salesforce_world import SalesforceError, SalesforceWorld

_MOST: Final = 200
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "boolean": (bool,),
    "double": (int, float),
    "percent": (int, float),
    "currency": (int, float),
    "int": (int,),
}
_READ_ONLY: Final = frozenset({"Id", "SystemModstamp", "CreatedDate", "LastModifiedDate"})


class Records:
    def __init__(self, world: SalesforceWorld) -> None:
        self.world = world

    def create(self, request: HttpRequest, body: bytes) -> tuple[int, Any]:
        sobject = self._sobject(request)
        id_ = self.world.create(sobject.name, _values(sobject, document_of(body)))
        return 201, {"id": id_, "success": True, "errors": []}

    def read(self, request: HttpRequest, _body: bytes) -> tuple[int, Any]:
        sobject = self._sobject(request)
        record = self.world.get(sobject.name, request.path_params["id"])
        return 200, {
            "attributes": {"type": sobject.name},
            **{name: record[name] for name in sobject.fields if name in record},
        }

    def update(self, request: HttpRequest, body: bytes) -> tuple[int, Any]:
        sobject = self._sobject(request)
        self.world.get(sobject.name, request.path_params["id"])
        values = _values(sobject, document_of(body))
        self.world.update(sobject.name, request.path_params["id"], values)
        return 204, None

    def delete(self, request: HttpRequest, _body: bytes) -> tuple[int, Any]:
        sobject = self._sobject(request)
        self.world.delete(sobject.name, request.path_params["id"])
        return 204, None

    def upsert(self, request: HttpRequest, body: bytes) -> tuple[int, Any]:
        sobject, parts = self._sobject(request), request.path_params
        field = self._external(sobject, parts["field"])
        id_, created = self._put(sobject, field, parts["value"], document_of(body))
        return 201 if created else 200, {
            "id": id_,
            "success": True,
            "errors": [],
            "created": created,
        }

    def upsert_many(self, request: HttpRequest, body: bytes) -> tuple[int, Any]:
        """A collection, each record for itself: what fails is told in its place."""
        sobject = self._sobject(request)
        field = self._external(sobject, request.path_params["field"])
        records = document_of(body).get("records")
        if not isinstance(records, list) or len(records) > _MOST:
            raise SalesforceError(400, "EXCEEDED_ID_LIMIT", f"record limit reached: {_MOST}")
        results: list[dict[str, Any]] = []
        for record in records:
            values = {k: v for k, v in record.items() if k != "attributes"}
            try:
                id_, created = self._put(sobject, field, values.pop(field, None), values)
            except SalesforceError as error:
                told = {"statusCode": error.code, "message": error.message, "fields": []}
                results.append({"success": False, "errors": [told]})
            else:
                results.append({"id": id_, "success": True, "errors": [], "created": created})
        return 200, results

    def _put(
        self, sobject: SObject, field: str, key: object, values: Mapping[str, Any]
    ) -> tuple[str, bool]:
        if not key:
            raise SalesforceError(400, "MISSING_ARGUMENT", f"{field} not specified")
        checked = _values(sobject, values)
        found = [r for r in self.world.live(sobject.name) if r[field] == key]
        if found:
            self.world.update(sobject.name, found[0]["Id"], checked)
            return str(found[0]["Id"]), False
        return self.world.create(sobject.name, {field: key, **checked}), True

    def _sobject(self, request: HttpRequest) -> SObject:
        sobject = self.world.visible(request.path_params["name"])
        if sobject is None:
            raise SalesforceError(404, "NOT_FOUND", "The requested resource does not exist")
        return sobject

    @staticmethod
    def _external(sobject: SObject, name: str) -> str:
        if sobject.external_id is None or sobject.external_id.lower() != name.lower():
            raise SalesforceError(
                404,
                "NOT_FOUND",
                f"Provided external ID field does not exist or is not accessible: {name}",
            )
        return sobject.external_id


def document_of(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise SalesforceError(400, "JSON_PARSER_ERROR", str(error)) from None
    if not isinstance(document, dict):
        raise SalesforceError(400, "JSON_PARSER_ERROR", "an object is expected")
    return document


def _values(sobject: SObject, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the fields' own names, refused where a type does not fit."""
    checked: dict[str, Any] = {}
    for given, value in values.items():
        name = sobject.spelled(given)
        if name is None:
            message = f"No such column '{given}' on sobject of type {sobject.name}"
            raise SalesforceError(400, "INVALID_FIELD", message)
        if name in _READ_ONLY:
            message = f"Unable to create/update fields: {name}. Please check the security settings."
            raise SalesforceError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message)
        types = _TYPES.get(sobject.fields[name], (str,))
        fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
        if value is not None and not fits:
            message = f"Cannot deserialize instance of {sobject.fields[name]} from value {value}"
            raise SalesforceError(400, "JSON_PARSER_ERROR", message)
        checked[name] = value
    return checked
