"""Bad adapters: the first argument says how."""

import json
import os
import sys
import time

RIGHT = {
    "about": {"language": "fake", "version": "1", "compressions": []},
    "endpoint_name": {"valid": True},
    "event_name": {"valid": True},
}


def commands():
    for line in sys.stdin:
        yield json.loads(line)


def say(answer):
    sys.stdout.write(answer if isinstance(answer, str) else json.dumps(answer) + "\n")
    sys.stdout.flush()


def lies():
    """Answers everything at once, and knows nothing."""
    for command in commands():
        say(RIGHT.get(command["do"], {
            "verdict": "ok", "frames": [], "bytes": "00", "payload": "", "value": {}, "again": "",
            "type_id": "0x0000000000000000", "delivered": 1_000_000, "notes": [],
        }))


def dies():
    """Says a last word after a few commands."""
    for count, command in enumerate(commands()):
        if count == 4:
            print("I cannot go on", file=sys.stderr, flush=True)
            os._exit(7)
        say(RIGHT.get(command["do"], {}))


def is_silent():
    """Reads, and never answers."""
    for _ in commands():
        pass


def is_deaf():
    """Does not even read."""
    time.sleep(600)


def babbles():
    """Answers with what is no JSON."""
    for _ in commands():
        say("hello?\n")


def answers_oddly():
    """Answers with JSON of the wrong kinds."""
    for count, _ in enumerate(commands()):
        say([1, {"verdict": 7, "frames": 5, "bytes": 9, "value": [], "valid": "yes"},
             {"verdict": "ok", "frames": [{"broadcast": 3}], "bytes": "zz", "notes": [[1]]},
             {}][count % 4])


def errs():
    """Has an error for everything."""
    for _ in commands():
        say({"error": "I was never taught that"})


def skips():
    """Has nothing for anything."""
    for _ in commands():
        say({"skipped": "not today"})


def lingers():
    """Goes on when its input has ended."""
    for _ in commands():
        say({})
    time.sleep(600)


def talks_without_end():
    """Never ends its line."""
    while True:
        say("x" * 65536)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
