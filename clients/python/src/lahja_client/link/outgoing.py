"""An event on its way out: encoded once, for however many receivers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ..wire import lahja_wire_pb2 as pb
from ..wire.compression import NONE, SNAPPY, compress
from ..wire.frames import PREFIX, event_head


class Cancellable(Protocol):
    def cancel(self) -> None: ...


class Exchange(Protocol):
    """A request of ours, which hears once from each connection that it went out on."""

    def taken_here(self, slot: Cancellable) -> None:
        """Our own subscribers have it: what to cancel where nobody waits any more."""

    def answered(self, receiver: str, answer: pb.Broadcast) -> None: ...

    def failed(self, receiver: str, failure: pb.Failure) -> None: ...

    def gone(self, receiver: str) -> None: ...


class Outgoing:
    """An event, a request or an answer."""

    __slots__ = ("block", "exchange", "headers", "payload", "request_id", "response_to", "type_id")

    def __init__(
        self,
        type_id: int,
        payload: bytes,
        compress_above: int | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        request_id: int = 0,
        response_to: int = 0,
        exchange: Exchange | None = None,
    ) -> None:
        self.type_id = type_id
        self.payload = payload
        self.block: bytes | None = None
        self.headers = headers
        self.request_id = request_id
        self.response_to = response_to
        self.exchange = exchange
        if compress_above is not None and len(payload) > compress_above:
            block = compress(payload)
            if len(block) < len(payload):
                self.block = block

    def frame(self, snappy: bool = False, missed: int = 0) -> bytes:
        """The frame for one receiver, by what it can decompress and what it missed."""
        block = self.block if snappy else None
        payload = self.payload if block is None else block
        tail = self._tail(NONE if block is None else SNAPPY, missed)
        return event_head(self.type_id, len(payload), len(tail)) + payload + tail

    @property
    def frame_len(self) -> int:
        """The N of its frame, uncompressed."""
        tail_len = len(self._tail())
        head = event_head(self.type_id, len(self.payload), tail_len)
        return len(head) - PREFIX + len(self.payload) + tail_len

    def _tail(self, compression: int = NONE, missed: int = 0) -> bytes:
        """What comes after the payload: protobuf writes fields in the order of their numbers."""
        rest = pb.Broadcast(
            compression=compression,  # type: ignore[arg-type]
            request_id=self.request_id,
            response_to=self.response_to,
            headers=self.headers,
            missed=missed,
        )
        return rest.SerializeToString(deterministic=True)
