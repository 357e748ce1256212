"""Other counters on the same images: results that were written by them, and a baseline that is called here."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from counting_scoring import ImageScore

from wayside.model.strips import Strip

PERIODICITY = "peers.periodicity"


@dataclass(frozen=True, slots=True)
class Peer:
    """Counts of another counter.

    Attributes:
        name: what tables call it.
        counts: cars by image and track.
        cpu_s: what an image took, seconds, where it says so.
        note: how it was made, where it says so.
    """

    name: str
    counts: Mapping[str, Mapping[str, float]]
    cpu_s: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    def scored(self, images: Sequence[ImageScore]) -> PeerScore | None:
        """Return its scores over those images that it counted; None where it counted none of them."""
        known = [image for image in images if image.name in self.counts]
        if not known:
            return None
        total, misses = 0.0, []
        for image in known:
            own = self.counts[image.name]
            for track in image.tracks:
                cars = float(own.get(track.track_id, 0.0))
                total += cars
                misses.append(abs(cars - track.truth.best))
        spent = [self.cpu_s[image.name] for image in known if image.name in self.cpu_s]
        return PeerScore(len(known), total, float(np.mean(misses)), sum(spent) if spent else None)


@dataclass(frozen=True, slots=True)
class PeerScore:
    """A peer over some images: how many of them, all its cars, mean absolute error per track, seconds of CPU."""

    images: int
    total: float
    mae: float
    cpu_s: float | None


def from_json(document: Mapping[str, Any]) -> Peer:
    """Return a peer from ``{"name", "images": {image: {track: cars}}, "cpu_s": {image: seconds}}``."""
    return Peer(
        name=str(document["name"]),
        counts={str(name): {str(t): float(n) for t, n in own.items()} for name, own in document["images"].items()},
        cpu_s={str(name): float(spent) for name, spent in (document.get("cpu_s") or {}).items()},
        note=str(document.get("note", "")),
    )


def read_all(paths: Sequence[Path]) -> list[Peer]:
    """Read peers from files."""
    return [from_json(json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def periodicity() -> Callable[[Strip], float] | None:
    """Return the baseline that looks for a period along the strip; None where it is not installed beside this."""
    try:
        module = importlib.import_module(PERIODICITY)
    except ModuleNotFoundError as error:
        if error.name in {PERIODICITY, PERIODICITY.partition(".")[0]}:
            return None
        raise
    count: Callable[[Strip], float] = module.count_strip
    return count


class Baseline:
    """Collects the baseline's counts, image by image."""

    def __init__(self, name: str, count: Callable[[Strip], float]) -> None:
        self._name = name
        self._count = count
        self._counts: dict[str, dict[str, float]] = {}
        self._cpu_s: dict[str, float] = {}

    def add(self, image: str, strips: Mapping[str, Strip]) -> None:
        """Count the strips of one image."""
        started = time.process_time()
        self._counts[image] = {track: float(self._count(strip)) for track, strip in strips.items()}
        self._cpu_s[image] = time.process_time() - started

    def peer(self) -> Peer:
        """Return what it counted so far."""
        return Peer(self._name, self._counts, self._cpu_s, "reads the same strips; the time is without reading them")
