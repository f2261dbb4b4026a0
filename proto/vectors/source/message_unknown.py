"""Fields that conformance.proto does not have: they change nothing."""

from .protobuf import data, fixed32, fixed64, group, message, text, uint
from .vector import message_of

KIND = "messages"


def passed_over(name, content, value=None, kind="Note"):
    value = {"number": "1", "text": "a"} if value is None else value
    return message_of(kind, name, content, value, canonical=False)


NUMBER, TEXT = uint(1, 1), text(2, "a")

WIRE_TYPES = [
    passed_over("a varint", NUMBER + uint(3, 2**64 - 1) + TEXT),
    passed_over("a fixed64", fixed64(3, 5) + NUMBER + TEXT),
    passed_over("a fixed32", NUMBER + TEXT + fixed32(3, 5)),
    passed_over("bytes", NUMBER + data(3, b"\xff\xfe") + TEXT),
    passed_over("empty bytes", NUMBER + data(3, b"") + TEXT),
    passed_over("a group", NUMBER + group(3, uint(1, 9), text(2, "not this one")) + TEXT),
    passed_over("an empty group", NUMBER + group(3) + TEXT),
    passed_over("groups in groups, of the same number too",
                NUMBER + group(3, group(4, group(3, uint(1, 9))), group(3)) + TEXT),
    passed_over("a group with each wire type",
                NUMBER + group(3, uint(1, 1), fixed64(2, 2), data(3, b"3"), fixed32(5, 5)) + TEXT),
]

NUMBERS = [
    passed_over("the largest field number", NUMBER + TEXT + uint(2**29 - 1, 1)),
    passed_over("the field numbers that protobuf keeps for itself",
                uint(19000, 1) + NUMBER + text(19999, "x") + TEXT),
    passed_over("one number many times", NUMBER + uint(3, 1) * 40 + TEXT),
    passed_over("one number in several wire types",
                NUMBER + uint(3, 1) + fixed32(3, 1) + data(3, b"") + fixed64(3, 1) + TEXT),
]

PLACES = [
    passed_over("nothing else", uint(15, 1), {}),
    passed_over("in a message without fields", uint(1, 1) + text(2, "a"), {}, kind="Hang"),
    passed_over("in a message within", message(8, uint(1, 1), uint(3, 1), text(2, "a")),
                {"inner": {"number": 1, "text": "a"}}, kind="Optionals"),
    passed_over("in a repeated message", message(8, uint(9, 1)) + message(8, uint(1, 2)),
                {"inners": [{}, {"number": 2}]}, kind="Lists"),
    passed_over("in google.protobuf.Empty", message(6, uint(1, 1)), {"nothing": {}}, kind="Choice"),
    passed_over("in a time", message(7, uint(1, 1), text(3, "?")), {"at": {"seconds": "1"}},
                kind="Choice"),
]

VECTORS = WIRE_TYPES + NUMBERS + PLACES
