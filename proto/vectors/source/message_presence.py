"""Defaults that are written and that are not, fields that are absent, fields that come twice."""

from .protobuf import data, fixed32, fixed64, integer, key, message, sint, text, uint
from .vector import message_of

KIND = "messages"


def implicit(name, content, value):
    """Not as an encoder of fields without presence writes it."""
    return message_of("Scalars", name, content, value, canonical=False)


def optional(name, content, value, canonical=True):
    return message_of("Optionals", name, content, value, canonical)


DEFAULTS = [
    implicit("a double of 0 written out", fixed64(1, 0), {}),
    implicit("a float of 0 written out", fixed32(2, 0), {}),
    *(
        implicit(f"0 written out in field {number}", uint(number, 0), {})
        for number in [3, 4, 5, 6, 7, 8, 13]
    ),
    implicit("a fixed32 of 0 written out", fixed32(9, 0), {}),
    implicit("a fixed64 of 0 written out", fixed64(10, 0), {}),
    implicit("an empty string written out", text(14, ""), {}),
    implicit("empty bytes written out", data(15, b""), {}),
]

ABSENT = [
    optional("nothing at all", b"", {}),
    optional("a double of 0 that is there", fixed64(1, 0), {"double": "0x0000000000000000"}),
    optional("a double of -0 that is there", fixed64(1, 1 << 63), {"double": "0x8000000000000000"}),
    optional("an int32 of 0 that is there", uint(2, 0), {"int32": 0}),
    optional("a uint64 of 0 that is there", uint(3, 0), {"uint64": "0"}),
    optional("a false that is there", uint(4, 0), {"bool": False}),
    optional("an empty string that is there", text(5, ""), {"string": ""}),
    optional("empty bytes that are there", data(6, b""), {"bytes": ""}),
    optional("an enum of 0 that is there", uint(7, 0), {"colour": 0}),
    optional("an empty message that is there", message(8), {"inner": {}}),
    optional("an enum of -1", integer(7, -1), {"colour": -1}),
    optional("an enum of an unknown value", uint(7, 99), {"colour": 99}),
    optional("an enum of the largest value", uint(7, 2**31 - 1), {"colour": 2147483647}),
    optional("an enum of the least value", integer(7, -2**31), {"colour": -2147483648}),
    optional(
        "every field at its default",
        b"".join([fixed64(1, 0), uint(2, 0), uint(3, 0), uint(4, 0), text(5, ""), data(6, b""),
                  uint(7, 0), message(8)]),
        {"double": "0x0000000000000000", "int32": 0, "uint64": "0", "bool": False, "string": "",
         "bytes": "", "colour": 0, "inner": {}},
    ),
    optional("a message with its defaults written out", message(8, uint(1, 0), text(2, "")),
             {"inner": {}}, canonical=False),
]

TWICE = [
    implicit("an int32 twice, of which the last counts", uint(3, 1) + uint(3, 2), {"int32": 2}),
    implicit("an int32 twice, at last 0", uint(3, 1) + uint(3, 0), {}),
    implicit("a string twice, at last empty", text(14, "a") + text(14, ""), {}),
    implicit("bytes twice, which are not joined", data(15, b"ab") + data(15, b"c"),
             {"bytes": "63"}),
    implicit("a field twice with others between",
             sint(7, 1) + uint(13, 1) + text(14, "a") + sint(7, -2),
             {"sint32": -2, "bool": True, "string": "a"}),
    optional("an optional string twice, at last empty", text(5, "a") + text(5, ""),
             {"string": ""}, canonical=False),
    optional("a message in two parts, which are merged",
             message(8, uint(1, 1), text(2, "a")) + message(8, text(2, "b")),
             {"inner": {"number": 1, "text": "b"}}, canonical=False),
    optional("a message in two parts, of which the last is empty",
             message(8, uint(1, 1)) + message(8), {"inner": {"number": 1}}, canonical=False),
]

OTHER_SPELLINGS = [
    implicit("fields in another order", text(14, "a") + uint(3, 1) + fixed64(1, 0x3FF0000000000000),
             {"double": "0x3ff0000000000000", "int32": 1, "string": "a"}),
    implicit("a varint longer than needed", key(5, 0) + b"\x81\x80\x00", {"uint32": 1}),
    implicit("a varint of ten bytes that is 1", key(6, 0) + b"\x81" + b"\x80" * 8 + b"\x00",
             {"uint64": "1"}),
    implicit("a key longer than needed", b"\xa8\x80\x00" + b"\x01", {"uint32": 1}),
    implicit("a length longer than needed", key(14, 2) + b"\x81\x80\x00a", {"string": "a"}),
    implicit("an int32 of -1 in five bytes", key(3, 0) + b"\xff\xff\xff\xff\x0f", {"int32": -1}),
    implicit("an int32 of more than 32 bits, of which the low ones count",
             uint(3, 2**32 + 5), {"int32": 5}),
    implicit("a uint32 of more than 32 bits, of which the low ones count",
             uint(5, 2**40 + 5), {"uint32": 5}),
    implicit("a sint32 of more than 32 bits, of which the low ones count",
             uint(7, 2**40 + 4), {"sint32": 2}),
    implicit("a true that is 2", uint(13, 2), {"bool": True}),
    implicit("a true whose low 32 bits are 0", uint(13, 2**32), {"bool": True}),
    optional("an enum of more than 32 bits, of which the low ones count",
             uint(7, 2**32 + 2), {"colour": 2}, canonical=False),
]

VECTORS = DEFAULTS + ABSENT + TWICE + OTHER_SPELLINGS
