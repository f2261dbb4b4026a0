"""The inside of an endpoint: its links, its routes, and how it ends."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, cast

from .config import Options
from .connection import Connection, Greeter
from .errors import LifecycleError
from .link.inflow import Inflow
from .link.link import Link
from .link.meeting import Meeting, Refusal
from .link.outflow import Outflow
from .link.outgoing import Outgoing
from .link.surroundings import Terms
from .logs import log
from .routes import Routes
from .route import Route
from .subscribers import Subscription, Work
from .wire import compression
from .wire import lahja_wire_pb2 as pb
from .wire.compression import PayloadError, decompress
from .wire.frames import DEFAULT_LIMIT, Run, encode

_VERSION = 1


class Unconfirmed(NamedTuple):
    """A peer that did not confirm all events that were sent to it, and how many it did not."""

    endpoint: str
    events: int


class _RemoteRequester:
    def __init__(self, link: Link, request_id: int) -> None:
        self._link = link
        self._request_id = request_id

    def answer(self, answer: Outgoing, name: str) -> None:
        self._link.check_size(answer, name)
        answer.response_to = self._request_id
        self._link.answer(answer)

    def fail(self, code: pb.Failure.Code, message: str) -> None:
        self._link.fail(self._request_id, code, message)


class Registry:
    """Where the subscriptions to one type are made known."""

    def __init__(self, hub: Hub, route: Route) -> None:
        self._hub = hub
        self._route = route

    def add(self, subscription: Subscription) -> None:
        hub = self._hub
        if hub.routes.add(self._route, subscription):
            for link in list(hub.links):
                link.subscribe(self._route.wanted)
            hub.changed()

    def remove(self, subscription: Subscription) -> None:
        hub = self._hub
        if hub.routes.remove(self._route, subscription):
            for link in list(hub.links):
                link.unsubscribe([self._route.type_id])
            hub.changed()

    async def confirmed(self) -> None:
        """Until all who are linked now know of all that was added by now, or are gone."""
        hub = self._hub
        waiting = {link: link.wanted_revision for link in hub.links}
        await hub.until(
            lambda: all(
                link.acknowledged >= revision or hub.meeting.link(link.peer) is not link
                for link, revision in waiting.items()
            )
        )


class Hub:
    """What the calls of an endpoint work on. It is the owner of the endpoint's links."""

    def __init__(self, name: str, options: Options) -> None:
        self.name = name
        self.options = options
        self.routes = Routes(name, options)
        self.meeting: Meeting[Link] = Meeting(name)
        self.dialled: dict[str, Link | None] = {}
        self.links: set[Link] = set()
        self.is_running = False
        self._instance = secrets.randbits(64) or 1
        self._last_request = 0
        self._works: set[Work] = set()
        self._waiters: list[asyncio.Future[None]] = []

    def check_running(self) -> None:
        if not self.is_running:
            raise LifecycleError(
                f"{self.name} does not run: use `async with` with `run` or `serve`"
            )

    def next_request(self) -> int:
        self._last_request += 1
        return self._last_request

    def link(self, name: str) -> Link | None:
        """The link to this endpoint on which events flow, if there is one."""
        link = self.meeting.link(name)
        return link if link is not None and link.is_open else None

    def open_links(self) -> list[Link]:
        return [link for link in self.links if link.is_open]

    def spawn(self, handling: Coroutine[Any, Any, None]) -> Work:
        work = Work(handling, loop=asyncio.get_running_loop())
        self._works.add(work)
        work.add_done_callback(self._ended)
        return work

    def _ended(self, work: asyncio.Task[None]) -> None:
        self._works.remove(cast(Work, work))
        self.changed()

    async def until(self, holds: Callable[[], bool], within: float | None = None) -> bool:
        """Waits until something holds; whether it does in time."""
        loop = asyncio.get_running_loop()
        deadline = None if within is None else loop.time() + within
        while not holds():
            left = None if deadline is None else deadline - loop.time()
            if left is not None and left <= 0:
                return False
            waiter = loop.create_future()
            self._waiters.append(waiter)
            try:
                await asyncio.wait([waiter], timeout=left)
            finally:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
        return True

    # Connections.

    def hello(self) -> bytes:
        hello = pb.Hello(
            protocol_version=_VERSION,
            name=self.name,
            instance=self._instance,
            max_frame_len=self.options.max_frame_len,
            compressions=[pb.COMPRESSION_SNAPPY] if compression.AVAILABLE else [],
            agent="lahja-python/0.1.0",
        )
        return encode(pb.Frame(hello=hello))

    def connection(self, greeter: Greeter) -> Connection:
        options = self.options
        return Connection(greeter, options.handshake_timeout, options.unwritten_events)

    def linked(self, connection: Connection, hello: pb.Hello) -> Link:
        """Both said hello: the connection is a link."""
        options = self.options
        terms = Terms(
            max_frame_len=hello.max_frame_len or DEFAULT_LIMIT,
            takes_snappy=compression.SNAPPY in hello.compressions,
            unwritten_control=options.unwritten_control,
            ready_within=options.handshake_timeout,
            drain=options.drain_timeout,
        )
        link = Link(hello.name, connection, self, terms)
        connection.accept_up_to(options.max_frame_len)
        self.links.add(link)
        link.open(self.routes.subscribed())
        return link

    def admit(self, connection: Connection, hello: pb.Hello) -> Link:
        """Judges a peer that dialled."""
        self.forget_if_gone(hello.name)
        if not self.is_running:
            raise Refusal(pb.Goodbye.REASON_SHUTDOWN, "shutting down")
        self.meeting.judge(hello.name, hello.instance)
        connection.write_control(self.hello())
        link = self.linked(connection, hello)
        self.meeting.admitted(hello.name, hello.instance, link)
        self.changed()
        return link

    def forget_if_gone(self, name: str) -> None:
        """A restarted peer must not be refused for the sake of its former self."""
        link = self.meeting.link(name)
        if link is not None and link.port.has_hung_up:
            self.left(link)

    # What links tell.

    def changed(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def interested(self, link: Link, added: pb.EventType, flow: Outflow[Outgoing]) -> None:
        self.routes.interested(link, added, flow)

    def uninterested(self, link: Link, type_id: int) -> None:
        self.routes.uninterested(link, type_id)

    def left(self, link: Link) -> None:
        self.meeting.closed(link.peer, link)
        if self.dialled.get(link.peer) is link:
            del self.dialled[link.peer]
        self.changed()

    def closed(self, link: Link) -> None:
        self.links.discard(link)
        self.left(link)

    def arrived(self, link: Link, inflow: Inflow, run: Run) -> None:
        route = self.routes.get(run.type_id)
        if route is None or route.type is None:
            inflow.settle(run.cost)
        else:
            route.deliver_run(run, link.peer, inflow)

    def arrived_single(
        self, link: Link, inflow: Inflow, broadcast: pb.Broadcast, cost: int
    ) -> Callable[[], None]:
        route = self.routes.get(broadcast.type_id)
        assert route is not None and route.type is not None
        request_id = broadcast.request_id
        slot = route.slot(_RemoteRequester(link, request_id)) if request_id else None
        headers = dict(broadcast.headers) or None
        try:
            limit = self.options.max_frame_len
            payload = decompress(broadcast.compression, broadcast.payload, limit)
        except PayloadError as error:
            holder = slot.hold() if slot else None
            for subscriber in route.subscribers:
                route.undecodable(subscriber, broadcast.missed, link.peer, error, holder)
            if holder:
                holder.fail(None)
            else:
                inflow.settle(cost)
        else:
            route.deliver(payload, link.peer, inflow, cost, broadcast.missed, headers, slot)
        return slot.cancel if slot else lambda: None

    # The end.

    async def drain(self, links: list[Link], within: float) -> bool:
        """Unsubscribes from everything, and waits until nothing more is coming."""
        for link in links:
            link.unsubscribe()
        return await self.until(lambda: all(link.is_drained for link in links), within)

    async def part(self, links: list[Link], within: float) -> list[Unconfirmed]:
        """Waits for the answers that are owed, says goodbye, and waits for the peers' goodbyes."""
        deadline = asyncio.get_running_loop().time() + within
        await self.until(lambda: not any(link.owes_answers for link in links), within)
        left = deadline - asyncio.get_running_loop().time()
        self.say_goodbye(links, max(left, self.options.drain_timeout / 10))
        await self.until(lambda: self.links.isdisjoint(links))
        return [Unconfirmed(link.peer, link.unconfirmed) for link in links if link.unconfirmed]

    def say_goodbye(self, links: list[Link], within: float) -> None:
        for link in links:
            link.fail_all(pb.Failure.CODE_SHUTTING_DOWN, "the endpoint is stopping")
            link.say_goodbye(pb.Goodbye.REASON_SHUTDOWN)
            link.port.set_deadline(within)

    async def close(self, callers: set[asyncio.Task[Any] | None]) -> list[Unconfirmed]:
        """The closing of the protocol, on all links at once."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.options.drain_timeout
        self.is_running = False
        self.routes.by_class.clear()
        links = list(self.links)
        self.changed()
        drained = await self.drain(links, self.options.drain_timeout)
        self.routes.end()
        left = max(deadline - loop.time(), 0)
        finished = await self.until(lambda: self._works <= callers, left)
        if not finished or not drained:
            log.warning("%s: handlers did not finish before the drain deadline", self.name)
        unconfirmed = await self.part(links, max(deadline - loop.time(), 0))
        for work in self._works - callers:
            work.cancel()
        for peer, lost in unconfirmed:
            log.warning("%s: %s did not confirm %s events", self.name, peer, lost)
        return unconfirmed
