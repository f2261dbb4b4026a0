"""Peers that take their time: they all do so at once, on one victim."""

import threading
import time

from ..adapter import AdapterError, Refused, Skipped
from ..report import Failure
from . import saying
from .peer import Peer

# The protocol grants 5 s; a machine under load a little more.
LEAST, MOST = 4.0, 9.0
CROWD = 100
PACE = 0.05


class Timed(threading.Thread):
    """One peer, and how long it took until its stream ended."""

    def __init__(self, about, peer, act):
        super().__init__(daemon=True)
        self.about = about
        self._peer = peer
        self._act = act
        self._begin = time.monotonic()
        self._seconds = None
        self._problem = None

    def run(self):
        try:
            self._act(self._peer)
        except Exception as problem:  # noqa: BLE001
            # It is the case's, which waits for this thread.
            self._problem = problem
        finally:
            self._seconds = time.monotonic() - self._begin
            self._peer.close()

    def check(self, least=LEAST):
        self.join(2 * MOST)
        if self._problem is not None:
            raise self._problem
        if self._seconds is None or not least <= self._seconds <= MOST:
            told = "never" if self._seconds is None else f"after {self._seconds:.1f} s"
            raise Failure(f"the stream ends after {least:g} to {MOST:g} s\n    got      {told}")


def run(stage, report, language):
    """All of them, and then the crowd."""
    def case(about, check):
        report.case(f"{language}: slow: {about}", check, stage.involved)

    try:
        stage.set_up()
        timed = _begin(stage)
    except Skipped as skip:
        report.skip(f"{language}: slow", str(skip))
        return
    except (AdapterError, Failure, Refused) as problem:
        report.fail(f"{language}: slow: its victim serves", str(problem), stage.involved)
        return
    crowd = []
    case("a crowd of silent strangers keeps nobody out", lambda: _crowd(stage, crowd))
    for one in timed:
        case(one.about, one.check)
    for stranger in crowd:
        stranger.close()
    case("the innocent peer is served afterwards", stage.serves_still)


def _begin(stage):
    hello = saying.greeting("half")
    quiet = [
        Timed("who says nothing is closed", stage.stranger(), _awaits_end),
        Timed("who says Hello alone is closed", _said(stage, hello), _awaits_end),
        Timed("who says half of its set is closed",
              _said(stage, saying.greeting("more") + saying.change(1, more=True)), _awaits_end),
        Timed("who says half a Hello is closed", _said(stage, hello[:-3]), _awaits_end),
        Timed("who says a Hello byte by byte, without end, is closed",
              _said(stage, (60000).to_bytes(4, "little")), _drips),
    ]
    talkers = [
        Talker(f"{who} who goes on talking after the Goodbye is cut off", peer, _talks_on)
        for who, peer in [("a stranger", stage.stranger()), ("a guest", stage.guest())]
    ]
    for thread in quiet + talkers:
        thread.start()
    return quiet + talkers


class Talker(Timed):
    """May be cut off at once."""

    def check(self):
        super().check(least=0)


def _said(stage, content):
    peer = stage.stranger()
    peer.send(content)
    return peer


def _awaits_end(peer):
    for frame in _until_end(peer):
        if frame.kind == "goodbye":
            # It may wait until this side closes too.
            peer.hang_up()


def _until_end(peer):
    while (frame := peer.read("the end of the stream")) is not None:
        yield frame


def _drips(peer):
    while peer.write(b"\0"):
        time.sleep(PACE)


def _talks_on(peer):
    peer.write(b"\xff" * 4)
    while peer.write(b"\xff" * 4096):
        time.sleep(PACE)


def _crowd(stage, crowd):
    for _ in range(CROWD):
        crowd.append(stage.stranger())
    begin = time.monotonic()
    with Peer.open(stage.path, "newcomer") as newcomer:
        stage.is_answered(newcomer, "am I in?")
    seconds = time.monotonic() - begin
    if seconds > MOST:
        raise Failure(f"a newcomer gets in within {MOST:g} s\n    got      after {seconds:.1f} s")
