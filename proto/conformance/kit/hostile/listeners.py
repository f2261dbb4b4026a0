"""Connecting to one that listens, and is no endpoint, or not a good one."""

import contextlib
import os
import socket

from ..report import Failure, expect
from . import saying
from .peer import GUARD, Peer
from .stage import VICTIM


@contextlib.contextmanager
def _called(stage, name="bob"):
    """The victim connects; the peer is what it reaches."""
    path = os.path.join(stage.directory, f"{name}.ipc")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.settimeout(GUARD)
        listener.bind(path)
        os.chmod(path, 0o600)
        listener.listen()
        stage.adapter.tell("connect", to=name)
        try:
            stream, _ = listener.accept()
        except TimeoutError:
            raise Failure(f"nobody called within {GUARD} s") from None
        try:
            with Peer(stream, name) as peer:
                yield peer
        finally:
            os.unlink(path)


def _rejected(stage, *said):
    with _called(stage) as peer:
        peer.write(b"".join(said))
        # It is not to hang up before: a Hello of one that has hung up does not count.
        while (frame := peer.read("a Goodbye or the end of the stream")) is not None:
            if frame.kind == "goodbye":
                peer.hang_up()
        stage.answer_fails("rejected")


def its_opening(stage):
    """Its connect begins with Hello, and goes on as an opening does."""
    with _called(stage, "carol") as peer:
        hello = peer.next("its Hello")
        expect("what it says first", ("hello", VICTIM), (hello.kind, hello.fields.get("name")))
        # It may say more, but nothing that needs to be admitted.
        peer.send(saying.greeting("carol"), saying.change(1, saying.known_type("Ask")))
        acknowledged, subscribed = False, False
        while not (acknowledged and subscribed):
            frame = peer.next("the rest of its opening")
            acknowledged |= frame.kind == "subscriptions_ack"
            subscribed |= frame.kind == "subscriptions" and not frame.more
        peer.send(saying.ack(1))
        expect("the connect", {}, stage.adapter.answer())
        stage.is_answered(peer, "nice of you to call")
    stage.ask("wait_gone", name="carol")


def another_name(stage):
    """Another name than the one that was called is rejected."""
    _rejected(stage, saying.greeting("mallory"))


def garbage(stage):
    """Garbage is rejected."""
    _rejected(stage, b"HTTP/1.1 400 Bad Request\r\n\r\n")
    _rejected(stage, bytes.fromhex("04000000ffffffff"))


def no_hello(stage):
    """Another frame than Hello or Goodbye is rejected."""
    _rejected(stage, saying.change(1))


def invalid_hello(stage):
    """An invalid Hello is rejected."""
    _rejected(stage, saying.greeting("bob", instance=0))
    _rejected(stage, saying.greeting("bob", max_frame_len=65535))
    _rejected(stage, saying.greeting("../bob"))
    _rejected(stage, saying.greeting("bob", version=0))


def goodbye(stage):
    """A Goodbye that says that the two do not fit is a rejection."""
    misfits = [saying.UNSUPPORTED_VERSION, saying.PROTOCOL_ERROR, saying.FRAME_TOO_LARGE, 0, 99]
    for reason in misfits:
        _rejected(stage, saying.farewell(reason, "because"))


ATTACKS = [its_opening, another_name, garbage, no_hello, invalid_hello, goodbye]
