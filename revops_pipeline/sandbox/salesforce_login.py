"""The ways into a made-up Salesforce organisation: a user by SOAP, an app by client credentials."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from typing import Final
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import orjson

from revops_pipeline.sandbox.salesforce_world import SalesforceError, SalesforceWorld

USERNAME: Final = "integration@crm.example"
PASSWORD: Final = "sandbox-password"  # noqa: S105 - opens nothing but made-up data
SECURITY_TOKEN: Final = "sandboxSecurityToken"  # noqa: S105
CLIENT_ID: Final = "3MVG9sandboxClient"
POWERLESS_CLIENT_ID: Final = "3MVG9sandboxPowerless"
"""An app with the same secret, whose user may log in and not use the API."""
CLIENT_SECRET: Final = "sandbox-client-secret"  # noqa: S105
Reply = tuple[int, bytes, str]
"""Status, body, content type."""


@dataclass(slots=True)
class Sessions:
    """Sessions of one world. `expire` ends them all, as Salesforce does after some hours."""

    world: SalesforceWorld
    logins: int = 0
    _valid: dict[str, bool] = field(default_factory=dict)
    """Tokens, and whether their user may use the API."""
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def expire(self) -> None:
        self._valid.clear()

    def admit(self, authorization: str | None) -> None:
        powerful = self._valid.get((authorization or "").removeprefix("Bearer "))
        if powerful is None:
            raise SalesforceError(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if not powerful:
            raise SalesforceError(403, "API_CURRENTLY_DISABLED", "API is disabled for this User")

    def soap(self, raw: bytes, base: str, version: str) -> Reply:
        self.logins += 1
        text = raw.decode("utf-8", "replace")
        username, password = _element(text, "username"), _element(text, "password")
        if username != USERNAME or password not in (PASSWORD + SECURITY_TOKEN, PASSWORD):
            return _fault(
                "INVALID_LOGIN",
                "Invalid username, password, security token; or user locked out.",
            )
        if password == PASSWORD:
            return _fault(
                "LOGIN_MUST_USE_SECURITY_TOKEN",
                "Invalid username, password, security token; or user locked out. Are you at a new "
                "location? When accessing Salesforce--either via a desktop client or the API--from "
                "outside of your company's trusted networks, you must add a security token to your "
                "password to log in.",
            )
        server = f"{base}/services/Soap/u/{version}/{self.world.organisation[:15]}"
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
            'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns="urn:partner.soap.sforce.com"><soapenv:Body><loginResponse><result>'
            f"<passwordExpired>false</passwordExpired><serverUrl>{escape(server)}</serverUrl>"
            f"<sessionId>{escape(self._session())}</sessionId><userId>{self.world.user_id}</userId>"
            f"<userInfo><organizationId>{self.world.organisation}</organizationId></userInfo>"
            "</result></loginResponse></soapenv:Body></soapenv:Envelope>"
        )
        return 200, body.encode(), "text/xml;charset=UTF-8"

    def token(self, raw: bytes, authorization: str | None, base: str) -> Reply:
        self.logins += 1
        form = {name: values[-1] for name, values in parse_qs(raw.decode()).items()}
        id_, secret = form.get("client_id"), form.get("client_secret")
        if authorization and authorization.startswith("Basic "):
            id_, _, secret = b64decode(authorization[6:]).decode().partition(":")
        if form.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type", "grant type not supported")
        if id_ not in (CLIENT_ID, POWERLESS_CLIENT_ID):
            return _refused("invalid_client_id", "client identifier invalid")
        if secret != CLIENT_SECRET:
            return _refused("invalid_client", "invalid client credentials")
        document = {
            "access_token": self._session(powerful=id_ == CLIENT_ID),
            "signature": "c2FuZGJveA==",
            "instance_url": base,
            "id": f"{base}/id/{self.world.organisation}/{self.world.user_id}",
            "token_type": "Bearer",
            "issued_at": str(self.world.clock.now()),
        }
        return 200, orjson.dumps(document), "application/json;charset=UTF-8"

    def _session(self, powerful: bool = True) -> str:
        token = f"{self.world.organisation[:15]}!AQ.sandbox{next(self._numbers)}"
        self._valid[token] = powerful
        return token


def _refused(error: str, description: str) -> Reply:
    body = orjson.dumps({"error": error, "error_description": description})
    return 400, body, "application/json;charset=UTF-8"


def _fault(code: str, message: str) -> Reply:
    told = escape(message)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:sf="urn:fault.partner.soap.sforce.com"><soapenv:Body><soapenv:Fault>'
        f"<faultcode>sf:{code}</faultcode><faultstring>{code}: {told}</faultstring><detail>"
        f"<sf:LoginFault><sf:exceptionCode>{code}</sf:exceptionCode>"
        f"<sf:exceptionMessage>{told}</sf:exceptionMessage></sf:LoginFault></detail>"
        "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )
    return 500, body.encode(), "text/xml;charset=UTF-8"


def _element(xml: str, name: str) -> str:
    found = re.search(rf"<(?:\w+:)?{name}>([^<]*)</(?:\w+:)?{name}>", xml)
    return unescape(found[1]) if found else ""
