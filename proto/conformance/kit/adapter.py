"""One adapter: a child process that answers each line with a line."""

import contextlib
import json
import queue
import subprocess
import threading

# A frame of 16 MiB in hex, and as much again for what is around it.
LONGEST_LINE = 80 * 1024 * 1024
STDERR_SHOWN = 4096


class AdapterError(Exception):
    """The adapter broke the rules of the conversation, or died."""


class Refused(Exception):
    """The adapter answered with `failed`."""

    def __init__(self, word, message):
        super().__init__(f"failed: {word}: {message}")
        self.word = word
        self.message = message


class Skipped(Exception):
    """The implementation has nothing for a command."""


class Adapter:
    """Starts at once; what is left of it ends with `close`."""

    def __init__(self, language, command, patience):
        self.language = language
        self.patience = patience
        self._commands = queue.SimpleQueue()
        self._lines = queue.SimpleQueue()
        self._said = bytearray()
        self._pending = []
        self._flaw = None
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as error:
            raise AdapterError(f"{command[0]} does not start: {error}") from error
        self._threads = [
            threading.Thread(target=target, daemon=True)
            for target in (self._write_commands, self._read_lines, self._read_stderr)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self):
        return self._process.pid

    def ask(self, do, *, within=None, **fields):
        """Gives a command and returns its answer."""
        self.tell(do, **fields)
        return self.answer(within)

    def tell(self, do, **fields):
        """Gives a command; its answer is still to be read."""
        line = json.dumps({"do": do, **fields}, ensure_ascii=False) + "\n"
        self._pending.append(do)
        self._commands.put(line.encode("utf-8"))

    def answer(self, within=None):
        """The answer to the first command that has got none."""
        do = self._pending.pop(0)
        seconds = self.patience if within is None else within
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            self.kill()
            raise AdapterError(f"`{do}` got no answer within {seconds:g} s") from None
        if line is None:
            # Whoever asks next learns it too.
            self._lines.put(None)
            raise AdapterError(f"it ended before it answered `{do}`{self._how_it_ended()}")
        return _read(do, line)

    def kill(self):
        """As `kill -9` does; returns when it is dead."""
        self._process.kill()
        self._process.wait()

    def close(self):
        """Ends its input, upon which it must end too, with exit code 0."""
        self._commands.put(None)
        try:
            code = self._process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AdapterError(f"it goes on {self.patience:g} s after its input ended") from None
        finally:
            self._release()
        if code != 0:
            raise AdapterError(f"it ended with exit code {code}")

    def abandon(self):
        """Ends it whatever it does."""
        self.kill()
        self._commands.put(None)
        self._release()

    def stderr(self):
        """The end of what it said on standard error."""
        return bytes(self._said).decode("utf-8", "replace").strip()

    def is_alive(self):
        return self._process.poll() is None

    def _release(self):
        for thread in self._threads:
            # What a child of the adapter keeps open goes on until that ends.
            thread.join(1)

    def _write_commands(self):
        """Apart from those who ask, as an adapter may not read."""
        with contextlib.suppress(OSError), self._process.stdin as stdin:
            # What is not read, because it is gone, is not answered either.
            while (line := self._commands.get()) is not None:
                stdin.write(line)
                stdin.flush()

    def _read_lines(self):
        stdout = self._process.stdout
        while line := stdout.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                self._process.kill()
                self._flaw = f", killed over a line of more than {LONGEST_LINE} bytes"
                break
            self._lines.put(line)
        self._lines.put(None)

    def _read_stderr(self):
        while said := self._process.stderr.read1(65536):
            self._said += said
            del self._said[:-STDERR_SHOWN]

    def _how_it_ended(self):
        if self._flaw:
            return self._flaw
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return ""
        return f", by signal {-code}" if code < 0 else f", with exit code {code}"


def _read(do, line):
    try:
        answer = json.loads(line)
    except ValueError:
        raise AdapterError(f"`{do}` was answered with what is no JSON: {_short(line)}") from None
    if not isinstance(answer, dict):
        raise AdapterError(f"`{do}` was answered with what is no object: {_short(line)}")
    if "skipped" in answer:
        raise Skipped(str(answer["skipped"]))
    if "error" in answer:
        raise AdapterError(f"`{do}` was answered with an error: {answer['error']}")
    if "failed" in answer:
        raise Refused(str(answer["failed"]), str(answer.get("message", "")))
    return answer


def _short(line):
    text = line.decode("utf-8", "replace").rstrip("\n")
    return text if len(text) <= 200 else f"{text[:200]}… ({len(text)} characters)"
