#!/usr/bin/env python3
"""Runs the conformance kit: README.md beside this file says what it is, and how to write an adapter."""

import sys

if sys.version_info < (3, 10):
    sys.exit("the conformance kit needs Python 3.10 or later")
sys.dont_write_bytecode = True

from kit.main import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
