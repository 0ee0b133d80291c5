"""A vendor's front whose answers are changed on their way, and legal still."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from random import Random
from typing import Any

import orjson
from starlette.types import Message, Receive, Scope, Send

from revops_pipeline.sandbox.faults import Faults
from revops_pipeline_tests.sources.conformance.vendor import Front

VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        0,
        -1,
        7,
        1.5,
        1e300,
        "",
        "banana",
        "²",
        "../..",
        "@evil.example/x",
        [],
        {},
        [[]],
    ),
    *([None], [7], ["x"], {"a": None}, {"results": 7}),
)
HEADERS = (
    *(("date", v) for v in ("banana", "Sat, 99 Oct 2026 10:00:00 GMT", "0")),
    *(("x-hubspot-ratelimit-max", v) for v in ("x", "-1", "1e9")),
    *(("x-hubspot-ratelimit-interval-milliseconds", v) for v in ("0", "nan", "9" * 30)),
    *(("x-hubspot-ratelimit-daily-remaining", v) for v in ("x", "\xb2")),
    *(("x-total-count", v) for v in ("x", "\xb2", "-1", "")),
    *(("sforce-limit-info", v) for v in ("api-usage=x/y", f"api-usage={'9' * 5000}/1")),
    *(("sforce-numberofrecords", v) for v in ("x", "\xb2", "-1")),
    *(("sforce-locator", v) for v in ("", "../..", "null")),
    *(("content-type", v) for v in ("text/html", "")),
)


class Changed(ABC):
    """A front between the vendor and its reader."""

    def __init__(self, front: Front) -> None:
        self._front = front

    @abstractmethod
    def change(self, headers: dict[bytes, bytes], body: bytes) -> bytes:
        """Another body; headers may be changed as well."""

    @property
    def faults(self) -> Faults:
        return self._front.faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._front(scope, receive, keep)
        body = b"".join(m.get("body", b"") for m in messages[1:])
        headers = dict(messages[0].get("headers", ()))
        body = self.change(headers, body)
        headers[b"content-length"] = b"%d" % len(body)
        await send({**messages[0], "headers": list(headers.items())})
        await send({"type": "http.response.body", "body": body})


class HalfEmojis(Changed):
    """Every text of words ends with half an emoji, written as JSON writes it, or as CSV cannot."""

    def change(self, headers: dict[bytes, bytes], body: bytes) -> bytes:
        if b"json" in headers.get(b"content-type", b""):
            return re.sub(rb'"([A-Za-z]+ [A-Za-z ]+)"(?=[,}\]])', rb'"\1 \\ud83d"', body)
        return re.sub(rb",([A-Za-z]+ [A-Za-z ]+),", b",\\1 \xed\xa0\xbd,", body)


class Damaged(Changed):
    """`chance`: of each answer. What is done is decided by the seed and the order of the answers."""

    def __init__(self, front: Front, seed: int, chance: float) -> None:
        super().__init__(front)
        self._random, self._chance = Random(seed), chance

    def change(self, headers: dict[bytes, bytes], body: bytes) -> bytes:
        if self._random.random() < self._chance:
            body = self._damaged(body)
        if self._random.random() < self._chance:
            name, value = self._random.choice(HEADERS)
            headers[name.encode()] = value.encode("latin-1")
        return body

    def _damaged(self, body: bytes) -> bytes:
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError:
            return self._bytes_damaged(body)
        places = list(_places(document))
        if not places:
            return body
        holder, key = self._random.choice(places)
        act = self._random.randrange(4)
        if act == 0:
            del holder[key]
        elif act == 1:
            holder[key] = [holder[key]]
        elif act == 2 and isinstance(holder, list):
            holder.append(self._random.choice(VALUES))
        else:
            holder[key] = self._random.choice(VALUES)
        return orjson.dumps(document)

    def _bytes_damaged(self, body: bytes) -> bytes:
        at = self._random.randrange(len(body) + 1)
        return body[:at] + self._random.choice((b"\x00", b'"', b"\n", b",", b"\xff")) + body[at:]


def _places(value: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Where something stands: what is near the root comes often, for few places are."""
    keys: Any = ()
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = range(min(len(value), 3))
    for key in keys:
        yield value, key
        if depth < 4:
            yield from _places(value[key], depth + 1)
