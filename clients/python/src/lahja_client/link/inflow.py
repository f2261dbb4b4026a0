"""The receiving side of one subscription: the window that we announced, and what we owe of it."""

from __future__ import annotations

from collections.abc import Callable

from ..wire.frames import Violation


class Inflow:
    """One event type that we subscribe to, on one link. `taken_by` hears of what is taken."""

    def __init__(self, type_id: int, window: int, taken_by: Callable[[Inflow, int], None]) -> None:
        self.type_id = type_id
        self.window = window
        self.arrived = self.taken = self.granted = 0
        # Events before the ack of this revision belong to an older subscription.
        self.stale_until = 0
        # We removed it under this revision.
        self.removed_in = 0
        # The removal is acknowledged: nothing more is coming.
        self.is_over = False
        self._taken_by = taken_by

    def acknowledge(self, revision: int) -> None:
        if self.stale_until <= revision:
            self.stale_until = 0
        self.is_over = 0 < self.removed_in <= revision

    def arrive(self, cost: int, last: int) -> None:
        left = self.window - self.arrived + self.granted
        if self.window and left <= cost - last:
            message = f"the window of {self.type_id:#018x} is overdrawn by more than one event"
            raise Violation(message)
        self.arrived += cost

    def settle(self, cost: int) -> None:
        """A consumer took events of this cost."""
        self.taken += cost
        self._taken_by(self, cost)

    @property
    def is_due(self) -> bool:
        """Whether to grant now: half the window is owed, or the consumer has nothing left."""
        owed = self.taken - self.granted
        return owed > 0 and (self.taken == self.arrived or owed >= self.window // 2)

    def take_owed(self) -> int:
        owed, self.granted = self.taken - self.granted, self.taken
        return owed
