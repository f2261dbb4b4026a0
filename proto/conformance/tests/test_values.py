"""How values and frames are compared."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kit import values, vectors  # noqa: E402


class Comparing(unittest.TestCase):
    def test_any_nan_is_like_any_other(self):
        nans = ["0x7ff8000000000000", "0xfff0000000000001", "0x7fc00000", "0xffffffff"]
        self.assertEqual({values.comparable(nan) for nan in nans}, {"NaN"})

    def test_infinities_and_numbers_are_themselves(self):
        for bits in ["0x7ff0000000000000", "0xfff0000000000000", "0xff800000", "0x00000001"]:
            self.assertEqual(values.comparable(bits), bits)

    def test_numbers_of_frames_may_be_written_in_either_way(self):
        one = {"credit": {"grants": [{"type_id": "0x0a", "bytes": "255"}]}}
        other = {"credit": {"grants": [{"type_id": "10", "bytes": "0xff"}]}}
        self.assertEqual(vectors.comparable(one), vectors.comparable(other))

    def test_a_number_that_is_no_text_is_another(self):
        text, number = ({"cancel": {"request_id": value}} for value in ("1", 1))
        self.assertNotEqual(vectors.comparable(text), vectors.comparable(number))

    def test_headers_are_compared_as_they_are(self):
        one = {"broadcast": {"headers": {"bytes": "0x0a"}}}
        other = {"broadcast": {"headers": {"bytes": "10"}}}
        self.assertNotEqual(vectors.comparable(one), vectors.comparable(other))


if __name__ == "__main__":
    unittest.main()
