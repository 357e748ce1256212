"""Counts everything once: the shipped weights, others, the baseline; keeps what the page is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from counting_cases import Case
from counting_ground import length_km
from counting_measure import Weights, count_case, count_cases, packaged_weights, weights_from
from counting_scoring import ImageScore

from wayside.model.strips import Strip

from .peers import Baseline, Peer, periodicity


@dataclass(frozen=True, eq=False)
class Counted:
    """What some weights made of every image.

    Attributes:
        name: what tables call the weights.
        model: name and digest.
        learnt_from: images that they learnt from.
        images: as taken first, then made worse.
        ground: lines where there is no railway.
    """

    name: str
    model: str
    learnt_from: frozenset[str]
    images: tuple[ImageScore, ...]
    ground: tuple[ImageScore, ...]

    def taken(self) -> list[ImageScore]:
        """Return the images as they were taken."""
        return [image for image in self.images if not image.treatment]

    def worse(self) -> list[ImageScore]:
        """Return the images made worse."""
        return [image for image in self.images if image.treatment]

    def new(self, images: Sequence[ImageScore]) -> list[ImageScore]:
        """Return those that these weights never learnt from."""
        return [image for image in images if image.source not in self.learnt_from]


@dataclass(frozen=True, eq=False)
class Results:
    """Everything that was counted.

    Attributes:
        cases: the images.
        shipped: by the weights of the package.
        others: by other weights.
        peers: by other counters.
        strips: of every image, by image and track.
        ground_km: length of the lines where there is no railway.
    """

    cases: tuple[Case, ...]
    shipped: Counted
    others: tuple[Counted, ...]
    peers: tuple[Peer, ...]
    strips: Mapping[str, Mapping[str, Strip]]
    ground_km: float


def parse_weights(text: str) -> Weights:
    """Return weights from ``NAME=WEIGHTS.onnx:CONSTANTS.json``.

    Raises:
        SystemExit: where it is something else.
    """
    name, found, files = text.partition("=")
    onnx, colon, constants = files.rpartition(":")
    if not (name and found and colon and onnx and constants):
        raise SystemExit(f"--also takes NAME=WEIGHTS.onnx:CONSTANTS.json, not {text!r}")
    return weights_from(name, Path(onnx), Path(constants))


def _counted(weights: Weights, images: Sequence[ImageScore], ground: Sequence[Case]) -> Counted:
    return Counted(weights.name, weights.model, weights.learnt_from, tuple(images), tuple(count_cases(weights, ground)))


def run(cases: Sequence[Case], ground: Sequence[Case], others: Sequence[Weights], peers: Sequence[Peer]) -> Results:
    """Count every case with every set of weights, and with the baseline where there is one.

    Args:
        cases: labelled images.
        ground: lines where there is no railway.
        others: weights beside the shipped ones.
        peers: what other counters made of the same images.
    """
    shipped = packaged_weights()
    count_strips = periodicity()
    baseline = Baseline("periodicity", count_strips) if count_strips else None
    images, kept = [], {}
    for case in cases:
        score, strips = count_case(shipped, case)
        images.append(score)
        if baseline:
            baseline.add(case.name, strips)
        kept[case.name] = strips
    return Results(
        cases=tuple(cases),
        shipped=_counted(shipped, images, ground),
        others=tuple(_counted(w, count_cases(w, cases), ground) for w in others),
        peers=(*([baseline.peer()] if baseline else []), *peers),
        strips=kept,
        ground_km=length_km(ground),
    )
