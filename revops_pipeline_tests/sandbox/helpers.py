"""Making and reading records, shortly."""

from collections.abc import Iterator
from typing import Any

from revops_pipeline.sandbox import Portal
from revops_pipeline_tests.sandbox.conftest import Client

T0 = "2026-01-02T03:04:05.678Z"


def people(portal: Portal, count: int) -> list[str]:
    return [
        portal.create("contacts", {"email": f"p{number}@a.example"}, modified_at=T0)
        for number in range(count)
    ]


def listed(http: Client, kind: str, query: str = "") -> Iterator[dict[str, Any]]:
    for page in http.pages(f"/crm/v3/objects/{kind}?limit=100{query}"):
        yield from page["results"]


def one(http: Client, kind: str, id_: str, query: str = "") -> dict[str, Any]:
    return http.get(f"/crm/v3/objects/{kind}/{id_}?{query}").json
