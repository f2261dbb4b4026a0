"""The notation of the .json files."""

import re

PACKAGE = "lahja.conformance.v1."

# What repeats 32 times and more: units of up to 16 bytes.
LONG_RUN = re.compile(rb"(.{1,16}?)\1{31,}", re.DOTALL)


def in_hex(content):
    """Hex digits, or, where bytes repeat often, a list of hex digits and runs."""
    pieces, at = [], 0
    for run in LONG_RUN.finditer(content):
        pieces.append(content[at:run.start()].hex())
        pieces.append({"repeat": run[1].hex(), "times": len(run[0]) // len(run[1])})
        at = run.end()
    pieces.append(content[at:].hex())
    pieces = [piece for piece in pieces if piece]
    return "".join(pieces) if all(isinstance(piece, str) for piece in pieces) else pieces


def stream(name, content, *frames, verdict="ok", canonical=None, limit=None, breaks=None):
    """Bytes as they arrive, the frames in them, and how it ends."""
    vector = {"name": name, "bytes": in_hex(content), "frames": list(frames), "verdict": verdict}
    vector["canonical"] = verdict == "ok" if canonical is None else canonical
    if limit is not None:
        vector["limit"] = limit
    if breaks is not None:
        vector["breaks"] = breaks
    return vector


def message_of(kind, name, content, value, canonical=True):
    """The bytes of a message of conformance.proto, and the value that they mean."""
    return {"name": name, "type": PACKAGE + kind, "bytes": in_hex(content), "verdict": "ok",
            "value": value, "canonical": canonical}


def no_message_of(kind, name, content):
    """Bytes that are none."""
    return {"name": name, "type": PACKAGE + kind, "bytes": in_hex(content), "verdict": "malformed",
            "canonical": False}


def fnv1a(name):
    value = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def u64(value):
    """A 64-bit number, which JSON's own numbers cannot hold."""
    return str(value)


def type_id(value):
    return f"0x{value:016x}"
