"""A sandbox per module and the plainest client there is."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
import pytest
import urllib3

from revops_pipeline.sandbox import Portal, Sandbox


class Reply(NamedTuple):
    status: int
    body: bytes
    headers: Any

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Client:
    """One request, one reply: no retries and no redirects, so that tests see what was sent."""

    def __init__(self, sandbox: Sandbox, token: str | None = None) -> None:
        self.sandbox = sandbox
        self._pool = urllib3.PoolManager(retries=False)
        self._url = sandbox.url
        self._headers = {"Authorization": f"Bearer {token or sandbox.token}"}

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Reply:
        data = None if body is None else orjson.dumps(body)
        options.setdefault("headers", self._headers)
        reply = self._pool.request(method, self._url + path, body=data, **options)
        return Reply(reply.status, reply.data, reply.headers)

    def get(self, path: str, **options: Any) -> Reply:
        return self("GET", path, **options)

    def post(self, path: str, body: Any, **options: Any) -> Reply:
        return self("POST", path, body, **options)

    def pages(self, path: str) -> list[Any]:
        """All pages of a list, told apart from the first by `after`."""
        pages, after = [], ""
        join = "&" if "?" in path else "?"
        while True:
            pages.append(self.get(path + (f"{join}after={after}" if after else "")).json)
            after = pages[-1].get("paging", {}).get("next", {}).get("after", "")
            if not after:
                return pages


@pytest.fixture(scope="module")
def generated() -> Iterator[Sandbox]:
    """The default portal without limits. Tests that use it leave its records as they were."""
    with Sandbox(Portal.generate(), rate_limit=0, search_limit=0) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def http(generated: Sandbox) -> Client:
    return Client(generated)


@pytest.fixture
def portal() -> Portal:
    return Portal.empty()


@pytest.fixture
def scenario(portal: Portal) -> Iterator[Client]:
    """A server over `portal`, which a test fills and changes itself."""
    with Sandbox(portal, rate_limit=0, search_limit=0) as sandbox:
        yield Client(sandbox)
