"""Scalar fields without presence, at their extremes."""

from .protobuf import (
    data, fixed32, fixed64, integer, sfixed32, sfixed64, sint, text, uint,
)
from .vector import message_of

KIND = "messages"


def scalar(name, content, value, canonical=True):
    return message_of("Scalars", name, content, value, canonical)


INT32 = {"max": 2147483647, "min": -2147483648}
INT64 = {"max": 9223372036854775807, "min": -9223372036854775808}

DOUBLES = [
    scalar("a double of 1", fixed64(1, 0x3FF0000000000000), {"double": "0x3ff0000000000000"}),
    scalar("a double of -1", fixed64(1, 0xBFF0000000000000), {"double": "0xbff0000000000000"}),
    scalar("a double of 0.1", fixed64(1, 0x3FB999999999999A), {"double": "0x3fb999999999999a"}),
    scalar("the largest double", fixed64(1, 0x7FEFFFFFFFFFFFFF), {"double": "0x7fefffffffffffff"}),
    scalar("the least double", fixed64(1, 0xFFEFFFFFFFFFFFFF), {"double": "0xffefffffffffffff"}),
    scalar("the smallest normal double", fixed64(1, 0x0010000000000000),
           {"double": "0x0010000000000000"}),
    scalar("the largest subnormal double", fixed64(1, 0x000FFFFFFFFFFFFF),
           {"double": "0x000fffffffffffff"}),
    scalar("the smallest double", fixed64(1, 1), {"double": "0x0000000000000001"}),
    scalar("the smallest negative double", fixed64(1, 0x8000000000000001),
           {"double": "0x8000000000000001"}),
    scalar("a double of 2 to the 53 and 1 more, rounded", fixed64(1, 0x4340000000000000),
           {"double": "0x4340000000000000"}),
    scalar("infinity as a double", fixed64(1, 0x7FF0000000000000),
           {"double": "0x7ff0000000000000"}),
    scalar("negative infinity as a double", fixed64(1, 0xFFF0000000000000),
           {"double": "0xfff0000000000000"}),
    *(
        scalar(f"NaN as a double, {which}", fixed64(1, bits), {"double": f"0x{bits:016x}"},
               canonical=False)
        for which, bits in [
            ("quiet", 0x7FF8000000000000), ("quiet and negative", 0xFFF8000000000000),
            ("with a payload", 0x7FF8000000001234), ("signalling", 0x7FF0000000000001),
            ("of all ones", 0xFFFFFFFFFFFFFFFF),
        ]
    ),
]

FLOATS = [
    scalar("a float of 1", fixed32(2, 0x3F800000), {"float": "0x3f800000"}),
    scalar("a float of 0.1", fixed32(2, 0x3DCCCCCD), {"float": "0x3dcccccd"}),
    scalar("the largest float", fixed32(2, 0x7F7FFFFF), {"float": "0x7f7fffff"}),
    scalar("the least float", fixed32(2, 0xFF7FFFFF), {"float": "0xff7fffff"}),
    scalar("the smallest normal float", fixed32(2, 0x00800000), {"float": "0x00800000"}),
    scalar("the largest subnormal float", fixed32(2, 0x007FFFFF), {"float": "0x007fffff"}),
    scalar("the smallest float", fixed32(2, 1), {"float": "0x00000001"}),
    scalar("infinity as a float", fixed32(2, 0x7F800000), {"float": "0x7f800000"}),
    scalar("negative infinity as a float", fixed32(2, 0xFF800000), {"float": "0xff800000"}),
    *(
        scalar(f"NaN as a float, {which}", fixed32(2, bits), {"float": f"0x{bits:08x}"},
               canonical=False)
        for which, bits in [
            ("quiet", 0x7FC00000), ("quiet and negative", 0xFFC00000),
            ("signalling", 0x7F800001), ("of all ones", 0xFFFFFFFF),
        ]
    ),
]

VARINTS = [
    *(
        scalar(f"an int32 of {value}", integer(3, value), {"int32": value})
        for value in [1, 127, 128, 16383, 16384, INT32["max"]]
    ),
    scalar("an int32 of -1, in ten bytes", b"\x18" + b"\xff" * 9 + b"\x01", {"int32": -1}),
    scalar("the least int32, in ten bytes", integer(3, INT32["min"]), {"int32": -2147483648}),
    scalar("an int64 of 2 to the 53 and 1 more", integer(4, 2**53 + 1),
           {"int64": "9007199254740993"}),
    scalar("the largest int64", integer(4, INT64["max"]), {"int64": "9223372036854775807"}),
    scalar("an int64 of -1", integer(4, -1), {"int64": "-1"}),
    scalar("the least int64", integer(4, INT64["min"]), {"int64": "-9223372036854775808"}),
    scalar("a uint32 of 1", uint(5, 1), {"uint32": 1}),
    scalar("a uint32 of 2 to the 31", uint(5, 2**31), {"uint32": 2147483648}),
    scalar("the largest uint32", uint(5, 2**32 - 1), {"uint32": 4294967295}),
    scalar("a uint64 of 2 to the 32", uint(6, 2**32), {"uint64": "4294967296"}),
    scalar("a uint64 of 2 to the 63", uint(6, 2**63), {"uint64": "9223372036854775808"}),
    scalar("the largest uint64", uint(6, 2**64 - 1), {"uint64": "18446744073709551615"}),
    *(
        scalar(f"a sint32 of {value}", sint(7, value), {"sint32": value})
        for value in [1, -1, 64, -64, -65, INT32["max"], INT32["min"]]
    ),
    *(
        scalar(f"a sint64 of {value}", sint(8, value), {"sint64": str(value)})
        for value in [1, -1, INT64["max"], INT64["min"]]
    ),
    scalar("a bool", uint(13, 1), {"bool": True}),
]

FIXED = [
    scalar("a fixed32 of 1", fixed32(9, 1), {"fixed32": 1}),
    scalar("the largest fixed32", fixed32(9, 2**32 - 1), {"fixed32": 4294967295}),
    scalar("a fixed64 of 1", fixed64(10, 1), {"fixed64": "1"}),
    scalar("the largest fixed64", fixed64(10, 2**64 - 1), {"fixed64": "18446744073709551615"}),
    *(
        scalar(f"an sfixed32 of {value}", sfixed32(11, value), {"sfixed32": value})
        for value in [1, -1, INT32["max"], INT32["min"]]
    ),
    *(
        scalar(f"an sfixed64 of {value}", sfixed64(12, value), {"sfixed64": str(value)})
        for value in [1, -1, INT64["max"], INT64["min"]]
    ),
]

TEXTS = [
    scalar("a string", text(14, "hi"), {"string": "hi"}),
    scalar("a string of one NUL", text(14, "\0"), {"string": "\0"}),
    scalar("a string of one, two, three and four bytes a character",
           data(14, b"a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80"), {"string": "aü€😀"}),
    scalar("a string of the last characters of each length",
           data(14, b"\x7f\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf"),
           {"string": "\x7f\u07ff\uffff\U0010ffff"}),
    scalar("a string with a byte order mark, which is part of it",
           data(14, b"\xef\xbb\xbfa"), {"string": "\ufeffa"}),
    scalar("a string of 127 bytes", text(14, "s" * 127), {"string": "s" * 127}),
    scalar("a string of 128 bytes", text(14, "s" * 128), {"string": "s" * 128}),
    scalar("bytes", data(15, b"\x00\xff\x80"), {"bytes": "00ff80"}),
    scalar("bytes that are no UTF-8", data(15, b"\xc3\x28"), {"bytes": "c328"}),
]

WHOLE = [
    scalar("nothing at all", b"", {}),
    scalar(
        "every field",
        b"".join([
            fixed64(1, 0x3FF8000000000000), fixed32(2, 0xBF800000), integer(3, -3), integer(4, 4),
            uint(5, 5), uint(6, 6), sint(7, -7), sint(8, 8), fixed32(9, 9), fixed64(10, 10),
            sfixed32(11, -11), sfixed64(12, 12), uint(13, 1), text(14, "14"), data(15, b"\x0f"),
        ]),
        {
            "double": "0x3ff8000000000000", "float": "0xbf800000", "int32": -3, "int64": "4",
            "uint32": 5, "uint64": "6", "sint32": -7, "sint64": "8", "fixed32": 9, "fixed64": "10",
            "sfixed32": -11, "sfixed64": "12", "bool": True, "string": "14", "bytes": "0f",
        },
    ),
]

VECTORS = DOUBLES + FLOATS + VARINTS + FIXED + TEXTS + WHOLE
