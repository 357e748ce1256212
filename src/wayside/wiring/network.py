"""The network of the package, loaded when it is first needed, once in every process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from wayside.counting.calibration import Calibration, packaged_calibration
from wayside.counting.emission import Emission
from wayside.counting.facility import SceneError
from wayside.counting.network import EmissionNetwork
from wayside.counting.potentials import DecoderSettings
from wayside.model.strips import Strip

__all__ = ["PackagedNetwork"]


@lru_cache(maxsize=1)
def _loaded() -> EmissionNetwork:
    return EmissionNetwork()


@lru_cache(maxsize=1)
def _calibration() -> Calibration:
    return packaged_calibration()


@dataclass(frozen=True, slots=True)
class PackagedNetwork:
    """The weights in the package; holds nothing itself, so that it can be sent to another process.

    Raises:
        ModelFileError: from everything that needs weights which are missing or damaged.
    """

    @property
    def model(self) -> str:
        """Name and digest of the weights."""
        return _loaded().name

    def read(self, strips: Sequence[Strip], *, among: Sequence[Strip] | None = None) -> tuple[Emission, ...]:
        """Return the evidence of each strip, in order; ``among`` are all strips of their scene, where they differ."""
        return _loaded().emissions(strips, among=among)

    def settings(self) -> DecoderSettings:
        """Return the decoder's constants."""
        return _calibration().decoder

    def scene_error(self) -> SceneError:
        """Return what all tracks of a scene share."""
        return _calibration().scene_error
