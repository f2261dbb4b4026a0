"""The endpoint: what its users call."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

from google.protobuf.message import Message

from .answers import Received
from .asking import Asking, Waiting, response_of
from .config import BroadcastConfig, ConnectionConfig, Options
from .connecting import Dial, listen
from .directory import NameLock
from .errors import Full, LifecycleError, NotConnected, Stalled
from .events import Request, RequestClass, declared, event_type
from .hub import Hub, Registry, Unconfirmed
from .route import Sent
from .sending import prepare, until_subscribed
from .subscribers import Awaited, Called, EventStream, Inbox, Subscription, Work
from .wire import lahja_wire_pb2 as pb

E = TypeVar("E", bound=Message)
R = TypeVar("R")
S = TypeVar("S", bound=Subscription)

# A loop of broadcasts lets others run after so many.
_BETWEEN_TURNS = 256

_TO_ALL = BroadcastConfig()


def _config(
    endpoint: str | ConnectionConfig, near: ConnectionConfig | None = None
) -> ConnectionConfig:
    if isinstance(endpoint, ConnectionConfig):
        return endpoint
    return ConnectionConfig.from_name(endpoint, near and near.path.parent)


class Endpoint:
    """A participant of the bus, by its name.

    Where a name is enough, the endpoint is looked for in the directory of this one.
    """

    def __init__(self, config: str | ConnectionConfig, options: Options | None = None) -> None:
        self._config = _config(config)
        self._options = options or Options()
        self._hub = Hub(self._config.name, self._options)
        self._lock: NameLock | None = None
        self._listening: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[list[Unconfirmed]] | None = None
        self._callers: set[asyncio.Task[Any] | None] = set()
        self._turns = _BETWEEN_TURNS

    @property
    def name(self) -> str:
        return self._config.name

    @property
    def is_running(self) -> bool:
        return self._hub.is_running

    @property
    def is_serving(self) -> bool:
        return self._hub.is_running and self._listening is not None

    # Running.

    @classmethod
    @asynccontextmanager
    async def serve(
        cls, config: str | ConnectionConfig, options: Options | None = None
    ) -> AsyncIterator[Endpoint]:
        """Runs an endpoint that others can connect to."""
        async with cls(config, options).run() as endpoint:
            endpoint._listen()
            yield endpoint

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Endpoint]:
        """Runs it without listening: it still connects to others."""
        if self._lock is not None or self._closing is not None:
            raise LifecycleError(f"{self.name} runs already, or has stopped")
        self._lock = NameLock(self.name, self._config.path)
        self._hub.is_running = True
        try:
            yield self
        finally:
            await self.stop()

    def _listen(self) -> None:
        assert self._lock is not None
        listener = self._lock.listen()
        self._listening = asyncio.create_task(listen(self._hub, listener))
        self._listening.add_done_callback(lambda _: listener.close())

    async def stop(self) -> list[Unconfirmed]:
        """Takes what is on its way, lets handlers finish, and closes all connections.

        Gives the peers that did not confirm all that was sent to them: it may be lost.
        """
        if self._closing is None:
            self._hub.check_running()
            self._closing = asyncio.create_task(self._close())
        caller = asyncio.current_task()
        self._callers.add(caller)
        if isinstance(caller, Work) and caller.request is not None:
            # Its handler does not answer before the endpoint has stopped.
            caller.request.fail((pb.Failure.CODE_SHUTTING_DOWN, "the endpoint is stopping"))
        return await asyncio.shield(self._closing)

    async def _close(self) -> list[Unconfirmed]:
        assert self._lock is not None
        try:
            self._lock.close()
            if self._listening is not None:
                self._listening.cancel()
            return await self._hub.close(self._callers)
        finally:
            self._lock.release()

    # Connections.

    async def connect_to_endpoints(self, *endpoints: str | ConnectionConfig) -> None:
        """Returns once events can flow to all of them. Waits for those that are not there yet."""
        self._hub.check_running()
        dials = [Dial(self._hub, _config(each, self._config)) for each in endpoints]
        outcomes = await asyncio.gather(*(dial.run() for dial in dials), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def disconnect_from(self, endpoint_name: str) -> None:
        """Takes what is on its way from this endpoint, and closes the connection."""
        link = self._hub.link(endpoint_name)
        if link is None:
            raise NotConnected(f"there is no connection to {endpoint_name}")
        within = self._options.drain_timeout
        try:
            await self._hub.drain([link], within)
        finally:
            await self._hub.part([link], within)

    def is_connected_to(self, endpoint_name: str) -> bool:
        return endpoint_name == self.name or self._hub.link(endpoint_name) is not None

    async def wait_until_connected_to(self, endpoint_name: str) -> None:
        await self._until(lambda: self.is_connected_to(endpoint_name))

    async def wait_until_disconnected_from(self, endpoint_name: str) -> None:
        """Until it said goodbye or went away. Its last events may still wait to be taken."""
        await self._until(lambda: self._hub.link(endpoint_name) is None)

    def get_connected_endpoints_and_subscriptions(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Each connected endpoint, this one first, and the names of the events it subscribes to."""
        own = frozenset(each.name for each in self._hub.routes.subscribed())
        return ((self.name, own), *((link.peer, link.names) for link in self._hub.open_links()))

    def get_subscribed_events(self) -> set[type[Message]]:
        """The classes of the events that this endpoint subscribes to."""
        routes = self._hub.routes.by_class.values()
        return {route.type.cls for route in routes if route.type and route.subscribers}

    async def wait_until_connections_change(self) -> None:
        before = set(self._hub.open_links())
        await self._until(lambda: set(self._hub.open_links()) != before)

    async def wait_until_endpoint_subscriptions_change(self) -> None:
        """Until a connected endpoint subscribes to something else, or others are connected."""
        hub = self._hub
        before = {link: link.revision for link in hub.open_links()}
        await self._until(lambda: {link: link.revision for link in hub.open_links()} != before)

    async def _until(self, holds: Callable[[], bool]) -> None:
        await self._hub.until(lambda: holds() or not self._hub.is_running)
        self._hub.check_running()

    # Subscriptions of others.

    def is_endpoint_subscribed_to(self, remote_endpoint: str, event: type[Message]) -> bool:
        return self._subscribed(event).get(remote_endpoint, False)

    def is_any_endpoint_subscribed_to(self, event: type[Message]) -> bool:
        return any(self._subscribed(event).values())

    def are_all_endpoints_subscribed_to(
        self, event: type[Message], include_self: bool = True
    ) -> bool:
        own, *others = self._subscribed(event).values()
        return all(others) and (own or not include_self)

    def _subscribed(self, event: type[Message]) -> dict[str, bool]:
        """Of each connected endpoint, this one first, whether it subscribes."""
        meant = declared(event)
        route = self._hub.routes.get(meant.type_id)
        own = route is not None and route.name == meant.name and bool(route.subscribers)
        links = self._hub.open_links()
        return {self.name: own, **{link.peer: link.is_interested_in(meant) for link in links}}

    async def wait_until_endpoint_subscribed_to(
        self, remote_endpoint: str, event: type[Message]
    ) -> None:
        await self._until(lambda: self.is_endpoint_subscribed_to(remote_endpoint, event))

    async def wait_until_any_endpoint_subscribed_to(self, event: type[Message]) -> None:
        await self._until(lambda: self.is_any_endpoint_subscribed_to(event))

    async def wait_until_all_endpoints_subscribed_to(
        self, event: type[Message], *, include_self: bool = True
    ) -> None:
        await self._until(lambda: self.are_all_endpoints_subscribed_to(event, include_self))

    # Sending.

    async def broadcast(self, event: Message, config: BroadcastConfig | None = None) -> Sent:
        """Sends an event to all who subscribe to it, and waits until they have room for it.

        Receivers that make none in time are named in what it gives, or in `Stalled` if nobody did.
        """
        self._turns -= 1
        if self._turns <= 0:
            self._turns = _BETWEEN_TURNS
            await asyncio.sleep(0)
        payload = None
        if config is None:
            route = self._hub.routes.by_class.get(type(event))
            if route is not None:
                payload = event.SerializeToString()
                sent = route.express(payload)
                if sent is not None and sent.count:
                    return sent
        config = config or _TO_ALL
        within = _or(config.timeout, self._options.broadcast_timeout)
        if config.wait_for_subscriber:
            await until_subscribed(self._hub, type(event), config, within)
        route, outgoing, flows = prepare(self._hub, event, config, payload)
        return await Waiting(route.name, outgoing, config.require_all).run(flows, within)

    def broadcast_nowait(self, event: Message, config: BroadcastConfig | None = None) -> Sent:
        """The same at once: `Full` if a receiver has no room, and then nobody gets it."""
        config = config or _TO_ALL
        route, outgoing, flows = prepare(self._hub, event, config)
        without_room = [flow for flow in flows if not flow.has_room()]
        full = [flow.receiver for flow in without_room if not flow.is_stalled]
        if full:
            raise Full(f"no room for {route.name} at {', '.join(full)}", full)
        for flow in flows:
            flow.try_send(outgoing)
        stalled = tuple(flow.receiver for flow in without_room)
        if stalled and (config.require_all or len(stalled) == len(flows)):
            raise Stalled(f"no room for {route.name} at {', '.join(stalled)}", stalled)
        return Sent(len(flows) - len(stalled), stalled)

    async def request(self, request: Request[R], config: BroadcastConfig | None = None) -> R:
        """Asks all who subscribe to the request's type; the first good answer wins.

        It always ends: with an answer, the last endpoint's failure, or `DeadlineExceeded`.
        """
        event = cast(Message, request)
        asked = event_type(type(event))
        response = response_of(asked)
        config = config or _TO_ALL
        within = _or(config.timeout, self._options.request_timeout)
        if config.wait_for_subscriber:
            within -= await until_subscribed(self._hub, type(event), config, within)
        asking = Asking(self._hub, asked, response)
        route, outgoing, flows = prepare(self._hub, event, config, asking=asking)
        return cast(R, await asking.run(route, flows, outgoing, within))

    # Receiving.

    def subscribe(
        self,
        event: type[E],
        handler: Callable[[Received[E]], Any],
    ) -> Subscription:
        """Calls a handler for each event, in order. If it is async, the next call waits for it."""
        return self._subscribe(event, handler)

    def respond(
        self, request: RequestClass[E, R], handler: Callable[[Received[E]], R | Awaitable[R]]
    ) -> Subscription:
        """Answers each request with what the handler gives. An async one runs for up to
        `Options.handlers` requests at a time, and is cancelled when nobody waits for the answer."""
        cls = cast(type[Message], request)
        response_of(event_type(cls))
        if not _is_async(handler):

            def answer_now(received: Received[Any]) -> None:
                received.reply(handler(received))

            return self._subscribe(cls, answer_now)

        async def answer(received: Received[Any]) -> None:
            received.reply(await cast(Any, handler)(received))

        return self._subscribe(cls, answer, self._options.handlers, answers=True)

    def stream(self, event: type[E], num_events: int | None = None) -> EventStream[E]:
        """All events of this type from now on, or the next `num_events`."""
        return EventStream(self._register(event, Inbox), num_events)

    def wait_for(self, event: type[E]) -> Coroutine[Any, Any, Received[E]]:
        """The next event of this type: it subscribes now, not when it is awaited."""
        return self._first(self.stream(event, 1))

    async def _first(self, stream: EventStream[E]) -> Received[E]:
        async for received in stream:
            return received
        raise LifecycleError(f"{self.name} stopped before the event came")

    def _subscribe(
        self,
        event: type[Message],
        handler: Callable[[Received[Any]], Any],
        limit: int = 1,
        answers: bool = False,
    ) -> Subscription:
        if not callable(handler):
            raise TypeError(f"{handler!r} is no handler: it can not be called")

        def make(registry: Registry) -> Subscription:
            if _is_async(handler):
                return Awaited(registry, handler, limit, self._hub.spawn, answers)
            return Called(registry, handler)

        return self._register(event, make)

    def _register(self, event: type[Message], make: Callable[[Registry], S]) -> S:
        self._hub.check_running()
        registry = Registry(self._hub, self._hub.routes.of(event))
        subscription = make(registry)
        registry.add(subscription)
        return subscription


def _or(timeout: float | None, default: float) -> float:
    return default if timeout is None else timeout


def _is_async(handler: Callable[..., object]) -> bool:
    call = getattr(handler, "__call__", None)
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(call)
