#!/usr/bin/env python3
"""Writes the vectors, the .json files beside this script; --check only says whether they are current.

Standard library only, and no code in common with any peer: each frame is spelled out twice in
source/, field by field as bytes and as the meaning that a decoder must find in them.
"""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from source import (  # noqa: E402
    evolution, events, extremes, lengths, malformed, message_choices, message_lists, message_malformed,
    message_maps, message_nesting, message_presence, message_scalars, message_unknown, names,
    opening, payloads, rules, session, type_ids,
)

FOLDER = Path(__file__).resolve().parent
SOURCES = [
    opening, events, extremes, lengths, evolution, malformed, rules, payloads, names, type_ids,
    session,
    message_scalars, message_presence, message_lists, message_maps, message_choices,
    message_unknown, message_nesting, message_malformed,
]


def text_of(source):
    content = {"kind": source.KIND, "about": source.__doc__.strip(), source.KIND: source.VECTORS}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def file_of(source):
    return FOLDER / (source.__name__.split(".")[-1] + ".json")


def main():
    texts = {file_of(source): text_of(source) for source in SOURCES}
    if "--check" in sys.argv[1:]:
        stale = [file.name for file, text in texts.items() if file.read_text("utf-8") != text]
        sys.exit(f"not current: {', '.join(stale)}" if stale else 0)
    for file, text in texts.items():
        file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
