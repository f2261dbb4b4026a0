"""One side of a connection, after both have said hello."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from ..errors import TooLarge
from ..wire import lahja_wire_pb2 as pb
from ..wire.frames import OVERHEAD, PREFIX, Run, Single, Violation, check, encode
from .inflow import Inflow
from .outflow import Outflow
from .outgoing import Exchange, Outgoing

MAX_TYPES = 4096
# So that frames stay far below the smallest limit (64 KiB), whatever the names.
_TYPES_PER_FRAME = 200
_GRANTS_PER_FRAME = 1000
_MAX_MESSAGE = 1024


class Port(Protocol):
    """The stream below, which writes in order what it is given."""

    @property
    def is_open(self) -> bool: ...
    @property
    def unwritten(self) -> int: ...
    @property
    def unread_control(self) -> int: ...
    def write(self, frame: bytes) -> None: ...
    def write_control(self, frame: bytes) -> None: ...
    def finish(self) -> None:
        """Writes all, and shuts the write half."""

    def close(self) -> None:
        """Writes all, and closes."""

    def abort(self) -> None: ...
    def set_deadline(self, seconds: float | None) -> None:
        """When to call `Link.timed_out`."""


class Owner(Protocol):
    """The endpoint above."""

    def interested(self, link: Link, name: str, flow: Outflow[Outgoing], type_id: int) -> None: ...
    def uninterested(self, link: Link, type_id: int) -> None: ...
    def arrived(self, link: Link, inflow: Inflow, run: Run) -> None: ...
    def arrived_single(
        self, link: Link, inflow: Inflow, broadcast: pb.Broadcast, cost: int
    ) -> Callable[[], None]:
        """Gives what to call when nobody waits for the answer any more."""
        ...

    def changed(self) -> None: ...
    def closed(self, link: Link) -> None: ...


@dataclass(frozen=True)
class Terms:
    """What both sides agreed on, and our own limits."""

    max_frame_len: int
    takes_snappy: bool
    unwritten_control: int
    ready_within: float
    drain: float


@dataclass
class _Owed:
    """A request of the peer's that we owe an answer."""

    inflow: Inflow
    cost: int
    cancel: Callable[[], None]
    # The peer does not wait any more; its consumers may still hold it.
    given_up: bool = False


class Phase(Enum):
    """
           our goodbye                        the peer's goodbye, or the end of its stream
    TALKING ──────────► LEAVING ──────────────────────────────────────────────► OVER
       │ the peer's goodbye                                                       ▲
       └──────────────► PEER_LEFT ── our goodbye, once consumers took what came ──┘
    """

    TALKING = auto()
    PEER_LEFT = auto()
    LEAVING = auto()
    OVER = auto()


class Link:
    """Takes the peer's frames by `handle`, tells the `Owner` what they mean, writes to the `Port`.

    Whoever calls `handle` calls `end_batch` when there is nothing more to handle now, and
    `violated` if it raised.
    """

    def __init__(self, peer: str, port: Port, owner: Owner, terms: Terms) -> None:
        self.peer = peer
        self.port = port
        self.phase = Phase.TALKING
        self.is_ready = False
        self._owner = owner
        self._terms = terms
        self._inflows: dict[int, Inflow] = {}
        self._revision = self._acknowledged = 0
        self._outflows: dict[int, Outflow[Outgoing]] = {}
        # Of removed types: the peer may still confirm what went out.
        self._retired: dict[int, Outflow[Outgoing]] = {}
        self._peer_revision = 0
        self._names: dict[int, str] = {}
        self._awaited: dict[int, Exchange] = {}
        self._owed: dict[int, _Owed] = {}
        # What consumers hold of what came, in bytes.
        self._held = 0
        self._due: list[Inflow] | None = None
        self._unconfirmed = 0

    def open(self, types: Sequence[pb.EventType]) -> None:
        """Says what we subscribe to: the whole set, even if it is empty."""
        self._revision = 1
        for each in types:
            self._inflows[each.id] = Inflow(each.id, each.window, self._settled)
        for start in range(0, max(len(types), 1), _TYPES_PER_FRAME):
            added = types[start : start + _TYPES_PER_FRAME]
            more = start + _TYPES_PER_FRAME < len(types)
            self._say(pb.Frame(subscriptions=pb.Subscriptions(revision=1, added=added, more=more)))
        self.port.set_deadline(self._terms.ready_within)

    # What the endpoint asks for.

    @property
    def is_open(self) -> bool:
        """Whether events flow."""
        return self.is_ready and self.phase is Phase.TALKING

    @property
    def names(self) -> frozenset[str]:
        """What the peer subscribes to."""
        return frozenset(self._names.values())

    @property
    def is_drained(self) -> bool:
        """Whether the peer has acknowledged all, so that nothing is coming that we do not want."""
        return self.phase is not Phase.TALKING or self._acknowledged >= self._revision

    @property
    def owes_answers(self) -> bool:
        return any(not owed.given_up for owed in self._owed.values())

    @property
    def unconfirmed(self) -> int:
        """Bytes of events that went out and that the peer has not confirmed."""
        return self._unconfirmed

    def subscribe(self, type_id: int, name: str, window: int) -> None:
        old = self._inflows.get(type_id)
        if old is not None and not old.removed_in:
            return
        inflow = self._inflows[type_id] = Inflow(type_id, window, self._settled)
        if old is not None and not old.is_over:
            inflow.stale_until = self._revision + 1
        self._change(added=[pb.EventType(id=type_id, name=name, window=window)])

    def unsubscribe(self, type_ids: Iterable[int]) -> None:
        removed = []
        for type_id in type_ids:
            inflow = self._inflows.get(type_id)
            if inflow is not None and not inflow.removed_in:
                inflow.removed_in = self._revision + 1
                removed.append(type_id)
        if removed:
            self._change(removed=removed)

    def unsubscribe_all(self) -> None:
        self.unsubscribe(list(self._inflows))

    def check_size(self, outgoing: Outgoing, event: str) -> None:
        """Uncompressed, as the receiver limits that too."""
        length = len(outgoing.frame()) - PREFIX
        limit = self._terms.max_frame_len
        if length > limit:
            message = f"{event} takes a frame of {length} bytes, {self.peer} takes {limit} at most"
            raise TooLarge(message)

    def cancel(self, request_id: int) -> None:
        """Nobody waits for the answer to this request of ours any more."""
        if self._awaited.pop(request_id, None) is not None:
            self._say(pb.Frame(cancel=pb.Cancel(request_id=request_id)))

    def answer(self, answer: Outgoing) -> None:
        """Answers a request of the peer's, if it still waits."""
        self._settle_request(answer.response_to, answer.frame(self._terms.takes_snappy))

    def fail(self, request_id: int, code: pb.Failure.Code, message: str) -> None:
        """Gives up on a request of the peer's, if it still waits."""
        failure = pb.Failure(response_to=request_id, code=code, message=message[:_MAX_MESSAGE])
        self._settle_request(request_id, encode(pb.Frame(failure=failure)))

    def fail_all(self, code: pb.Failure.Code, message: str) -> None:
        for request_id, owed in list(self._owed.items()):
            owed.cancel()
            self.fail(request_id, code, message)

    def say_goodbye(self, reason: pb.Goodbye.Reason, message: str = "") -> None:
        """Nothing is sent after it, and what waits for room is dropped."""
        if self.phase not in (Phase.TALKING, Phase.PEER_LEFT):
            return
        # What was taken by now must not look lost to the peer because it was not granted yet.
        self._grant(list(self._inflows.values()))
        goodbye = pb.Goodbye(reason=reason, message=message[:_MAX_MESSAGE])
        self.port.write_control(encode(pb.Frame(goodbye=goodbye)))
        peer_left = self.phase is Phase.PEER_LEFT
        self.phase = Phase.LEAVING
        self._close_flows()
        self.port.set_deadline(self._terms.drain)
        if peer_left:
            self.port.close()
        else:
            self.port.finish()

    # What the peer and the stream do.

    def handle(self, item: Run | Single) -> None:
        if self.phase is Phase.TALKING:
            if self._due is None:
                self._due = []
            if isinstance(item, Run):
                self._on_run(item)
            else:
                self._talk(item.frame, item.cost)
        elif self.phase is Phase.LEAVING and isinstance(item, Single):
            self._listen_to_the_end(item.frame)

    def end_batch(self) -> None:
        due, self._due = self._due, None
        if due:
            self._grant([inflow for inflow in dict.fromkeys(due) if inflow.is_due])
        self._leave_after_the_peer()

    def violated(self, violation: Violation) -> None:
        self.say_goodbye(violation.reason, str(violation))
        self._abandon_requests()

    def handle_end(self) -> None:
        """The peer's stream ended. Behind its goodbye that is no news: it still reads."""
        if self.phase is not Phase.PEER_LEFT:
            self.port.abort()

    def timed_out(self) -> None:
        if self.phase is Phase.TALKING:
            within = self._terms.ready_within
            self.violated(Violation(f"no complete subscriptions within {within} s"))
        elif self.phase is Phase.PEER_LEFT:
            self.say_goodbye(pb.Goodbye.REASON_SHUTDOWN, "events were not taken in time")
        else:
            self.port.abort()

    def ended(self) -> None:
        """The stream is closed."""
        if self.phase is Phase.OVER:
            return
        windows = [*self._outflows.values(), *self._retired.values()]
        self._unconfirmed = max(sum(flow.unconfirmed for flow in windows), self.port.unwritten)
        self.phase = Phase.OVER
        self._close_flows()
        self._abandon_requests()
        for owed in self._owed.values():
            owed.cancel()
        self._owed.clear()
        self.port.set_deadline(None)
        self._owner.closed(self)

    # Frames.

    def _talk(self, frame: pb.Frame, cost: int) -> None:
        check(frame)
        match frame.WhichOneof("body"):
            case "broadcast":
                self._on_broadcast(frame.broadcast, cost)
            case "credit":
                self._on_credit(frame.credit)
            case "subscriptions":
                self._on_subscriptions(frame.subscriptions)
            case "subscriptions_ack":
                self._on_ack(frame.subscriptions_ack.revision)
            case "failure":
                self._on_failure(frame.failure)
            case "cancel":
                self._on_cancel(frame.cancel.request_id)
            case "goodbye":
                self._peer_left()
            case "hello":
                raise Violation("a second hello")

    def _listen_to_the_end(self, frame: pb.Frame) -> None:
        """We said goodbye: what the peer owes us still counts, what it wants of us no longer does."""
        match frame.WhichOneof("body"):
            case "broadcast" if frame.broadcast.response_to and not frame.broadcast.request_id:
                self._on_answer(frame.broadcast)
            case "credit":
                self._on_credit(frame.credit)
            case "failure":
                self._on_failure(frame.failure)
            case "goodbye":
                self._abandon_requests()
                self.port.close()

    def _on_run(self, run: Run) -> None:
        self._check_ready()
        inflow = self._inflows.get(run.type_id)
        if inflow is not None and inflow.is_wanted:
            inflow.arrive(run.cost, run.cost_of(run.payloads[-1]))
            self._held += run.cost
            self._owner.arrived(self, inflow, run)

    def _on_broadcast(self, broadcast: pb.Broadcast, cost: int) -> None:
        self._check_ready()
        if broadcast.response_to:
            self._on_answer(broadcast)
            return
        request_id = broadcast.request_id
        inflow = self._inflows.get(broadcast.type_id)
        if inflow is None or not inflow.is_wanted:
            if request_id:
                unwanted = pb.Failure(
                    response_to=request_id,
                    code=pb.Failure.CODE_UNANSWERED,
                    message="nobody subscribes to this request here",
                )
                self._say(pb.Frame(failure=unwanted))
            return
        if request_id in self._owed:
            raise Violation(f"request {request_id} is under way already")
        inflow.arrive(cost, cost)
        self._held += cost
        if request_id:
            owed = self._owed[request_id] = _Owed(inflow, cost, lambda: None)
            owed.cancel = self._owner.arrived_single(self, inflow, broadcast, cost)
        else:
            self._owner.arrived_single(self, inflow, broadcast, cost)

    def _check_ready(self) -> None:
        if not self.is_ready:
            raise Violation("an event before the first subscriptions")

    def _on_answer(self, answer: pb.Broadcast) -> None:
        exchange = self._awaited.pop(answer.response_to, None)
        if exchange is not None:
            exchange.answered(self.peer, answer)

    def _on_failure(self, failure: pb.Failure) -> None:
        exchange = self._awaited.pop(failure.response_to, None)
        if exchange is not None:
            exchange.failed(self.peer, failure)

    def _on_cancel(self, request_id: int) -> None:
        owed = self._owed.get(request_id)
        if owed is not None:
            owed.given_up = True
            owed.cancel()
            self._owner.changed()

    def _on_credit(self, credit: pb.Credit) -> None:
        for grant in credit.grants:
            flow = self._outflows.get(grant.type_id) or self._retired.get(grant.type_id)
            if flow is not None:
                flow.settle(grant.bytes)

    def _on_ack(self, revision: int) -> None:
        if revision > self._revision:
            message = f"acknowledged revision {revision}, of which {self._revision} is the last"
            raise Violation(message)
        self._acknowledged = max(self._acknowledged, revision)
        for inflow in list(self._inflows.values()):
            inflow.acknowledge(self._acknowledged)
            self._forget_if_spent(inflow)
        self._owner.changed()

    def _on_subscriptions(self, change: pb.Subscriptions) -> None:
        expected = self._peer_revision + 1 if self.is_ready else 1
        if change.revision != expected:
            message = f"subscriptions of revision {change.revision} where {expected} is next"
            raise Violation(message)
        self._peer_revision = change.revision
        for type_id in change.removed:
            self._removed(type_id)
        for added in change.added:
            self._added(added)
        if change.more and not self.is_ready:
            return
        self._say(pb.Frame(subscriptions_ack=pb.SubscriptionsAck(revision=change.revision)))
        if not self.is_ready:
            self.is_ready = True
            self.port.set_deadline(None)
        self._owner.changed()

    def _removed(self, type_id: int) -> None:
        flow = self._outflows.pop(type_id, None)
        if flow is not None:
            del self._names[type_id]
            if flow.unconfirmed:
                self._retired[type_id] = flow
            self._owner.uninterested(self, type_id)
            flow.close()

    def _added(self, added: pb.EventType) -> None:
        if added.id in self._outflows:
            raise Violation(f"{added.name} is subscribed to already")
        if len(self._outflows) == MAX_TYPES:
            raise Violation(f"more than {MAX_TYPES} event types subscribed to")
        flow = Outflow(self.peer, added.window, self.port, self._transmit)
        self._outflows[added.id] = flow
        self._retired.pop(added.id, None)
        self._names[added.id] = added.name
        self._owner.interested(self, added.name, flow, added.id)

    def _peer_left(self) -> None:
        """Nothing more is coming, and nothing of ours is wanted any more."""
        self.phase = Phase.PEER_LEFT
        self._abandon_requests()
        self._close_flows()
        self.port.set_deadline(self._terms.drain)
        self._leave_after_the_peer()
        self._owner.changed()

    def _leave_after_the_peer(self) -> None:
        """Answers the peer's goodbye once consumers took all that came before it."""
        if self.phase is Phase.PEER_LEFT and not self._held:
            self.say_goodbye(pb.Goodbye.REASON_SHUTDOWN)

    # Sending.

    def _transmit(self, flow: Outflow[Outgoing], outgoing: Outgoing) -> None:
        missed = flow.take_missed()
        frame = outgoing.frame(self._terms.takes_snappy, missed)
        if missed and len(frame) - PREFIX > self._terms.max_frame_len:
            # The event alone fits: the next one tells what was missed.
            frame = outgoing.frame(self._terms.takes_snappy)
            flow.miss_before_next(missed)
        if outgoing.exchange is not None:
            self._awaited[outgoing.request_id] = outgoing.exchange
        flow.spend(len(frame) - PREFIX + OVERHEAD)
        self.port.write(frame)

    def room_made(self) -> None:
        """The port opened: each type that waits for it gets its turns."""
        for flow in self._outflows.values():
            flow.is_stalled &= flow.left <= 0
        waiting = [flow for flow in self._outflows.values() if flow.has_waiting]
        while waiting and self.port.is_open:
            waiting = [flow for flow in waiting if flow.pump_one()]

    def _change(self, added: Sequence[pb.EventType] = (), removed: Sequence[int] = ()) -> None:
        self._revision += 1
        change = pb.Subscriptions(revision=self._revision, added=added, removed=removed)
        self._say(pb.Frame(subscriptions=change))

    def _say(self, frame: pb.Frame) -> None:
        """Sends what needs no credit. After our goodbye nothing is said."""
        self._speak(encode(frame))

    def _speak(self, frame: bytes) -> None:
        if self.phase not in (Phase.TALKING, Phase.PEER_LEFT):
            return
        self.port.write_control(frame)
        unread = self.port.unread_control
        if unread > self._terms.unwritten_control:
            message = f"{unread} bytes of answers and control left unread"
            self.violated(Violation(message, pb.Goodbye.REASON_SLOW_CONSUMER))

    def _settle_request(self, request_id: int, frame: bytes) -> None:
        owed = self._owed.pop(request_id, None)
        if owed is None:
            return
        if not owed.given_up:
            self._speak(frame)
        owed.inflow.settle(owed.cost)
        self._owner.changed()

    def _settled(self, inflow: Inflow, cost: int) -> None:
        self._held -= cost
        if self._due is not None:
            self._due.append(inflow)
            return
        if inflow.is_due:
            self._grant([inflow])
        self._leave_after_the_peer()

    def _grant(self, inflows: Sequence[Inflow]) -> None:
        grants = []
        for inflow in inflows:
            owed = inflow.take_owed()
            if owed and inflow.window and self._inflows.get(inflow.type_id) is inflow:
                grants.append(pb.Credit.Grant(type_id=inflow.type_id, bytes=owed))
            self._forget_if_spent(inflow)
        for start in range(0, len(grants), _GRANTS_PER_FRAME):
            part = grants[start : start + _GRANTS_PER_FRAME]
            self._say(pb.Frame(credit=pb.Credit(grants=part)))

    def _forget_if_spent(self, inflow: Inflow) -> None:
        is_current = self._inflows.get(inflow.type_id) is inflow
        if is_current and inflow.is_over and inflow.granted == inflow.arrived:
            del self._inflows[inflow.type_id]

    # Endings.

    def _close_flows(self) -> None:
        for type_id, flow in self._outflows.items():
            self._owner.uninterested(self, type_id)
            flow.close()
        self._names.clear()

    def _abandon_requests(self) -> None:
        awaited, self._awaited = self._awaited, {}
        for exchange in awaited.values():
            exchange.gone(self.peer)
