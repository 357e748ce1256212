"""Registers every pair by every method and keeps what was found, as plain rows."""

from __future__ import annotations

import json
import math
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from registration import earlier
from registration.pairs import Pair
from wayside.imagery.registration import find_shift

OURS, EARLIER = "wayside", "wayside before: one orientation correlation"
_PEERS = Path(__file__).parent / "peers.py"


@dataclass(frozen=True, slots=True)
class Row:
    """What one method found on one pair.

    Attributes:
        kind, source, pixel_m, hidden: see ``Pair``.
        method: its name.
        shift_m: size of the true shift; NaN where there is none to find.
        error_m: distance of what was found from the truth; infinite where there is none, NaN where nothing was found.
        registered: whether the method trusts it.
        quality, spread_m: as the method gives them, NaN where it does not.
        seconds: processor time.
    """

    kind: str
    source: str
    pixel_m: float
    hidden: float
    method: str
    shift_m: float
    error_m: float
    registered: bool
    quality: float
    spread_m: float
    seconds: float

    @property
    def wrong(self) -> bool:
        """Whether the shift is off by more than a metre and more than a cell."""
        return not self.error_m <= max(1.0, self.pixel_m)


def _row(
    pair: Pair, method: str, shift: tuple[float, float] | None, seconds: float, *, trust: tuple[bool, float, float]
) -> Row:
    error = math.nan
    if shift is not None:
        error = math.hypot(shift[0] - pair.east_m, shift[1] - pair.north_m) if pair.related else math.inf
    size = math.hypot(pair.east_m, pair.north_m)
    registered, quality, spread = trust
    return Row(
        pair.kind, pair.source, pair.pixel_m, pair.hidden, method, size, error, registered, quality, spread, seconds
    )


def _own(pair: Pair) -> Iterator[Row]:
    one, other = pair.reference.astype(np.float32), pair.scene.astype(np.float32)
    start = time.process_time()
    fit = find_shift(one, other, pair.pixel_m)
    middle = time.process_time()
    old = earlier.register(one, other, pair.pixel_m)
    end = time.process_time()
    yield _row(pair, OURS, (fit.east_m, fit.north_m), middle - start, trust=(fit.registered, fit.quality, fit.spread_m))
    found = (old.east_m, old.north_m) if old.registered else None
    yield _row(pair, EARLIER, found, end - middle, trust=(old.registered, old.quality, math.nan))


def measure(pairs: Iterable[Pair], peers: Path | None, folder: Path) -> Iterator[Row]:
    """Yield what every method finds.

    Args:
        pairs: some.
        peers: a Python that has scikit-image and OpenCV; None to leave them out.
        folder: for what is handed to it.
    """
    batch = list(pairs)
    for pair in batch:
        yield from _own(pair)
    if peers is not None and batch:
        yield from _theirs(batch, peers, folder)


def _theirs(batch: list[Pair], peers: Path, folder: Path) -> Iterator[Row]:
    source, target = folder / "pairs.npz", folder / "found.json"
    arrays = {f"one{k}": pair.reference.astype(np.float32) for k, pair in enumerate(batch)}
    arrays |= {f"other{k}": pair.scene.astype(np.float32) for k, pair in enumerate(batch)}
    np.savez(source, **arrays)
    subprocess.run([str(peers), str(_PEERS), str(source), str(target)], check=True)
    for pair, found in zip(batch, json.loads(target.read_text()), strict=True):
        for method, (cells, seconds) in found.items():
            shift = None if cells is None else (cells[0] * pair.pixel_m, -cells[1] * pair.pixel_m)
            yield _row(pair, method, shift, seconds, trust=(shift is not None, math.nan, math.nan))
