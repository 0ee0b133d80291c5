"""Where a token may go: to the address that was configured, or granted, and nowhere else."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import unquote, urljoin, urlsplit

from revops_pipeline.sources.stream import PermanentError

# Readers of addresses differ in what they make of these: none is part of an address of an API.
_UNCLEAR = re.compile(r"[\x00-\x20\x7f-\uffff\\]")
_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]


def origin(url: str) -> Origin | None:
    """Scheme, host and port of a web address; None for what is none, or holds a user."""
    if _UNCLEAR.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname.rstrip("."), port


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def expect_encrypted(address: str, *, name: str, hint: str, allow_http: bool) -> None:
    """Raises PermanentError for an address to which a token would travel in the open."""
    found = origin(address)
    if found and found[0] == "http" and not is_loopback(found[1]) and not allow_http:
        raise PermanentError(
            f"{name}: {address} is not encrypted: whoever is on the way could read the credentials. "
            f"Give an https:// address in {hint}, or, where the network itself is trusted, set "
            f"{name.lower()}.allow_http: true in config/revops.yml"
        )


def redirected(url: str, location: str) -> str | None:
    """Where a redirect leads, if that is the same scheme, host and port."""
    if _UNCLEAR.search(location):
        return None
    try:
        target = urljoin(url, location)
    except ValueError:
        return None
    return target if origin(target) is not None and origin(target) == origin(url) else None


def path_on(base_url: str, following: str) -> str | None:
    """The path below the base of an address that an answer names as what follows; None for one that
    leads anywhere else, or only may."""
    path = following.removeprefix(base_url) if following.startswith(f"{base_url}/") else following
    plain = unquote(path.partition("?")[0])
    if (
        not path.startswith("/")
        or path.startswith("//")
        or _UNCLEAR.search(path)
        or "\\" in plain
        or ".." in plain.split("/")
        or origin(base_url + path) != origin(base_url)
    ):
        return None
    return path
