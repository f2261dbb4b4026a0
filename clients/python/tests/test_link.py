"""Links stepped against frames, without I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lahja_client.link.inflow import Inflow
from lahja_client.link.link import Link, Phase
from lahja_client.link.outflow import Attempt, Outflow
from lahja_client.link.outgoing import Outgoing
from lahja_client.link.surroundings import Terms
from lahja_client.wire import lahja_wire_pb2 as pb
from lahja_client.wire.frames import (
    DEFAULT_LIMIT,
    Run,
    Single,
    Splitter,
    Violation,
    cost_of,
    encode,
)

A = pb.EventType(id=1, name="t.A", window=200)


class Side:
    """A link, and all around it: what it wrote, and what it told."""

    def __init__(self, unwritten_control: int = 1 << 20) -> None:
        self.is_open = True
        self.unwritten = self.unread_control = self.appended = 0
        self.has_hung_up = False
        self.written: list[pb.Frame] = []
        self.did: list[str] = []
        self.deadline: float | None = None
        self.flows: dict[int, Outflow[Outgoing]] = {}
        self.arrived_events: list[tuple[Inflow, int]] = []
        terms = Terms(65536, False, unwritten_control, ready_within=5, drain=5)
        self.link = Link("peer", self, self, terms)
        self._splitter = Splitter()

    # The port.

    def write(self, frame: bytes) -> None:
        self.appended += len(frame)
        for item in self._splitter.feed(frame):
            if isinstance(item, Run):
                events = (pb.Broadcast(type_id=item.type_id, payload=p) for p in item.payloads)
                self.written += [pb.Frame(broadcast=event) for event in events]
            else:
                self.written.append(item.frame)

    def write_control(self, frame: bytes) -> None:
        self.unread_control += len(frame)
        self.write(frame)

    def finish(self) -> None:
        self.did.append("finish")

    def close(self) -> None:
        self.did.append("close")

    def abort(self) -> None:
        self.did.append("abort")

    def set_deadline(self, seconds: float | None) -> None:
        self.deadline = seconds

    # The owner.

    def interested(self, link: Link, added: pb.EventType, flow: Outflow[Outgoing]) -> None:
        self.flows[added.id] = flow

    def uninterested(self, link: Link, type_id: int) -> None:
        self.flows.pop(type_id, None)

    def arrived(self, link: Link, inflow: Inflow, run: Run) -> None:
        self.arrived_events += [(inflow, cost_of(len(payload))) for payload in run.payloads]

    def arrived_single(
        self, link: Link, inflow: Inflow, broadcast: pb.Broadcast, cost: int
    ) -> Callable[[], None]:
        self.arrived_events.append((inflow, cost))
        return lambda: self.did.append("cancelled")

    def changed(self) -> None: ...
    def left(self, link: Link) -> None: ...

    def closed(self, link: Link) -> None:
        self.did.append("closed")

    # What tests do.

    def opened(self, ours: list[pb.EventType], theirs: list[pb.EventType]) -> Side:
        self.link.open(ours)
        self.get(pb.Frame(subscriptions=pb.Subscriptions(revision=1, added=theirs)))
        self.get(pb.Frame(subscriptions_ack=pb.SubscriptionsAck(revision=1)))
        self.said()
        return self

    def get(self, *frames: pb.Frame) -> None:
        self.get_bytes(b"".join(encode(frame) for frame in frames))

    def get_bytes(self, data: bytes) -> None:
        try:
            for item in Splitter(DEFAULT_LIMIT).feed(data):
                self.link.handle(item)
        except Violation as violation:
            self.link.violated(violation)
        self.link.end_batch()

    def take(self) -> None:
        inflow, cost = self.arrived_events.pop(0)
        inflow.settle(cost)

    def said(self) -> list[pb.Frame]:
        said, self.written = self.written, []
        return said

    def said_goodbye(self) -> str:
        reasons = [frame.goodbye.reason for frame in self.said() if frame.HasField("goodbye")]
        return pb.Goodbye.Reason.Name(reasons[-1]) if reasons else ""


class Told:
    """A ticket, or an exchange."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def settled(self, receiver: str, sent: bool) -> None:
        self.told.append(sent)

    def answered(self, receiver: str, answer: pb.Broadcast) -> None:
        self.told.append(answer.payload)

    def failed(self, receiver: str, failure: pb.Failure) -> None:
        self.told.append(failure.message)

    def gone(self, receiver: str) -> None:
        self.told.append("gone")


# A frame of 23 bytes, which costs 87: the example of the protocol.
EVENT = encode(pb.Frame(broadcast=pb.Broadcast(type_id=1, payload=b"0123456789")))


def outgoing(**more: Any) -> Outgoing:
    return Outgoing(1, b"0123456789", **more)


def credit(granted: int) -> pb.Frame:
    return pb.Frame(credit=pb.Credit(grants=[pb.Credit.Grant(type_id=1, bytes=granted)]))


def test_a_link_opens_with_its_whole_set_and_acknowledges_the_peers() -> None:
    side = Side()
    side.link.open([A])
    assert side.said() == [pb.Frame(subscriptions=pb.Subscriptions(revision=1, added=[A]))]
    assert side.deadline == 5
    first = pb.Subscriptions(revision=1, added=[A], more=True)
    last = pb.Subscriptions(revision=1, added=[pb.EventType(id=2, name="t.B")])
    side.get(pb.Frame(subscriptions=first))
    assert not side.link.is_open and not side.said() and side.flows == {}
    side.get(pb.Frame(subscriptions=last))
    assert side.link.is_open and side.deadline is None
    assert side.said() == [pb.Frame(subscriptions_ack=pb.SubscriptionsAck(revision=1))]
    assert side.link.names == {"t.A", "t.B"} and set(side.flows) == {1, 2}


def test_a_large_set_goes_on_in_further_frames() -> None:
    side = Side()
    side.link.open([pb.EventType(id=n, name=f"t.T{n}") for n in range(1, 451)])
    frames = [frame.subscriptions for frame in side.said()]
    assert [(len(f.added), f.more, f.revision) for f in frames] == [
        (200, True, 1),
        (200, True, 1),
        (50, False, 1),
    ]


def test_the_sender_counts_as_in_the_protocols_example() -> None:
    side = Side().opened([], [A])
    flow = side.flows[1]
    left = []
    while flow.try_send(outgoing()) is Attempt.SENT:
        left.append(flow.left)
    assert left == [113, 26, -61]
    ticket = Told()
    flow.wait(outgoing(), ticket)
    side.get(credit(61))
    assert ticket.told == [], "0 is not above 0"
    side.get(credit(174 - 61))
    assert ticket.told == [True]
    side.get(credit(100_000))
    assert flow.left == 200, "a grant never widens a window beyond what was announced"


def test_the_receiver_grants_as_in_the_protocols_example() -> None:
    side = Side().opened([A], [])
    side.get_bytes(EVENT * 3)
    assert side.said() == []
    side.take()
    assert side.said() == [], "87 is less than half of 200"
    side.take()
    assert side.said() == [credit(174)]
    side.take()
    assert side.said() == [credit(87)], "nothing is left to take"


@pytest.mark.parametrize("together", [True, False])
def test_a_fourth_event_overdraws(together: bool) -> None:
    side = Side().opened([A], [])
    for data in [EVENT * 4] if together else [EVENT] * 4:
        side.get_bytes(data)
    assert side.said_goodbye() == "REASON_PROTOCOL_ERROR"
    assert side.did == ["finish"]


def test_what_is_given_up_on_is_told_by_the_next_event() -> None:
    side = Side().opened([], [A])
    flow = side.flows[1]
    while flow.try_send(outgoing()) is Attempt.SENT:
        pass
    first, second = Told(), Told()
    flow.wait(outgoing(), first)
    flow.wait(outgoing(), second)
    assert flow.abandon(first) and not flow.abandon(first)
    flow.is_stalled = True
    assert flow.try_send(outgoing()) is Attempt.STALLED
    side.said()
    side.get(credit(200))
    flow.try_send(outgoing())
    assert [frame.broadcast.missed for frame in side.said()] == [1, 1]
    assert second.told == [True]


def test_events_wait_while_the_port_is_shut_and_take_turns_when_it_opens() -> None:
    side = Side().opened([], [A, pb.EventType(id=2, name="t.B")])
    side.is_open = False
    for type_id in (1, 1, 2):
        flow = side.flows[type_id]
        assert flow.try_send(Outgoing(type_id, b"")) is Attempt.NO_ROOM
        flow.wait(Outgoing(type_id, b""), Told())
    side.is_open = True
    side.link.room_made()
    assert [frame.broadcast.type_id for frame in side.said()] == [1, 2, 1]


def test_a_renewed_subscription_drops_what_belongs_to_the_old_one() -> None:
    side = Side().opened([A], [])
    side.get_bytes(EVENT)
    side.link.unsubscribe([1])
    side.get_bytes(EVENT)
    assert len(side.arrived_events) == 2, "events under way at a removal arrive"
    side.link.subscribe(A)
    request = pb.Broadcast(type_id=1, request_id=7)
    side.get(pb.Frame(subscriptions_ack=pb.SubscriptionsAck(revision=2)))
    side.said()
    side.get_bytes(EVENT)
    side.get(pb.Frame(broadcast=request))
    assert len(side.arrived_events) == 2, "those before the ack of the addition are dropped"
    [frame] = side.said()
    assert (frame.failure.response_to, frame.failure.code) == (7, pb.Failure.CODE_UNANSWERED)
    side.take()
    side.take()
    assert side.said() == [], "nothing is granted of the old window"
    side.get(pb.Frame(subscriptions_ack=pb.SubscriptionsAck(revision=3)))
    side.get_bytes(EVENT)
    assert len(side.arrived_events) == 1


def test_requests_and_their_answers() -> None:
    side = Side().opened([], [A])
    asked, given_up = Told(), Told()
    flow = side.flows[1]
    flow.try_send(outgoing(request_id=1, exchange=asked))
    flow.try_send(outgoing(request_id=2, exchange=given_up))
    side.said()
    side.link.cancel(2)
    assert side.said() == [pb.Frame(cancel=pb.Cancel(request_id=2))]
    for response_to in (9, 2, 1, 1):
        answer = pb.Broadcast(type_id=5, response_to=response_to, payload=b"yes")
        side.get(pb.Frame(broadcast=answer))
    assert (asked.told, given_up.told) == ([b"yes"], [])
    lost = Told()
    flow.try_send(outgoing(request_id=3, exchange=lost))
    side.link.ended()
    assert lost.told == ["gone"] and side.did == ["closed"]


def test_an_owed_answer_returns_the_credit_of_its_request() -> None:
    side = Side().opened([A], [])
    request = pb.Frame(broadcast=pb.Broadcast(type_id=1, request_id=7))
    side.get(request)
    assert side.link.owes_answers
    side.link.answer(Outgoing(5, b"yes", response_to=7))
    answer, grant = side.said()
    assert answer == pb.Frame(broadcast=pb.Broadcast(type_id=5, payload=b"yes", response_to=7))
    assert grant == credit(request.ByteSize() + 64)
    side.get(request, pb.Frame(cancel=pb.Cancel(request_id=7)))
    assert side.did == ["cancelled"] and not side.link.owes_answers and side.said() == []
    side.link.fail(7, pb.Failure.CODE_UNANSWERED, "let go")
    assert side.said() == [grant], "nothing but the credit is due after a cancel"
    side.get(request, request)
    assert side.said_goodbye() == "REASON_PROTOCOL_ERROR"


def test_who_leaves_more_unread_than_is_allowed_is_left() -> None:
    side = Side(unwritten_control=1000).opened([A], [])
    side.unread_control = 990
    side.get(pb.Frame(broadcast=pb.Broadcast(type_id=9, request_id=1)))
    assert side.said_goodbye() == "REASON_SLOW_CONSUMER"


BREACHES = {
    "a second hello": pb.Frame(hello=pb.Hello(protocol_version=1, name="a", instance=1)),
    "a revision that is not the next": pb.Frame(subscriptions=pb.Subscriptions(revision=3)),
    "a type that is subscribed": pb.Frame(subscriptions=pb.Subscriptions(revision=2, added=[A])),
    "an ack of what was not said": pb.Frame(subscriptions_ack=pb.SubscriptionsAck(revision=2)),
    "too many types": pb.Frame(
        subscriptions=pb.Subscriptions(
            revision=2, added=[pb.EventType(id=n, name=f"t.T{n}") for n in range(2, 4098)]
        )
    ),
}


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES)
def test_a_breach_ends_the_link(breach: pb.Frame) -> None:
    side = Side().opened([A], [A])
    waiting = Told()
    while side.flows[1].try_send(outgoing()) is Attempt.SENT:
        pass
    side.flows[1].wait(outgoing(), waiting)
    side.get(breach)
    assert side.said_goodbye() == "REASON_PROTOCOL_ERROR"
    assert waiting.told == [False] and side.link.phase is Phase.LEAVING
    side.link.timed_out()
    assert side.did == ["finish", "abort"]


def test_an_event_before_the_whole_set_is_a_breach() -> None:
    side = Side()
    side.link.open([A])
    side.get_bytes(EVENT)
    assert side.said_goodbye() == "REASON_PROTOCOL_ERROR"


def test_who_hears_goodbye_hands_over_what_came_before_and_answers() -> None:
    side = Side().opened([A], [A])
    side.get_bytes(EVENT + encode(pb.Frame(goodbye=pb.Goodbye())))
    assert side.said_goodbye() == "" and not side.link.is_open and side.flows == {}
    side.link.handle_end()
    assert side.did == [], "the peer still reads"
    side.take()
    granted, goodbye = side.said()
    assert granted == credit(87) and goodbye.goodbye.reason == pb.Goodbye.REASON_SHUTDOWN
    assert side.did == ["close"]


def test_who_says_goodbye_reads_to_the_peers() -> None:
    side = Side().opened([A], [A])
    side.flows[1].try_send(outgoing())
    side.link.unsubscribe()
    assert not side.link.is_drained
    side.get(pb.Frame(subscriptions_ack=pb.SubscriptionsAck(revision=2)))
    assert side.link.is_drained
    side.link.say_goodbye(pb.Goodbye.REASON_SHUTDOWN)
    assert side.did == ["finish"]
    side.get(credit(87), pb.Frame(goodbye=pb.Goodbye()))
    assert side.did == ["finish", "close"]
    side.link.ended()
    assert side.link.unconfirmed == 0


def test_a_stream_that_ends_without_goodbye_has_crashed() -> None:
    side = Side().opened([A], [A])
    side.flows[1].try_send(outgoing())
    side.link.handle_end()
    side.link.ended()
    assert side.did == ["abort", "closed"]
    assert side.link.unconfirmed == 1


def test_what_later_versions_add_is_ignored() -> None:
    side = Side().opened([A], [A])
    side.get(
        pb.Frame(),
        credit(5),
        pb.Frame(credit=pb.Credit(grants=[pb.Credit.Grant(type_id=77, bytes=1)])),
        pb.Frame(subscriptions=pb.Subscriptions(revision=2, removed=[77])),
        pb.Frame(failure=pb.Failure(response_to=77)),
        pb.Frame(cancel=pb.Cancel(request_id=77)),
    )
    assert side.said() == [pb.Frame(subscriptions_ack=pb.SubscriptionsAck(revision=2))]
    assert side.link.is_open


def test_a_frame_is_the_same_however_it_is_cut() -> None:
    data = (
        EVENT * 5
        + encode(credit(3))
        + encode(pb.Frame(broadcast=pb.Broadcast(type_id=2, payload=b"y" * 300)))
        + EVENT
    )
    whole = [item for item in Splitter().feed(data)]
    for cut in range(len(data)):
        splitter = Splitter()
        items = [*splitter.feed(data[:cut]), *splitter.feed(data[cut:])]
        assert not splitter.is_torn
        events = [len(i.payloads) if isinstance(i, Run) else 0 for i in items]
        assert sum(events) == sum(len(i.payloads) for i in whole if isinstance(i, Run)) == 7
        assert [i for i in items if isinstance(i, Single)] == [
            i for i in whole if isinstance(i, Single)
        ]
