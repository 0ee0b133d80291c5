"""The way out of the network: proxies and authorities, by the variables that all tools read."""

from __future__ import annotations

import os
import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote
from urllib.request import getproxies, proxy_bypass

import urllib3

from revops_pipeline.redaction import protect
from revops_pipeline.sources.addresses import is_loopback
from revops_pipeline.sources.stream import PermanentError

BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""What may name authorities to trust, beside those of the system."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """`address` has no user and no password; these are in the headers. `variable` says where all of
    it is from."""

    address: str
    variable: str
    headers: dict[str, str] = field(default_factory=dict, repr=False)


def proxy_for(scheme: str, host: str, port: int) -> Proxy | None:
    """The proxy on the way to a host, if any. Raises PermanentError for one that cannot be used."""
    found = getproxies()
    address = found.get(scheme) or found.get("all")
    place = f"[{host}]" if ":" in host else host
    if not address or is_loopback(host) or proxy_bypass(f"{place}:{port}"):
        return None
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    variable = next((n for n in names if os.environ.get(n) == address), "the system's settings")
    kind, told, rest = address.partition("://")
    if not told:
        kind, rest = "http", address
    # The last @ ends the password, whatever is in it.
    credentials, _, server = rest.rpartition("@")
    user, _, password = credentials.partition(":")
    protect(password, unquote(password))
    if kind.lower() not in ("http", "https"):
        raise PermanentError(
            f"the proxy in {variable} is of the kind {kind}, which is not supported: name an HTTP "
            "proxy (http://host:port; most programs that offer the one offer the other), or the "
            f"hosts to reach without it in NO_PROXY, such as {host}"
        )
    plain = f"{kind.lower()}://{server.partition('/')[0]}"
    try:
        usable = bool(urllib3.util.parse_url(plain).host)
    except urllib3.exceptions.LocationParseError:
        usable = False
    if not usable:
        raise PermanentError(
            f"the proxy in {variable} is no web address, such as http://user:password@host:port"
        )
    if not credentials:
        return Proxy(plain, variable)
    basic = b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    return Proxy(plain, variable, {"proxy-authorization": f"Basic {basic}"})


def trust() -> ssl.SSLContext:
    """What TLS trusts: the authorities of the system, and of the files and folders that variables
    name. Raises PermanentError naming a variable whose file cannot be used."""
    context = urllib3.util.create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    for variable in (*BUNDLES, "SSL_CERT_DIR"):
        if not (named := os.environ.get(variable)):
            continue
        # Of folders there may be several, which OpenSSL reads by itself.
        several = named.split(os.pathsep) if variable == "SSL_CERT_DIR" else [named]
        if not any(Path(one).exists() for one in several):
            raise PermanentError(
                f"{variable} is {named}, and there is no such file or folder: name the file with "
                "the certificates to trust, or unset it"
            )
        if variable == "SSL_CERT_DIR":
            continue
        path = Path(named)
        try:
            context.load_verify_locations(*((None, named) if path.is_dir() else (named, None)))
        except (OSError, ssl.SSLError) as error:
            raise PermanentError(
                f"{variable} is {named}, which holds no certificates that can be read ({error}): "
                "name a file of certificates in PEM form, or unset it"
            ) from None
    context.load_default_certs()
    return context


def untrusted(error: BaseException) -> str | None:
    """Why a certificate was not trusted and what to do about it; None for any other error."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, ssl.SSLCertVerificationError):
        inner = next((a for a in found.args if isinstance(a, BaseException)), None)
        found = inner or found.__cause__ or found.__context__
    if found is None:
        return None
    named = [variable for variable in BUNDLES if os.environ.get(variable)]
    there = f"what {' and '.join(named)} names does not hold it" if named else "neither is set"
    return (
        f"shows a certificate that is not trusted here ({found.verify_message}). Where a proxy of "
        "your network inspects traffic, or the server's authority is your own, that authority's "
        "certificate (PEM) must be in the file that REQUESTS_CA_BUNDLE or SSL_CERT_FILE names "
        f"({there})"
    )
