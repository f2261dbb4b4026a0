#!/usr/bin/env python3
"""Prints the figures of a comparison as the table of lahja's README.

    summary.py target/compare.json

Nothing but Python's standard library.
"""

import json
import sys

PEERS = ["lahja", "tokio", "zeromq", "tonic", "tarpc", "zbus", "iceoryx2", "nats", "python-lahja"]
# What is said of the unit behind a kind of work, and by what its figures are divided.
RATES = {"large": ("events/s", 1)}
MILLIONS = ("million/s", 1e6)


def unit(work):
    if work["rows"][0]["median_micros"] and work["name"].startswith(("request", "paced")):
        return "µs", 1
    return RATES.get(work["name"], MILLIONS)


def figure(row, name, divisor):
    if row is None:
        return ""
    if "failed" in row:
        return "failed"
    value = row["median_micros" if name == "µs" else "per_second"]["median"] / divisor
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def line(cells):
    return "| " + " | ".join(cells) + " |"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    compare = json.load(open(sys.argv[1], encoding="utf-8"))
    print(line(["work", *PEERS, "lahja's CPU s per million, peak MiB"]))
    print(line(["---"] * (len(PEERS) + 2)))
    for work in compare["work"]:
        name, divisor = unit(work)
        rows = {row["peer"]: row for row in work["rows"]}
        figures = [figure(rows.get(peer), name, divisor) for peer in PEERS]
        mine = rows["lahja"]
        cpu = mine["cpu_seconds_per_million"]["median"]
        peak = mine["peak_memory_bytes"]["median"] / 2**20
        print(line([f"{work['title']}, {name}", *figures, f"{cpu:.3g}, {peak:.1f}"]))


if __name__ == "__main__":
    main()
