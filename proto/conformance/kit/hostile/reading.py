"""Reads the frames of an endpoint, strictly."""

from dataclasses import dataclass

from source.protobuf import FIXED32, FIXED64, LENGTH, VARINT

from ..report import Failure


@dataclass
class Frame:
    """The body of a frame: its name in lahja_wire.proto and its fields, defaults filled in."""

    kind: str
    fields: dict
    length: int

    def __getattr__(self, name):
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None


EVENT_TYPE = {1: ("id", int), 2: ("name", str), 4: ("window", int)}
GRANT = {1: ("type_id", int), 2: ("bytes", int)}
ENTRY = {1: ("key", str), 2: ("value", str)}

BODIES = {
    1: ("hello", {
        1: ("protocol_version", int), 2: ("name", str), 3: ("instance", int),
        4: ("max_frame_len", int), 5: ("compressions", [int]), 6: ("agent", str),
    }),
    2: ("subscriptions", {
        1: ("revision", int), 2: ("added", [EVENT_TYPE]), 3: ("removed", ["fixed64"]),
        4: ("more", int),
    }),
    3: ("subscriptions_ack", {1: ("revision", int)}),
    4: ("broadcast", {
        1: ("type_id", int), 2: ("payload", bytes), 3: ("compression", int),
        4: ("request_id", int), 5: ("response_to", int), 6: ("headers", [ENTRY]),
        7: ("missed", int),
    }),
    5: ("failure", {1: ("response_to", int), 2: ("code", int), 3: ("message", str)}),
    6: ("goodbye", {1: ("reason", int), 2: ("message", str)}),
    7: ("credit", {1: ("grants", [GRANT])}),
    8: ("cancel", {1: ("request_id", int)}),
}


def read_frame(content):
    """The body of one frame; `None` if it has none that is known."""
    body = None
    for number, wire_type, value in fields(content):
        if number in BODIES:
            if wire_type != LENGTH:
                raise Failure(f"it sent a body of wire type {wire_type}: {content.hex()}")
            name, schema = BODIES[number]
            body = Frame(name, read_message(value, schema), len(content))
    return body


def read_message(content, schema):
    message = {name: _default(kind) for name, kind in schema.values()}
    for number, _, value in fields(content):
        if number not in schema:
            continue
        name, kind = schema[number]
        if isinstance(kind, list):
            message[name] += _items(value, kind[0])
        else:
            message[name] = _item(value, kind)
    return message


def _default(kind):
    return [] if isinstance(kind, list) else kind()


def _items(value, kind):
    if kind == "fixed64" and isinstance(value, bytes):
        return [int.from_bytes(value[at:at + 8], "little") for at in range(0, len(value), 8)]
    if kind is int and isinstance(value, bytes):
        numbers, at = [], 0
        while at < len(value):
            number, at = _varint(value, at)
            numbers.append(number)
        return numbers
    return [_item(value, kind)]


def _item(value, kind):
    if isinstance(kind, dict):
        return read_message(value, kind)
    return value.decode("utf-8") if kind is str else value


def fields(content):
    """Number, wire type and value of each field, in order."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        number, wire_type = key >> 3, key & 7
        if wire_type == VARINT:
            value, at = _varint(content, at)
        elif wire_type in (FIXED64, FIXED32):
            size = 8 if wire_type == FIXED64 else 4
            value, at = int.from_bytes(_take(content, at, size), "little"), at + size
        elif wire_type == LENGTH:
            size, at = _varint(content, at)
            value, at = _take(content, at, size), at + size
        else:
            raise Failure(f"it sent wire type {wire_type} in {content.hex()}")
        yield number, wire_type, value


def _varint(content, at):
    value = 0
    for count in range(10):
        byte = _take(content, at + count, 1)[0]
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            return value, at + count + 1
    raise Failure(f"it sent a varint that does not end: {content.hex()}")


def _take(content, at, size):
    taken = bytes(content[at:at + size])
    if len(taken) != size:
        raise Failure(f"it sent a frame that is cut off: {content.hex()}")
    return taken
