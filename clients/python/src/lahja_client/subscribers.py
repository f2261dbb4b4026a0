"""Those who take the events of one type within this process."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Generic, Protocol, TypeVar, cast

from google.protobuf.message import DecodeError, Message

from .answers import HANDLER_FAILED, Holder, Received
from .logs import log
from .wire.frames import Run

E = TypeVar("E", bound=Message)
Events = Received[Any]

# A loop over events that are there already lets others run after so many.
_BETWEEN_TURNS = 64
# What a handler raises if something that it waited for was cancelled is no end of the endpoint's.
_FAILURES = (Exception, asyncio.CancelledError)


class Receipt(Protocol):
    """Where the cost of an event goes once it is taken."""

    def settle(self, cost: int, /) -> None: ...


class Shared:
    """The receipt of an event that several subscribers take: the last one settles it."""

    def __init__(self, receipt: Receipt, takers: int) -> None:
        self._receipt = receipt
        self._takers = takers

    def settle(self, cost: int, /) -> None:
        self._takers -= 1
        if not self._takers:
            self._receipt.settle(cost)


class Registered(Protocol):
    """Where a subscription is known."""

    def remove(self, subscription: Subscription) -> None: ...
    async def confirmed(self) -> None: ...


class Subscription(ABC):
    """A subscription, until `unsubscribe` is called."""

    def __init__(self, registry: Registered) -> None:
        self.is_active = True
        # Events that were lost on their way to this subscriber, which the next one tells.
        self.lost = 0
        self._registry = registry

    def unsubscribe(self) -> None:
        """No event is delivered after this."""
        if self.is_active:
            self.is_active = False
            self._registry.remove(self)

    async def confirmed(self) -> None:
        """Returns once every endpoint that is connected now knows of it, or is gone: what they
        broadcast from then on arrives."""
        await self._registry.confirmed()

    @abstractmethod
    def take(self, received: Events, receipt: Receipt | None, cost: int) -> None:
        """Takes an event, and settles its cost when it is taken up; a request's is `None`."""

    def end(self) -> None:
        """Nothing more is coming: the endpoint stops."""

    def take_lost(self) -> int:
        lost, self.lost = self.lost, 0
        return lost


def failed(received: Events, error: BaseException) -> None:
    name = type(received.event).__name__
    log.error("a handler of %s from %s failed", name, received.origin, exc_info=error)
    if received._holder is not None:
        received._holder.fail((HANDLER_FAILED, str(error) or type(error).__name__))


class Called(Subscription):
    """A handler that is called for each event as it arrives."""

    def __init__(
        self, registry: Registered, handler: Callable[[Events], object]
    ) -> None:
        super().__init__(registry)
        self._handler = handler

    def take(self, received: Events, receipt: Receipt | None, cost: int) -> None:
        try:
            self._handler(received)
        except _FAILURES as error:
            failed(received, error)
        if receipt is not None:
            receipt.settle(cost)

    def take_run(self, decode: Callable[[bytes], Message], run: Run, origin: str) -> None:
        """The same for many events at once, whose cost the caller settles."""
        handler = self._handler
        for payload in run.payloads:
            if not self.is_active:
                return
            try:
                event = decode(payload)
            except DecodeError as error:
                log.warning("an event from %s does not decode: %s", origin, error)
                self.lost += 1
                continue
            received = Received(event, origin, self.lost)
            self.lost = 0
            try:
                handler(received)
            except _FAILURES as error:
                failed(received, error)


class _Queued(Subscription):
    """Keeps events until somebody takes them. The senders' windows bound the queue."""

    def __init__(self, registry: Registered) -> None:
        super().__init__(registry)
        self._queue: deque[tuple[Events, Receipt | None, int]] = deque()

    def unsubscribe(self) -> None:
        super().unsubscribe()
        while self._queue:
            self._next()

    def take(self, received: Events, receipt: Receipt | None, cost: int) -> None:
        self._queue.append((received, receipt, cost))
        self._came()

    @abstractmethod
    def _came(self) -> None: ...

    def _next(self) -> Events:
        received, receipt, cost = self._queue.popleft()
        if receipt is not None:
            receipt.settle(cost)
        return received


class Work(asyncio.Task[None]):
    """A run of an async handler."""

    # It was cancelled itself, not something that it waits for. (`cancelling` came with 3.11.)
    is_cancelled = False
    # What it owes an answer to.
    request: Holder | None = None

    def cancel(self, msg: Any = None) -> bool:
        self.is_cancelled = True
        return super().cancel(msg)


class Awaited(_Queued):
    """An async handler, which runs for up to `limit` events at a time. One that `answers` is
    cancelled where nobody waits for the answer any more."""

    def __init__(
        self,
        registry: Registered,
        handler: Callable[[Events], Awaitable[object]],
        limit: int,
        spawn: Callable[[Coroutine[Any, Any, None]], Work],
        answers: bool,
    ) -> None:
        super().__init__(registry)
        self._handler = handler
        self._idle = limit
        self._spawn = spawn
        self._answers = answers

    def _came(self) -> None:
        if self._idle and self._queue:
            self._idle -= 1
            self._spawn(self._work())

    async def _work(self) -> None:
        """Handles what is there; of requests one, so that cancelling it costs no other."""
        work = cast(Work, asyncio.current_task())
        while self._queue and work.request is None:
            received = self._next()
            work.request = received._holder
            slot = received._holder.slot if received._holder and self._answers else None
            if slot is not None:
                slot.when_cancelled(work.cancel)
            try:
                if slot is None or not slot.is_cancelled:
                    await self._handler(received)
            except asyncio.CancelledError as error:
                if work.is_cancelled and not (slot and slot.is_cancelled):
                    raise
                if not work.is_cancelled:
                    failed(received, error)
            except Exception as error:
                failed(received, error)
            del received
        # The request's slot holds the work, by what cancels it.
        work.request = None
        self._idle += 1
        self._came()


class Inbox(_Queued):
    """Events for a stream."""

    def __init__(self, registry: Registered) -> None:
        super().__init__(registry)
        self._waiter: asyncio.Future[None] | None = None
        self._turns = _BETWEEN_TURNS
        self._is_ended = False

    def _came(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def unsubscribe(self) -> None:
        super().unsubscribe()
        self.end()

    def end(self) -> None:
        self._is_ended = True
        self._came()

    async def next(self) -> Events | None:
        """`None` once nothing more is coming. Cancelled, it takes no event."""
        self._turns -= 1
        if self._turns == 0:
            self._turns = _BETWEEN_TURNS
            await asyncio.sleep(0)
        while not self._queue and not self._is_ended:
            if self._waiter is not None and not self._waiter.done():
                raise RuntimeError("another task waits for the next event of this stream")
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._next() if self._queue else None


class EventStream(AsyncIterator[Received[E]], Generic[E]):
    """Events as they come. It subscribes until it is closed, dropped, or at its end."""

    def __init__(self, inbox: Inbox, num_events: int | None) -> None:
        self._inbox = inbox
        self._left = num_events
        self._loop = asyncio.get_running_loop()

    def __aiter__(self) -> EventStream[E]:
        return self

    async def __anext__(self) -> Received[E]:
        if self._left == 0:
            raise StopAsyncIteration
        received = await self._inbox.next()
        if received is None:
            raise StopAsyncIteration
        if self._left is not None:
            self._left -= 1
            if not self._left:
                self._inbox.unsubscribe()
        return received

    async def confirmed(self) -> None:
        """As of a `Subscription`."""
        await self._inbox.confirmed()

    async def aclose(self) -> None:
        self._inbox.unsubscribe()

    def __del__(self) -> None:
        if self._inbox.is_active and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._inbox.unsubscribe)
