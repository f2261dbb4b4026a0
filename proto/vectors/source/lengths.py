"""Lengths at their boundaries: of frames, of fields, of what has arrived."""

from .protobuf import data, fixed64, frame, text, uint
from .schema import broadcast, cancel, goodbye
from .vector import in_hex, stream

KIND = "streams"

KIB_64 = 64 * 1024
MIB_16 = 16 * 1024 * 1024


def event_with(payload_len):
    """An event of type 1: its frame, its meaning."""
    payload = b"\x55" * payload_len
    meaning = {"broadcast": {"type_id": "1", "payload": in_hex(payload)}}
    return broadcast(fixed64(1, 1), data(2, payload)), meaning


def event_of_frame_len(frame_len):
    """The payload that fills a frame whose body is to be frame_len bytes."""
    for envelope in range(12, 32):
        content, meaning = event_with(frame_len - envelope)
        if len(content) == 4 + frame_len:
            return content, meaning
    raise ValueError(f"no event has a frame of {frame_len} bytes")


def prefix(length):
    return length.to_bytes(4, "little")


CANCEL = {"cancel": {"request_id": "1"}}

FRAMES = [
    stream("an empty frame is a Frame without a body", frame(), {}),
    stream("empty frames between others", frame() + cancel(uint(1, 1)) + frame() * 2,
           {}, CANCEL, {}, {}),
    stream("nothing at all", b""),
    *(
        stream(f"a frame of {length} bytes", *event_of_frame_len(length))
        for length in [127, 128, 255, 256, 16383, 16384]
    ),
    *(
        stream(f"a payload of {length} bytes", *event_with(length))
        for length in [1, 127, 128, 16383, 16384]
    ),
    stream("the largest frame before Hello", *event_of_frame_len(KIB_64), limit=KIB_64),
    stream("the largest frame after a Hello that names no limit", *event_of_frame_len(MIB_16)),
    stream(
        "a Goodbye whose message has 128 bytes",
        goodbye(uint(1, 1), text(2, "m" * 128)),
        {"goodbye": {"reason": 1, "message": "m" * 128}},
    ),
]

TOO_LARGE = [
    stream("one byte over the limit before Hello, with all its bytes",
           event_of_frame_len(KIB_64 + 1)[0], limit=KIB_64, verdict="frame_too_large"),
    stream("one byte over the limit before Hello, the length alone",
           prefix(KIB_64 + 1), limit=KIB_64, verdict="frame_too_large"),
    stream("one byte over 16 MiB, the length alone",
           prefix(MIB_16 + 1), verdict="frame_too_large"),
    stream("the largest length that there is", b"\xff" * 4, verdict="frame_too_large"),
    stream("a good frame before one that is too large",
           cancel(uint(1, 1)) + prefix(KIB_64 + 1), CANCEL,
           limit=KIB_64, verdict="frame_too_large"),
    stream("HTTP", b"GET / HTTP/1.1\r\n\r\n", limit=KIB_64, verdict="frame_too_large"),
    stream("TLS", bytes.fromhex("16030100c8010000c40303"), limit=KIB_64,
           verdict="frame_too_large"),
    stream("JSON", b'{"hello": {}}', limit=KIB_64, verdict="frame_too_large"),
]

INCOMPLETE = [
    *(
        stream(f"{length} bytes of a length", prefix(2)[:length], verdict="incomplete")
        for length in [1, 2, 3]
    ),
    stream("a length and nothing more", prefix(2), verdict="incomplete"),
    stream("a length at the limit and nothing more", prefix(KIB_64), limit=KIB_64,
           verdict="incomplete"),
    stream("all but the last byte of a frame", cancel(uint(1, 1))[:-1], verdict="incomplete"),
    stream("a good frame before one that is incomplete",
           cancel(uint(1, 1)) + cancel(uint(1, 2))[:5], CANCEL, verdict="incomplete"),
]

VECTORS = FRAMES + TOO_LARGE + INCOMPLETE
