"""What the peer subscribes to on one link: its revisions, and the flow of each type."""

from __future__ import annotations

from collections.abc import Callable

from ..wire import lahja_wire_pb2 as pb
from ..wire.frames import Violation
from .outflow import Outflow
from .outgoing import Outgoing

MAX_TYPES = 4096


class Interests:
    """Makes a flow of each type that is added by `add`, and tells `remove` when it ends."""

    def __init__(
        self, add: Callable[[pb.EventType], Outflow[Outgoing]], remove: Callable[[int], None]
    ) -> None:
        # The whole first set is here.
        self.is_complete = False
        self.flows: dict[int, Outflow[Outgoing]] = {}
        self.names: dict[int, str] = {}
        self._new: dict[int, pb.EventType] = {}
        self._add = add
        self._remove = remove
        # Of removed types: the peer may still confirm what went out.
        self._retired: dict[int, Outflow[Outgoing]] = {}
        self.revision = 0

    @property
    def unconfirmed(self) -> int:
        """Events that went out and were not granted back."""
        return sum(flow.unconfirmed for flow in [*self.flows.values(), *self._retired.values()])

    def change(self, change: pb.Subscriptions) -> pb.Frame | None:
        """Applies a change, and gives its ack when that is due."""
        expected = self.revision + 1 if self.is_complete else 1
        if change.revision != expected:
            message = f"subscriptions of revision {change.revision} where {expected} is next"
            raise Violation(message)
        self.revision = change.revision
        for type_id in change.removed:
            self._end(type_id)
        for added in change.added:
            self._begin(added)
        self.is_complete = self.is_complete or not change.more
        if not self.is_complete:
            return None
        # No event goes out before the whole first set is here.
        new, self._new = self._new, {}
        for type_id, added in new.items():
            self.flows[type_id] = self._add(added)
            self._retired.pop(type_id, None)
        return pb.Frame(subscriptions_ack=pb.SubscriptionsAck(revision=change.revision))

    def _begin(self, added: pb.EventType) -> None:
        if added.id in self.names:
            raise Violation(f"{added.name} is subscribed to already")
        if len(self.names) == MAX_TYPES:
            raise Violation(f"more than {MAX_TYPES} event types subscribed to")
        self.names[added.id] = added.name
        self._new[added.id] = added

    def _end(self, type_id: int) -> None:
        self.names.pop(type_id, None)
        self._new.pop(type_id, None)
        flow = self.flows.pop(type_id, None)
        if flow is not None:
            if flow.unconfirmed:
                self._retired[type_id] = flow
            self._remove(type_id)
            flow.close()

    def clear(self) -> None:
        """Nothing of ours is wanted any more."""
        for type_id in list(self.flows):
            self._end(type_id)

    def credit(self, credit: pb.Credit) -> None:
        for grant in credit.grants:
            flow = self.flows.get(grant.type_id) or self._retired.get(grant.type_id)
            if flow is not None:
                flow.settle(grant.bytes)

    def room_made(self) -> None:
        """Each type that waits for the stream gets its turns."""
        for flow in self.flows.values():
            flow.is_stalled &= flow.left <= 0
        waiting = list(self.flows.values())
        while waiting:
            waiting = [flow for flow in waiting if flow.pump_one()]
