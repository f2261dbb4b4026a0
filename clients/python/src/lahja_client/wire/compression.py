"""Snappy, where `lahja-client[snappy]` is installed."""

from __future__ import annotations

from typing import Any

_snappy: Any = None
try:
    import cramjam

    _snappy = cramjam.snappy
except ImportError:
    pass

NONE, SNAPPY = 0, 1

AVAILABLE = _snappy is not None

_MAX_HEADER = 5
# A copy of 64 bytes takes 3, so that one byte of a block stands for less than 22.
_MAX_RATIO = 22


class PayloadError(Exception):
    """A payload that does not decompress: `verdict` says why, as the vectors do."""

    def __init__(self, verdict: str) -> None:
        super().__init__(f"the payload does not decompress: {verdict}")
        self.verdict = verdict


def compress(payload: bytes) -> bytes:
    return bytes(_snappy.compress_raw(payload))


def decompress(compression: int, block: bytes, limit: int) -> bytes:
    """The payload, which is at most `limit` bytes."""
    if compression == NONE:
        return block
    if compression != SNAPPY or not AVAILABLE:
        raise PayloadError("unknown_compression")
    length = _claimed_length(block)
    if length > limit:
        raise PayloadError("too_large")
    if length > len(block) * _MAX_RATIO:
        raise PayloadError("corrupt")
    try:
        return bytes(_snappy.decompress_raw(block))
    except Exception as error:  # cramjam's own class is not always importable
        raise PayloadError("corrupt") from error


def _claimed_length(block: bytes) -> int:
    length = 0
    for position, byte in enumerate(block[:_MAX_HEADER]):
        length |= (byte & 0x7F) << (7 * position)
        if byte < 0x80 and length <= 0xFFFFFFFF:
            return length
    raise PayloadError("corrupt")
