"""Bytes that are no frames, frames that break a rule, and frames in pieces."""

from functools import partial

from .. import vectors
from . import saying
from .saying import FRAME_TOO_LARGE

LIMIT_BEFORE_HELLO = 65536


def _refused(file):
    """Vectors of a file that a receiver must refuse: name, bytes, reason, limit, kind of frame."""
    for name, found in vectors.load("streams"):
        for vector in found if name == file else []:
            reason = vector.get("breaks", vector["verdict"])
            if reason in saying.REASONS:
                yield vector, vectors.plain_bytes(vector["bytes"]), saying.REASONS[reason]


def _is_refused(stage, peer_of, content, reason):
    with peer_of(stage) as peer:
        peer.write(content)
        peer.expect_goodbye(reason)


def _stranger(stage):
    return stage.stranger()


def _guest(stage):
    return stage.guest()


def _greeted(stage):
    peer = stage.stranger()
    peer.send(saying.greeting("greeted"))
    return peer


def malformed():
    for vector, content, reason in _refused("malformed"):
        for who, peer_of in [("a stranger", _stranger), ("a guest", _guest)]:
            yield f"{who}: {vector['name']}", partial(
                _is_refused, peer_of=peer_of, content=content, reason=reason)


def broken_rules():
    for vector, content, reason in _refused("rules"):
        kind = next(iter(vector["frames"][0]))
        peer_of = {"hello": _stranger, "subscriptions": _greeted}.get(kind, _guest)
        yield vector["name"], partial(_is_refused, peer_of=peer_of, content=content, reason=reason)


def too_long():
    """For a victim with the default limit."""
    for vector, content, reason in _refused("lengths"):
        if vector["frames"]:
            continue
        yield f"a stranger: {vector['name']}", partial(
            _is_refused, peer_of=_stranger, content=content, reason=reason)
        if vector.get("limit") is None:
            yield f"a guest: {vector['name']}", partial(
                _is_refused, peer_of=_guest, content=content, reason=reason)


def too_long_for_little():
    """For a victim with the least limit."""
    for vector, content, reason in _refused("lengths"):
        if vector.get("limit") == LIMIT_BEFORE_HELLO:
            yield f"a guest: {vector['name']}", partial(
                _is_refused, peer_of=_guest, content=content, reason=reason)


def incomplete():
    for name, found in vectors.load("streams"):
        for vector in found:
            if vector["verdict"] == "incomplete":
                yield f"a guest who hangs up: {name}: {vector['name']}", partial(
                    _is_cut_off, content=vectors.plain_bytes(vector["bytes"]))


def _is_cut_off(stage, content):
    with stage.guest() as guest:
        guest.write(content)
        guest.hang_up()
        guest.read_to_end()


def http(stage):
    """HTTP is refused with both what came and the limit in words."""
    with stage.stranger() as stranger:
        stranger.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        stranger.expect_goodbye(FRAME_TOO_LARGE)


def _noise(seed, length):
    """Marsaglia's xorshift: bytes that mean nothing, the same ones every time."""
    state, out = seed, bytearray()
    while len(out) < length:
        state ^= state << 13 & 2**64 - 1
        state ^= state >> 7
        state ^= state << 17 & 2**64 - 1
        out.append(state & 0xFF)
    return bytes(out)


def garbage(stage):
    """Garbage in good frames ends its own connection alone."""
    for seed in range(1, 101):
        peer = stage.guest() if seed % 2 else stage.stranger()
        with peer:
            peer.write((200).to_bytes(4, "little") + _noise(seed, 200))
            peer.hang_up()
            peer.read_to_end()


def raw_garbage(stage):
    """Garbage without frames ends its own connection alone."""
    for seed in range(101, 151):
        peer = stage.guest() if seed % 2 else stage.stranger()
        with peer:
            peer.write(_noise(seed, 5000))
            peer.hang_up()
            peer.read_to_end()


def _visit(name, number):
    """All that a peer says who comes with a note."""
    return b"".join([saying.greeting(name), saying.change(1), saying.note(number, "in pieces")])


def byte_by_byte(stage):
    """A note that comes byte by byte arrives."""
    with stage.stranger() as stranger:
        for byte in _visit("slow", 1):
            stranger.send(bytes([byte]))
        stage.takes("slow", (1, "in pieces", 0))


def cut_in_two(stage):
    """A stream that is cut at any byte into two writes means the same."""
    for cut in range(1, len(_visit("cut-100", 1))):
        content = _visit(f"cut-{cut:03}", cut)
        with stage.stranger() as stranger:
            stranger.send(content[:cut])
            # The victim says Hello as soon as it has read the first frame.
            stranger.send(content[cut:])
            stage.takes(f"cut-{cut:03}", (cut, "in pieces", 0))


def many_at_once(stage):
    """A thousand frames in one write arrive in order."""
    with stage.guest() as guest:
        frames = [saying.note(number) for number in range(1000)]
        guest.send(b"".join(frames))
        stage.takes(guest.name, *[(number, "", 0) for number in range(1000)])


def torn(stage):
    """A note that is torn by its sender's end is not delivered, what came before is."""
    whole, part = saying.note(1, "whole"), saying.note(2, "torn")
    for cut in range(1, len(part), 3):
        with stage.guest() as guest:
            guest.send(whole, part[:cut])
        stage.takes(guest.name, (1, "whole", 0))
    with stage.guest() as guest:
        guest.send(saying.note(3, "next"))
        stage.takes(guest.name, (3, "next", 0))


ATTACKS = [http, garbage, raw_garbage, byte_by_byte, cut_in_two, many_at_once, torn]
