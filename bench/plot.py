#!/usr/bin/env python3
"""Draws the figures of a comparison and of a growth run as one picture.

    plot.py target/compare.json target/growth.json > picture.svg

Nothing but Python's standard library.
"""

import json
import math
import sys
from html import escape

WIDTH = 1080
PANEL_WIDTH, PANEL_HEIGHT = 320, 190
GAP_X, GAP_Y = 40, 62
LEFT, TOP = 20, 44
COLUMNS = 3
BAR = 17
NAME_WIDTH, FIGURE_WIDTH = 88, 52
# Where a peer's name is wider than that.
LABELS = {"lahja-client-python": "lahja, Python", "lahja-client-typescript": "lahja, Node"}
INK, FAINT, LAHJA, OTHER = "#222", "#ddd", "#c2410c", "#94a3b8"

# Series, its figure, the figure's divisor, and what the panel is called.
GROWTH = [
    ("receivers", "cpu_micros", 1, "CPU µs per event and receiver, by receivers"),
    ("types", "cpu_micros", 1, "CPU µs per event, by types subscribed"),
    ("payload", "payload_per_second", 2**20, "MiB/s of payload, by bytes of payload"),
    ("in-flight", "per_second", 1e3, "1,000 requests/s, by requests in flight"),
    ("mesh", "cpu_micros", 1, "CPU µs per event, by endpoints in a mesh"),
    ("mesh", "host_memory_bytes", 2**20, "MiB of an endpoint, by endpoints in a mesh"),
]


def text(x, y, words, size=11, anchor="start", weight="normal", fill=INK):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'font-weight="{weight}" fill="{fill}">{escape(words)}</text>'
    )


def line(x1, y1, x2, y2, stroke=FAINT, width=1):
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{stroke}" stroke-width="{width}"/>'
    )


def short(value):
    """Three digits, with K and M for what is large."""
    for limit, unit in ((1e6, "M"), (1e3, "K")):
        if value >= limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}"


def size_name(size, unit):
    """What stands below a point."""
    if unit == "bytes" and size >= 1024:
        return f"{size >> 20}M" if size >= 1 << 20 else f"{size >> 10}K"
    return str(size)


def figure(row, latency):
    return row["median_micros" if latency else "per_second"]


def is_latency(work):
    return work["name"].startswith(("request", "paced"))


def bars(work):
    """One kind of work: a bar for each peer, the best on top."""
    latency = is_latency(work)
    rows = [row for row in work["rows"] if "failed" not in row]
    rows.sort(key=lambda row: figure(row, latency)["median"], reverse=not latency)
    longest = max(figure(row, latency)["median"] for row in rows)
    room = PANEL_WIDTH - NAME_WIDTH - FIGURE_WIDTH
    parts = [text(0, 0, f"{work['title']}, {'µs' if latency else 'per s'}", 12, weight="bold")]
    for number, row in enumerate(rows):
        y = 10 + number * BAR
        median = figure(row, latency)["median"]
        long = max(1, room * median / longest)
        mine = row["peer"] == "lahja"
        parts.append(text(NAME_WIDTH - 6, y + 11, LABELS.get(row["peer"], row["peer"]), anchor="end"))
        parts.append(
            f'<rect x="{NAME_WIDTH}" y="{y}" width="{long:.1f}" height="{BAR - 4}" '
            f'fill="{LAHJA if mine else OTHER}"/>'
        )
        parts.append(text(NAME_WIDTH + long + 4, y + 11, short(median)))
    return "".join(parts)


def ticks(top):
    """Round values from 0 up to at least the top."""
    step = 10 ** math.floor(math.log10(top))
    step = next(step * part for part in (0.2, 0.5, 1, 2) if top / (step * part) <= 5)
    return [step * number for number in range(math.ceil(top / step) + 1)]


def curve(series, key, divisor, title):
    """One series: medians, joined, with their spreads. Sizes stand at equal distances."""
    points = series["points"]
    values = [{name: value / divisor for name, value in point[key].items()} for point in points]
    marks = ticks(max(value["max"] for value in values))
    left, bottom = 40, PANEL_HEIGHT - 20

    def x(number):
        return left + 12 + (PANEL_WIDTH - left - 24) * number / max(1, len(points) - 1)

    def y(value):
        return bottom - (bottom - 14) * value / marks[-1]

    parts = [text(0, 0, title, 12, weight="bold")]
    for mark in marks:
        parts.append(line(left, y(mark), PANEL_WIDTH, y(mark)))
        parts.append(text(left - 5, y(mark) + 4, short(mark), 10, "end"))
    path = " ".join(f"{x(n):.1f},{y(v['median']):.1f}" for n, v in enumerate(values))
    parts.append(f'<polyline points="{path}" fill="none" stroke="{LAHJA}" stroke-width="2"/>')
    for number, (point, value) in enumerate(zip(points, values)):
        here = x(number)
        parts.append(line(here, y(value["min"]), here, y(value["max"]), LAHJA, 1))
        parts.append(f'<circle cx="{here:.1f}" cy="{y(value["median"]):.1f}" r="3" fill="{LAHJA}"/>')
        parts.append(text(here, bottom + 14, size_name(point["size"], series["unit"]), 10, "middle"))
    return "".join(parts)


def add_payload_rates(series):
    """Bytes per second beside events per second."""
    for point in series["points"]:
        rates = point["per_second"]
        point["payload_per_second"] = {name: rate * point["size"] for name, rate in rates.items()}


def panels(compare, growth):
    """Each panel with its height."""
    rows = max(len(work["rows"]) for work in compare["work"])
    for work in compare["work"]:
        yield bars(work), 14 + rows * BAR
    by_name = {series["name"]: series for series in growth["series"]}
    if "payload" in by_name:
        add_payload_rates(by_name["payload"])
    for name, key, divisor, title in GROWTH:
        if name in by_name:
            yield curve(by_name[name], key, divisor, title), PANEL_HEIGHT


def machine(figures):
    about = figures["machine"]
    return (
        f"{about['cpu']}, {about['cpus']} CPUs, Linux {about['kernel']}; "
        f"medians of {figures['runs']} runs of {figures['seconds']:g} s"
    )


def picture(compare, growth):
    drawn = list(panels(compare, growth))
    parts, y = [], TOP
    for start in range(0, len(drawn), COLUMNS):
        row = drawn[start : start + COLUMNS]
        for column, (panel, _) in enumerate(row):
            x = LEFT + column * (PANEL_WIDTH + GAP_X)
            parts.append(f'<g transform="translate({x},{y + 14})">{panel}</g>')
        y += max(height for _, height in row) + GAP_Y - 20
    head = text(LEFT, 24, "lahja and its peers, and lahja as its work grows: " + machine(compare), 12)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" '
        f'font-family="sans-serif"><rect width="{WIDTH}" height="{y}" fill="white"/>'
        + head + "".join(parts) + "</svg>"
    )


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    compare, growth = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
    print(picture(compare, growth))


if __name__ == "__main__":
    main()
