"""What peers can make a process hold."""

from pathlib import Path

from ..report import Failure
from . import saying
from .peer import Peer

MIB = 1 << 20
MOST_GROWN = 96 * MIB
CLAIMS = 100


def knocks(stage):
    """Connecting and closing, many times, leaves nothing behind."""
    files = _open_files(stage)
    for _ in range(500):
        stage.stranger().close()
    stage.serves_still()
    _expect_files(stage, files)


def mayflies(stage):
    """Saying hello under ever new names and dying leaves nothing behind."""
    files = _open_files(stage)
    for _ in range(200):
        stage.guest().close()
    stage.serves_still()
    _expect_files(stage, files)


def claims(stage):
    """Lengths that are claimed and never come reserve next to nothing."""
    before = _peak_memory(stage)
    guests = [stage.guest() for _ in range(CLAIMS)]
    for guest in guests:
        guest.write((16 * MIB).to_bytes(4, "little") + b"\0")
    for guest in guests:
        guest.close()
    stage.serves_still()
    grown = _peak_memory(stage) - before
    if grown > MOST_GROWN:
        raise Failure(f"its memory grew by {grown // MIB} MiB for {CLAIMS} claims of 16 MiB each")


def renewals(stage):
    """Ever new types, a limited number at a time, hold no more than that number."""
    before = _peak_memory(stage)
    with stage.guest() as guest:
        removed = []
        for revision in range(2, 200):
            names = [f"hostile.v1.Type{revision}x{at}" for at in range(400)]
            guest.send(saying.change(
                revision, *[saying.event_type(name) for name in names], removed=removed))
            removed = [saying.fnv1a(name) for name in names]
            guest.until("subscriptions_ack", revision=revision)
    stage.serves_still()
    grown = _peak_memory(stage) - before
    if grown > MOST_GROWN:
        raise Failure(f"its memory grew by {grown // MIB} MiB for 400 types at a time")


def _proc(stage):
    folder = Path(f"/proc/{stage.adapter.pid}")
    if not folder.is_dir():
        stage.skip("there is no /proc here")
    return folder


def _peak_memory(stage):
    status = (_proc(stage) / "status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _open_files(stage):
    return len(list((_proc(stage) / "fd").iterdir()))


def _expect_files(stage, before):
    """It may take a moment until each end is noticed."""
    for _ in range(100):
        # The next one is judged only after those before it.
        with Peer.open(stage.path, "counts"):
            if _open_files(stage) <= before + 1:
                return
    raise Failure(f"it holds {_open_files(stage)} files open, and held {before}")


ATTACKS = [knocks, mayflies, claims, renewals]
