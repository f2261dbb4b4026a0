"""Two adapters, and the endpoints that they run."""

import tempfile

from ..adapter import AdapterError, Refused
from ..report import Failure, expect, field, shown

PACKAGE = "lahja.conformance.v1."
DEATHS = 3
KINDS = ["Note", "Ask", "Fail", "Hang", "Touched"]


class Side:
    """One adapter, which is started again when it has died, and the endpoint that it runs."""

    def __init__(self, candidate, involved):
        self.language = candidate.language
        self._candidate = candidate
        self._involved = involved
        self._adapter = None
        self._deaths = 0
        self.name = None

    def ready(self):
        """Has an adapter that runs, and no endpoint yet."""
        if self._adapter is not None and self._adapter.is_alive() and self.name is None:
            return
        if self._adapter is not None:
            self._deaths += not self._adapter.is_alive()
            self.abandon()
        if self._deaths >= DEATHS:
            raise AdapterError(f"{self.language} is not asked any more: it died {DEATHS} times")
        self._start()

    def revive(self):
        """Starts anew after `kill`."""
        self._adapter.abandon()
        self._start()

    def _start(self):
        self._adapter = self._candidate.start()
        self._involved.append(self._adapter)
        self.name = None

    def kill(self):
        self._adapter.kill()
        self.name = None

    def abandon(self):
        if self._adapter is not None:
            self._adapter.abandon()
        self._adapter = None

    def serve(self, name, directory, **options):
        self.name = name
        self.ask("serve", name=name, directory=directory, **options)

    def stop(self):
        self.ask("stop")
        self.name = None

    def ask(self, do, **fields):
        self.tell(do, **fields)
        return self.answer()

    def tell(self, do, **fields):
        try:
            self._adapter.tell(do, **fields)
        except AdapterError as error:
            raise AdapterError(f"{self.language}: {error}") from None

    def answer(self, within=None):
        try:
            return self._adapter.answer(within)
        except AdapterError as error:
            raise AdapterError(f"{self.language}: {error}") from None
        except Refused as refused:
            raise Refused(refused.word, f"{refused.message} (says {self.language})") from None

    def wait_subscribed(self, to, *kinds):
        for kind in kinds or KINDS:
            self.ask("wait_subscribed", to=to, type=PACKAGE + kind)

    def request(self, kind, text="", **fields):
        return field(self.ask("request", type=PACKAGE + kind, text=text, **fields), "value", dict)

    def fails(self, do, *words, **fields):
        """The command is answered with `failed` and one of these words."""
        self.tell(do, **fields)
        return self.answer_fails(*words)

    def answer_fails(self, *words):
        try:
            answer = self.answer()
        except Refused as refused:
            if refused.word not in words:
                raise
            return refused.message
        words = " or ".join(words)
        raise Failure(f"what {self.language} says\n    expected failed: {words}\n"
                      f"    got      {shown(answer)}")

    def asks(self, other, text):
        """Asks the other, and gets the same text back."""
        answer = self.request("Ask", text, to=other.name)
        expected = {"by": other.name, "text": text}
        expect("the answer", {name: value for name, value in expected.items() if value}, answer)

    def takes(self, count, origin, text, first=0):
        """Takes so many notes, which must be the next of their origin."""
        notes = field(self.ask("take_notes", count=count), "notes", list)
        expected = [[origin, str(number), text, 0] for number in range(first, first + count)]
        for at, (due, got) in enumerate(zip(expected, notes)):
            expect(f"note {at} of {count}", due, got)
        expect("how many notes", count, len(notes))


class Pair:
    """Two sides; `play` begins each scene with both free to serve."""

    def __init__(self, first, second, compress_above):
        self.involved = []
        self.first = Side(first, self.involved)
        self.second = Side(second, self.involved)
        self._options = {} if compress_above is None else {"compress_above": compress_above}
        self.directory = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.first.abandon()
        self.second.abandon()

    def play(self, scene):
        del self.involved[:-2]
        with tempfile.TemporaryDirectory(prefix="lahja-") as directory:
            self.directory = directory
            self.first.ready()
            self.second.ready()
            scene(self)

    def serve(self, names=("alice", "bob"), first=None, second=None):
        """Both serve, with these options."""
        self.first.serve(names[0], self.directory, **self._options, **(first or {}))
        self.second.serve(names[1], self.directory, **self._options, **(second or {}))

    def serve_again(self, side, name):
        side.serve(name, self.directory, **self._options)

    def connect(self, **options):
        """Both serve, the first connects, both know of each other's subscriptions."""
        self.serve(**options)
        self.first.ask("connect", to=self.second.name)
        self.know()

    def know(self):
        self.first.wait_subscribed(self.second.name)
        self.second.wait_subscribed(self.first.name)

    def stop(self):
        self.first.stop()
        self.second.stop()

    def sides(self):
        """Each as itself with the other."""
        return [(self.first, self.second), (self.second, self.first)]
