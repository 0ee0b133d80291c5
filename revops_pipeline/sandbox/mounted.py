"""Several applications on one server."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class Mounted:
    """Applications under prefixes; everything else goes to the first."""

    def __init__(self, app: ASGIApp, mounts: Mapping[str, ASGIApp]) -> None:
        self._app, self._mounts = app, dict(mounts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            prefix = "/" + scope["path"].split("/", 2)[1]
            if mounted := self._mounts.get(prefix):
                inner = {**scope, "root_path": scope.get("root_path", "") + prefix}
                await mounted(inner, receive, send)
                return
        await self._app(scope, receive, send)
