"""Frames that do not decode, each after the good frames that are given."""

from .protobuf import (
    END_GROUP, FIXED32, FIXED64, LENGTH, START_GROUP, VARINT, data, fixed64, frame, group, key,
    message, text, uint,
)
from .schema import (
    broadcast, cancel, credit, failure, goodbye, hello, subscriptions, subscriptions_ack,
)
from .vector import stream

KIND = "streams"


def refused(name, content, *frames):
    return stream(name, content, *frames, verdict="protocol_error")


NO_UTF8 = b"a\xff"

BODIES = {
    "a Hello": hello, "a Subscriptions": subscriptions, "a SubscriptionsAck": subscriptions_ack,
    "a Broadcast": broadcast, "a Failure": failure, "a Goodbye": goodbye, "a Credit": credit,
    "a Cancel": cancel,
}

# What no body may contain.
CONTENTS = {
    "field number 0": b"\x00\x01",
    "wire type 7": b"\x7f\x01",
    "a key that does not end": b"\xff",
    "a varint that does not end": key(15, VARINT) + b"\xff",
    "an unknown field that is cut off": key(15, LENGTH) + b"\x02a",
    "a fixed32 that is cut off": key(15, FIXED32) + bytes(3),
    "a fixed64 that is cut off": key(15, FIXED64) + bytes(7),
    "a group that does not end": key(15, START_GROUP) + uint(1, 1),
    "a group that ends as another": key(15, START_GROUP) + key(14, END_GROUP),
}

# Messages within bodies.
PARTS = {
    "a type": lambda content: subscriptions(uint(1, 1), data(2, content)),
    "a header": lambda content: broadcast(fixed64(1, 1), data(6, content)),
    "a grant": lambda content: credit(data(1, content)),
}

EVERYWHERE = [
    refused(f"{body} with {what}", of(content))
    for body, of in {**BODIES, **PARTS}.items() for what, content in CONTENTS.items()
]


def nested_groups(depth):
    content = b""
    for _ in range(depth):
        content = group(15, content)
    return content


SINGLE = [
    refused("a varint of eleven bytes", subscriptions_ack(key(1, VARINT) + b"\x80" * 10 + b"\x01")),
    refused("a varint that does not end", subscriptions_ack(key(1, VARINT) + b"\x80")),
    refused("a key that does not end", frame(b"\x80")),
    refused("a key without a value", frame(key(8, LENGTH))),
    refused("field number 0", frame(b"\x00\x01")),
    refused("wire type 6", frame(b"\x4e")),
    refused("wire type 7", frame(b"\x4f")),
    refused("a group that ends and never began", subscriptions_ack(key(2, END_GROUP))),
    refused("a group that begins and never ends", subscriptions_ack(key(2, START_GROUP))),
    refused("a group that ends as another", subscriptions_ack(
        key(2, START_GROUP), key(3, END_GROUP))),
    refused("a body longer than its frame", frame(key(8, LENGTH) + b"\x03", uint(1, 1))),
    refused("a body that claims 4 GiB", frame(key(4, LENGTH) + b"\xff\xff\xff\xff\x0f")),
    refused("a payload longer than its event", broadcast(
        fixed64(1, 1), key(2, LENGTH) + b"\x7f", b"abc")),
    refused("an unknown field longer than its frame", frame(key(9, LENGTH) + b"\x01")),
    refused("a type longer than its Subscriptions", subscriptions(
        uint(1, 1), key(2, LENGTH) + b"\x0a", fixed64(1, 1))),
    refused("seven bytes of a fixed64", broadcast(fixed64(1, 1)[:-1])),
    refused("removed types that are no multiple of eight bytes", subscriptions(
        uint(1, 2), data(3, b"\x01" * 9))),
    refused("a name that is no UTF-8", hello(uint(1, 1), data(2, NO_UTF8), fixed64(3, 1))),
    refused("an event name that is no UTF-8", subscriptions(
        uint(1, 1), message(2, fixed64(1, 1), data(2, NO_UTF8)))),
    refused("a header that is no UTF-8", broadcast(
        fixed64(1, 1), message(6, data(1, NO_UTF8), text(2, "1")))),
    refused("a failure message that is no UTF-8", failure(uint(1, 1), data(3, NO_UTF8))),
    refused("an agent that is no UTF-8", hello(
        uint(1, 1), text(2, "a"), fixed64(3, 1), data(6, NO_UTF8))),
    refused("a header's value that is no UTF-8", broadcast(
        fixed64(1, 1), message(6, text(1, "a"), data(2, NO_UTF8)))),
    refused("an event name with a surrogate", subscriptions(
        uint(1, 1), message(2, fixed64(1, 1), data(2, b"\xed\xa0\x80")))),
    refused("an agent with a NUL in two bytes", hello(
        uint(1, 1), text(2, "a"), fixed64(3, 1), data(6, b"\xc0\x80"))),
    refused("groups nested deeper than a message may be", frame(nested_groups(1000))),
    refused("compressions whose varint does not end", hello(
        uint(1, 1), text(2, "a"), fixed64(3, 1), data(5, b"\x01\x80"))),
    refused("a field number that is one too large", frame(b"\x82\x80\x80\x80\x10\x00")),
    refused("a goodbye message that is half a character", goodbye(
        uint(1, 1), data(2, "ü".encode()[:1]))),
    refused("a good frame before one that does not decode",
            cancel(uint(1, 1)) + frame(b"\x00\x01"), {"cancel": {"request_id": "1"}}),
    refused("one that does not decode before a good one",
            frame(b"\x00\x01") + cancel(uint(1, 1))),
]

VECTORS = SINGLE + EVERYWHERE
