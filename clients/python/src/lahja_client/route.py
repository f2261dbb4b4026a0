"""The receivers of one type of event: peers, and subscribers within this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError

from .answers import Holder, Received, Slot
from .config import Options
from .events import EventType
from .link.link import Link
from .link.outflow import Outflow
from .link.outgoing import Exchange, Outgoing
from .link.surroundings import Port
from .logs import log
from .subscribers import Called, Receipt, Shared, Subscription
from .wire import lahja_wire_pb2 as pb
from .wire.frames import OVERHEAD, PREFIX, Run, Violation, cost_of, event_head

# What is sent without a look at the receivers' limits, which are 64 KiB at least.
_LARGE = 60_000


@dataclass(frozen=True)
class Sent:
    """How many endpoints got an event, and the names of the subscribed ones that did not."""

    count: int
    undelivered: tuple[str, ...] = ()


class _AlwaysOpen:
    is_open = True


class _LocalRequester:
    def __init__(self, exchange: Exchange, flow: Outflow[Outgoing], cost: int) -> None:
        self._exchange = exchange
        self._flow = flow
        self._cost = cost

    def answer(self, answer: Outgoing, name: str) -> None:
        broadcast = pb.Broadcast(type_id=answer.type_id, payload=answer.payload)
        self._exchange.answered(self._flow.receiver, broadcast)
        self._flow.settle(self._cost)

    def fail(self, code: pb.Failure.Code, message: str) -> None:
        self._exchange.failed(self._flow.receiver, pb.Failure(code=code, message=message))
        self._flow.settle(self._cost)


class Route:
    """The receivers of one type: peers by their flows, and this endpoint's own subscribers."""

    def __init__(self, me: str, type_id: int, options: Options) -> None:
        # What this endpoint uses under the ID; `None` if only peers do.
        self.type: EventType | None = None
        self.type_id = type_id
        self.subscribers: tuple[Subscription, ...] = ()
        self.peers: dict[Link, Outflow[Outgoing]] = {}
        self.names: dict[Link, str] = {}
        self.own = Outflow(me, options.window, _AlwaysOpen(), self._deliver_own)
        self._options = options
        self._express: tuple[tuple[Outflow[Outgoing], Port], ...] = ()
        above = options.compress_above
        self._express_up_to = _LARGE if above is None else min(_LARGE, above)
        self._all_confirm = True
        self._sent = Sent(0)
        self._heads: dict[int, bytes] = {}

    @property
    def name(self) -> str:
        return self.type.name if self.type else f"type {self.type_id:#018x}"

    @property
    def wanted(self) -> pb.EventType:
        """What this endpoint says of it where it subscribes."""
        return pb.EventType(id=self.type_id, name=self.name, window=self._options.window)

    @property
    def is_unused(self) -> bool:
        return self.type is None and not self.peers

    def add_peer(self, link: Link, name: str, flow: Outflow[Outgoing]) -> None:
        self.check_name(name)
        self.peers[link] = flow
        self.names[link] = name
        self._peers_changed()

    def remove_peer(self, link: Link) -> None:
        if self.peers.pop(link, None) is not None:
            del self.names[link]
            self._peers_changed()

    def _peers_changed(self) -> None:
        peers = self.peers.items()
        self._express = tuple((flow, link.port) for link, flow in peers)
        self._all_confirm = all(flow.window for flow in self.peers.values())
        self._sent = Sent(len(self._express))

    def check_name(self, name: str) -> None:
        if self.type is not None and self.type.name != name:
            raise Violation(f"{name} is announced under the type ID of {self.name}")

    # Sending.

    def express(self, payload: bytes) -> Sent | None:
        """Sends an event to all its receivers, if none of them needs more now than a bare frame."""
        size = len(payload)
        if self.subscribers or size > self._express_up_to or not self._all_confirm:
            return None
        for flow, port in self._express:
            if flow.left <= 0 or not flow.is_plain or not port.is_open:
                return None
        head = self._heads.get(size) or self._learn_head(size)
        frame = head + payload
        cost = len(frame) + (OVERHEAD - PREFIX)
        for flow, port in self._express:
            flow.spend(cost)
            port.write(frame)
        return self._sent

    def _learn_head(self, size: int) -> bytes:
        head = event_head(self.type_id, size)
        if size < 1024:
            self._heads[size] = head
        return head

    def _deliver_own(self, flow: Outflow[Outgoing], outgoing: Outgoing) -> None:
        cost = cost_of(len(outgoing.payload))
        flow.spend(cost)
        missed = flow.take_missed()
        slot = None
        if outgoing.exchange is not None:
            slot = self.slot(_LocalRequester(outgoing.exchange, flow, cost))
            outgoing.exchange.taken_here(slot)
        self.deliver(outgoing.payload, flow.receiver, flow, cost, missed, outgoing.headers, slot)

    # Receiving.

    def slot(self, requester: Any) -> Slot:
        assert self.type is not None
        return Slot(self.type, requester, self._options.compress_above)

    def deliver_run(self, run: Run, origin: str, receipt: Receipt) -> None:
        assert self.type is not None
        if len(self.subscribers) == 1 and isinstance(self.subscribers[0], Called):
            self.subscribers[0].take_run(self.type.cls.FromString, run, origin)
            receipt.settle(run.cost)
        else:
            for payload in run.payloads:
                self.deliver(payload, origin, receipt, cost_of(len(payload)))

    def deliver(
        self,
        payload: bytes,
        origin: str,
        receipt: Receipt,
        cost: int,
        missed: int = 0,
        headers: Mapping[str, str] | None = None,
        slot: Slot | None = None,
    ) -> None:
        """Hands an event to all subscribers. The credit of a request returns with its answer."""
        assert self.type is not None
        # Held until every subscriber has its own.
        holder = slot.hold() if slot else None
        subscribers = self.subscribers
        if slot is None and len(subscribers) != 1:
            receipt = Shared(receipt, len(subscribers) or 1)
        taken = None if slot else receipt
        if not subscribers and taken:
            taken.settle(cost)
        for subscriber in subscribers:
            if not subscriber.is_active:
                # The handler of one before it has unsubscribed it.
                if taken:
                    taken.settle(cost)
                continue
            try:
                event = self.type.cls.FromString(payload)
            except DecodeError as error:
                self.undecodable(subscriber, missed, origin, error, holder)
                if taken:
                    taken.settle(cost)
                continue
            lost = subscriber.take_lost() + missed
            own = slot.hold() if slot else None
            subscriber.take(Received(event, origin, lost, headers, own), taken, cost)
        if holder:
            holder.fail(None)

    def undecodable(
        self,
        subscriber: Subscription,
        missed: int,
        origin: str,
        error: Exception,
        holder: Holder | None,
    ) -> None:
        log.warning("%s from %s does not decode: %s", self.name, origin, error)
        subscriber.lost += missed + 1
        if holder and holder.slot:
            holder.slot.failure = (pb.Failure.CODE_DECODE_FAILED, str(error))
