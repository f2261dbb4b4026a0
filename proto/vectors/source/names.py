"""What may be the name of an endpoint or of an event, and what may not."""

KIND = "names"

VECTORS = {
    "endpoint": {
        "valid": ["a", "bob", "Proc1", "0", "_", "a.b", "a-b_c.D9", "_.-", "a" * 64],
        "invalid": ["", ".", "..", ".a", "-a", "a b", "a/b", "a\\b", "a:b", "a\0", "a\n", "ä",
                    "a\u202e", "a" * 65],
    },
    "event": {
        "valid": ["a", "A", "_", "_0", "chat.v1.MessagePosted", "a.b.C.D", "a" * 255],
        "invalid": ["", ".", ".a", "a.", "a..b", "0", "a.0b", "a-b", "a b", "a/b", "a\0", "ä",
                    "a" * 256],
    },
}
