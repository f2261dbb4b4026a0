"""Each field of each frame at its extremes."""

from .protobuf import data, fixed64, integer, message, text, uint, varint
from .schema import (
    broadcast, cancel, credit, failure, goodbye, hello, subscriptions, subscriptions_ack,
)
from .vector import in_hex, stream

KIND = "streams"

# Above 2 to the 53, where numbers of 64 bits in floating point end.
ODD = 2**53 + 1
ODD_TEXT = "9007199254740993"


def hello_with(what, *fields, **meaning):
    return stream(f"a Hello {what}", hello(uint(1, 1), text(2, "a"), fixed64(3, 1), *fields),
                  {"hello": {"protocol_version": 1, "name": "a", "instance": "1", **meaning}})


def broadcast_with(what, *fields, **meaning):
    return stream(f"a Broadcast {what}", broadcast(fixed64(1, 1), *fields),
                  {"broadcast": {"type_id": "1", **meaning}})


HELLOS = [
    stream("a Hello of the largest version",
           hello(uint(1, 2**32 - 1), text(2, "a"), fixed64(3, 1)),
           {"hello": {"protocol_version": 4294967295, "name": "a", "instance": "1"}}),
    stream("a Hello of version 0", hello(text(2, "a"), fixed64(3, 1)),
           {"hello": {"name": "a", "instance": "1"}}),
    stream("a Hello whose instance is above 2 to the 53",
           hello(uint(1, 1), text(2, "a"), fixed64(3, ODD)),
           {"hello": {"protocol_version": 1, "name": "a", "instance": ODD_TEXT}}),
    hello_with("with the largest and the least compression",
               message(5, varint(2**31 - 1), varint(2**64 - 2**31)),
               compressions=[2147483647, -2147483648]),
    hello_with("with fifty compressions", data(5, b"\x01" * 50), compressions=[1] * 50),
    hello_with("with an agent of 60,000 bytes", text(6, "x" * 60000), agent="x" * 60000),
    hello_with("with a NUL in its agent", text(6, "a\0b"), agent="a\0b"),
]

SUBSCRIPTIONS = [
    stream("the largest revision", subscriptions(uint(1, 2**64 - 1)),
           {"subscriptions": {"revision": "18446744073709551615"}}),
    stream("revision 0", subscriptions(), {"subscriptions": {}}),
    stream("more of revision 1", subscriptions(uint(1, 1), uint(4, 1)),
           {"subscriptions": {"revision": "1", "more": True}}),
    stream("a type with the largest ID and the least window",
           subscriptions(uint(1, 1),
                         message(2, fixed64(1, 2**64 - 1), text(2, "a"), uint(4, 1))),
           {"subscriptions": {"revision": "1", "added": [
               {"id": "0xffffffffffffffff", "name": "a", "window": "1"}]}}),
    stream("a window above 2 to the 53",
           subscriptions(uint(1, 1), message(2, fixed64(1, 1), text(2, "a"), uint(4, ODD))),
           {"subscriptions": {"revision": "1", "added": [
               {"id": "1", "name": "a", "window": ODD_TEXT}]}}),
    stream("the largest and the least ID removed",
           subscriptions(uint(1, 2), data(3, b"\xff" * 8 + bytes(8))),
           {"subscriptions": {"revision": "2", "removed": ["0xffffffffffffffff", "0"]}}),
    stream("a hundred types added, without windows",
           subscriptions(uint(1, 1), *[
               message(2, fixed64(1, number), text(2, f"t{number}")) for number in range(1, 101)]),
           {"subscriptions": {"revision": "1", "added": [
               {"id": str(number), "name": f"t{number}"} for number in range(1, 101)]}}),
    stream("an ack of revision 0", subscriptions_ack(), {"subscriptions_ack": {}}),
    stream("an ack of a revision above 2 to the 53", subscriptions_ack(uint(1, ODD)),
           {"subscriptions_ack": {"revision": ODD_TEXT}}),
]

BROADCASTS = [
    stream("a Broadcast of the largest type ID", broadcast(fixed64(1, 2**64 - 1)),
           {"broadcast": {"type_id": "0xffffffffffffffff"}}),
    broadcast_with("with the largest response_to", uint(5, 2**64 - 1),
                   response_to="18446744073709551615"),
    broadcast_with("with a request_id above 2 to the 53", uint(4, ODD), request_id=ODD_TEXT),
    broadcast_with("with the largest missed", uint(7, 2**64 - 1), missed="18446744073709551615"),
    broadcast_with("with the largest compression", uint(3, 2**31 - 1), compression=2147483647),
    broadcast_with("with the least compression", integer(3, -2**31), compression=-2147483648),
    broadcast_with("whose payload is all zeros", data(2, bytes(300)), payload=in_hex(bytes(300))),
    broadcast_with("with a header of 1,000 bytes each",
                   message(6, text(1, "k" * 1000), text(2, "v" * 1000)),
                   headers={"k" * 1000: "v" * 1000}),
    broadcast_with("with a header whose value holds line ends and a NUL",
                   message(6, text(1, "a"), text(2, "1\r\n\0")), headers={"a": "1\r\n\0"}),
    broadcast_with("with twenty headers, sorted", *[
        message(6, text(1, f"k{number:02}"), text(2, str(number))) for number in range(20)],
        headers={f"k{number:02}": str(number) for number in range(20)}),
]

OTHERS = [
    stream("a Failure of the largest request", failure(uint(1, 2**64 - 1), uint(2, 1)),
           {"failure": {"response_to": "18446744073709551615", "code": 1}}),
    stream("a Failure of no request", failure(uint(2, 1)), {"failure": {"code": 1}}),
    stream("a Failure with the largest code", failure(uint(1, 1), uint(2, 2**31 - 1)),
           {"failure": {"response_to": "1", "code": 2147483647}}),
    stream("a Failure with the least code", failure(uint(1, 1), integer(2, -2**31)),
           {"failure": {"response_to": "1", "code": -2147483648}}),
    stream("a Failure with a message of 10,000 bytes",
           failure(uint(1, 1), uint(2, 2), text(3, "ü" * 5000)),
           {"failure": {"response_to": "1", "code": 2, "message": "ü" * 5000}}),
    stream("a Failure of which everything is default", failure(), {"failure": {}}),
    stream("a Goodbye with the largest reason", goodbye(uint(1, 2**31 - 1)),
           {"goodbye": {"reason": 2147483647}}),
    stream("a Goodbye with the least reason", goodbye(integer(1, -2**31)),
           {"goodbye": {"reason": -2147483648}}),
    stream("a Goodbye with a message and no reason", goodbye(text(2, "bye")),
           {"goodbye": {"message": "bye"}}),
    stream("the largest credit for the largest type ID",
           credit(message(1, fixed64(1, 2**64 - 1), uint(2, 2**64 - 1))),
           {"credit": {"grants": [
               {"type_id": "0xffffffffffffffff", "bytes": "18446744073709551615"}]}}),
    stream("credit of 0 bytes", credit(message(1, fixed64(1, 1))),
           {"credit": {"grants": [{"type_id": "1"}]}}),
    stream("a grant of which everything is default", credit(message(1)),
           {"credit": {"grants": [{}]}}),
    stream("credit for a hundred types",
           credit(*[message(1, fixed64(1, number), uint(2, 1)) for number in range(1, 101)]),
           {"credit": {"grants": [
               {"type_id": str(number), "bytes": "1"} for number in range(1, 101)]}}),
    stream("a Cancel of no request", cancel(), {"cancel": {}}),
    stream("a Cancel of a request above 2 to the 53", cancel(uint(1, ODD)),
           {"cancel": {"request_id": ODD_TEXT}}),
]

VECTORS = HELLOS + SUBSCRIPTIONS + BROADCASTS + OTHERS
