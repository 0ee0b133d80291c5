"""What is said when a vendor cannot be reached, is not answered by, or asks to be left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from revops_pipeline.sources.proxies import Proxy, untrusted
from revops_pipeline.sources.stream import PermanentError, SourceError, TransientError

_REASONS = {
    "NewConnectionError": "cannot be reached (nothing listens there)",
    "NameResolutionError": "cannot be reached (the host name is unknown)",
    "ConnectTimeoutError": "did not accept a connection in time",
    "ReadTimeoutError": "did not answer in time",
    "SSLError": "failed the TLS handshake",
}


@dataclass(frozen=True, slots=True)
class Way:
    """The way to a vendor's address; `hint` are the variables that give it."""

    name: str
    address: str
    hint: str
    proxy: Proxy | None

    def failure(self, where: str, error: Exception) -> SourceError:
        """What an error of the network means, and what to look at."""
        if why := untrusted(error):
            return PermanentError(f"{self.name}: {self.address} {why}; asked for {where}")
        kind, proxy = type(error).__name__, self.proxy
        if kind in ("LocationParseError", "URLSchemeUnknown"):
            return PermanentError(
                f"{self.name}: {self.address!r} is no web address; check {self.hint}"
            )
        if proxy and "407" in str(error):
            return self.refused_by_proxy(where)
        if proxy and kind == "ProxyError":
            return TransientError(
                f"{self.name}: {self.address} cannot be reached through the proxy {proxy.address} "
                f"({proxy.variable}) on {where}; check {proxy.variable}, or name the host in NO_PROXY"
            )
        reason = _REASONS.get(kind, f"broke the connection ({kind})")
        return TransientError(
            f"{self.name}: {self.address} {reason} on {where}; check {self.hint} and the network"
        )

    def refused_by_proxy(self, where: str) -> PermanentError:
        proxy = self.proxy
        there = f"the proxy {proxy.address}" if proxy else "a proxy"
        variable = proxy.variable if proxy else "HTTPS_PROXY"
        wants = "refuses the user and password in" if proxy and proxy.headers else "wants those in"
        return PermanentError(
            f"{self.name}: {there} on the way to {self.address} {wants} {variable} (407 on {where}): "
            "give it as http://user:password@host:port, with signs such as @ and / in the password "
            "written as %40 and %2F"
        )


def too_long(message: str, asked: float | None, longest: float) -> TransientError:
    """A vendor asks to wait for more seconds than a run waits."""
    seconds = asked or 0.0
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    return TransientError(
        f"{message}; it asks to wait {seconds:,.0f} s, until {until:%Y-%m-%d %H:%M} UTC, and a run "
        f"waits {longest:,.0f} s at most. What was read is stored; a run after that time goes on"
    )
