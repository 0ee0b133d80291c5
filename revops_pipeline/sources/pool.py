"""Connections to one host, and answers whose time and size have an end.

A time-out of a socket begins anew with each byte that comes; `within` ends a request as a whole,
status line, headers and body, however slowly they come. Connecting, TLS and sending have their own
ends in the system's calls.
"""

from __future__ import annotations

import http.client
import io
import math
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from revops_pipeline.sources.addresses import origin
from revops_pipeline.sources.proxies import Proxy, proxy_for, trust
from revops_pipeline.sources.stream import PermanentError

_CHUNK = 256 * 1024
_until: ContextVar[float] = ContextVar("until", default=math.inf)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; `headers` do not mind case."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class Overlong(Exception):
    """An answer that is larger than it may be."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What this thread asks for inside comes in so many seconds, or not at all (a time-out)."""
    before = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(before)


def overdue() -> bool:
    """Inside `within`: whether the time is over."""
    return time.monotonic() >= _until.get()


class _Timely(io.RawIOBase):
    """A socket's bytes until the time is over."""

    def __init__(self, sock: socket.socket, raw: Any) -> None:
        self._sock, self._raw, self._until = sock, raw, _until.get()
        self._pause = sock.gettimeout() or math.inf

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time of the request is over")
        if left < self._pause:
            self._sock.settimeout(left)
        found: int | None = self._raw.readinto(buffer)
        return found

    def fileno(self) -> int:
        number: int = self._raw.fileno()
        return number

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Timely(sock, self.fp.detach()))


class _Plain(HTTPConnection):
    response_class = _Answer


class _Encrypted(HTTPSConnection):
    response_class = _Answer


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


class Pool:
    """Keep-alive connections to the host of an address, through the proxy that the environment
    names for it. Raises PermanentError for an address, a proxy or authorities that cannot be used."""

    def __init__(self, url: str, *, name: str, hint: str, timeout: float, connections: int) -> None:
        if (place := origin(url)) is None:
            raise PermanentError(f"{name}: {url!r} is no web address; check {hint}")
        self.proxy: Proxy | None = proxy_for(*place)
        options: dict[str, Any] = {
            "maxsize": connections,
            "block": False,
            "retries": False,
            "timeout": urllib3.Timeout(connect=min(10.0, timeout), read=timeout),
        }
        if place[0] == "https" or (self.proxy and self.proxy.address.startswith("https:")):
            options["ssl_context"] = trust()
        if self.proxy:
            self._manager: urllib3.PoolManager = urllib3.ProxyManager(
                self.proxy.address,
                proxy_headers=self.proxy.headers,
                proxy_ssl_context=options.get("ssl_context"),
                **options,
            )
        else:
            self._manager = urllib3.PoolManager(**options)
        self._manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _EncryptedPool}

    def ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], most: int
    ) -> Reply:
        """One request, redirects not followed. Raises urllib3's errors, and Overlong for an answer of
        more than `most` bytes once it is unpacked: no more of it are ever unpacked."""
        answer = self._manager.urlopen(
            method, url, body=body, headers=headers, redirect=False, preload_content=False
        )
        try:
            data = _whole(answer, most)
        except BaseException:
            answer.close()
            raise
        answer.release_conn()
        return Reply(answer.status, answer.headers, data)

    def close(self) -> None:
        self._manager.clear()


def _whole(answer: urllib3.BaseHTTPResponse, most: int) -> bytes:
    length = answer.length_remaining
    if length is not None and length > most:
        raise Overlong
    if length is not None and "content-encoding" not in answer.headers:
        return answer.read()
    parts, size = [], 0
    while part := answer.read1(min(_CHUNK, most + 1 - size), decode_content=True):
        parts.append(part)
        if (size := size + len(part)) > most:
            raise Overlong
    return b"".join(parts)
