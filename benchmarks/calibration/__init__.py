"""How well the series' intervals and probabilities hold: what writes docs/calibration.md."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
