"""A vendor that refuses every request and repeats, in its own form of an error, all it was sent."""

from __future__ import annotations

import json
import re
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote_plus

USER, PASSWORD, SECURITY_TOKEN = "ann@example.com", "p&ss<word>/é 1+1", "SeCuRiTyToKeN7391608245"
KEY, SESSION = "pat-na1-3f0c9e0b-4d1e-48a7", "00D5g000001AbCd!AQ8AQNx1Y2z3W4.v5U6t7S8r9Q0"
CLIENT_SECRET = "7F3A9C2E4B6D8F10ABCDEF99"
# A session begins with the organisation's id, which is none.
SECRETS = (PASSWORD, SECURITY_TOKEN, KEY, SESSION.partition("!")[2], CLIENT_SECRET)

# What is asked before anything else, and good: how a source finds out whose data it reads.
_GOOD = {
    "/account-info/v3/details": {"portalId": 7},
    "/services/data/v58.0/limits": {},
    "/api/now/table/sys_properties": {"result": [{"sys_id": "a1", "value": "i1"}]},
}


def leaks(text: str) -> list[str]:
    """Secrets of which the text holds ten characters in a row, plain or encoded."""
    found = []
    for secret in SECRETS:
        inside = b64encode(secret.encode()).decode().rstrip("=")[:-1]
        forms = {secret, quote(secret), quote(secret, safe=""), escape(secret), inside}
        if any(form[i : i + 10] in text for form in forms for i in range(max(1, len(form) - 9))):
            found.append(secret)
    return found


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        path = self.path.partition("?")[0]
        if path.startswith("/services/Soap") and not self.server.refuses_logins:
            session = f"<sessionId>{SESSION}</sessionId><serverUrl>{self.server.url}/services/Soap"
            granted = f"{session}</serverUrl><organizationId>00D5g000001AbCd</organizationId>"
            return self._send(200, f"<result>{granted}</result>")
        if path == "/services/oauth2/token" and not self.server.refuses_logins:
            granted = {"access_token": SESSION, "instance_url": self.server.url}
            return self._send(200, json.dumps({**granted, "id": "x/00D5g000001AbCd/005"}))
        if path in _GOOD:
            return self._send(200, json.dumps(_GOOD[path]))
        return self._send(self.server.status, self._refusal(path, self._repeated(body)))

    do_GET = do_POST = _answer

    def _repeated(self, body: str) -> str:
        """Headers and body as they came, decoded, and encoded once more; cut in a secret, last."""
        password = re.search(r"(?s)password>.*</urn:password", body)
        body = password[0] if password else body
        sent = [self.headers.get("api_key") or "", self.headers.get("authorization") or "", body]
        bare = sent[1].partition(" ")[2]
        if sent[1].startswith("Basic "):
            sent.append(b64decode(bare).decode())
        sent += [unquote_plus(body), b64encode(bare.encode()).decode(), quote(bare, safe=""), bare]
        if self.server.status == 404:  # the interesting part beyond what a message shows
            sent.insert(0, "x" * (295 - len(sent[0] or bare) // 2))
        return "\x1b[31m" + " ".join(sent) + (bare or sent[0])[:-1]

    def _refusal(self, path: str, said: str) -> str:
        if path.startswith("/services/Soap"):
            code = "<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>"
            return f"{code}<sf:exceptionMessage>{escape(said)}</sf:exceptionMessage>"
        if path == "/services/oauth2/token":
            return json.dumps({"error": "invalid_client", "error_description": said})
        if path.startswith("/services/"):
            return json.dumps([{"errorCode": f"REFUSED {said}", "message": said}])
        if path.startswith("/api/now"):
            return json.dumps({"error": {"message": said, "detail": said}, "status": "failure"})
        return json.dumps({"status": "error", "message": said})

    def _send(self, status: int, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.send_header("X-Total-Count", "1")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    status = 400
    refuses_logins = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def echo() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Echo) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()
