"""Requests, and how they end."""

import time

from ..report import expect
from .notes import LARGE, LEAST_LIMIT
from .pair import PACKAGE

SOON = 5


def both_ways(pair):
    """Requests are answered both ways."""
    pair.connect()
    for asker, answerer in pair.sides():
        for text in ["", "what time is it?", "wie spät ist es? 😀"]:
            asker.asks(answerer, text)
        expect("the answer to Touched", {}, asker.request("Touched", to=answerer.name))
    pair.stop()


def large(pair):
    """A request that is larger than the window, and its answer, go through."""
    window = {"window": 1000}
    pair.connect(first=window, second=window)
    for asker, answerer in pair.sides():
        for _ in range(5):
            asker.asks(answerer, LARGE)
    pair.stop()


def failing(pair):
    """A handler that fails is told with its text, and goes on."""
    pair.connect()
    for asker, answerer in pair.sides():
        for _ in range(2):
            message = asker.fails("request", "handler_failed", type=PACKAGE + "Fail",
                                  text="no such room: ü", to=answerer.name)
            expect("the handler's text is in the message", True, "no such room: ü" in message)
        asker.asks(answerer, "still there?")
    pair.stop()


def nobody(pair):
    """A request to nobody fails at once."""
    pair.connect()
    for asker, answerer in pair.sides():
        begin = time.monotonic()
        asker.fails("request", "no_subscribers", type=PACKAGE + "Ask", text="?", to="nobody")
        expect(f"told within {SOON} s", True, time.monotonic() - begin < SOON)
        asker.asks(answerer, "somebody")
    pair.stop()


def deadline(pair):
    """A request that nobody answers ends at its deadline."""
    for asker, answerer in pair.sides():
        pair.connect()
        begin = time.monotonic()
        asker.fails("request", "deadline_exceeded", type=PACKAGE + "Hang", text="",
                    to=answerer.name, timeout=300)
        seconds = time.monotonic() - begin
        expect(f"told after 0.3 s, within {SOON} s", True, 0.29 <= seconds < SOON)
        asker.asks(answerer, "and now?")
        # Who keeps the request stops first: until then its cost is not granted back.
        answerer.stop()
        asker.stop()


def answer_too_large(pair):
    """An answer too large for the requester fails the request."""
    limit = {"max_frame_len": LEAST_LIMIT}
    # The answer has the name of who answers as well, and does not fit where the request does.
    pair.connect(names=("a" * 60, "b" * 60), first=limit, second=limit)
    for asker, answerer in pair.sides():
        text = LARGE[:LEAST_LIMIT - 60]
        message = asker.fails("request", "handler_failed", "unanswered", "decode_failed", "other",
                              type=PACKAGE + "Ask", text=text, to=answerer.name)
        expect("a message for people", True, bool(message))
        asker.asks(answerer, "a smaller one")
    pair.stop()
