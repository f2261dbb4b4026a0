"""Type IDs of names, the 64-bit FNV-1a hashes of their bytes."""

from .vector import fnv1a, type_id

KIND = "type_ids"

NAMES = [
    "a", "b", "foobar", "chat.v1.MessagePosted", "chat.v1.GetHistory", "chat.v1.History",
    "google.protobuf.Empty", "my_crate.MessagePosted", "a.b.c.D", "a" * 255,
]

VECTORS = [{"name": name, "type_id": type_id(fnv1a(name))} for name in NAMES]

# From the reference implementation's own test vectors.
assert fnv1a("a") == 0xAF63DC4C8601EC8C
assert fnv1a("foobar") == 0x85944171F73967E8
