"""The sandbox as a running server: uvicorn in a thread of this process, on the loopback only."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Final, Self

import uvicorn
from starlette.types import ASGIApp

from revops_pipeline.sandbox.app import DEFAULT_TOKEN, Stats, create_app
from revops_pipeline.sandbox.faults import Fault, Faults
from revops_pipeline.sandbox.mounted import Mounted
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.sending import Protocol

DEFAULT_PORT: Final = 8765
_HOST = "127.0.0.1"
_START_TIMEOUT_S = 15.0


class PortInUse(OSError):
    """Another process listens on the port that was asked for."""


def listen(port: int) -> socket.socket:
    """A socket on the loopback interface; port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(
                f"port {port} on {_HOST} is already in use: stop what listens there, choose another "
                "with --port N, or let the system choose with --port 0"
            ) from None
        raise
    return listener


class _Server(uvicorn.Server):
    """uvicorn's server, which looks every tenth of a second whether it should end and then waits
    for as long again; this one is told. Tests start hundreds."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        self.ready.set()

    async def main_loop(self) -> None:
        await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Nobody is waited for: an answer that hangs (a fault) would hold it up for ever."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    def end(self) -> None:
        """May be called from any thread."""
        self._loop.call_soon_threadsafe(self._told.set)


class Sandbox:
    """Use as a context manager. Limits of 0 are off; `daily_limit` counts from the start;
    `retry_after` says whether a 429 names the seconds to wait. A `listener` replaces the port."""

    def __init__(
        self,
        portal: Portal,
        port: int = 0,
        latency_ms: float = 0,
        rate_limit: int = 190,
        search_limit: int = 5,
        faults: Iterable[Fault | str] = (),
        *,
        token: str = DEFAULT_TOKEN,
        daily_limit: int = 625_000,
        retry_after: bool = True,
        seed: int = 0,
        listener: socket.socket | None = None,
        mounts: Mapping[str, ASGIApp] | None = None,
    ) -> None:
        self.token, self._port, self._listener = token, port, listener
        self._front = create_app(
            portal,
            token=token,
            latency_ms=latency_ms,
            rate_limit=rate_limit,
            search_limit=search_limit,
            daily_limit=daily_limit,
            retry_after=retry_after,
            faults=faults,
            seed=seed,
        )
        self._mounts = mounts or {}
        self.url = ""

    @property
    def portal(self) -> Portal:
        return self._front.portal

    @portal.setter
    def portal(self, portal: Portal) -> None:
        """Serve another portal from now on, which costs nothing worth measuring: one server does
        for hundreds of them. Faults stay in force; `reset` ends them."""
        self._address(portal)
        self._front.portal = portal

    def reset(self, portal: Portal, seed: int = 0) -> None:
        """Another portal, no faults, nothing counted: as if just started."""
        self.faults.clear()
        self.faults.counts.clear()
        self.faults.reseed(seed)
        self._front.stats = Stats()
        self._front.limits.forget()
        self.portal = portal

    def _address(self, portal: Portal) -> None:
        portal.base_url = self.url
        portal.views.clear()  # kept answers hold links with the former address

    @property
    def faults(self) -> Faults:
        return self._front.faults

    @property
    def stats(self) -> Stats:
        return self._front.stats

    def __enter__(self) -> Self:
        self._listener = self._listener or listen(self._port)
        self.url = f"http://{_HOST}:{self._listener.getsockname()[1]}"
        self._address(self.portal)
        config = uvicorn.Config(
            Mounted(self._front, self._mounts) if self._mounts else self._front,
            loop="uvloop",
            http=Protocol,
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), name="sandbox", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(_START_TIMEOUT_S):
            raise RuntimeError(f"the sandbox did not start on {self.url}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.end()
        self._thread.join(_START_TIMEOUT_S)
        if self._listener is not None:
            self._listener.close()
            self._listener = None
