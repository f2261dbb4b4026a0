"""One side of a connection, after both have said hello."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from enum import Enum, auto

from ..errors import TooLarge
from ..events import EventType
from ..wire import lahja_wire_pb2 as pb
from ..wire.frames import OVERHEAD, PREFIX, Run, Single, Violation, check, cost_of, encode
from .exchanges import Exchanges, Owed
from .interests import Interests
from .outflow import Outflow
from .outgoing import Outgoing
from .surroundings import Owner, Port, Terms
from .wanted import Wanted

# How many characters a failure or a goodbye may say.
_MAX_MESSAGE = 1024


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
        # Events that the peer had not confirmed when the link ended.
        self.unconfirmed = 0
        self._owner = owner
        self._terms = terms
        self._wanted = Wanted(self._grant_if_due)
        self._interests = Interests(self._added, lambda id_: owner.uninterested(self, id_))
        self._exchanges = Exchanges(peer)
        self._is_in_batch = False
        # Where events end that no credit will confirm: written, they count as confirmed.
        self._unwritten: deque[int] = deque()
        self._is_torn = False

    def open(self, types: Sequence[pb.EventType]) -> None:
        """Says what we subscribe to: the whole set, even if it is empty."""
        self.port.set_deadline(self._terms.ready_within)
        for frame in self._wanted.open(types):
            self._say(frame)

    # What the endpoint asks for.

    @property
    def is_open(self) -> bool:
        """Whether events flow."""
        return self._interests.is_complete and self.phase is Phase.TALKING

    @property
    def names(self) -> frozenset[str]:
        """What the peer subscribes to."""
        return frozenset(self._interests.names.values())

    def is_interested_in(self, event: EventType) -> bool:
        return self._interests.names.get(event.type_id) == event.name

    @property
    def revision(self) -> int:
        """Of what the peer subscribes to."""
        return self._interests.revision

    @property
    def wanted_revision(self) -> int:
        """Of what we subscribe to."""
        return self._wanted.revision

    @property
    def acknowledged(self) -> int:
        """The last of our revisions that the peer knows."""
        return self._wanted.acknowledged

    @property
    def is_drained(self) -> bool:
        """Whether nothing is coming that we do not want."""
        return self.phase is not Phase.TALKING or self._wanted.is_acknowledged

    @property
    def owes_answers(self) -> bool:
        return self._exchanges.owes

    def subscribe(self, added: pb.EventType) -> None:
        self._say(self._wanted.add(added))

    def unsubscribe(self, type_ids: Iterable[int] | None = None) -> None:
        """From these types, or from all."""
        self._say(self._wanted.remove(type_ids))

    def check_size(self, outgoing: Outgoing, event: str) -> None:
        """Uncompressed, as the receiver limits that too."""
        limit = self._terms.max_frame_len
        length = outgoing.frame_len
        if length > limit:
            message = f"{event} takes a frame of {length} bytes, {self.peer} takes {limit} at most"
            raise TooLarge(message)

    def cancel(self, request_id: int) -> None:
        """Nobody waits for the answer to this request of ours any more."""
        if self._exchanges.awaited.pop(request_id, None) is not None:
            self._say(pb.Frame(cancel=pb.Cancel(request_id=request_id)))

    def answer(self, answer: Outgoing) -> None:
        """Answers a request of the peer's, if it still waits."""
        self._settle(answer.response_to, answer.frame(self._terms.takes_snappy))

    def fail(self, request_id: int, code: pb.Failure.Code, message: str) -> None:
        """Gives up on a request of the peer's, if it still waits."""
        failure = pb.Failure(response_to=request_id, code=code, message=message[:_MAX_MESSAGE])
        self._settle(request_id, encode(pb.Frame(failure=failure)))

    def fail_all(self, code: pb.Failure.Code, message: str) -> None:
        for request_id, owed in list(self._exchanges.owed.items()):
            owed.cancel()
            self.fail(request_id, code, message)

    def say_goodbye(self, reason: pb.Goodbye.Reason, message: str = "") -> None:
        """Nothing is sent after it, and what waits for room is dropped."""
        if not self._may_speak:
            return
        # What was taken by now must not look lost to the peer because it was not granted yet.
        for frame in self._wanted.grants(everything=True):
            self._say(frame)
        if not self._may_speak:
            return
        goodbye = pb.Goodbye(reason=reason, message=message[:_MAX_MESSAGE])
        self.port.write_control(encode(pb.Frame(goodbye=goodbye)))
        end = self.port.close if self.phase is Phase.PEER_LEFT else self.port.finish
        self.phase = Phase.LEAVING
        self._interests.clear()
        self.port.set_deadline(self._terms.drain)
        end()

    # What the peer and the stream do.

    def handle(self, item: Run | Single) -> None:
        self._is_in_batch = True
        if self.phase is Phase.TALKING:
            if isinstance(item, Run):
                self._on_run(item)
            else:
                self._talk(item.frame, item.cost)
        elif self.phase is Phase.LEAVING and isinstance(item, Single):
            self._listen_to_the_end(item.frame)

    def end_batch(self) -> None:
        self._is_in_batch = False
        self._grant_if_due()

    def violated(self, violation: Violation) -> None:
        self.say_goodbye(violation.reason, str(violation))
        self._exchanges.abandon()

    def handle_end(self) -> None:
        """The peer's stream ended. Behind its goodbye that is no news: it still reads."""
        if self.phase is not Phase.PEER_LEFT:
            self._abort()

    def room_made(self) -> None:
        self._interests.room_made()

    def timed_out(self) -> None:
        if self.phase is Phase.TALKING:
            within = self._terms.ready_within
            self.violated(Violation(f"no complete subscriptions within {within} s"))
        elif self.phase is Phase.PEER_LEFT:
            self.say_goodbye(pb.Goodbye.REASON_SHUTDOWN, "events were not taken in time")
        else:
            self._abort()

    def ended(self, failed: bool = False) -> None:
        """The stream is closed, or broke."""
        if self.phase is not Phase.OVER:
            self.phase = Phase.OVER
            self._interests.clear()
            torn = len(self._unwritten) if failed or self._is_torn else 0
            self.unconfirmed = self._interests.unconfirmed + torn
            self._exchanges.abandon()
            self._exchanges.cancel_owed()
            self._owner.closed(self)

    # Frames.

    def _talk(self, frame: pb.Frame, cost: int) -> None:
        check(frame)
        match frame.WhichOneof("body"):
            case "broadcast":
                self._on_broadcast(frame.broadcast, cost)
            case "credit":
                self._interests.credit(frame.credit)
            case "subscriptions":
                self._on_subscriptions(frame.subscriptions)
            case "subscriptions_ack":
                self._wanted.acknowledge(frame.subscriptions_ack.revision)
                self._owner.changed()
            case "failure":
                self._exchanges.failed(frame.failure)
            case "cancel":
                self._exchanges.cancelled(frame.cancel.request_id)
                self._owner.changed()
            case "goodbye":
                self._peer_left()
            case "hello":
                raise Violation("a second hello")

    def _listen_to_the_end(self, frame: pb.Frame) -> None:
        """After our goodbye what the peer owes us counts, and what it wants of us does not."""
        match frame.WhichOneof("body"):
            case "broadcast" if frame.broadcast.response_to and not frame.broadcast.request_id:
                self._exchanges.answered(frame.broadcast)
            case "credit":
                self._interests.credit(frame.credit)
            case "failure":
                self._exchanges.failed(frame.failure)
            case "goodbye":
                self._exchanges.abandon()
                self.port.close()

    def _on_run(self, run: Run) -> None:
        self._check_complete()
        inflow = self._wanted.arrive(run.type_id, run.cost, cost_of(len(run.payloads[-1])))
        if inflow is not None:
            self._owner.arrived(self, inflow, run)

    def _on_broadcast(self, broadcast: pb.Broadcast, cost: int) -> None:
        self._check_complete()
        if broadcast.response_to:
            self._exchanges.answered(broadcast)
            return
        request_id = broadcast.request_id
        inflow = self._wanted.arrive(broadcast.type_id, cost, cost)
        if inflow is None:
            if request_id:
                message = "nobody subscribes to this request here"
                unanswered = pb.Failure.CODE_UNANSWERED
                failure = pb.Failure(response_to=request_id, code=unanswered, message=message)
                self._say(pb.Frame(failure=failure))
            return
        owed = Owed(inflow, cost)
        if request_id:
            self._exchanges.owe(request_id, owed)
        owed.cancel = self._owner.arrived_single(self, inflow, broadcast, cost)

    def _check_complete(self) -> None:
        if not self._interests.is_complete:
            raise Violation("an event before the first subscriptions")

    def _on_subscriptions(self, change: pb.Subscriptions) -> None:
        was_complete = self._interests.is_complete
        self._say(self._interests.change(change))
        if not was_complete and self._interests.is_complete:
            self.port.set_deadline(None)
        self._owner.changed()

    def _added(self, added: pb.EventType) -> Outflow[Outgoing]:
        flow = Outflow(self.peer, added.window, self.port, self._transmit)
        self._owner.interested(self, added, flow)
        return flow

    def _peer_left(self) -> None:
        """Nothing more is coming, and nothing of ours is wanted any more."""
        self.phase = Phase.PEER_LEFT
        self._exchanges.abandon()
        self._interests.clear()
        self.port.set_deadline(self._terms.drain)
        self._owner.left(self)

    # Sending.

    def _transmit(self, flow: Outflow[Outgoing], outgoing: Outgoing) -> None:
        missed = flow.take_missed()
        frame = outgoing.frame(self._terms.takes_snappy, missed)
        if missed and len(frame) - PREFIX > self._terms.max_frame_len:
            # The event alone fits: the next one tells what was missed.
            frame = outgoing.frame(self._terms.takes_snappy)
            flow.miss_before_next(missed)
        if outgoing.exchange is not None:
            self._exchanges.awaited[outgoing.request_id] = outgoing.exchange
        flow.spend(len(frame) - PREFIX + OVERHEAD)
        self.port.write(frame)
        if not flow.window:
            self._unwritten.append(self.port.appended)
            self._look_what_is_written()

    def _look_what_is_written(self) -> None:
        written = self.port.appended - self.port.unwritten
        while self._unwritten and self._unwritten[0] <= written:
            self._unwritten.popleft()

    def _abort(self) -> None:
        self._look_what_is_written()
        self._is_torn = True
        self.port.abort()

    @property
    def _may_speak(self) -> bool:
        return self.phase in (Phase.TALKING, Phase.PEER_LEFT)

    def _say(self, frame: pb.Frame | None) -> None:
        """Sends what needs no credit. After our goodbye nothing is said."""
        if frame is not None:
            self._speak(encode(frame))

    def _speak(self, frame: bytes) -> None:
        if self._may_speak:
            self.port.write_control(frame)
            unread = self.port.unread_control
            if unread > self._terms.unwritten_control:
                message = f"{unread} bytes of answers and control left unread"
                self.violated(Violation(message, pb.Goodbye.REASON_SLOW_CONSUMER))

    def _settle(self, request_id: int, frame: bytes) -> None:
        owed = self._exchanges.owed.pop(request_id, None)
        if owed is not None:
            if not owed.given_up:
                self._speak(frame)
            owed.inflow.settle(owed.cost)
            self._owner.changed()

    def _grant_if_due(self) -> None:
        if not self._is_in_batch:
            for frame in self._wanted.grants():
                self._say(frame)
            if self.phase is Phase.PEER_LEFT and not self._wanted.held:
                # Consumers took all that came before the peer's goodbye.
                self.say_goodbye(pb.Goodbye.REASON_SHUTDOWN)
