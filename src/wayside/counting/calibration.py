"""The constants that belong to the packaged weights: what the decoder and the scene's error were fitted to."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from wayside.counting.facility import SceneError
from wayside.counting.fitting import FITTED
from wayside.counting.potentials import DecoderSettings
from wayside.errors import ModelFileError

__all__ = ["Calibration", "from_json", "packaged_calibration", "to_json"]

_FILE = "weights/strip-net-1.json"
_SCENE = ("miss_mean", "miss_sd", "false_mean", "false_sd", "growth_per_m", "reference_gsd_m", "lone_per_km")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Constants fitted on held-out scenes.

    Attributes:
        decoder: of the semi-Markov decoder.
        scene_error: what all tracks of a scene share.
        note: on what they were fitted, one sentence.
        learnt_from: real images that the weights learnt from, by name, and "ground" where they learnt from pieces of
            ground; no accuracy is measured on those.
    """

    decoder: DecoderSettings
    scene_error: SceneError
    note: str = ""
    learnt_from: tuple[str, ...] = ()


def to_json(calibration: Calibration) -> dict[str, Any]:
    """Return the constants by name."""
    return {
        "decoder": {name: getattr(calibration.decoder, name) for name in (*FITTED, "coarse_per_m")},
        "scene_error": {name: getattr(calibration.scene_error, name) for name in _SCENE},
        "note": calibration.note,
        "learnt_from": list(calibration.learnt_from),
    }


def from_json(document: dict[str, Any], *, where: str) -> Calibration:
    """Return the constants from what ``to_json`` gave.

    Raises:
        ModelFileError: where a constant is missing, unknown or out of range.
    """
    try:
        constants: dict[str, Any] = {k: float(v) for k, v in document["decoder"].items()}
        decoder = replace(DecoderSettings(), **constants)
        scene_error = SceneError(**{k: float(v) for k, v in document["scene_error"].items()})
        learnt_from = tuple(str(name) for name in document.get("learnt_from", ()))
        return Calibration(decoder, scene_error, str(document.get("note", "")), learnt_from)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFileError(
            f"the network's constants cannot be used ({error})", where=where, todo="Install wayside again"
        ) from error


def packaged_calibration() -> Calibration:
    """Return the constants that are packaged with the weights.

    Raises:
        ModelFileError: where they are missing or damaged.
    """
    try:
        text = resources.files("wayside.counting").joinpath(_FILE).read_text(encoding="utf-8")
        document = json.loads(text)
    except (OSError, ValueError) as error:
        raise ModelFileError(
            "the network's constants are missing", where=_FILE, todo="Install wayside again"
        ) from error
    return from_json(document, where=_FILE)
