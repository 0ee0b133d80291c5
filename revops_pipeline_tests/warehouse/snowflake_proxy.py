"""A thin HTTP server between the real connector and the emulator.

It passes everything on, except what a rule answers instead, for errors that the emulator cannot
produce. Their numbers and words are the expected ones: published reports confirm some of them, no
real account has. The tests prove what we make of such an answer, not that Snowflake gives it.
"""

from __future__ import annotations

import gzip
import http.client
import importlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = dict[str, Any]
Rule = Callable[[str, dict[str, Any]], Answer | None]


class Cut(Exception):
    """Raised by a rule: no answer to this request, nor to any after it."""


def refused(code: str, message: str, state: str = "") -> Answer:
    """An answer as Snowflake refuses a statement or a login."""
    data = {"errorCode": code, "sqlState": state, "authnMethod": "USERNAME_PASSWORD"}
    return {"success": False, "code": code, "message": message, "data": data}


def login(answer: Answer) -> Rule:
    return lambda path, _body: answer if path.startswith("/session/v1/login-request") else None


def statement(part: str, answer: Answer) -> Rule:
    """For statements that hold these words, however they are broken into lines."""
    return lambda _path, body: answer if part in sql_of(body) else None


def sql_of(body: dict[str, Any]) -> str:
    return " ".join(str(body.get("sqlText", "")).split())


def _document(body: bytes) -> dict[str, Any]:
    try:
        return json.loads(body) if body else {}
    except ValueError:  # a file that is uploaded
        return {}


@dataclass
class Proxy:
    """`rules` are asked in order. `lost` are answers, by a part of the statement, that come once
    instead of the real one, after the statement was done: its session is gone then. `tags` are
    the query tags that statements came with."""

    upstream: int
    rules: list[Rule] = field(default_factory=list)
    lost: dict[str, Answer] = field(default_factory=dict)
    tags: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0
    cut: bool = False
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Proxy:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def sessions_end(self) -> None:
        """What Snowflake does with the sessions of a client that is gone: rolled back, ended."""
        sessions = importlib.import_module("fakesnow.server").sessions
        for token in list(sessions):
            del sessions[token]

    def instead(self, body: bytes) -> Answer | None:
        for part in self.lost:
            if part in sql_of(_document(body)):
                self.sessions_end()
                return self.lost.pop(part)
        return None

    def answer(self, path: str, body: bytes) -> Answer | None:
        document = _document(body)
        if sql := sql_of(document):
            self.tags.append((sql, str((document.get("parameters") or {}).get("QUERY_TAG"))))
        for rule in self.rules:
            if (found := rule(path, document)) is not None:
                return found
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length") or 0))
                zipped = self.headers.get("content-encoding") == "gzip"
                plain = gzip.decompress(raw) if zipped and raw else raw
                try:
                    if proxy.cut:
                        raise Cut
                    answer = proxy.answer(self.path, plain)
                except Cut:
                    if not proxy.cut:
                        proxy.cut = True
                        proxy.sessions_end()
                    self.close_connection = True
                    return
                if answer is not None:
                    self.reply(200, json.dumps(answer).encode(), "application/json")
                    return
                upstream = http.client.HTTPConnection("127.0.0.1", proxy.upstream, timeout=60)
                headers = {k: v for k, v in self.headers.items() if k.lower() != "connection"}
                upstream.request(self.command, self.path, raw, headers)
                got = upstream.getresponse()
                content = got.read()
                if answer := proxy.instead(plain):
                    content = json.dumps(answer).encode()
                self.reply(got.status, content, got.getheader("content-type") or "text/plain")
                upstream.close()

            do_GET = do_POST = do_PUT = pass_on

            def reply(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        return Handler
