"""Changes of subscriptions, sensible and not."""

from . import saying
from .saying import PROTOCOL_ERROR

MOST_TYPES = 4096


def _refused(stage, *frames):
    with stage.guest() as guest:
        guest.send(*frames)
        guest.expect_goodbye(PROTOCOL_ERROR)


def _numbered(number):
    return saying.event_type(f"hostile.v1.T{number}")


def revisions(stage):
    """A revision that is not the next is refused."""
    for revision in [0, 1, 3, 2**64 - 1]:
        _refused(stage, saying.change(revision))


def added_twice(stage):
    """A type that is added twice is refused, in one change and in two."""
    _refused(stage, saying.change(2, _numbered(1), _numbered(1)))
    _refused(stage, saying.change(2, _numbered(1)), saying.change(3, _numbered(1)))


def too_many(stage):
    """4,096 types are taken, one more is refused."""
    with stage.guest(*map(_numbered, range(MOST_TYPES - 1))) as guest:
        guest.send(saying.change(2, _numbered(MOST_TYPES)))
        guest.until("subscriptions_ack", revision=2)
        stage.is_answered(guest, "still welcome")
        guest.send(saying.change(3, _numbered(MOST_TYPES + 1)))
        guest.expect_goodbye(PROTOCOL_ERROR)


def another_name(stage):
    """Another name under an ID that the endpoint uses is refused."""
    colliding = saying.event_type("hostile.v1.Note", identity=saying.type_id("Note"))
    _refused(stage, saying.change(2, colliding))
    with stage.stranger() as stranger:
        stranger.send(saying.greeting("colliding"), saying.change(1, colliding))
        stranger.expect_goodbye(PROTOCOL_ERROR)


def ack_of_nothing(stage):
    """An ack of what was never sent is refused."""
    for revision in [2, 99, 2**64 - 1]:
        _refused(stage, saying.ack(revision))


def ack_again(stage):
    """An ack of what was acknowledged is none of what was never sent."""
    with stage.guest() as guest:
        guest.send(saying.ack(1))
        stage.is_answered(guest, "still welcome")


def removed_unsubscribed(stage):
    """Removing what is not subscribed is acknowledged."""
    with stage.guest() as guest:
        guest.send(saying.change(2, removed=[saying.type_id("Answer"), 4711]))
        guest.until("subscriptions_ack", revision=2)


def renewed(stage):
    """A type that is removed and added in one change is renewed."""
    with stage.guest(saying.known_type("Note")) as guest:
        guest.send(saying.change(2, saying.known_type("Note", window=7),
                                 removed=[saying.type_id("Note")]))
        guest.until("subscriptions_ack", revision=2)
        stage.ask("broadcast", first=1, count=1, text="renewed", to=guest.name)
        guest.until("broadcast", type_id=saying.type_id("Note"))


def unsubscribed(stage):
    """After the ack of a removal nothing of the type comes."""
    with stage.guest(saying.known_type("Note")) as guest:
        guest.send(saying.change(2, removed=[saying.type_id("Note")]))
        guest.until("subscriptions_ack", revision=2)
        stage.ask("broadcast", first=1, count=3, text="unwanted", to=guest.name)
        guest.expect_silence(0.05)


ATTACKS = [
    revisions, added_twice, too_many, another_name, ack_of_nothing, ack_again, removed_unsubscribed,
    renewed, unsubscribed,
]
