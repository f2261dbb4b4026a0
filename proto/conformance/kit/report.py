"""What passed, what failed and why, what was skipped."""

import contextlib
import sys
import threading
import time
import traceback

from .adapter import AdapterError, Refused, Skipped


class Failure(Exception):
    """Something came other than was expected."""


def expect(what, expected, got):
    """Fails unless the two are equal."""
    if expected != got:
        raise Failure(f"{what}\n    expected {shown(expected)}\n    got      {shown(got)}")


def field(answer, name, kind):
    """A field of an answer, which must be of this kind."""
    value = answer.get(name)
    if not isinstance(value, kind) or isinstance(value, bool) and kind is int:
        raise AdapterError(f"an answer has no proper `{name}`: {shown(answer)}")
    return value


def shown(value):
    """A value as a failure tells it: not all of it where it is long."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 400 else f"{text[:300]} … {text[-80:]} ({len(text)} characters)"


class Report:
    """Counts cases; may be used by several threads at a time."""

    def __init__(self, out=sys.stdout, only="", progress=True):
        self._out = out
        self._only = only
        self._progress = progress
        self._lock = threading.Lock()
        self._skips = {}
        self.passed = 0
        self.failed = 0
        self.skipped = 0

    def case(self, name, check, adapters):
        """Passes unless `check` raises; `adapters` are those involved when it is over."""
        if self._only not in name:
            return
        try:
            check()
        except Skipped as skip:
            self.skip(name, str(skip))
        except (Failure, AdapterError, Refused) as problem:
            self.fail(name, str(problem), adapters)
        except Exception as error:  # noqa: BLE001
            # An adapter must not be able to end the run by an answer that nobody thought of.
            where = traceback.format_exc().strip()
            self.fail(name, f"the runner could make nothing of it: {error!r}\n{where}", adapters)
        else:
            with self._lock:
                self.passed += 1

    def fail(self, name, problem, adapters=()):
        lines = [f"FAILED {name}", f"  {problem}"]
        for adapter in adapters:
            said = adapter.stderr()
            if said:
                lines.append(f"  {adapter.language} says on standard error:")
                lines += [f"    {line}" for line in said.splitlines()[-20:]]
        with self._lock:
            self.failed += 1
            print("\n".join(lines), file=self._out, flush=True)

    def skip(self, name, reason):
        with self._lock:
            self.skipped += 1
            self._skips.setdefault(reason, []).append(name)

    @contextlib.contextmanager
    def stage(self, name):
        """Tells how far the run is."""
        begin = time.monotonic()
        yield
        if self._progress:
            with self._lock:
                print(f"{name}: {time.monotonic() - begin:.1f} s", file=self._out, flush=True)

    def finish(self):
        """Tells the result; returns the exit code."""
        for reason, names in self._skips.items():
            others = f" and {len(names) - 1} more" if len(names) > 1 else ""
            print(f"skipped {names[0]}{others}: {reason}", file=self._out)
        summary = f"{self.passed} passed, {self.failed} failed"
        if self.skipped:
            summary += f", {self.skipped} skipped"
        print(summary, file=self._out, flush=True)
        return 1 if self.failed or not self.passed else 0
