"""The sandbox as a running server: uvicorn in a thread of this process, on the loopback only."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

import uvicorn

from revops_pipeline.sandbox.app import DEFAULT_TOKEN, Stats, create_app
from revops_pipeline.sandbox.faults import Fault, Faults
from revops_pipeline.sandbox.portal import Portal

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
    ) -> None:
        self.portal, self.token, self._port, self._listener = portal, token, port, listener
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
        self.url = ""

    @property
    def faults(self) -> Faults:
        return self._front.faults

    @property
    def stats(self) -> Stats:
        return self._front.stats

    def __enter__(self) -> Self:
        self._listener = self._listener or listen(self._port)
        self.url = self.portal.base_url = f"http://{_HOST}:{self._listener.getsockname()[1]}"
        self.portal.views.clear()  # kept answers hold links with the former address
        config = uvicorn.Config(
            self._front,
            loop="uvloop",
            http="httptools",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), name="sandbox", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"the sandbox did not start on {self.url}")
            time.sleep(0.005)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._server.force_exit = True  # hanging answers (a fault) would hold it up for ever
        self._thread.join(_START_TIMEOUT_S)
        if self._listener is not None:
            self._listener.close()
            self._listener = None
