"""What a detector's scores are worth: probabilities, misses, and how much scenes differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from wayside.counting.boxes_lengths import BoxLengths
from wayside.errors import InputError, ValueRefusedError
from wayside.model.checks import require, require_finite, require_probability

__all__ = ["NUMBERS", "BoxCalibration", "calibration_from_json", "calibration_to_json", "read_calibration"]

NUMBERS = (
    "miss_mean",
    "miss_sd",
    "missed_per_km",
    "false_per_km",
    "logit_sd",
    "length_offset_m",
    "length_blur_m",
)
"""The constants that are single numbers."""
_TODO = "docs/detectors.md shows its form"


@dataclass(frozen=True, slots=True)
class BoxCalibration:
    """Constants of one detector, fitted on labelled scenes; the defaults are wide, for a detector nobody has tried.

    Attributes:
        knots: (score, probability that the box holds a car), scores ascending, probabilities not descending, both 0
            to 1; straight lines between, level beyond. Two or more.
        miss_mean: mean share, 0 to 0.45, of the cars of a found train that no box holds.
        miss_sd: its standard deviation between scenes, 0 to 0.3.
        missed_per_km: cars of trains without a single box, per km of track further than 30 m from a box; 0 to 100.
        false_per_km: kept boxes that hold no car, per km of track; says how the detector did, and enters no count, as
            the probabilities already say it.
        logit_sd: standard deviation between scenes of the log-odds that a box holds a car, 0 to 3.
        length_offset_m: how much longer its boxes are than cars over couplers, metres, -5 to 5.
        length_blur_m: error of a box's length, standard deviation, metres, 0 to 5.
        scenes: number of labelled scenes; 0 for the defaults.
        note: on what it was fitted; may be empty.
    """

    knots: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))
    miss_mean: float = 0.1
    miss_sd: float = 0.08
    missed_per_km: float = 0.3
    false_per_km: float = 0.0
    logit_sd: float = 0.6
    length_offset_m: float = 0.0
    length_blur_m: float = 0.8
    scenes: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        require(len(self.knots) >= 2, "a calibration has two knots or more")
        for score, p in self.knots:
            require_probability("calibration: score", score)
            require_probability("calibration: probability", p)
        scores, ps = (np.array(column) for column in zip(*self.knots, strict=True))
        require(np.all(np.diff(scores) > 0), "a calibration's scores ascend")
        require(np.all(np.diff(ps) >= 0), "a calibration's probabilities do not descend")
        for name, high in (("miss_mean", 0.45), ("miss_sd", 0.3), ("missed_per_km", 100.0), ("logit_sd", 3.0)):
            require_finite(f"calibration: {name}", getattr(self, name), low=0.0, high=high)
        require_finite("calibration: false_per_km", self.false_per_km, low=0.0, high=1e4)
        require_finite("calibration: length_offset_m", self.length_offset_m, low=-5.0, high=5.0)
        require_finite("calibration: length_blur_m", self.length_blur_m, low=0.0, high=5.0)
        require(self.scenes >= 0, "a calibration's number of scenes is not negative")

    def probability(self, score: float) -> float:
        """Return the probability that a box of this score holds a car."""
        scores, ps = zip(*self.knots, strict=True)
        return float(np.interp(score, scores, ps))

    @property
    def lengths(self) -> BoxLengths:
        """What this detector's lengths say of the number of cars."""
        return BoxLengths(offset_m=self.length_offset_m, blur_m=self.length_blur_m)


# ---------------------------------------------------------------------------- JSON
def calibration_to_json(calibration: BoxCalibration) -> dict[str, Any]:
    """Return the calibration as the object that ``calibration_from_json`` reads."""
    numbers = {name: getattr(calibration, name) for name in NUMBERS}
    knots = [list(knot) for knot in calibration.knots]
    return {"score_p": knots, **numbers, "scenes": calibration.scenes, "note": calibration.note}


def _refuse(what: str, where: str) -> NoReturn:
    raise InputError(f"the calibration of the boxes cannot be used: {what}", where=where, todo=_TODO)


def _number(value: object, name: str, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        _refuse(f"{name} is not a number", where)
    try:
        return float(value)
    except OverflowError:
        _refuse(f"{name} is too large", where)


def calibration_from_json(document: object, *, where: str) -> BoxCalibration:
    """Return the calibration of a parsed JSON document; members that are left out keep their defaults.

    Args:
        document: what the JSON holds.
        where: the file, for messages.

    Raises:
        InputError: it is no such object, or a constant is out of range or not known.
    """
    if not isinstance(document, Mapping):
        _refuse("it is not a JSON object", where)
    unknown = sorted({str(name) for name in document} - {"score_p", "scenes", "note", *NUMBERS})
    if unknown:
        _refuse(f"the member {unknown[0][:40]!r} is not known", where)
    given: dict[str, Any] = {name: _number(document[name], name, where) for name in NUMBERS if name in document}
    if "score_p" in document:
        pairs = document["score_p"]
        if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            _refuse("score_p is not a list of [score, probability]", where)
        given["knots"] = tuple((_number(s, "score_p", where), _number(p, "score_p", where)) for s, p in pairs)
    scenes = document.get("scenes", 0)
    if isinstance(scenes, bool) or not isinstance(scenes, int):
        _refuse("scenes is not a whole number", where)
    note = document.get("note", "")
    if not isinstance(note, str):
        _refuse("note is not a text", where)
    try:
        return BoxCalibration(**given, scenes=scenes, note=note)
    except ValueRefusedError as error:
        _refuse(error.what, where)


def read_calibration(text: str, *, where: str) -> BoxCalibration:
    """Return the calibration of a JSON text (raises as ``calibration_from_json``)."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("the calibration of the boxes is not JSON", where=where, todo=_TODO) from error
    return calibration_from_json(document, where=where)
