"""What comes before an event goes out: to whom, and as what."""

from __future__ import annotations

import asyncio

from google.protobuf.message import Message

from .asking import Asking
from .config import BroadcastConfig
from .errors import NoSubscribers
from .hub import Hub
from .link.link import Link
from .link.outflow import Outflow
from .link.outgoing import Outgoing
from .route import Route


async def until_subscribed(
    hub: Hub, event: type[Message], config: BroadcastConfig, within: float
) -> float:
    """Waits until somebody who is meant subscribes; how long it took."""
    hub.check_running()
    route = hub.routes.of(event)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await hub.until(lambda: bool(_meant(hub, route, config)) or not hub.is_running, within)
    return loop.time() - begun


def _meant(
    hub: Hub, route: Route, config: BroadcastConfig
) -> dict[Outflow[Outgoing], Link | None]:
    """The flows to all who are meant and subscribe."""
    meant: dict[Outflow[Outgoing], Link | None] = {}
    if route.subscribers and config.allowed_to_receive(hub.name):
        meant[route.own] = None
    for link, flow in route.peers.items():
        if link.is_open and not config.internal and config.allowed_to_receive(link.peer):
            meant[flow] = link
    return meant


def prepare(
    hub: Hub,
    event: Message,
    config: BroadcastConfig,
    payload: bytes | None = None,
    asking: Asking | None = None,
) -> tuple[Route, Outgoing, list[Outflow[Outgoing]]]:
    """An event as it leaves, and the flows to all who are meant and subscribe."""
    hub.check_running()
    route = hub.routes.of(type(event))
    outgoing = Outgoing(
        route.type_id,
        event.SerializeToString() if payload is None else payload,
        hub.options.compress_above,
        headers=config.headers,
        request_id=asking.id if asking else 0,
        exchange=asking,
    )
    meant = _meant(hub, route, config)
    for link in meant.values():
        if link is not None:
            link.check_size(outgoing, route.name)
    if not meant and (asking or config.require_subscriber or config.wait_for_subscriber):
        only = config.filter_endpoint
        nobody = (
            f"{only} is not connected, or does not subscribe" if only else "nobody subscribes"
        )
        advice = "connect to an endpoint that does, or set `wait_for_subscriber`"
        raise NoSubscribers(f"{nobody} to {route.name}: {advice}")
    return route, outgoing, list(meant)
