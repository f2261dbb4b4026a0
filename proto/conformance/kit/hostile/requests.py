"""Requests and answers that break a rule, or lie."""

import time

from source.protobuf import text

from ..report import expect
from . import saying
from .events import BROKEN
from .saying import (
    DECODE_FAILED, EMPTY_ID, HANDLER_FAILED, PACKAGE, PROTOCOL_ERROR, SHUTDOWN, SHUTTING_DOWN,
    SLOW_CONSUMER, UNANSWERED,
)

DEADLINE_MS = 20_000
AT_ONCE = 5


def open_id_again(stage):
    """A request ID that is open is not used again."""
    with stage.guest() as guest:
        guest.send(saying.event("Hang", request_id=7), saying.event("Hang", request_id=7))
        guest.expect_goodbye(PROTOCOL_ERROR)


def undecodable(stage):
    """A request that does not decode fails, and the next is answered."""
    with stage.guest() as guest:
        guest.send(saying.event("Ask", BROKEN, request_id=1_000_001))
        failure = guest.until("failure", response_to=1_000_001)
        expect("the code", DECODE_FAILED, failure.code)
        stage.is_answered(guest, "a good one")


def not_utf8(stage):
    """A request whose text is no UTF-8 fails."""
    with stage.guest() as guest:
        guest.send(saying.event("Ask", b"\x0a\x02a\xff", request_id=1))
        expect("the code", DECODE_FAILED, guest.until("failure", response_to=1).code)


def largest_id(stage):
    """The largest request ID is one like any other."""
    with stage.guest() as guest:
        guest.send(saying.ask(2**64 - 1, "the last"))
        answer = guest.until("broadcast", response_to=2**64 - 1)
        expect("the answer's type", saying.type_id("Answer"), answer.type_id)


def answered_with_nothing(stage):
    """A request that is answered with Empty gets Empty."""
    with stage.guest() as guest:
        guest.send(saying.event("Touched", request_id=3))
        answer = guest.until("broadcast", response_to=3)
        expect("the answer", (EMPTY_ID, b""), (answer.type_id, answer.payload))


def failing(stage):
    """A handler that fails is told by its code and its text."""
    with stage.guest() as guest:
        guest.send(saying.event("Fail", text(1, "no such room"), request_id=4))
        failure = guest.until("failure", response_to=4)
        expect("the code", HANDLER_FAILED, failure.code)
        expect("its text is there", True, "no such room" in failure.message)


def cancelled(stage):
    """A request that is cancelled is not answered, and no other is touched."""
    with stage.guest() as guest:
        guest.send(saying.event("Hang", request_id=5), saying.cancel(5), saying.cancel(5))
        stage.is_answered(guest, "still there")


def out_of_order(stage):
    """A request that hangs holds up no other."""
    with stage.guest() as guest:
        guest.send(saying.event("Hang", request_id=6), saying.ask(8, "quick"))
        guest.until("broadcast", response_to=8)


def _asks(stage, guest, **fields):
    """The victim asks the guest; returns the request's ID."""
    stage.ask("wait_subscribed", to=guest.name, type=PACKAGE + "Ask")
    stage.ask("start_request", type=PACKAGE + "Ask", text="and you?", to=guest.name,
              **{"timeout": DEADLINE_MS, **fields})
    request = guest.until("broadcast", type_id=saying.type_id("Ask"))
    expect("the request's payload", text(1, "and you?").hex(), request.payload.hex())
    expect("the request's ID is not 0", True, request.request_id != 0)
    return request.request_id


# What a guest may say to a request, and what the victim's user is told then.
ENDS = [
    ("Failure without a code", lambda number: saying.failed(number), ["unanswered", "other"]),
    ("Failure UNANSWERED", lambda number: saying.failed(number, UNANSWERED), ["unanswered"]),
    ("Failure HANDLER_FAILED", lambda number: saying.failed(number, HANDLER_FAILED, "why"),
     ["handler_failed"]),
    ("Failure DECODE_FAILED", lambda number: saying.failed(number, DECODE_FAILED, "why"),
     ["decode_failed"]),
    ("Failure SHUTTING_DOWN", lambda number: saying.failed(number, SHUTTING_DOWN),
     ["shutting_down"]),
    ("a Failure of a later version", lambda number: saying.failed(number, 99),
     ["unanswered", "other"]),
    ("an answer of another type", lambda number: saying.event("Ask", response_to=number),
     ["unexpected_response"]),
    ("an answer of an unknown type", lambda number: saying.event(4711, response_to=number),
     ["unexpected_response"]),
    ("an answer that does not decode",
     lambda number: saying.event("Answer", BROKEN, response_to=number), ["decode_failed"]),
    ("an answer of an unknown compression",
     lambda number: saying.event("Answer", b"?", response_to=number, compression=9),
     ["decode_failed"]),
]


def ends(stage):
    """Each end of a request is told by its word."""
    with stage.guest(saying.known_type("Ask")) as guest:
        for _, say, words in ENDS:
            number = _asks(stage, guest)
            guest.send(say(number))
            stage.ends("finish_request", *words)
            # It counts as over: what comes now is dropped.
            guest.send(saying.answer(number, guest.name, "too late"))
        number = _asks(stage, guest)
        guest.send(saying.answer(number, guest.name, "me too"))
        expect("the answer", {"by": guest.name, "text": "me too"},
               stage.ask("finish_request").get("value"))


def torn_off(stage):
    """A request ends at once when the stream does."""
    for farewell, words in [
        (b"", ["disconnected"]),
        (saying.event("Answer")[:9], ["disconnected"]),
        (saying.farewell(), ["disconnected", "shutting_down"]),
    ]:
        with stage.guest(saying.known_type("Ask")) as guest:
            _asks(stage, guest)
            guest.send(farewell)
            begin = time.monotonic()
        stage.ends("finish_request", *words)
        expect(f"told within {AT_ONCE} s", True, time.monotonic() - begin < AT_ONCE)


def gives_up(stage):
    """A request that passes its deadline is cancelled."""
    with stage.guest(saying.known_type("Ask")) as guest:
        number = _asks(stage, guest, timeout=200)
        stage.ends("finish_request", "deadline_exceeded")
        guest.until("cancel", request_id=number)
        guest.send(saying.answer(number, guest.name, "too late"))
        stage.is_answered(guest, "no hard feelings")


def forged(stage):
    """Only who was asked may answer."""
    with stage.guest(saying.known_type("Ask")) as asked, stage.guest() as forger:
        number = _asks(stage, asked)
        forger.send(saying.answer(number, "forger", "forged"), saying.failed(number))
        # An answer of the victim's proves that it has read all that came before.
        stage.is_answered(forger, "did you believe me?")
        asked.send(saying.answer(number, asked.name, "genuine"))
        expect("the answer", {"by": asked.name, "text": "genuine"},
               stage.ask("finish_request").get("value"))


ATTACKS = [
    open_id_again, undecodable, not_utf8, largest_id, answered_with_nothing, failing, cancelled,
    out_of_order, ends, torn_off, gives_up, forged,
]


def answers_unread(stage):
    """Who leaves more than 32 MiB of answers unread is disconnected, or has to read them first."""
    with stage.guest() as guest:
        asked = 48
        for number in range(1, asked + 1):
            if not guest.write(saying.ask(number, "u" * (1 << 20))):
                break
        answered = 0
        while answered < asked:
            frame = guest.next("an answer, or a Goodbye")
            if frame.kind == "goodbye":
                return expect("the reason of the Goodbye", SLOW_CONSUMER, frame.reason)
            answered += frame.kind == "broadcast" and frame.response_to != 0


def stops(stage):
    """It stops in order: wants nothing more, fails what hangs, says Goodbye."""
    with stage.guest() as guest:
        guest.send(saying.event("Hang", request_id=9))
        stage.is_answered(guest, "did you get it?")
        stage.adapter.tell("stop")
        removed, codes = _until_goodbye(guest)
        expect("what it removes", set(guest.windows), removed)
        expect("one failure of what hung", 1, len(codes))
        expect("it is of one that stops", True, codes[0] in (SHUTTING_DOWN, UNANSWERED))
        guest.send(saying.farewell())
        guest.hang_up()
        guest.expect_end()
    stage.adapter.answer()


def _until_goodbye(guest):
    """The types that it removes, and the codes of its failures of request 9."""
    removed, codes = set(), []
    while (frame := guest.next("its Goodbye")).kind != "goodbye":
        if frame.kind == "subscriptions":
            removed.update(frame.removed)
            guest.send(saying.ack(frame.revision))
        elif frame.kind == "failure" and frame.response_to == 9:
            codes.append(frame.code)
    expect("the reason of the Goodbye", SHUTDOWN, frame.reason)
    return removed, codes
