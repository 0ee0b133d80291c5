"""A ServiceNow instance of the sandbox as a server, below a prefix as where all vendors share one."""

from __future__ import annotations

import threading
import time
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from revops_pipeline.sandbox.sending import Protocol
from revops_pipeline.sandbox.server import listen
from revops_pipeline.sandbox.servicenow_app import front
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld


class ServedInstance:
    """Use as a context manager; `url` is the address of the instance."""

    def __init__(self, world: ServiceNowWorld, **options: Any) -> None:
        self.world, self.front = world, front(world, **options)
        self._listener = listen(0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/servicenow"

    def __enter__(self) -> Self:
        app = Starlette(routes=[Mount("/servicenow", self.front)])
        config = uvicorn.Config(
            app,
            http=Protocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,  # the instance's own clock tells the time
        )
        self._server = uvicorn.Server(config)
        arguments = ([self._listener],)
        self._thread = threading.Thread(target=self._server.run, args=arguments, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.002)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(10)
        self._listener.close()
