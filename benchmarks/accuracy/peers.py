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


def _image_name(text: str) -> str:
    return Path(text).name.removesuffix(".png").removesuffix(".tif")


def from_json(document: Mapping[str, Any]) -> list[Peer]:
    """Return the peers of one file, in either of two shapes.

    ``{"counts": {peer: {image: {track: cars}}}, "cpu_s_by_image": {tool: {image: seconds}}}``, where a peer is a tool,
    or a tool, a stroke and how it is used; or else ``{"name", "images": {image: {track: cars}}, "cpu_s": {image: s}}``.
    """
    if "counts" not in document:
        own, spent = {str(document["name"]): document["images"]}, {str(document["name"]): document.get("cpu_s") or {}}
    else:
        own, spent = document["counts"], document.get("cpu_s_by_image") or {}
    return [
        Peer(
            name=str(name),
            counts={
                _image_name(image): {str(t): float(cars) for t, cars in tracks.items()}
                for image, tracks in images.items()
            },
            cpu_s={
                _image_name(image): float(seconds)
                for image, seconds in spent.get(name, spent.get(name.partition("/")[0], {})).items()
            },
            note=str(document.get("note", "")),
        )
        for name, images in own.items()
    ]


def read_all(paths: Sequence[Path]) -> list[Peer]:
    """Read peers from files."""
    return [peer for path in paths for peer in from_json(json.loads(path.read_text(encoding="utf-8")))]


CountStrips = Callable[[Sequence[Strip]], Mapping[str, float]]


def periodicity() -> CountStrips | None:
    """Return the baseline that looks for a period along the strip; None where it is not there beside this."""
    try:
        module = importlib.import_module(PERIODICITY)
    except ModuleNotFoundError as error:
        if error.name in {PERIODICITY, PERIODICITY.partition(".")[0]}:
            return None
        raise
    count: CountStrips = module.count_strips
    return count


class Baseline:
    """Collects the baseline's counts, image by image."""

    def __init__(self, name: str, count: CountStrips) -> None:
        self._name = name
        self._count = count
        self._counts: dict[str, dict[str, float]] = {}
        self._cpu_s: dict[str, float] = {}

    def add(self, image: str, strips: Mapping[str, Strip]) -> None:
        """Count the strips of one image."""
        started = time.process_time()
        self._counts[image] = dict(self._count(tuple(strips.values())))
        self._cpu_s[image] = time.process_time() - started

    def peer(self) -> Peer:
        """Return what it counted so far."""
        return Peer(
            self._name,
            self._counts,
            self._cpu_s,
            "no network; reads the same strips, and its time is without reading them",
        )
