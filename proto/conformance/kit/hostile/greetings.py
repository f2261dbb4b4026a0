"""How a connection opens, and how it does not."""

from ..report import expect
from . import saying
from .saying import (
    DUPLICATE, INSTANCE, NAME_TAKEN, PROTOCOL_ERROR, SHUTDOWN, UNSUPPORTED_VERSION,
)
from .stage import INNOCENT, VICTIM


def _refused(stage, hello, reason):
    with stage.stranger() as stranger:
        stranger.send(hello)
        stranger.expect_goodbye(reason)


def no_hello_first(stage):
    """Whatever comes first and is no Hello is refused."""
    for frame in [
        saying.change(1), saying.ack(1), saying.note(1), saying.failed(1), saying.grant("Note", 1),
        saying.cancel(1), saying.ask(1),
    ]:
        _refused(stage, frame, PROTOCOL_ERROR)


def goodbye_first(stage):
    """A Goodbye may come first, and ends the connection."""
    with stage.stranger() as stranger:
        stranger.send(saying.farewell())
        stranger.hang_up()
        expect("at most a Goodbye comes back", [],
               [frame.kind for frame in stranger.read_to_end() if frame.kind != "goodbye"])


def nothing_at_all(stage):
    """Who hangs up before saying a word is let go."""
    with stage.stranger() as stranger:
        stranger.hang_up()
        stranger.read_to_end()


def hello_twice(stage):
    """A second Hello is refused."""
    with stage.guest() as guest:
        guest.send(saying.greeting(guest.name))
        guest.expect_goodbye(PROTOCOL_ERROR)


def event_before_subscriptions(stage):
    """An event or a request before the whole set is refused."""
    for hasty in [saying.note(1), saying.ask(1)]:
        _refused(stage, saying.greeting("hasty") + hasty, PROTOCOL_ERROR)


def event_inside_subscriptions(stage):
    """An event before the last part of the whole set is refused."""
    part = saying.change(1, saying.known_type("Note"), more=True)
    _refused(stage, saying.greeting("hasty") + part + saying.note(1), PROTOCOL_ERROR)


def own_name(stage):
    """The endpoint's own name is taken."""
    _refused(stage, saying.greeting(VICTIM), NAME_TAKEN)


def linked_name(stage):
    """The name of a live link to another instance is taken."""
    _refused(stage, saying.greeting(INNOCENT, instance=0x7777), NAME_TAKEN)


def linked_twice(stage):
    """A name and instance that are linked are a duplicate."""
    with stage.guest(instance=INSTANCE) as guest:
        _refused(stage, saying.greeting(guest.name, instance=INSTANCE), DUPLICATE)
        stage.is_answered(guest, "still linked")


def version_0(stage):
    """Version 0 cannot be spoken."""
    _refused(stage, saying.greeting("old", version=0), UNSUPPORTED_VERSION)


def later_version(stage):
    """A later version is answered with the version that both speak."""
    with stage.guest(version=7) as guest:
        expect("its version", 1, guest.hello.protocol_version)
        stage.is_answered(guest, "hello from the future")


def its_hello(stage):
    """Its Hello is as it must be."""
    with stage.guest() as guest:
        hello = guest.hello
        expect("its name", VICTIM, hello.name)
        expect("an instance that is not 0", True, hello.instance != 0)
        limit = hello.max_frame_len
        expect("a limit of 0, or 64 KiB and more", True, limit == 0 or limit >= 65536)
    with stage.guest() as another:
        expect("the instance, which stays the same", hello.instance, another.hello.instance)


def whole_set_in_parts(stage):
    """A whole set in several frames is one."""
    with stage.stranger() as stranger:
        stranger.send(
            saying.greeting("parts"),
            saying.change(1, saying.known_type("Answer"), more=True),
            saying.change(1, more=True),
            saying.change(1, saying.known_type("Note")))
        stranger.be_admitted()
        stage.ask("wait_subscribed", to="parts", type=saying.PACKAGE + "Note")
        stage.is_answered(stranger, "that was all")


def phoenix(stage):
    """Who dies may come back at once as another."""
    for instance in range(1, 51):
        with stage.stranger() as stranger:
            stranger.send(saying.greeting("phoenix", instance=instance))
            expect(f"the answer to instance {instance}", "hello", stranger.next().kind)


def goodbye_of_a_guest(stage):
    """Who says Goodbye gets what is due, then a Goodbye."""
    with stage.guest() as guest:
        guest.send(saying.note(1, "last"), saying.farewell())
        guest.expect_goodbye(SHUTDOWN, words=False)
        stage.ask("wait_gone", name=guest.name)
        stage.takes(guest.name, (1, "last", 0))


ATTACKS = [
    its_hello, no_hello_first, goodbye_first, nothing_at_all, hello_twice,
    event_before_subscriptions, event_inside_subscriptions, own_name, linked_name, linked_twice,
    version_0, later_version, whole_set_in_parts, phoenix, goodbye_of_a_guest,
]
