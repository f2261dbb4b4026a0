"""Protobuf by hand: each function returns the bytes of one field."""

VARINT, FIXED64, LENGTH, START_GROUP, END_GROUP, FIXED32 = range(6)


def varint(value):
    """A number in groups of 7 bits, the lowest first, the top bit set on all but the last."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def key(number, wire_type):
    return varint(number << 3 | wire_type)


def uint(number, value):
    """uint32, uint64, bool or a non-negative enum."""
    return key(number, VARINT) + varint(value)


def integer(number, value):
    """int32, int64 or an enum: a negative one takes ten bytes."""
    return uint(number, value % 2**64)


def sint(number, value):
    """sint32 or sint64: 0, -1, 1, -2, … as 0, 1, 2, 3, …"""
    return uint(number, 2 * value if value >= 0 else -2 * value - 1)


def fixed64(number, value):
    return key(number, FIXED64) + value.to_bytes(8, "little")


def fixed32(number, value):
    return key(number, FIXED32) + value.to_bytes(4, "little")


def sfixed64(number, value):
    return fixed64(number, value % 2**64)


def sfixed32(number, value):
    return fixed32(number, value % 2**32)


def data(number, content):
    """bytes."""
    return key(number, LENGTH) + varint(len(content)) + content


def text(number, content):
    """string."""
    return data(number, content.encode("utf-8"))


def message(number, *fields):
    """A message, a map entry or a packed repeated field."""
    return data(number, b"".join(fields))


def group(number, *fields):
    return key(number, START_GROUP) + b"".join(fields) + key(number, END_GROUP)


def frame(*fields):
    """The length prefix and one Frame."""
    body = b"".join(fields)
    return len(body).to_bytes(4, "little") + body
