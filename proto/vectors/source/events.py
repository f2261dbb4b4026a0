"""Events, requests, answers, failures, cancels and credit."""

from .protobuf import data, fixed64, message, text, uint
from .schema import broadcast, cancel, credit, failure
from .vector import fnv1a, stream, u64

KIND = "streams"

POSTED = fixed64(1, fnv1a("chat.v1.MessagePosted"))
POSTED_ID = "0xcbddc68f00a38370"
# MessagePosted { room = "rust", text = "hi" }
PAYLOAD = text(1, "rust") + text(2, "hi")
PAYLOAD_HEX = "0a047275737412026869"


def header(key, value):
    return message(6, text(1, key), text(2, value))


EVENTS = [
    stream(
        "an event",
        broadcast(POSTED, data(2, PAYLOAD)),
        {"broadcast": {"type_id": POSTED_ID, "payload": PAYLOAD_HEX}},
    ),
    stream(
        "an event whose fields are all default has no payload",
        broadcast(POSTED),
        {"broadcast": {"type_id": POSTED_ID}},
    ),
    stream("a Broadcast of which everything is default", broadcast(), {"broadcast": {}}),
    stream(
        "an event that follows three which were given up on",
        broadcast(POSTED, data(2, PAYLOAD), uint(7, 3)),
        {"broadcast": {"type_id": POSTED_ID, "payload": PAYLOAD_HEX, "missed": "3"}},
    ),
    stream(
        "an event whose payload looks like frames",
        broadcast(POSTED, data(2, cancel(uint(1, 1)) * 2)),
        {"broadcast": {"type_id": POSTED_ID, "payload": "0400000042020801" * 2}},
    ),
    stream(
        "an event compressed with snappy",
        # 64 times "a": its length, a literal of 1 byte, a copy of 63 bytes from 1 byte back.
        broadcast(POSTED, data(2, b"\x40\x00a\xfa\x01\x00"), uint(3, 1)),
        {"broadcast": {"type_id": POSTED_ID, "payload": "400061fa0100", "compression": 1}},
    ),
    stream(
        "an event without fields compressed with snappy has a payload of one byte",
        broadcast(POSTED, data(2, b"\x00"), uint(3, 1)),
        {"broadcast": {"type_id": POSTED_ID, "payload": "00", "compression": 1}},
    ),
]

HEADERS = [
    stream(
        "an event with a header",
        broadcast(POSTED, data(2, PAYLOAD), header("traceparent", "00-4bf9-01")),
        {"broadcast": {
            "type_id": POSTED_ID, "payload": PAYLOAD_HEX,
            "headers": {"traceparent": "00-4bf9-01"},
        }},
    ),
    stream(
        "an event with headers, sorted",
        broadcast(POSTED, header("a", "1"), header("b", "2"), header("ü", "3")),
        {"broadcast": {"type_id": POSTED_ID, "headers": {"a": "1", "b": "2", "ü": "3"}}},
    ),
    stream(
        "an event with headers in another order",
        broadcast(POSTED, header("b", "2"), header("a", "1")),
        {"broadcast": {"type_id": POSTED_ID, "headers": {"a": "1", "b": "2"}}},
        canonical=False,
    ),
    stream(
        "an event with one header twice, of which the last counts",
        broadcast(POSTED, header("a", "1"), header("a", "2")),
        {"broadcast": {"type_id": POSTED_ID, "headers": {"a": "2"}}},
        canonical=False,
    ),
    stream(
        "an event with an empty header, both parts written",
        broadcast(POSTED, header("", "")),
        {"broadcast": {"type_id": POSTED_ID, "headers": {"": ""}}},
        canonical=False,
    ),
    stream(
        "an event with an empty header, both parts left out",
        broadcast(POSTED, message(6)),
        {"broadcast": {"type_id": POSTED_ID, "headers": {"": ""}}},
        canonical=False,
    ),
]

REQUESTS = [
    stream(
        "a request",
        broadcast(POSTED, data(2, PAYLOAD), uint(4, 1)),
        {"broadcast": {"type_id": POSTED_ID, "payload": PAYLOAD_HEX, "request_id": "1"}},
    ),
    stream(
        "a request with the largest id",
        broadcast(POSTED, uint(4, 2**64 - 1)),
        {"broadcast": {"type_id": POSTED_ID, "request_id": u64(2**64 - 1)}},
    ),
    stream(
        "a request with every field that it can have",
        broadcast(
            POSTED, data(2, b"\x40\x00a\xfa\x01\x00"), uint(3, 1), uint(4, 300),
            header("a", "1"), uint(7, 128),
        ),
        {"broadcast": {
            "type_id": POSTED_ID, "payload": "400061fa0100", "compression": 1,
            "request_id": "300", "headers": {"a": "1"}, "missed": "128",
        }},
    ),
    stream(
        "an answer",
        broadcast(POSTED, data(2, PAYLOAD), uint(5, 1)),
        {"broadcast": {"type_id": POSTED_ID, "payload": PAYLOAD_HEX, "response_to": "1"}},
    ),
    stream(
        "an answer compressed with snappy, with a header",
        broadcast(
            POSTED, data(2, b"\x40\x00a\xfa\x01\x00"), uint(3, 1), uint(5, 300), header("a", "1"),
        ),
        {"broadcast": {
            "type_id": POSTED_ID, "payload": "400061fa0100", "compression": 1,
            "response_to": "300", "headers": {"a": "1"},
        }},
    ),
    stream("a Cancel", cancel(uint(1, 1)), {"cancel": {"request_id": "1"}}),
    stream(
        "a Cancel of the largest id",
        cancel(uint(1, 2**64 - 1)),
        {"cancel": {"request_id": u64(2**64 - 1)}},
    ),
]

CODES = ["unspecified, as it is the default", "UNANSWERED", "HANDLER_FAILED", "DECODE_FAILED",
         "SHUTTING_DOWN"]

FAILURES = [
    stream("a Failure whose code is " + CODES[0], failure(uint(1, 9)),
           {"failure": {"response_to": "9"}}),
    *(
        stream(f"a Failure for {CODES[code]}", failure(uint(1, 9), uint(2, code)),
               {"failure": {"response_to": "9", "code": code}})
        for code in range(1, 5)
    ),
    stream(
        "a Failure with a message",
        failure(uint(1, 9), uint(2, 2), text(3, "no such room: ü")),
        {"failure": {"response_to": "9", "code": 2, "message": "no such room: ü"}},
    ),
]

CREDITS = [
    stream(
        "credit for one type",
        credit(message(1, POSTED, uint(2, 524288))),
        {"credit": {"grants": [{"type_id": POSTED_ID, "bytes": "524288"}]}},
    ),
    stream(
        "credit for two types",
        credit(message(1, POSTED, uint(2, 100)), message(1, fixed64(1, 7), uint(2, 2**64 - 1))),
        {"credit": {"grants": [
            {"type_id": POSTED_ID, "bytes": "100"},
            {"type_id": "7", "bytes": u64(2**64 - 1)},
        ]}},
    ),
    stream("credit for nothing", credit(), {"credit": {}}),
]

SEVERAL = [
    stream(
        "a request, its Cancel and the Failure that crossed it",
        broadcast(POSTED, uint(4, 1)) + cancel(uint(1, 1)) + failure(uint(1, 1), uint(2, 1)),
        {"broadcast": {"type_id": POSTED_ID, "request_id": "1"}},
        {"cancel": {"request_id": "1"}},
        {"failure": {"response_to": "1", "code": 1}},
    ),
    stream(
        "forty events at once",
        broadcast(POSTED) * 40,
        *[{"broadcast": {"type_id": POSTED_ID}}] * 40,
    ),
]

VECTORS = EVENTS + HEADERS + REQUESTS + FAILURES + CREDITS + SEVERAL
