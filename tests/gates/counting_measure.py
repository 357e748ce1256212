"""Counts labelled images with some weights and scores the counts."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from counting_cases import Case, labelled_gaps
from counting_scoring import Gaps, ImageScore, TrackScore, gap_tolerance, match_gaps

from wayside.counting.calibration import Calibration, from_json
from wayside.counting.emission import Emission
from wayside.counting.facility import SceneError
from wayside.counting.network import EmissionNetwork
from wayside.counting.potentials import DecoderSettings
from wayside.model.cars import Car
from wayside.model.counts import CountDistribution
from wayside.model.observations import TrackCount
from wayside.model.strips import Strip
from wayside.pipeline.counting import FileCounter, count_image
from wayside.pipeline.strip_counter import StripCounter
from wayside.wiring import image_counter, read_site
from wayside.wiring.pixels import FilePixels

PACKAGED = "weights/strip-net-1.json"


@dataclass(frozen=True, eq=False)
class FileNetwork:
    """Weights and constants from two files, in place of those in the package."""

    network: EmissionNetwork
    calibration: Calibration

    @property
    def model(self) -> str:
        return self.network.name

    def read(self, strips: Sequence[Strip], *, among: Sequence[Strip] | None = None) -> tuple[Emission, ...]:
        return self.network.emissions(strips, among=among)

    def settings(self) -> DecoderSettings:
        return self.calibration.decoder

    def scene_error(self) -> SceneError:
        return self.calibration.scene_error


@dataclass(frozen=True, eq=False)
class Weights:
    """What counts, and which images it learnt from.

    Attributes:
        name: what tables call it.
        counter: counts an image file.
        learnt_from: names of images whose pixels it was trained or fitted on.
    """

    name: str
    counter: FileCounter
    learnt_from: frozenset[str]

    @property
    def model(self) -> str:
        return self.counter.model


def learnt_from(document: dict[str, Any]) -> frozenset[str]:
    """Return the names of the images that weights say they learnt from; ``ground`` for any piece of ground."""
    paths = [Path(str(name)) for name in document.get("learnt_from") or ()]
    return frozenset("ground" if "ground" in path.parts else path.stem for path in paths)


def packaged_weights(name: str = "shipped") -> Weights:
    """Return the weights of the package."""
    text = resources.files("wayside.counting").joinpath(PACKAGED).read_text(encoding="utf-8")
    return Weights(name, image_counter(), learnt_from(json.loads(text)))


def weights_from(name: str, onnx: Path, constants: Path) -> Weights:
    """Return weights from files."""
    document = json.loads(constants.read_text(encoding="utf-8"))
    network = FileNetwork(EmissionNetwork(onnx), from_json(document, where=constants.name))
    return Weights(name, FileCounter(FilePixels(), StripCounter(network, "wayside")), learnt_from(document))


def inner_boundaries(cars: Sequence[Car]) -> tuple[float, ...]:
    """Return the middles between neighbouring cars along the track, metres."""
    return tuple((a.end_m + b.start_m) / 2.0 for a, b in itertools.pairwise(cars))


def _track(feature: dict[str, Any], case: Case, found: TrackCount | None) -> TrackScore:
    properties = feature["properties"]
    cars = found.cars if found else ()
    labelled = labelled_gaps(feature, case.gsd_m)
    gaps: Gaps | None = None
    if labelled is not None:
        gaps = match_gaps(inner_boundaries(cars), labelled, gap_tolerance(case.gsd_m))
    return TrackScore(
        track_id=properties["id"],
        truth=case.truths()[properties["id"]],
        count=found.count if found else CountDistribution.exactly(0),  # a line that is refused holds no car
        gaps=gaps,
        found_m=tuple((car.start_m, car.end_m) for car in cars),
        gaps_m=labelled or (),
    )


def count_case(weights: Weights, case: Case) -> tuple[ImageScore, dict[str, Strip]]:
    """Count one image; return its scores and its strips by track."""
    started = time.process_time()
    site = read_site(case.geojson)
    counted = count_image(weights.counter, case.image, site, gsd_m=case.gsd_m, keep_strips=True)
    spent = time.process_time() - started
    found = {track.track_id: track for track in counted.result.tracks}
    features = [(f, f["properties"]["id"]) for f in case.labels["features"]]
    score = ImageScore(
        name=case.name,
        source=case.source,
        treatment=case.treatment,
        gsd_m=case.gsd_m,
        count=counted.result.count,
        tracks=tuple(_track(feature, case, found.get(name)) for feature, name in features),
        cpu_s=spent,
    )
    return score, {strip.track_id: strip for strip in counted.strips}


def count_cases(weights: Weights, cases: Sequence[Case]) -> list[ImageScore]:
    """Count images and score them."""
    return [count_case(weights, case)[0] for case in cases]
