"""Payloads that do not decompress, for a victim with the least frame limit."""

from functools import partial

from source.protobuf import text, uint, varint

from .. import vectors
from ..report import expect
from . import saying
from .saying import DECODE_FAILED

LIMIT = 65536


def unreadable():
    """Each payload that does not decompress, in a request."""
    for _, found in vectors.load("payloads"):
        for vector in found:
            if vector["verdict"] != "ok":
                content = vectors.plain_bytes(vector["bytes"])
                yield f"a request: {vector['name']}", partial(
                    _fails, content=content, compression=vector["compression"])


def _fails(stage, content, compression):
    with stage.guest() as guest:
        request = saying.event("Ask", content, request_id=1, compression=compression)
        guest.send(request)
        expect("the code", DECODE_FAILED, guest.until("failure", response_to=1).code)
        stage.is_answered(guest, "a good one")


def event(stage):
    """An event that does not decompress costs itself alone."""
    with stage.guest() as guest:
        guest.send(
            saying.event("Note", b"\xff\xff\xff\xff\x0f", compression=1),
            saying.event("Note", b"?", compression=2),
            saying.note(3, "good"))
        stage.takes(guest.name, (3, "good", 2))


def _zeros(length):
    """A snappy block of a note of that many bytes in all, made of copies of 64 bytes."""
    content = text(2, "0" * (length - 4))
    assert len(content) == length, len(content)
    copies, rest = divmod(length - 5, 64)
    block = varint(length) + bytes([4 << 2]) + content[:5] + b"\xfe\x01\x00" * copies
    return block + (bytes([rest - 1 << 2 | 2]) + b"\x01\x00" if rest else b"")


def to_the_limit(stage):
    """A payload may have as many bytes uncompressed as a frame, and no more."""
    compresses(stage)
    with stage.guest() as guest:
        guest.send(
            saying.event("Note", _zeros(LIMIT + 1), compression=1),
            saying.event("Note", _zeros(LIMIT), compression=1))
        stage.takes(guest.name, (0, "0" * (LIMIT - 4), 1))


def compressed(stage):
    """A compressed note arrives."""
    compresses(stage)
    with stage.guest() as guest:
        block = saying.snappy_literal(uint(1, 5) + text(2, "compressed " * 30))
        guest.send(saying.event("Note", block, compression=1))
        stage.takes(guest.name, (5, "compressed " * 30, 0))


def compresses(stage):
    """Skips where the victim cannot decompress."""
    if 1 not in stage.ask("about").get("compressions", []):
        stage.skip("it does not decompress snappy")


ATTACKS = [event, compressed, to_the_limit]
