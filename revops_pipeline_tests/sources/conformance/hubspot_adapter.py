"""HubSpot in the suite: a small portal, and everybody who works in it."""

from __future__ import annotations

from pathlib import Path
from random import Random

from starlette.types import Receive, Scope, Send

from revops_pipeline.sandbox import DEFAULT_TOKEN, Portal, create_app
from revops_pipeline.sandbox.faults import Faults
from revops_pipeline.sandbox.life import Life
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.hubspot import Cadence, HubSpot
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.sources.stream import Source
from revops_pipeline_tests.sources.conformance.vendor import (
    PATIENT,
    Credentials,
    Documents,
    Front,
    Vendor,
)
from revops_pipeline_tests.sources.copies import differences

SCOPELESS = "sandbox-token-without-scopes"
TOKENS = {
    Credentials.RIGHT: DEFAULT_TOKEN,
    Credentials.WRONG: Vendor.secret,
    Credentials.INSUFFICIENT: SCOPELESS,
}
DAY_MS = 24 * 3_600_000


class Adapter(Vendor):
    name = "hubspot"
    variable = "HUBSPOT_API_KEY"
    days_of_rest = 2

    def world(self, seed: int) -> Portal:
        portal = Portal.generate(contacts=220, companies=12, deals=15, seed=seed)
        portal.clock.stop()
        return portal

    def front(self, world: Portal) -> Front:
        return Scoped(world)

    def source(
        self,
        url: str,
        *,
        credentials: Credentials = Credentials.RIGHT,
        retry: Retry = PATIENT,
        timeout: float = 5.0,
    ) -> Source:
        api = HubSpotApi(
            base_url=url,
            token=TOKENS[credentials],
            retry=retry,
            timeout=timeout,
            search_per_second=0,
        )
        return HubSpot(api, Cadence(engagement_minutes=0))

    def disturb(self, world: Portal, random: Random) -> str:
        return Life(world, random).step()

    def a_day_passes(self, world: Portal) -> None:
        world.clock.advance(DAY_MS + 60_000)

    def truth(self, world: Portal) -> dict[str, Documents]:
        return {name: dict(told.live) for name, told in world.truth().objects.items()}

    def differences(self, world: Portal, path: Path) -> list[str]:
        """Associations, archived records and histories, too."""
        return differences(path, world)


class Scoped:
    """The portal's front, which knows a second token: one that has no scope for records."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._front = create_app(portal, rate_limit=0, search_limit=0)

    @property
    def faults(self) -> Faults:
        return self._front.faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if headers.get(b"authorization") == f"Bearer {SCOPELESS}".encode():
            self._portal.missing_scopes = set(self._portal.stores)
            headers[b"authorization"] = f"Bearer {DEFAULT_TOKEN}".encode()
            scope = {**scope, "headers": list(headers.items())}
        await self._front(scope, receive, send)
