"""A oneof, and fields beside it."""

from .protobuf import integer, message, text, uint
from .vector import message_of

KIND = "messages"


def choice(name, content, value, canonical=True):
    return message_of("Choice", name, content, value, canonical)


def other(name, content, value):
    """Not as an encoder writes it."""
    return choice(name, content, value, canonical=False)


MEMBERS = [
    choice("no member", b"", {}),
    choice("a number", uint(2, 7), {"number": 7}),
    choice("a negative number", integer(2, -7), {"number": -7}),
    choice("a text", text(3, "a"), {"text": "a"}),
    choice("a message", message(4, uint(1, 1)), {"inner": {"number": 1}}),
    choice("an enum", uint(5, 2), {"other": 2}),
    choice("an unknown enum", uint(5, 99), {"other": 99}),
    choice("a negative enum", integer(5, -1), {"other": -1}),
    choice("google.protobuf.Empty", message(6), {"nothing": {}}),
    choice("a member and fields beside it", uint(1, 1) + text(3, "a") + message(7, uint(1, 5)),
           {"colour": 1, "text": "a", "at": {"seconds": "5"}}),
]

DEFAULTS = [
    choice("a number of 0, which is there", uint(2, 0), {"number": 0}),
    choice("an empty text, which is there", text(3, ""), {"text": ""}),
    choice("an empty message, which is there", message(4), {"inner": {}}),
    choice("an enum of 0, which is there", uint(5, 0), {"other": 0}),
]

SEVERAL = [
    other("two members, of which the last counts", uint(2, 7) + text(3, "a"), {"text": "a"}),
    other("two members, the higher number first", text(3, "a") + uint(2, 7), {"number": 7}),
    other("two members, of which the last is at its default", uint(2, 7) + text(3, ""),
          {"text": ""}),
    other("a number twice", uint(2, 7) + uint(2, 0), {"number": 0}),
    other("a message in two parts, which are merged",
          message(4, uint(1, 1)) + message(4, text(2, "a")),
          {"inner": {"number": 1, "text": "a"}}),
    other("a message in two parts with another member between, which are not merged",
          message(4, uint(1, 1)) + text(3, "x") + message(4, text(2, "a")),
          {"inner": {"text": "a"}}),
    other("every member, of which the last counts",
          message(6) + uint(5, 1) + message(4) + text(3, "a") + uint(2, 7), {"number": 7}),
    other("an unknown field after a member", uint(2, 7) + text(99, "?"), {"number": 7}),
]

BESIDE = [
    choice("an enum without presence, unknown", uint(1, 99), {"colour": 99}),
    choice("an enum without presence, negative", integer(1, -1), {"colour": -1}),
    other("an enum without presence, 0 written out", uint(1, 0), {}),
    choice("a time before 1970",
           message(7, integer(1, -62135596800), uint(2, 999999999)),
           {"at": {"seconds": "-62135596800", "nanos": 999999999}}),
    choice("a time of 1970", message(7), {"at": {}}),
]

VECTORS = MEMBERS + DEFAULTS + SEVERAL + BESIDE
