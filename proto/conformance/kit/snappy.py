"""Reads snappy blocks, to check what others compressed."""


class Corrupt(Exception):
    """Bytes that are no snappy block."""


def decompress(block):
    length, at = _varint(block)
    out = bytearray()
    while at < len(block):
        tag = block[at]
        if tag & 3 == 0:
            at = _literal(block, at, out)
        else:
            at = _copy(block, at, out)
        if len(out) > length:
            break
    if len(out) != length:
        raise Corrupt(f"{len(out)} bytes where {length} are stated")
    return bytes(out)


def _varint(block):
    value = 0
    for at, byte in enumerate(block[:5]):
        value |= (byte & 0x7F) << 7 * at
        if byte < 0x80:
            if value >= 2**32:
                raise Corrupt(f"a length of {value}")
            return value, at + 1
    raise Corrupt("a length that does not end")


def _literal(block, at, out):
    length = (block[at] >> 2) + 1
    at += 1
    if length > 60:
        size = length - 60
        length = int.from_bytes(_take(block, at, size), "little") + 1
        at += size
    out += _take(block, at, length)
    return at + length


def _copy(block, at, out):
    tag = block[at]
    if tag & 3 == 1:
        length, size = (tag >> 2 & 7) + 4, 1
        offset = (tag >> 5) << 8 | _take(block, at + 1, 1)[0]
    else:
        length, size = (tag >> 2) + 1, 2 if tag & 3 == 2 else 4
        offset = int.from_bytes(_take(block, at + 1, size), "little")
    if not 0 < offset <= len(out):
        raise Corrupt(f"a copy from {offset} bytes back after {len(out)}")
    for _ in range(length):
        out.append(out[-offset])
    return at + 1 + size


def _take(block, at, length):
    taken = block[at:at + length]
    if len(taken) != length:
        raise Corrupt("it is cut off")
    return taken
