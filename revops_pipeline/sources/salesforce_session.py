"""Requests to Salesforce within a session that a login opens, and what its refusals mean."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from revops_pipeline.redaction import told
from revops_pipeline.sources.addresses import path_on
from revops_pipeline.sources.http import HttpSession, Refused, Retry
from revops_pipeline.sources.pool import Reply, within
from revops_pipeline.sources.salesforce_login import Grant, Login
from revops_pipeline.sources.salesforce_rows import read_csv
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline.sources.understood import understood
from revops_pipeline.sources.vendor_json import Unreadable, loads


class SessionExpired(PermanentError):
    """The session is no more: a new login may help."""


class LocatorExpired(Refused):
    """Salesforce has forgotten where a query's further records are: ask again from there."""


class SalesforceSession(HttpSession):
    """Logs in with the first request, and again when Salesforce has ended the session."""

    def __init__(self, login: Login, version: str, retry: Retry, **options: Any) -> None:
        super().__init__(
            login.address,
            headers={},
            name="Salesforce",
            variable=login.variables,
            address_hint="SALESFORCE_INSTANCE_URL and SALESFORCE_DOMAIN",
            pace=None,
            retry=retry,
            **options,
        )
        self._login, self._version = login, version
        self._lock = threading.Lock()
        self._grant: Grant | None = None

    def grant(self, refused: Grant | None = None) -> Grant:
        """The session in force; a new one when that is the refused one."""
        with self._lock:
            if self._grant is None or self._grant is refused:
                self._grant = granted = self._enter()
                self.base_url = granted.instance
                self._way = replace(self._way, address=granted.instance)
                self._headers = {
                    "accept": "application/json",
                    "authorization": f"Bearer {granted.token}",
                }
            return self._grant

    def _enter(self) -> Grant:
        attempt = 0
        while True:
            try:
                return self._ask()
            except TransientError:
                if attempt >= self._retry.attempts:
                    raise
                time.sleep(self._retry.delay(attempt))
                attempt += 1

    def _ask(self) -> Grant:
        path, body, headers = self._login.request(self._version)
        with within(self._limits.request_seconds):
            url = self._login.address + path
            answer = self._sent("POST", url, body, headers, "the login")
        with understood("Salesforce: the answer to the login"):
            return self._login.grant(answer.status, answer.data)

    def following(self, address: object) -> str:
        """The path of what an answer says that follows. The session goes nowhere but to the address
        that the login granted it for."""
        path = path_on(self.base_url, str(address))
        if path is None:
            raise TransientError(
                f"Salesforce: an answer names as its next page {told(address, 100)!r}, which is not "
                f"at {self.base_url}: the session is not taken there, and nothing behind that page is "
                "taken for read"
            )
        return path

    def _once(self, method: str, path: str, body: bytes | None) -> Any:
        granted = self.grant()
        try:
            return super()._once(method, path, body)
        except SessionExpired:
            self.grant(refused=granted)
        return super()._once(method, path, body)

    def _headers_for(self, path: str) -> Mapping[str, str]:
        headers = super()._headers_for(path)
        return {**headers, "accept": "text/csv"} if _tells_csv(path) else headers

    def _parsed(self, path: str, where: str, answer: Reply) -> Any:
        if _tells_csv(path):
            page = read_csv(answer.data, answer.headers, where)
            if page.mended:
                self.tell_of_halves(where)
            return page
        return super()._parsed(path, where, answer)

    def _failure(self, where: str, answer: Reply) -> Exception:
        code, message = reason(answer.data)
        if answer.status == 429:
            return super()._failure(where, answer)
        return self.failure(where, answer.status, code, message)

    def failure(self, where: str, status: int, code: str, message: str) -> Exception:
        """What an error of Salesforce's means for whoever asked."""
        said = f" ({told(code)}: {told(message)})" if code else ""
        text = f"Salesforce: {where} answered {status}{said}"
        if status == 401:
            return SessionExpired(f"{text}; a new login did not help: check {self._variable}")
        if code == "REQUEST_LIMIT_EXCEEDED":
            if "concurrent" in message.lower():
                return TransientError(text)
            return PermanentError(
                f"{text}; the organisation's requests of 24 hours are used up. What was read is "
                "stored; a run after some hours goes on"
            )
        if status == 403:
            return Refused(
                f"{text}; the user of {self._variable} lacks a permission: 'API Enabled', and "
                "'View' on what is read (permission set)",
                status,
            )
        if code == "INVALID_QUERY_LOCATOR":
            return LocatorExpired(text, status)
        if status in (408, 420, 423) or status >= 500 or code == "QUERY_TIMEOUT":
            return TransientError(text)
        if status == 400 and not code:  # every refusal has a code: its body was cut
            return TransientError(text)
        return Refused(text, status)


def _tells_csv(path: str) -> bool:
    return "/jobs/query/" in path and path.partition("?")[0].endswith("/results")


def reason(body: bytes) -> tuple[str, str]:
    """Code and message of Salesforce's error body, which is a list of errors or one."""
    try:
        return reason_in(loads(body))
    except Unreadable:
        return "", ""


def reason_in(document: Any) -> tuple[str, str]:
    """The same of a document."""
    first = document[0] if isinstance(document, list) and document else document
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("errorCode") or first.get("error") or ""), str(first.get("message") or "")
