"""Pins the bounds of the counting gate: `python tests/gates/counting_repin.py [--because REASON]`.

A bound is only ever tightened. To loosen one, say why; the reason is kept in the file, beside the bound it loosened.
Every image has floors of its own. Summaries over a regime leave out what the weights learnt from.
"""

from __future__ import annotations

import hashlib
import math
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import floors
from counting_aims import EMPTY_BELOW
from counting_cases import RECIPE, Case, all_cases
from counting_ground import ground_cases, road_cases
from counting_measure import Weights, count_cases, packaged_weights
from counting_scoring import REGIMES, ImageScore, holds, summarise
from coverage_labels import digest

FLOORS = Path(__file__).parent / "counting_floors.json"
TRACKS_HELD = (0.85, 0.95)


def _up(value: float) -> float:
    """Round up to three decimals: a ceiling is never under what was measured."""
    return math.ceil(value * 1000.0 - 1e-9) / 1000.0


def _image_scores(image: ImageScore) -> dict[str, list[int]]:
    misses = [track.truth.beyond(track.count.mean) for track in image.tracks]
    n = len(misses)
    return {
        "tracks within half a car": [sum(miss <= 0.5 for miss in misses), n],
        "tracks within one car": [sum(miss <= 1.0 for miss in misses), n],
        "tracks whose 90 % interval holds the truth": [sum(holds(t.count, t.truth, 0.9) for t in image.tracks), n],
        "image whose 90 % interval holds the truth": [int(holds(image.count, image.truth, 0.9)), 1],
    }


def _ceilings(images: Sequence[ImageScore]) -> dict[str, float]:
    found = summarise(images)
    cars = max(found.truth.best, 1)
    ceilings = {
        "mean absolute error per track, cars": _up(found.mae),
        "mean absolute error per track outside the reader's range, cars": _up(found.mae_beyond),
        "error of the total outside the reader's range, share": _up(found.truth.beyond(found.total) / cars),
    }
    if found.sure:
        ceilings["mean ranked probability score per track, cars"] = _up(found.score)
    return ceilings


def _regime(images: Sequence[ImageScore]) -> dict[str, Any]:
    found = summarise(images)
    one: dict[str, Any] = {"ceilings": _ceilings(images)}
    if found.gaps.labelled:
        one["scores"] = {"couplings found": [found.gaps.matched, found.gaps.labelled]}
        one["scores"]["found couplings that are labelled"] = [found.gaps.matched, found.gaps.found]
    if found.loaded:
        low, high = TRACKS_HELD
        share = found.held_loaded[0.9] / found.loaded
        # Counts are whole, so an interval holds more than its level; what it claims is no fault of it.
        top = max(high, found.claimed_loaded[0.9])
        one["bands"] = {
            "share of tracks with cars whose 90 % interval holds the truth": [round(share, 3), low, round(top, 3)]
        }
    return one


def _digest(sources: dict[str, str], images: Sequence[ImageScore]) -> str:
    """Return one digest over what images were made from, and how."""
    lines = [f"{image.name} {sources[image.source]} {RECIPE if image.treatment else ''}" for image in images]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def pins(images: Sequence[ImageScore], sources: dict[str, str], learnt_from: frozenset[str]) -> dict[str, Any]:
    """Return every set of bounds.

    Args:
        images: scores of the images as taken and of their worse versions.
        sources: digest of each image as taken with its labels, by name.
        learnt_from: images that enter no summary.
    """
    found: dict[str, Any] = {}
    for name, digested in sources.items():
        own = next(image for image in images if image.name == name)
        found[name] = {"digest": digested, "scores": _image_scores(own), "ceilings": _ceilings([own])}
    for name in sources:
        worse = [image for image in images if image.source == name and image.treatment]
        if worse:
            found[f"{name}, made worse"] = {"digest": _digest(sources, worse), "ceilings": _ceilings(worse)}
    for regime in REGIMES:
        for kind, made_worse in (("as taken", False), ("made worse", True)):
            chosen = [i for i in images if i.regime is regime and bool(i.treatment) is made_worse]
            chosen = [i for i in chosen if i.source not in learnt_from]
            if chosen:
                found[f"{regime.name}, {kind}"] = {"digest": _digest(sources, chosen), **_regime(chosen)}
    return found


def empty_lines(images: Sequence[ImageScore]) -> dict[str, Any]:
    """Return bounds of what is counted where there is nothing."""
    counts = [track.count.mean for image in images for track in image.tracks]
    return {
        "scores": {"lines counted as empty": [sum(mean < EMPTY_BELOW for mean in counts), len(counts)]},
        "ceilings": {"cars per line": _up(sum(counts) / len(counts))},
    }


def _files(cases: Sequence[Case]) -> list[Path]:
    return [file for case in cases for file in (case.image, case.geojson)]


def source_digests(cases: Sequence[Case]) -> dict[str, str]:
    """Return a digest of picture and labels of every image as taken."""
    return {case.name: digest([case.geojson, case.image]) for case in cases if not case.treatment}


def measure(shared: Path, weights: Weights | None = None) -> dict[str, Any]:
    """Return every set of bounds as measured now, with the weights of the package where none are given."""
    chosen = weights or packaged_weights()
    with tempfile.TemporaryDirectory() as folder:
        cases = all_cases(shared, Path(folder))
        found = pins(count_cases(chosen, cases), source_digests(cases), chosen.learnt_from)
        taken = [case for case in cases if not case.treatment]
        for name, empty in (
            ("ground without a railway", ground_cases(shared, Path(folder))),
            ("roads beside a track", road_cases(taken, Path(folder))),
        ):
            found[name] = {"digest": digest(_files(empty)), **empty_lines(count_cases(chosen, empty))}
        return found


if __name__ == "__main__":
    sys.exit(floors.main(FLOORS, measure, __doc__))
