"""Frames: how they are spelled, how a stream is split into them, and the rules that each keeps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from google.protobuf.message import DecodeError

from ..errors import InvalidName
from . import lahja_wire_pb2 as pb
from .names import check_endpoint_name, check_event_name

LEAST_LIMIT = 64 * 1024
DEFAULT_LIMIT = 16 * 1024 * 1024
PREFIX = 4
# What an event costs beside its frame's N, so that empty events are bounded too.
OVERHEAD = 64

Reason = pb.Goodbye.Reason
PROTOCOL_ERROR = pb.Goodbye.REASON_PROTOCOL_ERROR


class Violation(Exception):
    """A peer broke the protocol: it gets a goodbye for this reason."""

    def __init__(self, message: str, reason: pb.Goodbye.Reason = PROTOCOL_ERROR) -> None:
        super().__init__(message)
        self.reason = reason


class Run(NamedTuple):
    """Bare events of one type that follow each other, and what they cost together."""

    type_id: int
    payloads: list[bytes]
    cost: int


class Single(NamedTuple):
    """Any other frame, and what it costs if it is an event."""

    frame: pb.Frame
    cost: int


def encode(frame: pb.Frame) -> bytes:
    body = frame.SerializeToString(deterministic=True)
    return len(body).to_bytes(PREFIX, "little") + body


def event_head(type_id: int, payload_len: int, tail_len: int = 0) -> bytes:
    """All of an event's frame that comes before its payload."""
    head = b"\x09" + type_id.to_bytes(8, "little")
    if payload_len:
        head += b"\x12" + _varint(payload_len)
    tagged = b"\x22" + _varint(len(head) + payload_len + tail_len) + head
    return (len(tagged) + payload_len + tail_len).to_bytes(PREFIX, "little") + tagged


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


@lru_cache(maxsize=4096)
def cost_of(payload_len: int) -> int:
    """What a bare event costs."""
    return len(event_head(0, payload_len)) + payload_len - PREFIX + OVERHEAD


@lru_cache(maxsize=4096)
def _head_len(length: int) -> int:
    """How long the head of a frame with this N is, if it is a bare event. With N, a type's ID and
    two lengths of one to five bytes each, there is but one possibility, or none."""
    for head_len in range(PREFIX + 13, PREFIX + 22):
        if len(event_head(0, max(length + PREFIX - head_len, 0))) == head_len:
            return head_len
    return 0


@lru_cache(maxsize=4096)
def _bare(head: bytes) -> int | None:
    """The type of the bare event that begins so, if one does."""
    payload_len = int.from_bytes(head[:PREFIX], "little") + PREFIX - len(head)
    at = event_head(0, payload_len).index(b"\x09" + bytes(8)) + 1
    type_id = int.from_bytes(head[at : at + 8], "little")
    return type_id if head == event_head(type_id, payload_len) else None


class Splitter:
    """Splits a stream into frames, of which none is longer than `limit`.

    Bare events, with nothing but a type and a payload, are told from others by their heads alone.
    """

    def __init__(self, limit: int = LEAST_LIMIT) -> None:
        self.limit = limit
        self._parts: list[bytes] = []
        self._missing = 0

    @property
    def is_torn(self) -> bool:
        """Whether a stream that ends here ends inside a frame."""
        return bool(self._parts)

    def feed(self, data: bytes) -> Iterator[Run | Single]:
        """What the bytes complete. They are not touched again unless they are incomplete."""
        if len(data) < self._missing:
            self._parts.append(data)
            self._missing -= len(data)
            return
        if self._parts:
            data = b"".join([*self._parts, data])
            self._parts = []
        position = start = 0
        type_id, payloads = 0, list[bytes]()
        end, stop = len(data), PREFIX
        while position + PREFIX <= end:
            length = int.from_bytes(data[position : position + PREFIX], "little")
            stop = position + PREFIX + length
            if stop > end and length <= self.limit:
                break
            head_len = _head_len(length) if length <= self.limit else 0
            bare = _bare(data[position : position + head_len]) if head_len else None
            if payloads and bare != type_id:
                yield _run(type_id, payloads, position - start)
                payloads = []
            if length > self.limit:
                message = f"a frame of {length} bytes, of which {self.limit} are allowed"
                raise Violation(message, pb.Goodbye.REASON_FRAME_TOO_LARGE)
            if bare is None:
                yield _single(data[position + PREFIX : stop])
            else:
                if not payloads:
                    type_id, start = bare, position
                payloads.append(data[position + head_len : stop])
            position = stop
            stop += PREFIX
        if payloads:
            yield _run(type_id, payloads, position - start)
        if position < end:
            self._parts = [data[position:]]
        self._missing = stop - end


def _run(type_id: int, payloads: list[bytes], span: int) -> Run:
    return Run(type_id, payloads, span + (OVERHEAD - PREFIX) * len(payloads))


def _single(body: bytes) -> Single:
    try:
        return Single(pb.Frame.FromString(body), len(body) + OVERHEAD)
    except DecodeError as error:
        raise Violation(f"a frame does not decode: {error}") from error


def check(frame: pb.Frame) -> None:
    """The rules that a frame keeps or breaks by itself."""
    try:
        match frame.WhichOneof("body"):
            case "hello":
                _check_hello(frame.hello)
            case "subscriptions":
                for added in frame.subscriptions.added:
                    check_event_name(added.name)
                    if added.id == 0:
                        raise Violation(f"{added.name} has type ID 0, which is none")
            case "broadcast":
                if frame.broadcast.request_id and frame.broadcast.response_to:
                    raise Violation("a frame that is both a request and an answer")
    except InvalidName as error:
        raise Violation(str(error)) from error


def _check_hello(hello: pb.Hello) -> None:
    check_endpoint_name(hello.name)
    if hello.instance == 0:
        raise Violation("instance 0 is none")
    if 0 < hello.max_frame_len < LEAST_LIMIT:
        message = f"max_frame_len is {hello.max_frame_len}, which is less than {LEAST_LIMIT}"
        raise Violation(message)
