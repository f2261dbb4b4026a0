"""Compares the values of messages."""

import re

BITS = re.compile(r"0x([0-9a-f]{16}|[0-9a-f]{8})")


def comparable(value):
    """A value in which any NaN is like any other."""
    if isinstance(value, dict):
        return {name: comparable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, str) and (bits := BITS.fullmatch(value)):
        return "NaN" if _is_nan(bits[1]) else value
    return value


def _is_nan(digits):
    exponent_and_mantissa = int(digits, 16) & ~(1 << 4 * len(digits) - 1)
    infinity = 0x7FF << 52 if len(digits) == 16 else 0xFF << 23
    return exponent_and_mantissa > infinity
