#!/usr/bin/env python3
"""Prints the figures of a comparison as the tables of lahja's README.

    summary.py target/compare.json

Nothing but Python's standard library.
"""

import json
import sys

PEERS = ["lahja", "tokio", "zeromq", "tonic", "tarpc", "zbus", "iceoryx2", "nats", "python-lahja"]
CLIENTS = ["lahja-client-python", "lahja-client-typescript", "python-lahja"]
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


def heads(*columns):
    print(line(["work", *columns]))
    print(line(["---"] * (len(columns) + 1)))


def table(compare, peers):
    """Of each kind of work its title, its rows by peer, and the figures of these peers."""
    for work in compare["work"]:
        name, divisor = unit(work)
        rows = {row["peer"]: row for row in work["rows"]}
        yield f"{work['title']}, {name}", rows, [figure(rows.get(p), name, divisor) for p in peers]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        compare = json.load(file)
    heads(*PEERS, "lahja's CPU s per million, peak MiB")
    for title, rows, figures in table(compare, PEERS):
        mine = rows["lahja"]
        cpu = mine["cpu_seconds_per_million"]["median"]
        peak = mine["peak_memory_bytes"]["median"] / 2**20
        print(line([title, *figures, f"{cpu:.3g}, {peak:.1f}"]))
    print()
    heads(*CLIENTS)
    for title, _, figures in table(compare, CLIENTS):
        if any(figures):
            print(line([title, *figures]))


if __name__ == "__main__":
    main()
