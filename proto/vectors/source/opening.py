"""Frames that open and close a connection: Hello, Subscriptions, SubscriptionsAck, Goodbye."""

from .protobuf import data, fixed64, message, text, uint, varint
from .schema import goodbye, hello, subscriptions, subscriptions_ack
from .vector import fnv1a, stream, type_id, u64

KIND = "streams"

POSTED, HISTORY = "chat.v1.MessagePosted", "chat.v1.History"
POSTED_ID, HISTORY_ID = fnv1a(POSTED), fnv1a(HISTORY)
LONG_EVENT = "chat." + "a" * 250

HELLOS = [
    stream(
        "a Hello with only what must be there",
        hello(uint(1, 1), text(2, "a"), fixed64(3, 1)),
        {"hello": {"protocol_version": 1, "name": "a", "instance": "1"}},
    ),
    stream(
        "a Hello with every field",
        hello(
            uint(1, 1), text(2, "bob"), fixed64(3, 0x0123456789ABCDEF), uint(4, 1 << 20),
            message(5, varint(1)), text(6, "lahja-rust/0.1.0"),
        ),
        {"hello": {
            "protocol_version": 1, "name": "bob", "instance": "0x0123456789abcdef",
            "max_frame_len": 1048576, "compressions": [1], "agent": "lahja-rust/0.1.0",
        }},
    ),
    stream(
        "a Hello with the longest name and each kind of character",
        hello(uint(1, 1), text(2, "aZ09._-" + "x" * 57), fixed64(3, 1)),
        {"hello": {"protocol_version": 1, "name": "aZ09._-" + "x" * 57, "instance": "1"}},
    ),
    stream(
        "a Hello with the least frame limit",
        hello(uint(1, 1), text(2, "a"), fixed64(3, 1), uint(4, 65536)),
        {"hello": {"protocol_version": 1, "name": "a", "instance": "1", "max_frame_len": 65536}},
    ),
    stream(
        "a Hello with the largest frame limit",
        hello(uint(1, 1), text(2, "a"), fixed64(3, 1), uint(4, 2**32 - 1)),
        {"hello": {
            "protocol_version": 1, "name": "a", "instance": "1", "max_frame_len": 4294967295,
        }},
    ),
    stream(
        "a Hello with the largest instance",
        hello(uint(1, 1), text(2, "a"), fixed64(3, 2**64 - 1)),
        {"hello": {"protocol_version": 1, "name": "a", "instance": "0xffffffffffffffff"}},
    ),
    stream(
        "a Hello of a later version",
        hello(uint(1, 2), text(2, "a"), fixed64(3, 1)),
        {"hello": {"protocol_version": 2, "name": "a", "instance": "1"}},
    ),
    stream(
        "a Hello with a compression of a later version beside snappy, packed",
        hello(uint(1, 1), text(2, "a"), fixed64(3, 1), message(5, varint(1), varint(300))),
        {"hello": {
            "protocol_version": 1, "name": "a", "instance": "1", "compressions": [1, 300],
        }},
    ),
    stream(
        "a Hello with compressions that are not packed",
        hello(uint(1, 1), text(2, "a"), fixed64(3, 1), uint(5, 1), uint(5, 0)),
        {"hello": {
            "protocol_version": 1, "name": "a", "instance": "1", "compressions": [1, 0],
        }},
        canonical=False,
    ),
    stream(
        "a Hello whose agent is more than ASCII",
        hello(uint(1, 1), text(2, "a"), fixed64(3, 1), text(6, "lahja-höhe/😀")),
        {"hello": {"protocol_version": 1, "name": "a", "instance": "1", "agent": "lahja-höhe/😀"}},
    ),
]

SUBSCRIPTIONS = [
    stream(
        "a whole set that is empty",
        subscriptions(uint(1, 1)),
        {"subscriptions": {"revision": "1"}},
    ),
    stream(
        "a whole set of one type",
        subscriptions(
            uint(1, 1),
            message(2, fixed64(1, POSTED_ID), text(2, POSTED), uint(4, 1 << 20)),
        ),
        {"subscriptions": {"revision": "1", "added": [
            {"id": "0xcbddc68f00a38370", "name": POSTED, "window": "1048576"},
        ]}},
    ),
    stream(
        "a type without a window",
        subscriptions(uint(1, 1), message(2, fixed64(1, POSTED_ID), text(2, POSTED))),
        {"subscriptions": {"revision": "1", "added": [
            {"id": "0xcbddc68f00a38370", "name": POSTED},
        ]}},
    ),
    stream(
        "a type with the largest window",
        subscriptions(
            uint(1, 1),
            message(2, fixed64(1, POSTED_ID), text(2, POSTED), uint(4, 2**64 - 1)),
        ),
        {"subscriptions": {"revision": "1", "added": [
            {"id": "0xcbddc68f00a38370", "name": POSTED, "window": u64(2**64 - 1)},
        ]}},
    ),
    stream(
        "a type whose declaration sets its ID",
        subscriptions(uint(1, 1), message(2, fixed64(1, 7), text(2, POSTED), uint(4, 1))),
        {"subscriptions": {"revision": "1", "added": [
            {"id": "7", "name": POSTED, "window": "1"},
        ]}},
    ),
    stream(
        "a type with the longest name",
        subscriptions(uint(1, 1), message(2, fixed64(1, fnv1a(LONG_EVENT)), text(2, LONG_EVENT))),
        {"subscriptions": {"revision": "1", "added": [
            {"id": type_id(fnv1a(LONG_EVENT)), "name": LONG_EVENT},
        ]}},
    ),
    stream(
        "a whole set in two frames",
        subscriptions(
            uint(1, 1), message(2, fixed64(1, POSTED_ID), text(2, POSTED)), uint(4, 1),
        ) + subscriptions(
            uint(1, 1), message(2, fixed64(1, HISTORY_ID), text(2, HISTORY)),
        ),
        {"subscriptions": {"revision": "1", "more": True, "added": [
            {"id": "0xcbddc68f00a38370", "name": POSTED},
        ]}},
        {"subscriptions": {"revision": "1", "added": [
            {"id": type_id(HISTORY_ID), "name": HISTORY},
        ]}},
    ),
    stream(
        "two types removed, packed",
        subscriptions(
            uint(1, 2),
            message(3, POSTED_ID.to_bytes(8, "little"), HISTORY_ID.to_bytes(8, "little")),
        ),
        {"subscriptions": {
            "revision": "2", "removed": ["0xcbddc68f00a38370", type_id(HISTORY_ID)],
        }},
    ),
    stream(
        "two types removed, not packed",
        subscriptions(uint(1, 2), fixed64(3, POSTED_ID), fixed64(3, HISTORY_ID)),
        {"subscriptions": {
            "revision": "2", "removed": ["0xcbddc68f00a38370", type_id(HISTORY_ID)],
        }},
        canonical=False,
    ),
    stream(
        "a type removed and added again with another window",
        subscriptions(
            uint(1, 3),
            message(2, fixed64(1, POSTED_ID), text(2, POSTED), uint(4, 512)),
            data(3, POSTED_ID.to_bytes(8, "little")),
        ),
        {"subscriptions": {
            "revision": "3",
            "added": [{"id": "0xcbddc68f00a38370", "name": POSTED, "window": "512"}],
            "removed": ["0xcbddc68f00a38370"],
        }},
    ),
]

ACKS = [
    stream(
        f"an ack of revision {revision}",
        subscriptions_ack(uint(1, revision)),
        {"subscriptions_ack": {"revision": u64(revision)}},
    )
    for revision in [1, 127, 128, 16383, 16384, 2**32, 2**64 - 1]
]

REASONS = [
    "unspecified, as it is the default", "SHUTDOWN", "DUPLICATE", "NAME_TAKEN",
    "UNSUPPORTED_VERSION", "PROTOCOL_ERROR", "FRAME_TOO_LARGE", "SLOW_CONSUMER",
]

GOODBYES = [
    stream("a Goodbye whose reason is " + REASONS[0], goodbye(), {"goodbye": {}}),
    *(
        stream(f"a Goodbye for {REASONS[reason]}", goodbye(uint(1, reason)),
               {"goodbye": {"reason": reason}})
        for reason in range(1, 8)
    ),
    stream(
        "a Goodbye with a message",
        goodbye(uint(1, 5), text(2, "revision 3 follows revision 1")),
        {"goodbye": {"reason": 5, "message": "revision 3 follows revision 1"}},
    ),
]

VECTORS = HELLOS + SUBSCRIPTIONS + ACKS + GOODBYES
