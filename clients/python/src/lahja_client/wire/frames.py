"""Frames: how they are spelled, how a stream is split into them, and the rules that each keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    """Events of one type that follow each other, with nothing but their payloads."""

    type_id: int
    payloads: list[bytes]
    cost: int

    @staticmethod
    def cost_of(payload: bytes) -> int:
        return HEAD - PREFIX + OVERHEAD + len(payload)


class Single(NamedTuple):
    """Any other frame, and what it costs if it is an event."""

    frame: pb.Frame
    cost: int


# A bare event of up to so many bytes has lengths of one byte, and so a head of HEAD bytes:
# N, 22, length of the body, 09, type ID, 12, length of the payload.
SMALL = 116
HEAD = 17


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


def event_frame(
    type_id: int,
    payload: bytes,
    *,
    compression: int = 0,
    request_id: int = 0,
    response_to: int = 0,
    headers: Mapping[str, str] | None = None,
    missed: int = 0,
) -> bytes:
    # Protobuf writes fields in the order of their numbers, and all of these come after the payload.
    rest = pb.Broadcast(
        compression=compression,  # type: ignore[arg-type]
        request_id=request_id,
        response_to=response_to,
        headers=headers,
        missed=missed,
    )
    tail = rest.SerializeToString(deterministic=True)
    return event_head(type_id, len(payload), len(tail)) + payload + tail


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class Splitter:
    """Splits a stream into frames, of which none is longer than `limit`."""

    def __init__(self, limit: int = LEAST_LIMIT) -> None:
        self.limit = limit
        self._parts: list[bytes] = []
        self._missing = 0
        self._heads: dict[bytes, tuple[int, int]] = {}

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
        position, end = 0, len(data)
        missing = PREFIX
        while end - position >= PREFIX:
            head = data[position : position + HEAD]
            known = self._heads.get(head) or self._learn(head)
            if known is not None:
                start = position
                run, position = self._run(data, position, known)
                if run.payloads:
                    yield run
                if position > start:
                    continue
            stop = position + PREFIX + self._length(data, position)
            if stop > end:
                missing = stop - position
                break
            yield self._single(data, position, stop)
            position = stop
        if position < end:
            self._parts = [data[position:]]
        self._missing = max(missing - (end - position), 0)

    def _run(self, data: bytes, position: int, known: tuple[int, int]) -> tuple[Run, int]:
        payloads: list[bytes] = []
        end = len(data)
        type_id, total = known
        head = data[position : position + HEAD]
        start = position
        while True:
            next_head = data[position : position + HEAD]
            if next_head != head:
                found = self._heads.get(next_head)
                if found is None or found[0] != type_id:
                    break
                head, total = next_head, found[1]
            stop = position + total
            if stop > end:
                break
            payloads.append(data[position + HEAD : stop])
            position = stop
        cost = position - start + (OVERHEAD - PREFIX) * len(payloads)
        return Run(type_id, payloads, cost), position

    def _learn(self, head: bytes) -> tuple[int, int] | None:
        """The type and whole length of the bare event that begins so, if one does."""
        if len(head) < HEAD or head[17 - 1] > SMALL or head[1:5] != b"\0\0\0\x22":
            return None
        size = head[16]
        type_id = int.from_bytes(head[7:15], "little")
        if size == 0 or head != event_head(type_id, size):
            return None
        if len(self._heads) > 4096:
            self._heads.clear()
        self._heads[head] = known = (type_id, HEAD + size)
        return known

    def _length(self, data: bytes, position: int) -> int:
        length = int.from_bytes(data[position : position + PREFIX], "little")
        if length > self.limit:
            message = f"a frame of {length} bytes, of which {self.limit} are allowed"
            raise Violation(message, pb.Goodbye.REASON_FRAME_TOO_LARGE)
        return length

    def _single(self, data: bytes, position: int, stop: int) -> Single:
        try:
            frame = pb.Frame.FromString(data[position + PREFIX : stop])
        except DecodeError as error:
            raise Violation(f"a frame does not decode: {error}") from error
        return Single(frame, stop - position - PREFIX + OVERHEAD)


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
