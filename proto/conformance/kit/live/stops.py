"""Stopping while notes are under way: nothing that was reported delivered is missing."""

from ..report import field
from .pair import PACKAGE

COUNT = 2000
TEXT = "under way " * 10
SMALL = {"window": 4096}


def of_who_receives(pair):
    """The receiver stops while notes come: all that were delivered are there."""
    for sender, receiver in pair.sides():
        pair.connect(first=SMALL, second=SMALL)
        sender.tell("broadcast", first=0, count=COUNT, text=TEXT, to=receiver.name)
        receiver.takes(1, sender.name, TEXT)
        receiver.stop()
        delivered = field(sender.answer(), "delivered", int)
        receiver.takes(delivered - 1, sender.name, TEXT, first=1)
        sender.stop()


def of_who_sends(pair):
    """The sender stops behind its notes: all that were delivered arrive."""
    for sender, receiver in pair.sides():
        pair.connect()
        sender.tell("broadcast", first=0, count=COUNT, text=TEXT, to=receiver.name)
        sender.tell("stop")
        delivered = field(sender.answer(), "delivered", int)
        sender.answer()
        sender.name = None
        receiver.takes(delivered, "alice" if sender is pair.first else "bob", TEXT)
        receiver.stop()


def with_a_request_pending(pair):
    """Who was asked stops: the requester hears of it."""
    asker, answerer = pair.first, pair.second
    pair.connect()
    asker.ask("start_request", type=PACKAGE + "Hang", text="", to=answerer.name, timeout=25_000)
    asker.asks(answerer, "did you get it?")
    # It may wait for its handler up to its drain deadline.
    answerer.stop()
    asker.fails("finish_request", "shutting_down", "unanswered", "disconnected")
    asker.stop()


def and_starts(pair):
    """One stops and comes back under its name."""
    pair.connect()
    for stays, leaves in pair.sides():
        name = leaves.name
        for caller, called in [(stays, leaves), (leaves, stays)]:
            leaves.stop()
            stays.ask("wait_gone", name=name)
            pair.serve_again(leaves, name)
            caller.ask("connect", to=called.name)
            pair.know()
            stays.asks(leaves, "welcome back")
            leaves.asks(stays, "thank you")
    pair.stop()
