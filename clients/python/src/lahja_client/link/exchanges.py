"""The requests under way on one link, in both directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..wire import lahja_wire_pb2 as pb
from ..wire.frames import Violation
from .inflow import Inflow
from .outgoing import Exchange


@dataclass
class Owed:
    """A request of the peer's that we owe an answer."""

    inflow: Inflow
    cost: int
    cancel: Callable[[], None] = lambda: None
    # The peer does not wait any more; its consumers may still hold it.
    given_up: bool = False


class Exchanges:
    def __init__(self, peer: str) -> None:
        # Ours. Only what went out here may be answered here.
        self.awaited: dict[int, Exchange] = {}
        self.owed: dict[int, Owed] = {}
        self._peer = peer

    @property
    def owes(self) -> bool:
        return any(not owed.given_up for owed in self.owed.values())

    def owe(self, request_id: int, owed: Owed) -> None:
        if request_id in self.owed:
            raise Violation(f"request {request_id} is under way already")
        self.owed[request_id] = owed

    def answered(self, answer: pb.Broadcast) -> None:
        exchange = self.awaited.pop(answer.response_to, None)
        if exchange is not None:
            exchange.answered(self._peer, answer)

    def failed(self, failure: pb.Failure) -> None:
        exchange = self.awaited.pop(failure.response_to, None)
        if exchange is not None:
            exchange.failed(self._peer, failure)

    def cancelled(self, request_id: int) -> None:
        owed = self.owed.get(request_id)
        if owed is not None:
            owed.given_up = True
            owed.cancel()

    def abandon(self) -> None:
        """No answer will come."""
        awaited, self.awaited = self.awaited, {}
        for exchange in awaited.values():
            exchange.gone(self._peer)

    def cancel_owed(self) -> None:
        """No answer can be given."""
        owed, self.owed = self.owed, {}
        for each in owed.values():
            each.cancel()
