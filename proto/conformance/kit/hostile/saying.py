"""What a peer of the runner says, byte by byte."""

from source.protobuf import data, fixed64, message, text, uint, varint
from source.schema import broadcast, credit, failure, goodbye, hello, subscriptions
from source.schema import cancel as cancel_frame
from source.schema import subscriptions_ack as ack_frame
from source.vector import fnv1a

PACKAGE = "lahja.conformance.v1."
EMPTY_ID = fnv1a("google.protobuf.Empty")
CHARGE = 64

SHUTDOWN, DUPLICATE, NAME_TAKEN, UNSUPPORTED_VERSION = range(1, 5)
PROTOCOL_ERROR, FRAME_TOO_LARGE, SLOW_CONSUMER = range(5, 8)
UNANSWERED, HANDLER_FAILED, DECODE_FAILED, SHUTTING_DOWN = range(1, 5)
REASONS = {
    "protocol_error": PROTOCOL_ERROR,
    "frame_too_large": FRAME_TOO_LARGE,
}

INSTANCE = 0x1111


def type_id(kind):
    return fnv1a(PACKAGE + kind)


def greeting(name, version=1, instance=INSTANCE, max_frame_len=0, compressions=b""):
    """A Hello; what is 0 or empty is left out."""
    return hello(*_set(
        version and uint(1, version), name and text(2, name), instance and fixed64(3, instance),
        max_frame_len and uint(4, max_frame_len), compressions and data(5, compressions)))


def _set(*fields):
    return [field for field in fields if field]


def event_type(name, identity=None, window=0):
    """What stands in `Subscriptions.added`."""
    identity = fnv1a(name) if identity is None else identity
    return message(2, *_set(fixed64(1, identity), text(2, name), window and uint(4, window)))


def known_type(kind, window=0):
    return event_type(PACKAGE + kind, window=window)


def change(revision, *added, removed=(), more=False):
    """A Subscriptions."""
    packed = b"".join(identity.to_bytes(8, "little") for identity in removed)
    return subscriptions(*_set(
        revision and uint(1, revision), *added, packed and data(3, packed), more and uint(4, 1)))


def ack(revision):
    return ack_frame(*_set(revision and uint(1, revision)))


def event(kind, payload=b"", request_id=0, response_to=0, compression=0, missed=0):
    """A Broadcast; `kind` is a message of conformance.proto or a type ID."""
    identity = kind if isinstance(kind, int) else type_id(kind)
    return broadcast(*_set(
        fixed64(1, identity), payload and data(2, payload),
        compression and uint(3, compression % 2**64), request_id and uint(4, request_id),
        response_to and uint(5, response_to), missed and uint(7, missed)))


def note(number, content=""):
    return event("Note", _set_bytes(number and uint(1, number), content and text(2, content)))


def ask(request_id, content=""):
    return event("Ask", _set_bytes(content and text(1, content)), request_id=request_id)


def answer(response_to, by="", content=""):
    payload = _set_bytes(by and text(1, by), content and text(2, content))
    return event("Answer", payload, response_to=response_to)


def _set_bytes(*fields):
    return b"".join(_set(*fields))


def failed(response_to, code=0, why=""):
    return failure(*_set(uint(1, response_to), code and uint(2, code), why and text(3, why)))


def cancel(request_id):
    return cancel_frame(uint(1, request_id))


def grant(kind, count):
    identity = kind if isinstance(kind, int) else type_id(kind)
    return credit(message(1, fixed64(1, identity), uint(2, count)))


def farewell(reason=SHUTDOWN, why=""):
    return goodbye(*_set(reason and uint(1, reason), why and text(2, why)))


def cost(frame):
    """What an event costs of its window: N and a charge."""
    return len(frame) - 4 + CHARGE


def snappy_literal(content):
    """A block that compresses nothing."""
    size = len(content) - 1
    return varint(len(content)) + b"\xf4" + size.to_bytes(2, "little") + content
