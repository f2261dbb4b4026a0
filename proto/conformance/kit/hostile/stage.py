"""An endpoint under attack, and a well-behaved peer that must not suffer from it."""

import itertools
import os
import tempfile

from ..adapter import AdapterError, Refused, Skipped
from ..report import Failure, expect, field, shown
from . import saying
from .peer import Peer

VICTIM = "victim"
INNOCENT = "tara"
FAILURES = 5


class Tolerance:
    """How often in a row an adapter may fail before it is spared the rest."""

    def __init__(self):
        self._failures = 0

    def check(self):
        if self._failures >= FAILURES:
            raise AdapterError(f"not attacked any more: {FAILURES} attacks in a row were too much")

    def failed(self):
        self._failures += 1

    def passed(self):
        self._failures = 0


class Stage:
    """The victim runs in the adapter, its peers in the runner. It is built again where it broke."""

    def __init__(self, candidate, tolerance, **options):
        self._candidate = candidate
        self._tolerance = tolerance
        self._options = options
        self._guests = itertools.count(1)
        # Far from those that attacks choose.
        self._ids = itertools.count(1 << 40)
        self._folder = None
        self.adapter = None
        self.involved = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._tear_down()

    @property
    def directory(self):
        return self._folder.name

    @property
    def path(self):
        return os.path.join(self.directory, f"{VICTIM}.ipc")

    def play(self, attack):
        """Attacks; afterwards the innocent peer must be served as before."""
        self._tolerance.check()
        try:
            self.set_up()
            attack(self)
            self.serves_still()
        except Skipped:
            raise
        except Exception:
            # What it left behind is not the next attack's concern.
            self._tolerance.failed()
            self._tear_down()
            raise
        self._tolerance.passed()

    def play_to_the_end(self, attack):
        """Attacks; the victim stops by that, and has no other peer to wait for."""
        self._tolerance.check()
        try:
            self.set_up()
            self._innocent.close()
            attack(self)
        finally:
            self._tear_down()

    def serves_still(self):
        if not self.adapter.is_alive():
            raise AdapterError("the victim's process died")
        self.is_answered(self._innocent, "are you there?")

    def is_answered(self, peer, text):
        """A request of this peer is answered."""
        request_id = next(self._ids)
        peer.send(saying.ask(request_id, text))
        answer = peer.until("broadcast", response_to=request_id)
        expect("the answer", saying.answer(request_id, VICTIM, text)[4:].hex(),
               saying.event(answer.type_id, answer.payload, response_to=request_id)[4:].hex())

    def stranger(self):
        """Has connected, and says nothing yet."""
        return Peer.connect(self.path)

    def guest(self, *types, **greeting):
        """Is linked to the victim."""
        return Peer.open(self.path, f"guest-{next(self._guests)}", *types, **greeting)

    def skip(self, why):
        """The case does not apply to this victim."""
        raise Skipped(why)

    def ask(self, do, **fields):
        return self.adapter.ask(do, **fields)

    def takes(self, origin, *notes):
        """The next notes of the victim: number, text and how many were missed before."""
        taken = field(self.ask("take_notes", count=len(notes)), "notes", list)
        expected = [[origin, str(number), text, missed] for number, text, missed in notes]
        expect("the notes", expected, taken)

    def ends(self, do, *words, **fields):
        """The command is answered with `failed` and one of these words."""
        self.adapter.tell(do, **fields)
        self.answer_fails(*words)

    def answer_fails(self, *words):
        try:
            answer = self.adapter.answer()
        except Refused as refused:
            if refused.word not in words:
                raise
            return
        raise Failure(f"what the victim's user is told\n    expected failed: {' or '.join(words)}\n"
                      f"    got      {shown(answer)}")

    def set_up(self):
        """Has a victim that serves."""
        if self.adapter is not None:
            return
        self._folder = tempfile.TemporaryDirectory(prefix="lahja-")
        self.adapter = self._candidate.start()
        self.involved[:] = [self.adapter]
        try:
            self.ask("serve", name=VICTIM, directory=self.directory, **self._options)
            self._innocent = Peer.open(self.path, INNOCENT)
        except Exception:
            self._tear_down()
            raise

    def _tear_down(self):
        if self.adapter is not None:
            self.adapter.abandon()
            self.adapter = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
