"""Bytes that are no message: each is refused, wherever in the message it stands."""

from .protobuf import (
    END_GROUP, FIXED32, FIXED64, LENGTH, START_GROUP, VARINT, data, group, key, message, text,
    uint,
)
from .vector import no_message_of

KIND = "messages"


def note(name, content):
    return no_message_of("Note", name, content)


VARINTS = [
    note("a varint of eleven bytes", key(1, VARINT) + b"\x80" * 10 + b"\x01"),
    note("a varint that does not end", key(1, VARINT) + b"\x80"),
    note("a varint of ten bytes that does not end", key(1, VARINT) + b"\xff" * 10),
    note("a key that does not end", b"\x80"),
    note("a key without a value", key(1, VARINT)),
    note("an unknown varint that does not end", key(9, VARINT) + b"\x80"),
]

KEYS = [
    note("field number 0", b"\x00\x01"),
    note("field number 0, with a length", b"\x02\x00"),
    note("field number 2 to the 29, which is one too large", b"\x80\x80\x80\x80\x10\x01"),
    note("field number 2 to the 29, with a length", b"\x82\x80\x80\x80\x10\x00"),
    note("field number 1, if more than 32 bits of a key did not count",
         b"\x88\x80\x80\x80\x80\x01\x01"),
    note("a key of eleven bytes", b"\x88" + b"\x80" * 9 + b"\x00\x01"),
    note("wire type 6", b"\x0e\x01"),
    note("wire type 7", b"\x0f\x01"),
    note("wire type 6 of an unknown field", b"\x4e\x01"),
    note("wire type 7 of an unknown field", b"\x4f\x01"),
]

CUT_OFF = [
    note("a string without its length", key(2, LENGTH)),
    note("a string shorter than its length", key(2, LENGTH) + b"\x05abcd"),
    note("a string whose length is 2 to the 31 and 1 less",
         key(2, LENGTH) + b"\xff\xff\xff\xff\x07"),
    note("a string whose length is 2 to the 32 and 1 less",
         key(2, LENGTH) + b"\xff\xff\xff\xff\x0f"),
    note("a string whose length is 2 to the 64 and 1 less", key(2, LENGTH) + b"\xff" * 9 + b"\x01"),
    note("an unknown field shorter than its length", key(9, LENGTH) + b"\x01"),
    note("an unknown fixed64 of seven bytes", key(9, FIXED64) + bytes(7)),
    note("an unknown fixed32 of three bytes", key(9, FIXED32) + bytes(3)),
    no_message_of("Scalars", "a double of seven bytes", key(1, FIXED64) + bytes(7)),
    no_message_of("Scalars", "a float of three bytes", key(2, FIXED32) + bytes(3)),
    no_message_of("Scalars", "bytes shorter than their length", key(15, LENGTH) + b"\x02a"),
    no_message_of("Optionals", "a message shorter than its length",
                  key(8, LENGTH) + b"\x05" + uint(1, 1)),
    no_message_of("Optionals", "a string longer than the message around it and all that follows",
                  key(8, LENGTH) + b"\x03" + key(2, LENGTH) + b"\x05" + b"a" + uint(2, 1)),
    no_message_of("Maps", "an entry shorter than its length",
                  key(1, LENGTH) + b"\x05" + text(1, "a")),
    no_message_of("Maps", "a value longer than its entry and all that follows",
                  key(1, LENGTH) + b"\x05" + text(1, "a") + key(2, LENGTH) + b"\x09"
                  + message(5, uint(2, 1))),
    no_message_of("Lists", "packed fixed64s of nine bytes", data(3, bytes(9))),
    no_message_of("Lists", "packed doubles of four bytes", data(1, bytes(4))),
    no_message_of("Lists", "a packed varint that does not end", data(2, b"\x02\x80")),
    no_message_of("Lists", "packed varints shorter than their length",
                  key(2, LENGTH) + b"\x03\x02\x02"),
]

GROUPS = [
    note("a group that ends and never began", key(3, END_GROUP)),
    note("a group that begins and never ends", key(3, START_GROUP)),
    note("a group that ends as another", key(3, START_GROUP) + key(4, END_GROUP)),
    note("a group whose inner one never ends",
         key(3, START_GROUP) + key(4, START_GROUP) + key(3, END_GROUP)),
    note("a group with a field that is cut off", key(3, START_GROUP) + key(1, LENGTH) + b"\x09"),
    no_message_of("Optionals", "a group that does not end in a message within",
                  message(8, key(3, START_GROUP))),
    no_message_of("Optionals", "a message in whose end a group ends that began before",
                  key(20, START_GROUP) + key(8, LENGTH) + b"\x03" + key(20, END_GROUP)),
]

NO_UTF8 = {
    "a byte that begins nothing": b"a\xff",
    "a continuation without a beginning": b"\x80",
    "half a character": b"\xc3",
    "half a character before another": b"\xc3a",
    "a NUL in two bytes": b"\xc0\x80",
    "a slash in three bytes": b"\xe0\x80\xaf",
    "a surrogate": b"\xed\xa0\x80",
    "a pair of surrogates": b"\xed\xa0\xbd\xed\xb8\x80",
    "more than the last character": b"\xf4\x90\x80\x80",
    "a character of five bytes": b"\xf8\x88\x80\x80\x80",
}

TEXTS = [
    *(note(f"a string with {what}", data(2, content)) for what, content in NO_UTF8.items()),
    no_message_of("Optionals", "an optional string that is no UTF-8", data(5, b"\xff")),
    no_message_of("Optionals", "a string within that is no UTF-8", message(8, data(2, b"\xff"))),
    no_message_of("Lists", "a repeated string that is no UTF-8", text(6, "a") + data(6, b"\xff")),
    no_message_of("Maps", "a key that is no UTF-8", message(1, data(1, b"\xff"), text(2, "b"))),
    no_message_of("Maps", "a value that is no UTF-8", message(1, text(1, "a"), data(2, b"\xff"))),
    no_message_of("Choice", "a member that is no UTF-8", data(3, b"\xff")),
    no_message_of("Choice", "a member that is no UTF-8, before another",
                  data(3, b"\xff") + uint(2, 7)),
    no_message_of("Scalars", "a string that is no UTF-8, before one that is",
                  data(14, b"\xff") + text(14, "a")),
]

PLACES = [
    note("a good field before what is malformed", uint(1, 1) + b"\x00\x01"),
    note("a good field after what is malformed", key(3, END_GROUP) + uint(1, 1)),
    no_message_of("Tree", "what is malformed, three messages deep",
                  message(2, message(2, message(3, b"\x80")))),
    no_message_of("Hang", "what is malformed, in a message without fields", b"\x80"),
    no_message_of("Choice", "what is malformed, in google.protobuf.Empty", message(6, b"\x80")),
    no_message_of("Lists", "what is malformed, in the second of two messages",
                  message(8, uint(1, 1)) + message(8, key(1, VARINT))),
    note("what is malformed, in an unknown group", group(3, b"\x0e\x01")),
]

VECTORS = VARINTS + KEYS + CUT_OFF + GROUPS + TEXTS + PLACES
