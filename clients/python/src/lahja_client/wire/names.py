"""Names of endpoints and events, and the IDs that stand for the latter."""

from __future__ import annotations

import re

from ..errors import InvalidName

_ENDPOINT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_EVENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_MAX_EVENT_NAME = 255
_SHOWN = 64


def check_endpoint_name(name: str) -> None:
    if not isinstance(name, str):
        kind = type(name).__name__
        raise InvalidName(f"an endpoint's name is a text, not a {kind}: give several one by one")
    if not _ENDPOINT.fullmatch(name):
        rule = "1 to 64 characters of A-Z a-z 0-9 . _ - of which the first is neither . nor -"
        raise InvalidName(f"an endpoint's name is {rule}, not {name[:_SHOWN]!a}")


def check_event_name(name: str) -> None:
    if len(name) > _MAX_EVENT_NAME or not _EVENT.fullmatch(name):
        rule = f"a full protobuf name of at most {_MAX_EVENT_NAME} bytes"
        raise InvalidName(f"an event's name is {rule}, not {name[:_SHOWN]!a}")


def type_id_of(name: str) -> int:
    """The 64-bit FNV-1a hash of an event's name."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value
