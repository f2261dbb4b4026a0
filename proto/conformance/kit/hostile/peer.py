"""A peer that says what it likes, on a socket of its own."""

import itertools
import socket

from ..report import Failure, expect
from . import saying
from .reading import read_frame

# How long an endpoint may take for what it owes at once.
GUARD = 10
INSTANCES = itertools.count(0x2000)


class Peer:
    """One side of a connection."""

    def __init__(self, stream, name=""):
        self._stream = stream
        self._stream.settimeout(GUARD)
        self._buffer = bytearray()
        self.name = name
        self.hello = None
        self.windows = {}

    @classmethod
    def connect(cls, path, name=""):
        """Connects, and says nothing yet."""
        stream = socket.socket(socket.AF_UNIX)
        stream.settimeout(GUARD)
        try:
            stream.connect(path)
        except OSError as error:
            stream.close()
            raise Failure(f"nobody listens: {error}") from error
        return cls(stream, name)

    @classmethod
    def open(cls, path, name, *types, **greeting):
        """Connects and goes through the opening, subscribing to these types."""
        peer = cls.connect(path, name)
        greeting.setdefault("instance", next(INSTANCES))
        peer.send(saying.greeting(name, **greeting), saying.change(1, *types))
        peer.be_admitted()
        return peer

    def be_admitted(self):
        """Reads the other's Hello, its whole set and the ack of the own set, and acknowledges."""
        self.hello = self.next("a Hello")
        expect("what admits", "hello", self.hello.kind)
        acknowledged, more = False, True
        while more or not acknowledged:
            frame = self.next("the other's opening")
            if frame.kind == "subscriptions":
                more = self._learn(frame)
            elif frame.kind == "subscriptions_ack":
                acknowledged = True
            else:
                raise Failure(f"an opening has no {frame.kind}: {frame}")
        self.send(saying.ack(1))

    def _learn(self, frame):
        expect("the revision of the whole set", 1, frame.revision)
        self.windows |= {added["id"]: added["window"] for added in frame.added}
        return frame.more

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._stream.close()

    def send(self, *frames):
        """The other side must take them."""
        try:
            self._stream.sendall(b"".join(frames))
        except OSError as error:
            raise Failure(f"the endpoint takes nothing more: {error}") from error

    def write(self, content):
        """The other side may close before it has read it all; false if it did."""
        try:
            self._stream.sendall(content)
        except TimeoutError:
            raise Failure(f"the endpoint neither reads nor closes for {GUARD} s") from None
        except OSError:
            return False
        return True

    def hang_up(self):
        """Says nothing more, and still reads."""
        try:
            self._stream.shutdown(socket.SHUT_WR)
        except OSError:
            # The other side was first.
            pass

    def next(self, what="a frame"):
        """The next frame, which must come."""
        frame = self.read(what)
        if frame is None:
            raise Failure(f"the stream ended where {what} was due")
        return frame

    def read(self, what="a frame"):
        """The next frame; `None` at the end of the stream."""
        while True:
            content = self._content(what)
            if content is None:
                return None
            if (frame := read_frame(content)) is not None:
                return frame

    def until(self, kind, **fields):
        """The next frame of this kind with these fields; others are passed over."""
        passed = []
        while (frame := self.read(f"{kind} {fields or ''}")) is not None:
            if frame.kind == kind and fields.items() <= frame.fields.items():
                return frame
            passed.append(frame)
        raise Failure(f"the stream ended where {kind} {fields or ''} was due, after {passed[-3:]}")

    def expect_goodbye(self, reason, words=True):
        """A Goodbye for this reason, then, once this side has closed too, the end."""
        goodbye = self.until("goodbye")
        expect("the reason of the Goodbye", reason, goodbye.reason)
        if words:
            expect("a Goodbye for an error says why", True, bool(goodbye.message))
        self.hang_up()
        self.expect_end()

    def expect_end(self):
        frame = self.read("the end of the stream")
        if frame is not None:
            raise Failure(f"the stream ends\n    got      {frame}")

    def read_to_end(self):
        frames = []
        while (frame := self.read("the end of the stream")) is not None:
            frames.append(frame)
        return frames

    def expect_silence(self, seconds):
        """Nothing comes for so long."""
        self._stream.settimeout(seconds)
        try:
            came = self._stream.recv(65536)
        except TimeoutError:
            return
        finally:
            self._stream.settimeout(GUARD)
        raise Failure(f"nothing more was due\n    got      {came.hex() or 'the end of the stream'}")

    def _content(self, what):
        prefix = self._take(4, what)
        if prefix is None:
            return None
        content = self._take(int.from_bytes(prefix, "little"), what)
        if content is None:
            raise Failure("the endpoint's stream ended inside a frame")
        return content

    def _take(self, size, what):
        while len(self._buffer) < size:
            try:
                arrived = self._stream.recv(1 << 18)
            except TimeoutError:
                raise Failure(f"{what} did not come within {GUARD} s") from None
            except ConnectionResetError:
                arrived = b""
            if not arrived:
                return None
            self._buffer += arrived
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken
