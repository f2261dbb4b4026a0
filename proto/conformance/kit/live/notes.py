"""Events."""

from ..report import expect, field

WINDOW = 65536
SIZE = 1024
# Some six windows.
COUNT = 400
LEAST_LIMIT = 65536

TEXTS = [
    "", "a", "\0", "\n\r\t\"\\", "ü", "€", "😀", "\u2028\u202e\ufeff\uffff",
    "x" * 63, "x" * 64, "x" * 65, "0123456789" * 20000,
]


def noise(length):
    """A text that does not compress, the same every time."""
    state, digits = 1, []
    while len(digits) < length:
        state = state * 6364136223846793005 + 1442695040888963407 & 2**64 - 1
        digits.append(chr(33 + (state >> 33) % 94))
    return "".join(digits)


LARGE = noise(4 * LEAST_LIMIT)


def both_ways_at_once(pair):
    """Notes go both ways at once, more than the windows hold."""
    window = {"window": WINDOW}
    pair.connect(first=window, second=window)
    texts = {pair.first: noise(SIZE), pair.second: "y" * SIZE}
    for sender, receiver in pair.sides():
        sender.tell("broadcast", first=0, count=COUNT, text=texts[sender], to=receiver.name)
    for sender, _ in pair.sides():
        expect("delivered", COUNT, field(sender.answer(), "delivered", int))
    for sender, receiver in pair.sides():
        receiver.takes(COUNT, sender.name, texts[sender])
    pair.stop()


def to_everyone(pair):
    """A note to nobody in particular reaches the other."""
    pair.connect()
    delivered = field(pair.first.ask("broadcast", first=7, count=3, text="all"), "delivered", int)
    # The sender is subscribed too, and may count itself.
    expect("delivered to the other, perhaps to itself", True, delivered in (3, 6))
    pair.second.takes(3, pair.first.name, "all", first=7)
    nobody = pair.first.ask("broadcast", first=0, count=3, text="none", to="nobody")
    expect("delivered to nobody", 0, field(nobody, "delivered", int))
    pair.stop()


def all_texts(pair):
    """Texts of all kinds and lengths arrive as they are."""
    pair.connect()
    for sender, receiver in pair.sides():
        for number, text in enumerate(TEXTS):
            sender.ask("broadcast", first=number, count=1, text=text, to=receiver.name)
            receiver.takes(1, sender.name, text, first=number)
    pair.stop()


def too_large(pair):
    """A note too large for the receiver fails, and the next one arrives."""
    limit = {"max_frame_len": LEAST_LIMIT}
    pair.connect(first=limit, second=limit)
    for sender, receiver in pair.sides():
        to = {"to": receiver.name}
        sender.fails("broadcast", "too_large", first=0, count=1, text=LARGE, **to)
        sender.fails("request", "too_large", type="lahja.conformance.v1.Ask", text=LARGE, **to)
        fitting = LARGE[:LEAST_LIMIT - 200]
        sender.ask("broadcast", first=1, count=1, text=fitting, **to)
        receiver.takes(1, sender.name, fitting, first=1)
    pair.stop()
