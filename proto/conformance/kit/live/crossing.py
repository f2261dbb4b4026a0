"""Two that connect to each other."""

NAMES = [("alice", "bob"), ("bob", "alice"), ("a", "a."), ("Z", "a"), ("a10", "a9")]
ROUNDS = 20


def connects_cross(pair):
    """Both connect to each other at once, many times: both succeed, and events flow."""
    for number in range(ROUNDS):
        pair.serve(names=NAMES[number % len(NAMES)])
        for caller, called in _in_turn(pair, number):
            caller.tell("connect", to=called.name)
        for caller, _ in pair.sides():
            caller.answer()
        for asker, answerer in pair.sides():
            asker.wait_subscribed(answerer.name, "Ask")
            asker.asks(answerer, f"round {number}")
        for side, _ in _in_turn(pair, number // 2):
            side.stop()


def _in_turn(pair, number):
    sides = pair.sides()
    return sides if number % 2 else sides[::-1]
