"""The driver: one stream, its first words, and the link that it becomes."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import struct
from typing import Protocol

from .link.link import Link
from .link.meeting import Refusal
from .wire import lahja_wire_pb2 as pb
from .wire.frames import Single, Splitter, Violation, check, encode

# Frames of one turn of the event loop are written together, but no more than so many bytes.
_CORK = 64 * 1024


class Greeter(Protocol):
    """Who judges the peer's first words."""

    def greeted(self, connection: Connection, hello: pb.Hello) -> Link:
        """The link that the connection becomes; raises `Refusal` or `Violation`."""
        ...

    def failed(self, connection: Connection, why: Exception) -> None:
        """There will be no link."""


class Connection(asyncio.Protocol):
    """Splits what comes into frames, and writes what the link says.

    A frame on an idle connection is written at once. What follows in the same turn of the event
    loop goes along in one write, at the end of that turn.
    """

    def __init__(self, greeter: Greeter, within: float, unwritten_events: int) -> None:
        self.is_open = True
        self.appended = 0
        self.link: Link | None = None
        self._loop = asyncio.get_running_loop()
        self._greeter = greeter
        self._within = within
        self._high = unwritten_events
        self._splitter = Splitter()
        self._corked: list[bytes] = []
        self._corked_len = 0
        self._is_corked = False
        self._control = 0
        # The peer is not understood, or not listened to, any more.
        self._is_deaf = False
        self._deadline: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport

    # asyncio's side.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=self._high, low=self._high // 2)
        self.set_deadline(self._within)

    def data_received(self, data: bytes) -> None:
        if self._is_deaf:
            return
        self._is_corked, was_corked = True, self._is_corked
        try:
            for item in self._splitter.feed(data):
                if self.link is not None:
                    self.link.handle(item)
                elif not self._is_deaf:
                    self._greet(item.frame if isinstance(item, Single) else None)
        except Violation as violation:
            self._violated(violation)
        finally:
            # Also where a handler ends the program: what is left of it stops the endpoint.
            if self.link is not None:
                self.link.end_batch()
            self._flush()
            self._is_corked = was_corked

    def eof_received(self) -> bool:
        if self.link is None:
            self._greeter.failed(self, EOFError("the stream ended before the peer said hello"))
            self._transport.abort()
        else:
            self.link.handle_end()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        self.set_deadline(None)
        if self.link is None:
            self._greeter.failed(self, error or EOFError("the stream was closed"))
        else:
            self.link.ended(failed=error is not None)

    def pause_writing(self) -> None:
        self.is_open = False

    def resume_writing(self) -> None:
        self.is_open = True
        if self.link is not None:
            self.link.room_made()

    # The first words.

    def _greet(self, frame: pb.Frame | None) -> None:
        first = frame.WhichOneof("body") if frame else "broadcast"
        if frame is None or first not in (None, "hello", "goodbye"):
            raise Violation("the first frame is no hello")
        if first == "goodbye":
            self._greeter.failed(self, Refusal(frame.goodbye.reason, frame.goodbye.message))
            self._is_deaf = True
            self.close()
        elif first == "hello":
            if frame.hello.protocol_version == 0:
                unsupported = pb.Goodbye.REASON_UNSUPPORTED_VERSION
                raise Violation("there is no version 0; this side speaks 1", unsupported)
            check(frame)
            try:
                self.link = self._greeter.greeted(self, frame.hello)
            except Refusal as refusal:
                self._greeter.failed(self, refusal)
                self.refuse(refusal.reason, str(refusal))

    def _violated(self, violation: Violation) -> None:
        self._is_deaf = True
        if self.link is not None:
            self.link.violated(violation)
        else:
            self._greeter.failed(self, violation)
            self.refuse(violation.reason, str(violation))

    def refuse(self, reason: pb.Goodbye.Reason, message: str) -> None:
        """Says why there is no link, and gives the peer the time to read that."""
        self._is_deaf = True
        self.write(encode(pb.Frame(goodbye=pb.Goodbye(reason=reason, message=message))))
        self.finish()
        self.set_deadline(self._within)

    # The link's side.

    def accept_up_to(self, limit: int) -> None:
        self._splitter.limit = limit

    @property
    def has_hung_up(self) -> bool:
        """Whether the peer is gone, though its last bytes may not be read yet."""
        stream: socket.socket = self._transport.get_extra_info("socket")
        if self._transport.is_closing() or stream.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(stream.fileno(), getattr(select, "POLLRDHUP", select.POLLHUP))
        return bool(poll.poll(0))

    @property
    def unwritten(self) -> int:
        return self._corked_len + self._transport.get_write_buffer_size()

    @property
    def unread_control(self) -> int:
        """At most this much of what needs no credit is unwritten."""
        return min(self._control, self.unwritten)

    def write(self, frame: bytes) -> None:
        self.appended += len(frame)
        if self._is_corked:
            self._corked.append(frame)
            self._corked_len += len(frame)
            if self._corked_len > _CORK:
                self._flush()
        else:
            self._is_corked = True
            self._transport.write(frame)
            self._loop.call_soon(self._uncork)

    def write_control(self, frame: bytes) -> None:
        if self.unwritten == 0:
            self._control = 0
        self._control += len(frame)
        self.write(frame)

    def finish(self) -> None:
        self._flush()
        if not self._transport.is_closing():
            self._transport.write_eof()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        if hasattr(self, "_transport"):
            self._transport.abort()

    def set_deadline(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None
        if seconds is not None:
            self._deadline = self._loop.call_later(seconds, self._timed_out)

    def _timed_out(self) -> None:
        if self.link is not None:
            self.link.timed_out()
        elif self._is_deaf:
            self.abort()
        else:
            self._greeter.failed(self, TimeoutError(f"no hello within {self._within} s"))
            self.abort()

    def _flush(self) -> None:
        if self._corked:
            data = self._corked[0] if len(self._corked) == 1 else b"".join(self._corked)
            self._corked.clear()
            self._corked_len = 0
            self._transport.write(data)

    def _uncork(self) -> None:
        if self._corked:
            self._flush()
            self._loop.call_soon(self._uncork)
        else:
            self._is_corked = False


def check_peer(stream: socket.socket) -> None:
    """Refuses a peer that runs as another user, where the system says who it is."""
    if not hasattr(socket, "SO_PEERCRED"):
        return
    credentials = stream.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    uid = struct.unpack("3i", credentials)[1]
    if uid != os.geteuid():
        raise PermissionError(f"the process at the other end runs as user {uid}")
