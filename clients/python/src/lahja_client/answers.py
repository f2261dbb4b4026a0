"""An event as a subscriber gets it, and the answer that a request owes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Mapping
from typing import Any, Generic, Protocol, TypeVar

from google.protobuf.message import Message

from .errors import NotRequested, TooLarge, UnexpectedResponse
from .events import Answerable, EventType, event_type
from .link.outgoing import Outgoing
from .wire import lahja_wire_pb2 as pb

E_co = TypeVar("E_co", covariant=True)
R = TypeVar("R")

UNANSWERED = pb.Failure.CODE_UNANSWERED
HANDLER_FAILED = pb.Failure.CODE_HANDLER_FAILED


class Requester(Protocol):
    """Who waits for the answer."""

    def answer(self, answer: Outgoing, name: str) -> None: ...
    def fail(self, code: pb.Failure.Code, message: str) -> None: ...


class Slot:
    """The one answer that all local holders of a request share: the first reply wins, the failure
    is that of the last who gives up."""

    def __init__(
        self, request: EventType, requester: Requester, compress_above: int | None
    ) -> None:
        self.is_settled = False
        self.is_cancelled = False
        self._request = request
        self._requester = requester
        self._compress_above = compress_above
        self._holders = 0
        self.failure = (UNANSWERED, "nobody took it")
        self._on_cancel: list[Callable[[], object]] = []

    def hold(self) -> Holder:
        self._holders += 1
        return Holder(self)

    def reply(self, response: object) -> None:
        expected = self._request.response
        name = "nothing" if expected is None else expected.DESCRIPTOR.full_name
        given = response.DESCRIPTOR.full_name if isinstance(response, Message) else repr(response)
        if not isinstance(response, Message) or given != name:
            message = f"{self._request.name} is answered with {name}, not with {given}"
            raise UnexpectedResponse(message, "this endpoint")
        if self.is_settled:
            return
        self.is_settled = True
        answer = event_type(type(response))
        payload = response.SerializeToString()
        outgoing = Outgoing(answer.type_id, payload, self._compress_above)
        try:
            self._requester.answer(outgoing, answer.name)
        except TooLarge as error:
            self._requester.fail(HANDLER_FAILED, str(error))
            raise

    def give_up(self, failure: tuple[pb.Failure.Code, str] | None) -> None:
        """A holder lets go, for this reason if it had a say."""
        self._holders -= 1
        self.failure = failure or self.failure
        if not self._holders and not self.is_settled:
            self.is_settled = True
            self._requester.fail(*self.failure)

    def when_cancelled(self, call: Callable[[], object]) -> None:
        self._on_cancel.append(call)

    def cancel(self) -> None:
        """Nobody waits for the answer any more."""
        self.is_cancelled = True
        for call in self._on_cancel:
            call()


class Holder:
    """One subscriber's duty to answer a request. Dropping it gives up."""

    __slots__ = ("_loop", "slot")

    def __init__(self, slot: Slot) -> None:
        self.slot: Slot | None = slot
        self._loop = asyncio.get_running_loop()

    def fail(self, failure: tuple[pb.Failure.Code, str] | None) -> None:
        slot, self.slot = self.slot, None
        if slot is not None:
            slot.give_up(failure)

    def __del__(self) -> None:
        # The garbage collector may run in any thread.
        if self.slot is not None and not self.slot.is_settled and not self._loop.is_closed():
            dropped = (UNANSWERED, "it was dropped")
            self._loop.call_soon_threadsafe(self.slot.give_up, dropped)


class _Done:
    """Awaiting it is optional."""

    def __await__(self) -> Generator[None, None, None]:
        return
        yield


class Received(Generic[E_co]):
    """An event, and what came with it."""

    __slots__ = ("_holder", "event", "headers", "missed", "origin")

    def __init__(
        self,
        event: E_co,
        origin: str,
        missed: int = 0,
        headers: Mapping[str, str] | None = None,
        holder: Holder | None = None,
    ) -> None:
        self.event = event
        # The endpoint that sent it, as the connection knows it.
        self.origin = origin
        # How many events of this type were lost just before this one.
        self.missed = missed
        self.headers = {} if headers is None else headers
        self._holder = holder

    def __repr__(self) -> str:
        return f"Received({self.event!r}, origin={self.origin!r}, missed={self.missed})"

    @property
    def expects_answer(self) -> bool:
        return self._holder is not None

    def reply(self: Received[Answerable[R]], response: R) -> _Done:
        """Answers the request at once; `await` it or not. The first answer counts.

        A request that is dropped unanswered fails with `Unanswered`.
        """
        if self._holder is None:
            name = type(self.event).__name__
            raise NotRequested(f"{name} came by broadcast: there is nobody to answer")
        if self._holder.slot is not None:
            self._holder.slot.reply(response)
        return _Done()
