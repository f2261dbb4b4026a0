"""Frames that decode and break a rule by themselves: `breaks` is the reason of the Goodbye."""

from .protobuf import fixed64, message, text, uint
from .schema import broadcast, hello, subscriptions
from .vector import stream

KIND = "streams"


def broken(name, content, *frames):
    return stream(name, content, *frames, breaks="protocol_error")


def hello_named(what, name):
    return broken(
        f"a Hello whose name {what}",
        hello(uint(1, 1), text(2, name), fixed64(3, 1)),
        {"hello": {"protocol_version": 1, "name": name, "instance": "1"}},
    )


def type_named(what, name):
    return broken(
        f"a type whose name {what}",
        subscriptions(uint(1, 1), message(2, fixed64(1, 7), text(2, name))),
        {"subscriptions": {"revision": "1", "added": [{"id": "7", "name": name}]}},
    )


VECTORS = [
    broken("a Hello without a name", hello(uint(1, 1), fixed64(3, 1)),
           {"hello": {"protocol_version": 1, "instance": "1"}}),
    hello_named("starts with a dot", ".a"),
    hello_named("starts with a hyphen", "-a"),
    hello_named("contains a slash", "a/../b"),
    hello_named("contains a NUL", "a\0"),
    hello_named("is not ASCII", "bücher"),
    hello_named("has 65 characters", "a" * 65),
    broken("a Hello whose instance is 0", hello(uint(1, 1), text(2, "a")),
           {"hello": {"protocol_version": 1, "name": "a"}}),
    *(
        broken(f"a Hello whose frame limit is {limit}",
               hello(uint(1, 1), text(2, "a"), fixed64(3, 1), uint(4, limit)),
               {"hello": {"protocol_version": 1, "name": "a", "instance": "1",
                          "max_frame_len": limit}})
        for limit in [1, 65535]
    ),
    broken("a type without a name", subscriptions(uint(1, 1), message(2, fixed64(1, 7))),
           {"subscriptions": {"revision": "1", "added": [{"id": "7"}]}}),
    type_named("has a leading dot", ".chat.v1.MessagePosted"),
    type_named("has 256 bytes", "a" * 256),
    broken("a type whose ID is 0",
           subscriptions(uint(1, 1), message(2, text(2, "a"))),
           {"subscriptions": {"revision": "1", "added": [{"name": "a"}]}}),
    broken("a Broadcast that is both request and answer",
           broadcast(fixed64(1, 1), uint(4, 1), uint(5, 2)),
           {"broadcast": {"type_id": "1", "request_id": "1", "response_to": "2"}}),
]
