"""The parts of the runner. `source`, which spells out the vectors, is shared with them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "vectors"))
