"""Maps: each entry is a message of a key, 1, and a value, 2."""

from .protobuf import data, fixed64, integer, message, sint, text, uint
from .vector import message_of

KIND = "messages"


def maps(name, content, value, canonical=True):
    return message_of("Maps", name, content, value, canonical)


def other(name, content, value):
    """Not as every encoder writes it: they differ on the order of entries and their defaults."""
    return maps(name, content, value, canonical=False)


def strings(*fields):
    return message(1, *fields)


ENTRIES = [
    maps("nothing at all", b"", {}),
    maps("a string", strings(text(1, "a"), text(2, "b")), {"strings": {"a": "b"}}),
    maps("a message under a negative key", message(2, integer(1, -1), message(2, uint(1, 1))),
         {"inners": {"-1": {"number": 1}}}),
    maps("a message under the least key", message(2, integer(1, -2**31), message(2, uint(1, 1))),
         {"inners": {"-2147483648": {"number": 1}}}),
    maps("a double under the largest key", message(3, uint(1, 2**64 - 1), fixed64(2, 1)),
         {"doubles": {"18446744073709551615": "0x0000000000000001"}}),
    maps("bytes under true", message(4, uint(1, 1), data(2, b"\xff")), {"bytes": {"true": "ff"}}),
    maps("an enum under the least key", message(5, sint(1, -2**63), uint(2, 2)),
         {"colours": {"-9223372036854775808": 2}}),
    maps("an enum under the largest key", message(5, sint(1, 2**63 - 1), uint(2, 1)),
         {"colours": {"9223372036854775807": 1}}),
    maps("an unknown enum", message(5, sint(1, 1), uint(2, 99)), {"colours": {"1": 99}}),
    maps("a negative enum", message(5, sint(1, 1), integer(2, -1)), {"colours": {"1": -1}}),
    maps("a key that is more than ASCII", strings(text(1, "ü😀"), text(2, "€")),
         {"strings": {"ü😀": "€"}}),
    maps("one map of each kind",
         strings(text(1, "a"), text(2, "b")) + message(2, uint(1, 1), message(2, text(2, "c")))
         + message(3, uint(1, 2), fixed64(2, 3)) + message(4, uint(1, 1), data(2, b"d"))
         + message(5, sint(1, -1), uint(2, 1)),
         {"strings": {"a": "b"}, "inners": {"1": {"text": "c"}},
          "doubles": {"2": "0x0000000000000003"}, "bytes": {"true": "64"}, "colours": {"-1": 1}}),
]

DEFAULTS = [
    other("an entry without anything", strings(), {"strings": {"": ""}}),
    other("an entry without a key", strings(text(2, "b")), {"strings": {"": "b"}}),
    other("an entry without a value", strings(text(1, "a")), {"strings": {"a": ""}}),
    other("an entry with its defaults written out", strings(text(1, ""), text(2, "")),
          {"strings": {"": ""}}),
    other("a message that is left out", message(2, uint(1, 1)), {"inners": {"1": {}}}),
    other("an empty message", message(2, uint(1, 1), message(2)), {"inners": {"1": {}}}),
    other("a message under 0, which is left out", message(2, message(2, uint(1, 1))),
          {"inners": {"0": {"number": 1}}}),
    other("a double that is left out", message(3, uint(1, 1)),
          {"doubles": {"1": "0x0000000000000000"}}),
    other("bytes under false, which is left out", message(4, data(2, b"a")),
          {"bytes": {"false": "61"}}),
    other("an enum that is left out", message(5, sint(1, 1)), {"colours": {"1": 0}}),
]

ORDERS = [
    other("entries in order",
          strings(text(1, "a"), text(2, "1")) + strings(text(1, "b"), text(2, "2")),
          {"strings": {"a": "1", "b": "2"}}),
    other("entries in another order",
          strings(text(1, "b"), text(2, "2")) + strings(text(1, "a"), text(2, "1")),
          {"strings": {"a": "1", "b": "2"}}),
    other("entries with another field between",
          strings(text(1, "a"), text(2, "1")) + message(5, sint(1, 1), uint(2, 1))
          + strings(text(1, "b"), text(2, "2")),
          {"strings": {"a": "1", "b": "2"}, "colours": {"1": 1}}),
    other("numbers in another order",
          message(5, sint(1, 10), uint(2, 1)) + message(5, sint(1, -9), uint(2, 2))
          + message(5, sint(1, 9), uint(2, 1)),
          {"colours": {"10": 1, "-9": 2, "9": 1}}),
    other("both bools",
          message(4, uint(1, 1), data(2, b"t")) + message(4, uint(1, 0), data(2, b"f")),
          {"bytes": {"true": "74", "false": "66"}}),
    other("one key twice, of which the last counts",
          strings(text(1, "a"), text(2, "1")) + strings(text(1, "a"), text(2, "2")),
          {"strings": {"a": "2"}}),
    other("one key twice, at last without a value",
          strings(text(1, "a"), text(2, "1")) + strings(text(1, "a")), {"strings": {"a": ""}}),
    other("one key twice, whose messages are not merged",
          message(2, uint(1, 1), message(2, uint(1, 5)))
          + message(2, uint(1, 1), message(2, text(2, "t"))),
          {"inners": {"1": {"text": "t"}}}),
    other("a value before its key", strings(text(2, "b"), text(1, "a")), {"strings": {"a": "b"}}),
    other("a key and a value twice within an entry",
          strings(text(1, "x"), text(2, "y"), text(1, "a"), text(2, "b")), {"strings": {"a": "b"}}),
]

UNKNOWN = [
    other("unknown fields in the message of an entry",
          message(2, uint(1, 1), message(2, uint(1, 1), text(9, "?"))),
          {"inners": {"1": {"number": 1}}}),
]

VECTORS = ENTRIES + DEFAULTS + ORDERS + UNKNOWN
