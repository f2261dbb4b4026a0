"""The command line."""

import argparse
import os
import shlex

from . import codec, hostile, live
from .adapter import Adapter
from .report import Report

EPILOG = """
examples:
  run.py codec   "rust=target/debug/lahja-adapter"
  run.py live    "rust=target/debug/lahja-adapter" "mine=./my-adapter --verbose"
  run.py hostile --only window "mine=./my-adapter"

The last line is `N passed, N failed`, and `, N skipped` where something was; the exit code is 1 if
anything failed or nothing ran.
"""

MODES = {
    "codec": (codec.run, "goes through the vectors"),
    "live": (live.run, "connects each adapter with each"),
    "hostile": (hostile.run, "feeds an endpoint of each with what breaks the protocol"),
}


class Candidate:
    """A language, and how to start its adapter."""

    def __init__(self, language, command, patience):
        self.language = language
        self._command = command
        self._patience = patience

    def start(self):
        return Adapter(self.language, self._command, self._patience)


def main(arguments):
    options = _parser().parse_args(arguments)
    candidates = [
        Candidate(language, command, options.patience) for language, command in options.adapters
    ]
    report = Report(only=options.only, progress=not options.quiet)
    run, _ = MODES[options.mode]
    run(candidates, report, options.jobs)
    return report.finish()


def _parser():
    modes = "; ".join(f"{name} {about}" for name, (_, about) in MODES.items())
    parser = argparse.ArgumentParser(
        prog="run.py", description="Shows that implementations speak the lahja protocol.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=MODES, help=modes)
    parser.add_argument(
        "adapters", nargs="+", type=_adapter, metavar="language=command",
        help="an adapter: a name for it, and the command with its arguments as in a shell")
    parser.add_argument(
        "--only", metavar="text", default="", help="nothing but the cases whose name contains it")
    parser.add_argument(
        "--patience", type=float, default=30, metavar="seconds",
        help="how long an answer may take (30)")
    parser.add_argument(
        "--jobs", type=int, default=max(2, os.cpu_count() or 1), metavar="n",
        help="how many go on side by side (as many as there are CPUs, and at least 2)")
    parser.add_argument("--quiet", action="store_true", help="tells failures and the result alone")
    return parser


def _adapter(argument):
    language, separator, command = argument.partition("=")
    words = shlex.split(command)
    if not separator or not language or not words:
        raise argparse.ArgumentTypeError(f"{argument!r} is not language=command")
    return language, words
