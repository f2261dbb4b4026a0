"""The runner against adapters that lie, die, keep silent, babble: it must fail clearly, and soon."""

import re
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUN = HERE.parent / "run.py"
SOON = 100
SOME = "type ID"
MODES = ["codec", "live", "hostile"]


def run(mode, fake, *options):
    """What the runner prints about a fake adapter, and its exit code."""
    command = f"{sys.executable} {HERE / 'fake.py'} {fake}"
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, RUN, mode, "--patience", "0.5", *options, f"fake={command}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=SOON)
    return Outcome(done, time.monotonic() - begin)


class Outcome:
    def __init__(self, done, seconds):
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr
        self.seconds = seconds
        self.last = done.stdout.splitlines()[-1] if done.stdout else ""

    def count(self, what):
        found = re.search(rf"(\d+) {what}", self.last)
        return int(found[1]) if found else 0


class BadAdapters(unittest.TestCase):
    def fails(self, mode, fake, *words, only=""):
        outcome = run(mode, fake, "--only", only)
        self.assertEqual(outcome.err, "", "the runner itself says nothing on standard error")
        self.assertEqual(outcome.code, 1, outcome.out[-500:])
        self.assertGreater(outcome.count("failed"), 0, outcome.last)
        self.assertRegex(outcome.last, r"^\d+ passed, \d+ failed")
        for word in words:
            self.assertIn(word, outcome.out)
        return outcome

    def test_one_that_lies_is_told_what_was_expected(self):
        outcome = self.fails("codec", "lies", "FAILED fake: opening: a Hello with every field",
                             "expected ", "got ", "type ID of foobar", "0x85944171f73967e8")
        # What it says of valid names is true by chance.
        self.assertGreater(outcome.count("passed"), 10)
        self.assertGreater(outcome.count("failed"), 500)

    def test_one_that_lies_gets_nowhere_live(self):
        outcome = self.fails("live", "lies", "fake and fake: Requests are answered both ways")
        self.assertEqual(outcome.count("passed"), 0)

    def test_one_that_lies_is_attacked_in_vain(self):
        outcome = self.fails("hostile", "lies", "nobody listens", "not attacked any more")
        self.assertEqual(outcome.count("passed"), 0)

    def fails_in_every_mode(self, fake, *words):
        """At the same time, as much of it is waiting."""
        with ThreadPoolExecutor() as pool:
            return list(pool.map(lambda mode: self.fails(mode, fake, *words), MODES))

    def test_one_that_dies_is_told_with_its_last_words_and_its_exit_code(self):
        self.fails_in_every_mode("dies")
        self.fails("codec", "dies", "with exit code 7", "I cannot go on", "it died 3 times")

    def test_one_that_is_silent_does_not_hold_up_the_rest(self):
        for outcome in self.fails_in_every_mode("is_silent", "got no answer within 0.5 s"):
            self.assertLess(outcome.seconds, 30)

    def test_one_that_does_not_read_does_not_hold_up_the_rest(self):
        self.fails_in_every_mode("is_deaf", "got no answer within 0.5 s")

    def test_one_that_babbles_is_shown_what_it_said(self):
        self.fails("codec", "babbles", "what is no JSON: hello?", only=SOME)

    def test_odd_answers_are_failures_and_not_the_end(self):
        self.fails_in_every_mode("answers_oddly")

    def test_errors_are_told(self):
        self.fails("codec", "errs", "I was never taught that", only=SOME)

    def test_a_line_without_end_is_no_answer(self):
        self.fails("codec", "talks_without_end", "it died 3 times", only=SOME)

    def test_one_that_lingers_is_ended(self):
        self.fails("codec", "lingers", "it goes on 0.5 s after its input ended",
                   only="in")

    def test_one_that_is_not_there_is_told(self):
        for mode in MODES:
            with self.subTest(mode):
                done = subprocess.run([sys.executable, RUN, mode, "none=/nowhere/adapter"],
                                      capture_output=True, text=True, timeout=SOON)
                self.assertEqual((done.returncode, done.stderr), (1, ""))
                self.assertIn("/nowhere/adapter does not start", done.stdout)


class Outcomes(unittest.TestCase):
    def test_skips_are_counted_and_their_reason_is_told(self):
        for mode in MODES:
            with self.subTest(mode):
                outcome = run(mode, "skips")
                self.assertGreater(outcome.count("skipped"), 30)
                self.assertIn("not today", outcome.out)
                self.assertEqual((outcome.count("failed"), outcome.err), (0, ""))

    def test_nothing_that_ran_is_no_success(self):
        outcome = run("codec", "lies", "--only", "no case is called this")
        self.assertEqual((outcome.code, outcome.last), (1, "0 passed, 0 failed"))

    def test_only_chooses(self):
        outcome = run("codec", "lies", "--only", "valid endpoint name 'bob'")
        self.assertEqual((outcome.code, outcome.last), (0, "1 passed, 0 failed"))

    def test_the_command_line_is_checked(self):
        for arguments in [[], ["codec"], ["codec", "no command"], ["codec", "x="], ["dance", "x=y"]]:
            with self.subTest(arguments):
                done = subprocess.run([sys.executable, RUN, *arguments], capture_output=True,
                                      text=True)
                self.assertEqual(done.returncode, 2)
                self.assertIn("usage:", done.stderr)

    def test_help_says_what_there_is(self):
        done = subprocess.run([sys.executable, RUN, "--help"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0)
        for word in ["codec", "live", "hostile", "language=command", "--only"]:
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    unittest.main()
