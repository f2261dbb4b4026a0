"""The sending side of one subscription: its window, and who waits for it to widen."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, Protocol, TypeVar

from .ledger import Ledger

T = TypeVar("T")

class Gate(Protocol):
    """What events of all types go through on their way to one receiver."""

    is_open: bool


class Ticket(Protocol):
    """Hears what became of an event that waited for room."""

    def settled(self, receiver: str, sent: bool) -> None: ...


class Attempt(Enum):
    SENT = auto()
    # The window is closed, others wait before it, or too much is unwritten.
    NO_ROOM = auto()
    # The receiver let a deadline pass before: it is not waited for.
    STALLED = auto()


@dataclass
class _Waiting(Generic[T]):
    item: T
    ticket: Ticket
    # Events given up on just before it.
    missed: int


class Outflow(Generic[T]):
    """One event type on its way to one receiver. `send` spends what an item costs, and sends it."""

    def __init__(
        self, receiver: str, window: int, gate: Gate, send: Callable[[Outflow[T], T], None]
    ) -> None:
        self.receiver = receiver
        self.window = window
        # Without a window it stays as it is.
        self.left = window or 1
        self.gate = gate
        # Nothing waits, and nothing was missed: an event may go as it is while `left` is above 0.
        self.is_plain = True
        self.is_stalled = False
        self._ledger = Ledger()
        self._send = send
        self._waiting: deque[_Waiting[T]] = deque()
        self._missed = 0
        self._is_pumping = False

    @property
    def unconfirmed(self) -> int:
        """How many events the receiver has not granted back."""
        return len(self._ledger)

    def spend(self, cost: int) -> None:
        """An event of this cost goes out."""
        if self.window:
            self.left -= cost
            self._ledger.spend(cost)

    def has_room(self) -> bool:
        return self.left > 0 and not self._waiting and self.gate.is_open

    def try_send(self, item: T) -> Attempt:
        """Sends it if there is room. Skipping a stalled receiver counts as missed."""
        if self.has_room():
            self._transmit(item)
            return Attempt.SENT
        if self.is_stalled:
            self.miss()
            return Attempt.STALLED
        return Attempt.NO_ROOM

    def wait(self, item: T, ticket: Ticket) -> None:
        self._waiting.append(_Waiting(item, ticket, self.take_missed()))
        self.is_plain = False

    def pump(self) -> None:
        """Sends what waits, as far as there is room. What is sent may make room at once."""
        if not self._is_pumping:
            self._is_pumping = True
            while self.pump_one():
                pass
            self._is_pumping = False

    def pump_one(self) -> bool:
        if not (self._waiting and self.left > 0 and self.gate.is_open):
            return False
        next_ = self._waiting.popleft()
        behind, self._missed = self._missed, next_.missed
        self._transmit(next_.item)
        self._missed += behind
        self.is_plain = not self._waiting and not self._missed
        next_.ticket.settled(self.receiver, True)
        return True

    def abandon(self, ticket: Ticket) -> bool:
        """Gives up on what waits; false if it went out before."""
        for at, waiting in enumerate(self._waiting):
            if waiting.ticket is ticket:
                del self._waiting[at]
                self._miss_before(at, waiting.missed + 1)
                return True
        return False

    def miss(self) -> None:
        self._missed += 1
        self.is_plain = False

    def take_missed(self) -> int:
        """Events given up on since the last one that went out or waits: the next one tells it."""
        missed, self._missed = self._missed, 0
        self.is_plain = not self._waiting
        return missed

    def miss_before_next(self, missed: int) -> None:
        """What should have been told by an event that had no room for it."""
        self._miss_before(0, missed)

    def settle(self, granted: int) -> None:
        """The receiver has taken what cost so much. It never widens the window as announced."""
        if self.window:
            self.left = min(self.left + granted, self.window)
            self._ledger.confirm(granted)
        self.is_stalled = False
        self.pump()

    def close(self) -> None:
        """Nothing more goes out."""
        waiting, self._waiting = self._waiting, deque()
        for each in waiting:
            each.ticket.settled(self.receiver, False)

    def _transmit(self, item: T) -> None:
        self.is_stalled = False
        self._send(self, item)

    def _miss_before(self, at: int, missed: int) -> None:
        if at < len(self._waiting):
            self._waiting[at].missed += missed
        else:
            self._missed += missed
        self.is_plain = not self._waiting and not self._missed
