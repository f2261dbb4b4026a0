"""What waits for several endpoints at once: a request for its answer, a broadcast for room."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from google.protobuf.message import DecodeError, Message

from . import errors
from .events import EventType, event_type, imported_name
from .hub import Hub
from .link.outflow import Attempt, Outflow
from .link.outgoing import Cancellable, Outgoing
from .logs import log
from .route import Route, Sent
from .wire import lahja_wire_pb2 as pb
from .wire.compression import PayloadError, decompress

_UNANSWERED = errors.Unanswered, "unanswered"
_FAILURES: dict[int, tuple[type[errors.RequestFailed], str]] = {
    pb.Failure.CODE_HANDLER_FAILED: (errors.HandlerFailed, "handler failed"),
    pb.Failure.CODE_DECODE_FAILED: (errors.DecodeError, "decode failed"),
    pb.Failure.CODE_SHUTTING_DOWN: (errors.ShuttingDown, "shutting down"),
}


class Waiting:
    """A broadcast that waits for receivers that had no room."""

    def __init__(self, event: str, outgoing: Outgoing, require_all: bool) -> None:
        self._event = event
        self._outgoing = outgoing
        self._require_all = require_all
        self._room: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending: dict[str, Outflow[Outgoing]] = {}
        self._sent = 0
        self._left_out: list[str] = []

    def settled(self, receiver: str, sent: bool) -> None:
        if self._pending.pop(receiver, None) is None:
            return
        if sent:
            self._sent += 1
        else:
            self._left_out.append(receiver)
        if not self._pending and not self._room.done():
            self._room.set_result(None)

    async def run(self, flows: list[Outflow[Outgoing]], within: float) -> Sent:
        stalled = False
        for flow in flows:
            attempt = flow.try_send(self._outgoing)
            if attempt is Attempt.SENT:
                self._sent += 1
            elif attempt is Attempt.STALLED:
                stalled = True
                self._left_out.append(flow.receiver)
            else:
                self._pending[flow.receiver] = flow
                flow.wait(self._outgoing, self)
        if self._pending:
            try:
                await asyncio.wait([self._room], timeout=within)
            except asyncio.CancelledError:
                for flow in self._pending.values():
                    flow.abandon(self)
                raise
            stalled |= self._give_up(within)
        if (stalled and not self._sent) or (self._require_all and self._left_out):
            where = ", ".join(self._left_out)
            raise errors.Stalled(
                f"no room for {self._event} was made in time at {where}", self._left_out
            )
        return Sent(self._sent, tuple(self._left_out))

    def _give_up(self, within: float) -> bool:
        """Those who made no room are stalled, and others skip them from now on."""
        pending, self._pending = self._pending, {}
        for receiver, flow in pending.items():
            flow.abandon(self)
            self._left_out.append(receiver)
            if not flow.is_stalled:
                skipped = "%s made no room for %s within %s s and is skipped until it does"
                log.warning(skipped, receiver, self._event, within)
            flow.is_stalled = True
        return bool(pending)


class Asking:
    """A request under way. It hears from each endpoint once; the first good answer wins."""

    def __init__(self, hub: Hub, request: EventType, response: type[Message]) -> None:
        self.id = hub.next_request()
        self._hub = hub
        self._request = request
        self._response = response
        self._answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._own: Cancellable | None = None
        # What to call where nobody waits any more, by endpoint.
        self._pending: dict[str, Callable[[], None]] = {}

    async def run(
        self, route: Route, flows: list[Outflow[Outgoing]], outgoing: Outgoing, within: float
    ) -> Message:
        links = {flow: link for link, flow in route.peers.items()}
        for flow in flows:
            cancel = partial(links[flow].cancel, self.id) if flow in links else self._cancel_own
            self._pending[flow.receiver] = partial(self._abandon, flow, cancel)
        loop = asyncio.get_running_loop()
        timer = loop.call_later(within, self._timed_out, within)
        try:
            for flow in flows:
                if self._answer.done():
                    self._pending.pop(flow.receiver, None)
                elif flow.has_room():
                    flow.try_send(outgoing)
                else:
                    flow.wait(outgoing, self)
            return await self._answer
        finally:
            timer.cancel()
            for abandon in self._pending.values():
                abandon()

    def _abandon(self, flow: Outflow[Outgoing], cancel: Callable[[], None]) -> None:
        if not flow.abandon(self):
            cancel()

    def _cancel_own(self) -> None:
        if self._own is not None:
            self._own.cancel()

    def _timed_out(self, within: float) -> None:
        if not self._answer.done():
            where = ", ".join(self._pending)
            message = f"{self._request.name} at {where}: not answered within {within} s"
            self._answer.set_exception(errors.DeadlineExceeded(message))

    # What links tell, and routes.

    def taken_here(self, slot: Cancellable) -> None:
        self._own = slot

    def settled(self, receiver: str, sent: bool) -> None:
        if not sent:
            self.gone(receiver)

    def answered(self, receiver: str, answer: pb.Broadcast) -> None:
        if self._pending.pop(receiver, None) is None or self._answer.done():
            return
        expected = event_type(self._response)
        if answer.type_id != expected.type_id:
            name = imported_name(answer.type_id) or f"type {answer.type_id:#018x}"
            message = f"{receiver} answered with {name} where {expected.name} was expected"
            self._fail(errors.UnexpectedResponse(message, receiver))
            return
        try:
            limit = self._hub.options.max_frame_len
            payload = decompress(answer.compression, answer.payload, limit)
            self._answer.set_result(self._response.FromString(payload))
        except (PayloadError, DecodeError) as error:
            message = f"{expected.name} from {receiver} does not decode: {error}"
            self._fail(errors.DecodeError(message, receiver))

    def failed(self, receiver: str, failure: pb.Failure) -> None:
        if self._pending.pop(receiver, None) is not None:
            kind, what = _FAILURES.get(failure.code, _UNANSWERED)
            message = f"{self._request.name} at {receiver}: {what}: {failure.message}"
            self._fail(kind(message, receiver))

    def gone(self, receiver: str) -> None:
        if self._pending.pop(receiver, None) is not None:
            message = f"{receiver} went away before it answered {self._request.name}"
            self._fail(errors.Disconnected(message, receiver))

    def _fail(self, error: errors.LahjaError) -> None:
        """The request fails with the last reason."""
        if not self._pending and not self._answer.done():
            self._answer.set_exception(error)


def response_of(request: EventType) -> type[Message]:
    if request.response is None:
        raise errors.InvalidEvent(
            f"{request.name} is no request: name its answer with the option `lahja.event`, or "
            "import the module of the service that has it as an input"
        )
    return request.response
