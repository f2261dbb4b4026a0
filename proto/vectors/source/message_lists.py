"""Repeated fields, packed and not."""

from .protobuf import data, fixed64, integer, message, sint, text, uint, varint
from .vector import message_of

KIND = "messages"

ONE, TWO = (1).to_bytes(8, "little"), (2).to_bytes(8, "little")


def lists(name, content, value, canonical=True):
    return message_of("Lists", name, content, value, canonical)


def other(name, content, value):
    """Not as an encoder writes it."""
    return lists(name, content, value, canonical=False)


PACKED = [
    lists("nothing at all", b"", {}),
    lists("doubles: 0, -0, infinity",
          data(1, bytes(8) + bytes(7) + b"\x80" + bytes(6) + b"\xf0\x7f"),
          {"doubles": ["0x0000000000000000", "0x8000000000000000", "0x7ff0000000000000"]}),
    other("doubles with NaN", data(1, b"\x01" + bytes(5) + b"\xf0\x7f" + ONE),
          {"doubles": ["0x7ff0000000000001", "0x0000000000000001"]}),
    lists("sint32s: 0, -1, 1, the least, the largest",
          data(2, b"\x00\x01\x02\xff\xff\xff\xff\x0f\xfe\xff\xff\xff\x0f"),
          {"sint32s": [0, -1, 1, -2147483648, 2147483647]}),
    lists("fixed64s: 0, 1, the largest", data(3, bytes(8) + ONE + b"\xff" * 8),
          {"fixed64s": ["0", "1", "18446744073709551615"]}),
    lists("bools", data(4, b"\x00\x01\x01\x00"), {"bools": [False, True, True, False]}),
    lists("enums, unknown and negative ones too",
          data(5, b"\x02\x00\x63" + b"\xff" * 9 + b"\x01"), {"colours": [2, 0, 99, -1]}),
    lists("fifty numbers", data(2, b"\x02" * 50), {"sint32s": [1] * 50}),
]

UNPACKED = [
    lists("strings, empty ones too", text(6, "a") + text(6, "") + text(6, "ü"),
          {"strings": ["a", "", "ü"]}),
    lists("bytes, empty ones too", data(7, b"") + data(7, b"\xff"), {"bytes": ["", "ff"]}),
    lists("messages, empty ones too", message(8) + message(8, uint(1, 1)) + message(8),
          {"inners": [{}, {"number": 1}, {}]}),
    lists("numbers that are not to be packed", uint(9, 1) + uint(9, 0) + uint(9, 2**32 - 1),
          {"unpacked": [1, 0, 4294967295]}),
    lists("a list of every kind",
          data(1, ONE) + data(2, b"\x02") + data(3, TWO) + data(4, b"\x01") + data(5, b"\x01")
          + text(6, "a") + data(7, b"b") + message(8, text(2, "c")) + uint(9, 9),
          {"doubles": ["0x0000000000000001"], "sint32s": [1], "fixed64s": ["2"], "bools": [True],
           "colours": [1], "strings": ["a"], "bytes": ["62"], "inners": [{"text": "c"}],
           "unpacked": [9]}),
]

OTHER_SPELLINGS = [
    other("doubles that are not packed", fixed64(1, 1) + fixed64(1, 2),
          {"doubles": ["0x0000000000000001", "0x0000000000000002"]}),
    other("sint32s that are not packed", sint(2, 1) + sint(2, -1), {"sint32s": [1, -1]}),
    other("fixed64s that are not packed", fixed64(3, 1) + fixed64(3, 2), {"fixed64s": ["1", "2"]}),
    other("bools that are not packed", uint(4, 1) + uint(4, 0), {"bools": [True, False]}),
    other("enums that are not packed, unknown and negative ones too",
          uint(5, 1) + uint(5, 99) + integer(5, -1), {"colours": [1, 99, -1]}),
    other("numbers packed that are not to be packed", data(9, b"\x01\x00\x02"),
          {"unpacked": [1, 0, 2]}),
    other("packed and not packed in turn",
          sint(2, 1) + data(2, b"\x04\x06") + sint(2, 4), {"sint32s": [1, 2, 3, 4]}),
    other("packed in two parts with another field between",
          data(2, b"\x02") + data(4, b"\x01") + data(2, b"\x04"),
          {"sint32s": [1, 2], "bools": [True]}),
    other("packed and empty", data(2, b""), {}),
    other("packed and empty between others", sint(2, 1) + data(2, b"") + sint(2, 2),
          {"sint32s": [1, 2]}),
    other("packed varints longer than needed", data(2, b"\x82\x00" + varint(4) + b"\x86\x80\x00"),
          {"sint32s": [1, 2, 3]}),
    other("a packed true that is 2", data(4, b"\x02\x00"), {"bools": [True, False]}),
]

VECTORS = PACKED + UNPACKED + OTHER_SPELLINGS
