"""Reads the vectors, and compares what they mean."""

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "vectors"

# Which fields of frames are 64-bit numbers, wherever they stand.
NUMBERS = {
    "instance", "id", "window", "revision", "type_id", "request_id", "response_to", "missed",
    "bytes",
}


def load(kind):
    """The vectors of a kind, file by file: `(file's name, vectors)`."""
    for path in sorted(FOLDER.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        if content["kind"] == kind:
            yield path.stem, content[kind]


def plain_bytes(notation):
    """Bytes in the notation of the vectors."""
    if isinstance(notation, str):
        return bytes.fromhex(notation)
    if isinstance(notation, dict):
        return bytes.fromhex(notation["repeat"]) * notation["times"]
    return b"".join(plain_bytes(piece) for piece in notation)


def plain_frame(frame):
    """A frame whose bytes are one text, as adapters get them."""
    broadcast = frame.get("broadcast", {})
    if isinstance(broadcast.get("payload"), list):
        payload = plain_bytes(broadcast["payload"]).hex()
        return {"broadcast": {**broadcast, "payload": payload}}
    return frame


def comparable(value):
    """A frame with its 64-bit numbers as numbers, however they were written."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _comparable_field(name, item) for name, item in value.items()}


def _comparable_field(name, item):
    if name == "headers":
        return item
    if name in NUMBERS:
        return _number(item)
    if name == "removed" and isinstance(item, list):
        return [_number(each) for each in item]
    return comparable(item)


def _number(text):
    if not isinstance(text, str):
        return f"{text!r}, which is no text"
    try:
        return int(text, 16) if text.startswith("0x") else int(text)
    except ValueError:
        return text
