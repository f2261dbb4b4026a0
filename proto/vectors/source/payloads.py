"""Payloads as they stand in a Broadcast, the limit that holds for them, and what they stand for."""

from .protobuf import varint
from .vector import in_hex

KIND = "payloads"

NONE, SNAPPY = 0, 1
LIMIT = 65536


def payload(name, compression, content, result=None, verdict="ok"):
    vector = {"name": name, "compression": compression, "bytes": in_hex(content), "limit": LIMIT,
              "verdict": verdict}
    if result is not None:
        vector["payload"] = in_hex(result)
    return vector


def literal(content):
    """A snappy element of up to 60 bytes as they are."""
    return bytes([len(content) - 1 << 2]) + content


def copy(length, offset):
    """A snappy element that repeats up to 64 bytes from offset bytes back."""
    return bytes([length - 1 << 2 | 2]) + offset.to_bytes(2, "little")


def zeros(length):
    """The smallest block of that many zero bytes, a multiple of 64 and one more."""
    return varint(length) + literal(b"\0") + copy(64, 1) * (length // 64)


def corrupt(name, content):
    return payload(name, SNAPPY, content, verdict="corrupt")


VECTORS = [
    payload("not compressed", NONE, b"abc", b"abc"),
    payload("empty and not compressed", NONE, b"", b""),
    payload("a literal", SNAPPY, varint(3) + literal(b"abc"), b"abc"),
    payload("an empty block", SNAPPY, varint(0), b""),
    payload("a copy that overlaps itself", SNAPPY,
            varint(10) + literal(b"ab") + copy(8, 2), b"ab" * 5),
    payload("a copy with a one-byte offset", SNAPPY,
            varint(8) + literal(b"abcd") + b"\x01\x04", b"abcdabcd"),
    payload("a copy with a four-byte offset", SNAPPY,
            varint(8) + literal(b"abcd") + b"\x0f\x04\x00\x00\x00", b"abcdabcd"),
    payload("a literal of 100 bytes", SNAPPY,
            varint(100) + b"\xf0\x63" + b"\x55" * 100, b"\x55" * 100),
    payload("a literal length longer than needed", SNAPPY,
            varint(1) + b"\xfc\x00\x00\x00\x00a", b"a"),
    payload("a header longer than needed", SNAPPY, b"\x81\x80\x00" + literal(b"a"), b"a"),
    payload("21 times its size, just under the limit", SNAPPY,
            zeros(65473), b"\0" * 65473),
    payload("21 times its size, just over the limit", SNAPPY, zeros(65537), verdict="too_large"),
    payload("five bytes that claim 4 GiB", SNAPPY, b"\xff\xff\xff\xff\x0f", verdict="too_large"),
    corrupt("no header", b""),
    corrupt("a header that does not end", b"\x80\x80"),
    corrupt("a header of six bytes", b"\x81\x80\x80\x80\x80\x00" + literal(b"a")),
    corrupt("a header of more than 32 bits", b"\x80\x80\x80\x80\x10"),
    corrupt("a copy from before the start", varint(9) + literal(b"a") + copy(8, 2)),
    corrupt("a copy from offset 0", varint(9) + literal(b"a") + copy(8, 0)),
    corrupt("a copy before anything", varint(8) + copy(8, 1)),
    corrupt("fewer bytes than stated", varint(3) + literal(b"a")),
    corrupt("more bytes than stated", varint(1) + literal(b"ab")),
    corrupt("a literal that is cut off", varint(4) + b"\x0cab"),
    corrupt("a copy that is cut off", varint(9) + literal(b"a") + b"\x1e\x01"),
    payload("a compression of a later version", 2, b"abc", verdict="unknown_compression"),
    payload("a negative compression", -1, b"abc", verdict="unknown_compression"),
]
