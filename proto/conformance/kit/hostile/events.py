"""Events that break a rule, or lie."""

from source.protobuf import text, uint

from ..report import Failure, expect
from . import saying
from .saying import PROTOCOL_ERROR, UNANSWERED, cost

BROKEN = b"\xff" * 9


def window_overdrawn(stage):
    """A window may be overdrawn once, not twice."""
    with stage.guest() as guest:
        window = guest.windows[saying.type_id("Hang")]
        expect("a window that is not endless", True, 0 < window <= 2**24)
        # What hangs is never let go of, so no credit comes.
        request_id = 0
        while window > 0:
            request_id += 1
            frame = saying.event("Hang", request_id=request_id)
            window -= cost(frame)
            guest.write(frame)
        stage.is_answered(guest, "another type has its own window")
        guest.send(saying.event("Hang", request_id=request_id + 1))
        guest.expect_goodbye(PROTOCOL_ERROR)


def credit_comes_back(stage):
    """What is taken is granted back: all of it in the end, and never more."""
    kind = saying.type_id("Note")
    with stage.guest() as guest:
        announced = window = guest.windows[kind]
        sent = 0
        for _ in range(3 * announced // 1000 + 10):
            frame = saying.note(sent, "x" * 1000)
            while window <= 0:
                window += _granted(guest, kind)
            guest.send(frame)
            window -= cost(frame)
            sent += 1
        while window < announced:
            window += _granted(guest, kind)
        expect("the window in the end", announced, window)
        stage.takes(guest.name, *[(number, "x" * 1000, 0) for number in range(sent)])


def _granted(guest, kind):
    grants = guest.until("credit").grants
    return sum(grant["bytes"] for grant in grants if grant["type_id"] == kind)


def undecodable(stage):
    """A note that does not decode costs itself, and the next tells that it was missed."""
    with stage.guest() as guest:
        guest.send(*[saying.event("Note", BROKEN)] * 3, saying.note(4, "good"))
        stage.takes(guest.name, (4, "good", 3))


def missed(stage):
    """What the sender gave up on is told as missed."""
    with stage.guest() as guest:
        payload = uint(1, 5) + text(2, "after a gap")
        guest.send(saying.event("Note", payload, missed=17))
        stage.takes(guest.name, (5, "after a gap", 17))


def nothing_here(stage):
    """What means nothing here is passed over."""
    with stage.guest() as guest:
        guest.send(
            saying.event("Answer"),
            saying.event(4711, b"of a type that nobody knows"),
            saying.answer(4711, "nobody", "asked"),
            saying.failed(4711),
            saying.failed(4711, code=99),
            saying.cancel(4711),
            saying.grant(4711, 2**64 - 1),
            saying.grant("Note", 1),
            b"\0" * 4,
            # A body of a later version.
            bytes.fromhex("04000000") + bytes.fromhex("4a020801"),
            saying.note(1, "after all that"))
        stage.takes(guest.name, (1, "after all that", 0))


def before_vanishing(stage):
    """What a peer sent before it vanished is delivered."""
    with stage.guest() as guest:
        guest.send(*[saying.note(number, "y" * 3000) for number in range(50)])
    stage.takes(guest.name, *[(number, "y" * 3000, 0) for number in range(50)])


def unknown_request(stage):
    """A request of a type that is not subscribed fails."""
    with stage.guest() as guest:
        for kind, request_id in [(4711, 1), ("Answer", 2)]:
            guest.send(saying.event(kind, request_id=request_id))
            failure = guest.until("failure", response_to=request_id)
            expect("the code", UNANSWERED, failure.code)


def window_kept(stage):
    """It sends what the window holds, and waits for credit."""
    kind, window, count = saying.type_id("Note"), 1000, 40
    with stage.guest(saying.known_type("Note", window=window)) as guest:
        stage.adapter.tell("broadcast", first=0, count=count, text="z" * 100, to=guest.name)
        next_number = 0
        while next_number < count:
            owed = 0
            while owed < window and next_number < count:
                owed += _is_note(guest, next_number)
                next_number += 1
            if next_number < count:
                guest.expect_silence(0.05)
            # The window is cut at what was announced, however much is granted.
            guest.send(saying.grant(kind, 2**64 - 1 if next_number % 2 else owed))
        expect("delivered", count, stage.adapter.answer().get("delivered"))


def _is_note(guest, number):
    frame = guest.until("broadcast", type_id=saying.type_id("Note"))
    expect("what was missed before it", 0, frame.missed)
    payload = (uint(1, number) if number else b"") + text(2, "z" * 100)
    expect("the note", payload.hex(), frame.payload.hex())
    return frame.length + saying.CHARGE


def too_large_for_a_guest(stage):
    """A note too large for its receiver is not sent, and the connection goes on."""
    with stage.guest(saying.known_type("Note"), max_frame_len=65536) as guest:
        stage.ends("broadcast", "too_large", first=1, count=1, text="z" * 70000, to=guest.name)
        stage.ask("broadcast", first=2, count=1, text="z" * 65000, to=guest.name)
        frame = guest.until("broadcast", type_id=saying.type_id("Note"))
        expect("the length of the frame, at most", True, 65000 < frame.length <= 65536)


def not_compressed(stage):
    """Nothing is compressed for who lists no compression."""
    with stage.guest(saying.known_type("Note")) as guest:
        stage.ask("broadcast", first=2, count=1, text="z" * 10000, to=guest.name)
        frame = guest.until("broadcast", type_id=saying.type_id("Note"))
        if frame.compression:
            raise Failure(f"compression {frame.compression} was not in the Hello")


ATTACKS = [
    window_overdrawn, credit_comes_back, undecodable, missed, nothing_here, before_vanishing,
    unknown_request, window_kept, too_large_for_a_guest, not_compressed,
]
