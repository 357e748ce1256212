"""The pixels that a report shows, with what was found in them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wayside.model.cars import Car, CarType
from wayside.model.checks import require, require_finite, require_probability, require_text
from wayside.model.visibility import Obstruction

__all__ = [
    "CarMark",
    "HiddenLine",
    "HiddenStretch",
    "ReportPictures",
    "ScenePicture",
    "SceneStrip",
    "StripPicture",
    "TrackLine",
    "ZoneLine",
]


def _locked_rgb(name: str, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    require(
        rgb.ndim == 3 and rgb.shape[2] == 3 and rgb.shape[0] >= 1 and rgb.shape[1] >= 1,
        f"{name}: pixels have shape {rgb.shape}, not (height, width, 3)",
    )
    require(rgb.dtype == np.uint8, f"{name}: pixels are {rgb.dtype}, not uint8")
    rgb = rgb.copy()
    rgb.setflags(write=False)
    return rgb


@dataclass(frozen=True, slots=True)
class CarMark:
    """The outline of one car in a scene's picture.

    Attributes:
        polygon: four corners x, y in the picture's pixels (x right, y down, origin at its top-left corner).
        type: the most probable type.
        p: probability that a car stands there, 0 to 1.
    """

    polygon: tuple[tuple[float, float], ...]
    type: CarType = CarType.UNKNOWN
    p: float = 1.0

    def __post_init__(self) -> None:
        require(len(self.polygon) == 4, f"a car's outline has four corners, not {len(self.polygon)}")
        for corner in self.polygon:
            for value in corner:
                require_finite("a corner of a car", value)
        require_probability("p", self.p)


@dataclass(frozen=True, slots=True)
class TrackLine:
    """A track in a scene's picture.

    Attributes:
        id: the track's name.
        points: x, y in the picture's pixels, two or more.
    """

    id: str
    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        require_text("track id", self.id)
        require(len(self.points) >= 2, f"track {self.id} needs two points or more, it has {len(self.points)}")


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A storage zone in a scene's picture.

    Attributes:
        id: the zone's name.
        ring: its outline, x, y in the picture's pixels, closed.
        occupied: closed rings around what was found occupied; may be empty.
    """

    id: str
    ring: tuple[tuple[float, float], ...]
    occupied: tuple[tuple[tuple[float, float], ...], ...] = ()

    def __post_init__(self) -> None:
        require_text("zone id", self.id)
        for ring in (self.ring, *self.occupied):
            require(len(ring) >= 4, f"zone {self.id}: an outline needs four points or more, it has {len(ring)}")


@dataclass(frozen=True, slots=True)
class HiddenStretch:
    """A stretch of a track that cannot be read.

    Attributes:
        start_m, end_m: metres along the track's strip; the end is the greater.
        by: what hides it.
        provided: whether the provider's mask says so, not the image alone.
    """

    start_m: float
    end_m: float
    by: Obstruction
    provided: bool = False

    def __post_init__(self) -> None:
        require_finite("start of a hidden stretch in metres", self.start_m, low=0.0)
        require_finite("end of a hidden stretch in metres", self.end_m, low=0.0)
        require(self.start_m < self.end_m, "a hidden stretch has an extent")


@dataclass(frozen=True, slots=True)
class HiddenLine:
    """A hidden stretch of track in a scene's picture.

    Attributes:
        points: x, y in the picture's pixels, two or more.
        by: what hides it.
    """

    points: tuple[tuple[float, float], ...]
    by: Obstruction

    def __post_init__(self) -> None:
        require(len(self.points) >= 2, f"a hidden stretch needs two points or more, it has {len(self.points)}")


@dataclass(frozen=True, eq=False)
class ScenePicture:
    """A part of a scene as a reader sees it.

    Attributes:
        scene_id: the scene, one of the assessment's.
        rgb: shape (height, width, 3), uint8; stretched for the eye.
        metres_per_pixel: size of a pixel on the ground, metres.
        cars: outlines of the cars that were found.
        tracks: centrelines as they were read.
        north_deg: where north is, clockwise from the top of the picture, degrees; None where it is not georeferenced.
        hidden: stretches of the tracks that cannot be read.
        zones: storage zones with what was found occupied in them.
    """

    scene_id: str
    rgb: NDArray[np.uint8]
    metres_per_pixel: float
    cars: tuple[CarMark, ...] = ()
    tracks: tuple[TrackLine, ...] = ()
    north_deg: float | None = None
    hidden: tuple[HiddenLine, ...] = ()
    zones: tuple[ZoneLine, ...] = ()

    def __post_init__(self) -> None:
        require_text("scene id", self.scene_id)
        object.__setattr__(self, "rgb", _locked_rgb(f"picture of {self.scene_id}", self.rgb))
        require_finite("metres per pixel", self.metres_per_pixel, low=0.01, high=1000.0)
        if self.north_deg is not None:
            require_finite("north in degrees", self.north_deg, low=-360.0, high=360.0)

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return int(self.rgb.shape[0])


@dataclass(frozen=True, eq=False)
class StripPicture:
    """One track of the newest scene as a straight picture.

    Attributes:
        track_id: the track.
        rgb: shape (rows, columns, 3), uint8; columns run along the track, rows across it from its left to its right.
        step_m: ground distance from one column to the next and from one row to the next, metres.
        cars: the cars found on it, in order along the track; their metres are counted from the first column.
        hidden: stretches that cannot be read, in order along the track; no two share ground.
    """

    track_id: str
    rgb: NDArray[np.uint8]
    step_m: float
    cars: tuple[Car, ...] = ()
    hidden: tuple[HiddenStretch, ...] = ()

    def __post_init__(self) -> None:
        require_text("track id", self.track_id)
        object.__setattr__(self, "rgb", _locked_rgb(f"strip of track {self.track_id}", self.rgb))
        require_finite("step in metres", self.step_m, low=0.01, high=100.0)
        starts = [car.start_m for car in self.cars]
        require(starts == sorted(starts), f"track {self.track_id}: its cars are out of order")
        for before, after in pairwise(self.hidden):
            require(before.end_m <= after.start_m + 1e-6, f"track {self.track_id}: its hidden stretches overlap")

    @property
    def unseen(self) -> bool:
        """Whether nothing of the track can be read."""
        return sum(stretch.end_m - stretch.start_m for stretch in self.hidden) > self.length_m - self.step_m / 2

    @property
    def length_m(self) -> float:
        """Length along the track, metres."""
        return float(self.rgb.shape[1] * self.step_m)

    @property
    def width_m(self) -> float:
        """Extent across the track, metres."""
        return float(self.rgb.shape[0] * self.step_m)


@dataclass(frozen=True, eq=False)
class SceneStrip:
    """One track of any scene as a straight picture.

    Attributes:
        scene_id: the scene.
        strip: the track in it.
    """

    scene_id: str
    strip: StripPicture

    def __post_init__(self) -> None:
        require_text("scene id", self.scene_id)


@dataclass(frozen=True, eq=False)
class ReportPictures:
    """All pictures of one report; each may be absent.

    Attributes:
        newest: the newest scene.
        busiest: the busiest earlier scene.
        strips: the tracks of the newest scene.
        zones: storage zones in the scenes that are shown of them, each with its one zone outlined.
        trains: the tracks on which trains were recognised again, in the scenes that show them.
    """

    newest: ScenePicture | None = None
    busiest: ScenePicture | None = None
    strips: tuple[StripPicture, ...] = ()
    zones: tuple[ScenePicture, ...] = ()
    trains: tuple[SceneStrip, ...] = ()
