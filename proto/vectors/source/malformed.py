"""Frames that do not decode, each after the good frames that are given."""

from .protobuf import (
    END_GROUP, LENGTH, START_GROUP, VARINT, data, fixed64, frame, key, message, text, uint,
)
from .schema import broadcast, cancel, failure, goodbye, hello, subscriptions, subscriptions_ack
from .vector import stream

KIND = "streams"


def refused(name, content, *frames):
    return stream(name, content, *frames, verdict="protocol_error")


NO_UTF8 = b"a\xff"

VECTORS = [
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
    refused("a goodbye message that is half a character", goodbye(
        uint(1, 1), data(2, "ü".encode()[:1]))),
    refused("a good frame before one that does not decode",
            cancel(uint(1, 1)) + frame(b"\x00\x01"), {"cancel": {"request_id": "1"}}),
    refused("one that does not decode before a good one",
            frame(b"\x00\x01") + cancel(uint(1, 1))),
]
