"""Messages in messages, as deep as everybody must accept, and deeper than anybody may."""

from .protobuf import group, message, uint
from .vector import message_of, no_message_of

KIND = "messages"

# Messages or groups within the outermost message. Libraries differ on 100.
DEEPEST, TOO_DEEP = 99, 101


def deep(depth, number, content):
    """So many messages in field `number`, one within the other, the content innermost."""
    for _ in range(depth):
        content = message(number, content)
    return content


def left(depth):
    value = {"number": 1}
    for _ in range(depth):
        value = {"left": value}
    return value


def others(depth):
    value = {"number": 1}
    for _ in range(depth):
        value = {"others": [value]}
    return value


def groups(depth):
    content = b""
    for _ in range(depth):
        content = group(9, content)
    return content


def tree(name, content, value, canonical=True):
    return message_of("Tree", name, content, value, canonical)


VECTORS = [
    tree("one message within", message(2, uint(1, 1)), {"left": {"number": 1}}),
    tree("an empty message in an empty message", message(2, message(2)), {"left": {"left": {}}}),
    tree("both kinds", uint(1, 1) + message(2, uint(1, 2)) + message(3, uint(1, 3)) * 2,
         {"number": 1, "left": {"number": 2}, "others": [{"number": 3}, {"number": 3}]}),
    tree(f"{DEEPEST} messages within each other", deep(DEEPEST, 2, uint(1, 1)), left(DEEPEST)),
    # Their value as JSON is twice as deep, which JSON readers limit too.
    tree("50 repeated messages within each other", deep(50, 3, uint(1, 1)), others(50)),
    tree(f"{DEEPEST} unknown groups within each other", groups(DEEPEST), {}, canonical=False),
    no_message_of("Tree", f"{TOO_DEEP} messages within each other",
                  deep(TOO_DEEP, 2, uint(1, 1))),
    no_message_of("Tree", f"{TOO_DEEP} repeated messages within each other",
                  deep(TOO_DEEP, 3, b"")),
    no_message_of("Tree", f"{TOO_DEEP} unknown groups within each other", groups(TOO_DEEP)),
    no_message_of("Tree", "1,000 messages within each other", deep(1000, 2, b"")),
    no_message_of("Tree", "1,000 unknown groups within each other", groups(1000)),
    tree("a hundred messages beside each other", message(3) * 100, {"others": [{}] * 100}),
    tree("a message in two parts, each with one within, which are merged",
         message(2, message(2, uint(1, 1))) + message(2, uint(1, 2), message(3)),
         {"left": {"number": 2, "left": {"number": 1}, "others": [{}]}}, canonical=False),
]
