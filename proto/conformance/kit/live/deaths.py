"""`kill -9`."""

import time

from ..report import expect
from .pair import PACKAGE

# Far less than the deadline of the request.
AT_ONCE = 5
DEADLINE_MS = 25_000


def of_who_was_asked(pair):
    """Who was asked is killed: the requester hears of it, and the killed one comes back."""
    pair.connect()
    victim, name = pair.second, pair.second.name
    pair.first.ask("start_request", type=PACKAGE + "Hang", text="", to=name, timeout=DEADLINE_MS)
    # Its answer comes after the other request was read.
    pair.first.asks(victim, "did you get it?")
    begin = time.monotonic()
    victim.kill()
    pair.first.fails("finish_request", "disconnected")
    expect(f"told within {AT_ONCE} s", True, time.monotonic() - begin < AT_ONCE)
    _comes_back(pair, name)
    pair.first.ask("connect", to=name)
    _goes_on(pair)


def of_who_asked(pair):
    """Who waits for an answer is killed, comes back under its name and connects itself."""
    pair.connect()
    name = pair.second.name
    pair.second.ask("start_request", type=PACKAGE + "Hang", text="", to=pair.first.name,
                    timeout=DEADLINE_MS)
    pair.second.asks(pair.first, "did you get it?")
    pair.second.kill()
    _comes_back(pair, name)
    pair.second.ask("connect", to=pair.first.name)
    _goes_on(pair)


def _comes_back(pair, name):
    pair.second.revive()
    pair.serve_again(pair.second, name)
    pair.first.ask("wait_gone", name=name)


def _goes_on(pair):
    pair.know()
    for sender, receiver in pair.sides():
        sender.asks(receiver, "welcome back")
        sender.ask("broadcast", first=0, count=3, text="again", to=receiver.name)
        receiver.takes(3, sender.name, "again")
    pair.stop()
