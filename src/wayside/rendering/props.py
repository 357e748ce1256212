"""What stands, hangs and lies in a yard beside its trains, as plain values in metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Block", "Colour", "Deck", "Line", "Mast", "Patch", "Ribbon", "Tree", "Wire"]

Line = NDArray[np.float64]
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Block:
    """A box on the ground: building, platform, container, parked vehicle. Metres; angle in radians from east.

    ``roof`` is one of plain, gable, ribbed, panels (a joint every 12 to 16 m), slats (lines along), heap (a pile with
    an oval foot) and hedge (ragged and uneven).
    """

    x: float
    y: float
    length_m: float
    width_m: float
    angle: float
    height_m: float
    colour: Colour
    roof: str = "plain"


@dataclass(frozen=True, slots=True)
class Tree:
    """A crown. Metres. One that is ``over`` hangs over whatever stands below it, trains too."""

    x: float
    y: float
    radius_m: float
    height_m: float
    over: bool = False


@dataclass(frozen=True, slots=True)
class Mast:
    """A pole beside the tracks, or with a beam across them (a gantry) where ``beam_m`` is not 0. Metres.

    ``head_m`` is the side of the lamps, signal or platform at its top; 0 is a bare pole.
    """

    x: float
    y: float
    height_m: float
    beam_m: float
    angle: float
    head_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A road or path along a line. Metres. One that is ``over`` crosses tracks at their level."""

    line: Line
    width_m: float
    colour: Colour
    over: bool = False


@dataclass(frozen=True, slots=True)
class Deck:
    """A plate in the air: bridge, canopy, conveyor, pipe rack. Metres; angle in radians from east.

    Attributes:
        x, y: its middle.
        length_m, width_m: extent along and across ``angle``.
        angle: radians from east, counter-clockwise.
        height_m: of its upper side above the ground.
        colour: reflectance.
        opacity: share of what lies below that it hides, 0 to 1.
        style: plain, ribbed, road (lanes and vehicles) or rails (handrails along both edges).
        seed: decides its stains and vehicles.
    """

    x: float
    y: float
    length_m: float
    width_m: float
    angle: float
    height_m: float
    colour: Colour
    opacity: float = 1.0
    style: str = "plain"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Wire:
    """A wire or thin arm in the air along a line at one height. Metres; ``share`` is how much of a pixel it hides."""

    line: Line
    height_m: float
    width_m: float
    share: float
    grey: float


@dataclass(frozen=True, slots=True)
class Patch:
    """A stain, puddle, strip of grass or of dust on the ground, with an oval or straight outline. Metres.

    Attributes:
        x, y, length_m, width_m, angle: where it lies; radians from east.
        colour: its reflectance.
        share: how much of the ground it hides, 0 to 1.
        ragged: how uneven its outline is, 0 to 1.
        oval: whether its outline is an ellipse.
        over: whether it lies over tracks too.
    """

    x: float
    y: float
    length_m: float
    width_m: float
    angle: float
    colour: Colour
    share: float
    ragged: float = 0.3
    oval: bool = True
    over: bool = False
