"""The runner's own snappy decoder against the vectors."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kit import snappy, vectors  # noqa: E402


class Vectors(unittest.TestCase):
    def test_each_payload(self):
        seen = 0
        for _, payloads in vectors.load("payloads"):
            for vector in payloads:
                if vector["compression"] != 1 or vector["verdict"] == "too_large":
                    continue
                seen += 1
                with self.subTest(vector["name"]):
                    self.check(vector)
        self.assertGreater(seen, 15)

    def check(self, vector):
        block = vectors.plain_bytes(vector["bytes"])
        if vector["verdict"] == "ok":
            self.assertEqual(snappy.decompress(block), vectors.plain_bytes(vector["payload"]))
        else:
            self.assertRaises(snappy.Corrupt, snappy.decompress, block)


if __name__ == "__main__":
    unittest.main()
