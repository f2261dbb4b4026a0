"""What we subscribe to on one link: revisions, their acks, and what we owe of each window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from ..wire import lahja_wire_pb2 as pb
from ..wire.frames import Violation
from .inflow import Inflow

# So that frames stay far below the smallest limit (64 KiB), whatever the names.
_TYPES_PER_FRAME = 200
_GRANTS_PER_FRAME = 1000


class Wanted:
    """Calls `due` when there may be something to grant, or consumers hold nothing any more."""

    def __init__(self, due: Callable[[], None]) -> None:
        # What consumers hold of what came, in bytes.
        self.held = 0
        self._due = due
        self._settled: dict[Inflow, None] = {}
        self._inflows: dict[int, Inflow] = {}
        # What waits for the ack of a revision.
        self._changed: deque[tuple[int, Inflow]] = deque()
        self.revision = self.acknowledged = 0

    def open(self, types: Sequence[pb.EventType]) -> Iterator[pb.Frame]:
        """The whole set, as the frames of revision 1."""
        self.revision = 1
        for each in types:
            self._inflows[each.id] = Inflow(each.id, each.window, self._take)
        for start in range(0, max(len(types), 1), _TYPES_PER_FRAME):
            end = start + _TYPES_PER_FRAME
            yield self._change(types[start:end], more=end < len(types))

    def add(self, added: pb.EventType) -> pb.Frame | None:
        old = self._inflows.get(added.id)
        if old is not None and not old.removed_in:
            return None
        self.revision += 1
        inflow = self._inflows[added.id] = Inflow(added.id, added.window, self._take)
        if old is not None and not old.is_over:
            inflow.stale_until = self.revision
            self._changed.append((self.revision, inflow))
        return self._change([added])

    def remove(self, type_ids: Iterable[int] | None = None) -> pb.Frame | None:
        """Removes these types, or all."""
        known = [self._inflows.get(each) for each in (type_ids or list(self._inflows))]
        removed = [inflow for inflow in known if inflow is not None and not inflow.removed_in]
        if not removed:
            return None
        self.revision += 1
        for inflow in removed:
            inflow.removed_in = self.revision
            self._changed.append((self.revision, inflow))
        return self._change(removed=[inflow.type_id for inflow in removed])

    def _change(
        self, added: Sequence[pb.EventType] = (), removed: Sequence[int] = (), more: bool = False
    ) -> pb.Frame:
        change = pb.Subscriptions(revision=self.revision, added=added, removed=removed, more=more)
        return pb.Frame(subscriptions=change)

    @property
    def is_acknowledged(self) -> bool:
        """Whether nothing is coming that was sent before the peer knew of the last change."""
        return self.acknowledged >= self.revision

    def acknowledge(self, revision: int) -> None:
        if revision > self.revision:
            message = f"acknowledged revision {revision}, of which {self.revision} is the last"
            raise Violation(message)
        self.acknowledged = max(self.acknowledged, revision)
        while self._changed and self._changed[0][0] <= revision:
            _, inflow = self._changed.popleft()
            inflow.acknowledge(revision)
            self._forget_if_spent(inflow)

    def arrive(self, type_id: int, cost: int, last: int) -> Inflow | None:
        """Events of this cost came, of which the last alone cost `last`; `None` if they belong to
        no subscription."""
        inflow = self._inflows.get(type_id)
        if inflow is None or inflow.is_over or inflow.stale_until:
            return None
        inflow.arrive(cost, last)
        self.held += cost
        return inflow

    def _take(self, inflow: Inflow, cost: int) -> None:
        self.held -= cost
        self._settled[inflow] = None
        self._due()

    def grants(self, everything: bool = False) -> Iterator[pb.Frame]:
        """What is due now, or all that is owed."""
        settled, self._settled = self._settled, {}
        grants = []
        for inflow in settled if not everything else list(self._inflows.values()):
            if not everything and not inflow.is_due:
                continue
            owed = inflow.take_owed()
            if owed and inflow.window and self._inflows.get(inflow.type_id) is inflow:
                grants.append(pb.Credit.Grant(type_id=inflow.type_id, bytes=owed))
            self._forget_if_spent(inflow)
        for start in range(0, len(grants), _GRANTS_PER_FRAME):
            part = grants[start : start + _GRANTS_PER_FRAME]
            yield pb.Frame(credit=pb.Credit(grants=part))

    def _forget_if_spent(self, inflow: Inflow) -> None:
        is_current = self._inflows.get(inflow.type_id) is inflow
        if is_current and inflow.is_over and inflow.granted == inflow.arrived:
            del self._inflows[inflow.type_id]
