"""The two ways into Salesforce: a user's password with its security token, or an app of its own.

A user logs in by SOAP, the only protocol that takes a password and a security token; an external
client app (connected app) asks for a token by the OAuth client-credentials flow, which works at
the organisation's own address (My Domain) alone. Both answers name the address where the data is.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from revops_pipeline.redaction import protect, told
from revops_pipeline.sources.addresses import origin
from revops_pipeline.sources.salesforce_soql import to_18
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline.sources.vendor_json import Unreadable, loads

# The domains of Salesforce's own, one of which an organisation's address ends in.
_FAMILY = (
    "salesforce.com",
    "force.com",
    "cloudforce.com",
    "salesforce.mil",
    "crmforce.mil",
    "sfcrmproducts.cn",
    "sfcrmapps.cn",
)
_SHARED = frozenset({"https://login.salesforce.com", "https://test.salesforce.com"})
_SOAP = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:urn="urn:partner.soap.sforce.com"><soapenv:Header><urn:CallOptions>'
    "<urn:client>revops_pipeline</urn:client></urn:CallOptions></soapenv:Header><soapenv:Body>"
    "<urn:login><urn:username>{}</urn:username><urn:password>{}</urn:password></urn:login>"
    "</soapenv:Body></soapenv:Envelope>"
)
_HINTS = {
    "LOGIN_MUST_USE_SECURITY_TOKEN": "set SALESFORCE_SECURITY_TOKEN (Salesforce mails it on "
    "'Reset My Security Token')",
    "INVALID_OPERATION": "this organisation does not allow logins by SOAP: set SALESFORCE_CLIENT_ID "
    "and SALESFORCE_CLIENT_SECRET of an external client app instead",
    "INVALID_LOGIN": "a security token is needed unless the network is trusted, changes with the "
    "password, and users of a sandbox log in with SALESFORCE_DOMAIN=test",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A session: its token, where the organisation's data is, and the organisation's id."""

    token: str
    instance: str
    organisation: str


def login_address(instance_url: str | None, domain: str = "login") -> str:
    """Where to log in: the instance's own address, or the domain as simple-salesforce takes it
    (`login`, `test`, `acme.my`; also `acme.my.salesforce.com` and a whole address)."""
    if instance_url:
        return instance_url.rstrip("/")
    domain = domain.strip().rstrip("/")
    if domain.startswith(("http://", "https://")):
        return domain
    return f"https://{domain.removesuffix('.salesforce.com')}.salesforce.com"


class Login(ABC):
    """How a session is asked for. `variables` are what to look at when it is refused."""

    variables: str

    def __init__(self, address: str) -> None:
        self.address = address

    @abstractmethod
    def request(self, version: str) -> tuple[str, bytes, dict[str, str]]:
        """Path, body and headers of the request."""

    @abstractmethod
    def grant(self, status: int, body: bytes) -> Grant:
        """The session that the answer gives. Raises what `failure` makes of any other answer."""

    def failure(self, status: int, code: str, message: str) -> Exception:
        """Nothing is said twice to a login that was refused: it would lock the user out."""
        if status == 200 and not code:
            return TransientError(
                f"Salesforce: the login at {self.address} answered without a session; is it "
                "Salesforce's address? Check SALESFORCE_INSTANCE_URL and SALESFORCE_DOMAIN"
            )
        said = " ".join(filter(None, [told(code), message and f"({told(message)})"]))
        text = f"Salesforce: the login at {self.address} answered {status} {said}".rstrip()
        if status >= 500 and code in ("", "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION"):
            return TransientError(text)
        if status in (408, 429):
            return TransientError(text)
        if not code:
            text += "; is it Salesforce's address? Check SALESFORCE_INSTANCE_URL, SALESFORCE_DOMAIN"
        hint = _HINTS.get(code)
        return PermanentError(f"{text}; check {self.variables}" + (f"; {hint}" if hint else ""))

    def _granted(self, token: str, instance: str, organisation: str) -> Grant:
        """A session goes where its login was, or to another address of Salesforce's own."""
        protect(token)
        address = instance.rstrip("/")
        here, there = origin(self.address), origin(address)
        if here is None or there is None:
            raise TransientError(
                f"Salesforce: the login at {self.address} names {told(instance, 100)!r} as the "
                "instance, which is no web address; tried again"
            )
        if there[0] != "https" and there[0] != here[0]:
            raise PermanentError(
                f"Salesforce: the login at {self.address} names an instance without TLS; "
                "no token is sent there. Check SALESFORCE_INSTANCE_URL"
            )
        if there != here and not (_salesforces(here[1]) and _salesforces(there[1])):
            raise PermanentError(
                f"Salesforce: the login at {self.address} names {told(address, 100)} as the instance, "
                "which is neither that address nor one of Salesforce's own; no token is sent there. "
                "Check SALESFORCE_INSTANCE_URL and SALESFORCE_DOMAIN: they must lead to the "
                "organisation itself"
            )
        return Grant(token, address, to_18(organisation))


def _salesforces(host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in _FAMILY)


class PasswordLogin(Login):
    """A user's name, password and security token (none where the network is trusted)."""

    variables = "SALESFORCE_USERNAME, SALESFORCE_PASSWORD and SALESFORCE_SECURITY_TOKEN"

    def __init__(
        self, address: str, *, username: str, password: str, security_token: str = ""
    ) -> None:
        super().__init__(address)
        self._username, self._password = username, password + security_token
        protect(password, security_token, self._password)

    def request(self, version: str) -> tuple[str, bytes, dict[str, str]]:
        body = _SOAP.format(escape(self._username), escape(self._password))
        headers = {"content-type": "text/xml; charset=utf-8", "soapaction": "login"}
        return f"/services/Soap/u/{version.removeprefix('v')}", body.encode(), headers

    def grant(self, status: int, body: bytes) -> Grant:
        text = body.decode("utf-8", "replace")
        session, server = _element(text, "sessionId"), _element(text, "serverUrl")
        if status != 200 or not session or not server:
            code = _element(text, "sf:exceptionCode")
            message = _element(text, "sf:exceptionMessage") or _element(text, "faultstring")
            raise self.failure(status, code, message)
        if _element(text, "passwordExpired") == "true":
            raise self.failure(status, "PASSWORD_EXPIRED", "the user must choose a new password")
        instance = server.partition("/services/")[0]
        return self._granted(session, instance, _element(text, "organizationId"))


class ClientCredentials(Login):
    """Key and secret of an app that runs as a user of its own."""

    variables = "SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET"

    def __init__(self, address: str, *, client_id: str, client_secret: str) -> None:
        super().__init__(address)
        if address in _SHARED:
            raise PermanentError(
                f"Salesforce: an app cannot log in at {address}: set SALESFORCE_INSTANCE_URL to the "
                "organisation's own address, https://….my.salesforce.com (Setup, My Domain)"
            )
        self._client_id, self._client_secret = client_id, client_secret
        protect(client_secret)

    def request(self, version: str) -> tuple[str, bytes, dict[str, str]]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return "/services/oauth2/token", urlencode(form).encode(), headers

    def grant(self, status: int, body: bytes) -> Grant:
        try:
            answer = loads(body)
        except Unreadable:
            answer = {}
        if not isinstance(answer, dict):
            answer = {}
        token, instance = answer.get("access_token"), answer.get("instance_url")
        if (
            status != 200
            or not isinstance(token, str)
            or not isinstance(instance, str)
            or not token
        ):
            code, message = answer.get("error", ""), answer.get("error_description", "")
            raise self.failure(status, str(code), str(message))
        # …/id/<organisation>/<user>
        parts = str(answer.get("id") or "").split("/")
        return self._granted(token, instance, parts[-2] if len(parts) > 2 else "")


def _element(xml: str, name: str) -> str:
    """The text of the first element of a name; a parser for ten known ones would be an entry for
    whatever XML can do to parsers."""
    found = re.search(rf"<{re.escape(name)}>([^<]*)</{re.escape(name)}>", xml)
    return unescape(found[1]).strip() if found else ""
