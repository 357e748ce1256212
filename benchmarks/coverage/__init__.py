"""Coverage beside other tools, and its speed. Its scores are those of the gate in tests/gates."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GATES = ROOT / "tests" / "gates"
SUMMARY = Path(__file__).with_name("summary.json")

# The scores live where the gate uses them; there is one way of scoring, not two.
if str(GATES) not in sys.path:
    sys.path.insert(0, str(GATES))
