"""What later versions may send, and what other encoders write otherwise: it is all accepted."""

from .protobuf import data, fixed32, fixed64, frame, group, key, message, text, uint, varint
from .schema import broadcast, cancel, failure, goodbye, hello, subscriptions, subscriptions_ack
from .vector import stream

KIND = "streams"

ACK = {"subscriptions_ack": {"revision": "1"}}


def accepted(name, content, *frames):
    return stream(name, content, *frames, canonical=False)


UNKNOWN_FIELDS = [
    accepted("a body of a later version", frame(message(9, uint(1, 1))), {}),
    accepted("a body of a later version between others",
             cancel(uint(1, 1)) + frame(message(2047, text(1, "x"))) + cancel(uint(1, 2)),
             {"cancel": {"request_id": "1"}}, {}, {"cancel": {"request_id": "2"}}),
    accepted("a field beside the body", frame(message(3, uint(1, 1)), uint(15, 1)), ACK),
    accepted("an unknown varint", subscriptions_ack(uint(1, 1), uint(2, 2**64 - 1)), ACK),
    accepted("an unknown fixed32", subscriptions_ack(uint(1, 1), fixed32(2, 5)), ACK),
    accepted("an unknown fixed64", subscriptions_ack(fixed64(2, 5), uint(1, 1)), ACK),
    accepted("unknown bytes", subscriptions_ack(uint(1, 1), data(2, b"\xff\xfe")), ACK),
    accepted("an unknown group", subscriptions_ack(uint(1, 1), group(2, uint(1, 1))), ACK),
    accepted("the largest field number", subscriptions_ack(uint(1, 1), uint(2**29 - 1, 1)), ACK),
    accepted(
        "unknown fields in a Hello",
        hello(uint(1, 1), text(2, "a"), fixed64(3, 1), text(7, "x"), message(8, uint(1, 1))),
        {"hello": {"protocol_version": 1, "name": "a", "instance": "1"}},
    ),
    accepted(
        "the reserved field 3 of an EventType",
        subscriptions(uint(1, 1), message(2, fixed64(1, 7), text(2, "a"), fixed64(3, 99))),
        {"subscriptions": {"revision": "1", "added": [{"id": "7", "name": "a"}]}},
    ),
]

UNKNOWN_VALUES = [
    stream("a Failure with the reserved code 5", failure(uint(1, 1), uint(2, 5)),
           {"failure": {"response_to": "1", "code": 5}}),
    stream("a Failure with a code of a later version", failure(uint(1, 1), uint(2, 300)),
           {"failure": {"response_to": "1", "code": 300}}),
    stream("a Goodbye with a reason of a later version", goodbye(uint(1, 8)),
           {"goodbye": {"reason": 8}}),
    stream("a Goodbye with a negative reason", goodbye(uint(1, 2**64 - 1)),
           {"goodbye": {"reason": -1}}),
    stream("an event with a compression of a later version",
           broadcast(fixed64(1, 1), data(2, b"?"), uint(3, 2)),
           {"broadcast": {"type_id": "1", "payload": "3f", "compression": 2}}),
]

OTHER_SPELLINGS = [
    accepted("defaults written out",
             broadcast(fixed64(1, 1), data(2, b""), uint(3, 0), uint(4, 0), uint(5, 0), uint(7, 0)),
             {"broadcast": {"type_id": "1"}}),
    accepted("fields in another order",
             broadcast(uint(4, 1), data(2, b"x"), fixed64(1, 1)),
             {"broadcast": {"type_id": "1", "payload": "78", "request_id": "1"}}),
    accepted("a field twice, of which the last counts",
             subscriptions_ack(uint(1, 9), uint(1, 1)), ACK),
    accepted("a varint longer than needed",
             subscriptions_ack(key(1, 0) + b"\x81\x00"), ACK),
    accepted("a varint of ten bytes, which is the most",
             subscriptions_ack(key(1, 0) + b"\x81" + b"\x80" * 8 + b"\x00"), ACK),
    accepted("a length longer than needed",
             frame(key(3, 2) + b"\x82\x00" + uint(1, 1)), ACK),
    accepted("two bodies, of which the last counts",
             frame(message(8, uint(1, 7)), message(3, uint(1, 1))), ACK),
    accepted("one body in two parts, which are merged",
             frame(message(6, uint(1, 1)), message(6, text(2, "bye"))),
             {"goodbye": {"reason": 1, "message": "bye"}}),
    accepted("removed types in two packed parts",
             subscriptions(uint(1, 2), data(3, b"\x01" + b"\x00" * 7),
                           data(3, b"\x02" + b"\x00" * 7)),
             {"subscriptions": {"revision": "2", "removed": ["1", "2"]}}),
    accepted("a true that is not 1",
             subscriptions(uint(1, 1), key(4, 0) + varint(2)),
             {"subscriptions": {"revision": "1", "more": True}}),
]

VECTORS = UNKNOWN_FIELDS + UNKNOWN_VALUES + OTHER_SPELLINGS
