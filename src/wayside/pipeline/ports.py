"""What the use cases need of the world, each as one narrow Protocol; ``wayside.wiring`` says who fills them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wayside.model.acquisitions import MaskKind
from wayside.model.observations import Observation, ObservationKind, Registration, SceneCount
from wayside.model.places import MapPoint, Site, Track
from wayside.model.scenes import Licence, Scene
from wayside.model.strips import Strip
from wayside.model.vectors import VectorLayer

__all__ = [
    "AddedScene",
    "Catalogue",
    "Circumstances",
    "Clock",
    "CountTask",
    "CountedImage",
    "Counter",
    "ImageFacts",
    "ImportOptions",
    "Lines",
    "PixelReader",
    "Plane",
    "Progress",
    "SceneCounter",
    "SceneFiles",
    "Store",
    "Strips",
    "VectorFiles",
]


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Return the time, with its zone."""
        ...


class Progress(Protocol):
    """Whoever watches a long piece of work."""

    def start(self, what: str, total: int) -> None:
        """Begin a stage of ``total`` steps."""
        ...

    def advance(self, label: str = "") -> None:
        """Say that one step is done; ``label`` names it."""
        ...

    def finish(self) -> None:
        """End the stage."""
        ...


# ---------------------------------------------------------------------- images
class ImageFacts(Protocol):
    """What an image's header says; more than this is between the reader and itself."""

    @property
    def gsd_m(self) -> float:
        """Ground sample distance, metres."""
        ...


class Plane(Protocol):
    """Where the strips of a scene are laid."""

    def points(self, xy: Sequence[tuple[float, float]]) -> tuple[MapPoint, ...]:
        """Turn places of the plane into positions of the site's system."""
        ...


class Strips(Protocol):
    """The strips of one scene."""

    @property
    def plane(self) -> Plane:
        """The plane that the strips' frames are in."""
        ...

    @property
    def strips(self) -> tuple[Strip, ...]:
        """One for each track; a track that the image does not show has one without a usable pixel."""
        ...

    @property
    def outside(self) -> Mapping[str, str]:
        """Why a track cannot be seen, by track id."""
        ...

    @property
    def effective_gsd_m(self) -> float:
        """The resolution that the image really has, metres; coarser than its pixels where it is blurred."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what else limits the scene."""
        ...


Lines = Mapping[str, NDArray[np.float64]]
"""Corrected lines in the plane of a scene's strips, shape (n, 2) each, by track id."""


class Circumstances(NamedTuple):
    """What is known of an acquisition beside its pixels that says what can be seen in it.

    Attributes:
        mask: the provider's mask of usable pixels, a file; None where there is none.
        mask_kind: what the mask's values mean; None without a mask.
        sun_elevation_deg: -90 to 90; None where unknown.
    """

    mask: Path | None = None
    mask_kind: MaskKind | None = None
    sun_elevation_deg: float | None = None


class PixelReader(Protocol):
    """Reads images; must be picklable, as scenes are counted in several processes."""

    def describe(self, path: Path, *, gsd_m: float | None, crs: str | None) -> ImageFacts:
        """Return what the header says, or refuse the file (``ImageError``)."""
        ...

    def register(
        self,
        path: Path,
        reference: Path,
        tracks: Sequence[Track],
        *,
        gsd_m: float | None,
        reference_gsd_m: float | None,
    ) -> Registration:
        """Fit an image to the site's reference image; ground sample distances are None where the images say them."""
        ...

    def read_strips(
        self,
        path: Path,
        tracks: Sequence[Track],
        *,
        facts: ImageFacts,
        shift: Registration | None,
        lines: Lines | None = None,
        known: Circumstances | None = None,
    ) -> Strips:
        """Read the corridor of every track (``TracksError`` where none crosses the image), and mark what is hidden.

        Where ``lines`` are given, only their tracks are read, along them; ``tracks`` are those of the first reading,
        so that the plane is the same.
        """
        ...


class Counter(Protocol):
    """Counts cars on strips; must be picklable."""

    @property
    def model(self) -> str:
        """Name and digest of the network's weights."""
        ...

    def count(
        self,
        strips: Strips,
        tracks: Sequence[Track],
        *,
        gsd_m: float,
        registration: Registration,
        again: Callable[[Lines], Sequence[Strip]] | None = None,
    ) -> CountedImage:
        """Return the count of the whole scene, and the strips that it was made from in the end.

        Args:
            strips: along the tracks as they were drawn.
            tracks: the site's tracks.
            gsd_m: ground sample distance, metres.
            registration: how the scene was fitted.
            again: reads some tracks again along corrected lines; what the image does not show is left out. None: the
                tracks are counted where they were drawn.
        """
        ...


@dataclass(frozen=True, slots=True)
class CountTask:
    """One image to count.

    Attributes:
        path: the image file.
        tracks: the site's tracks.
        gsd_m: ground sample distance in metres where the image does not say it; None to go by the image.
        crs: coordinate reference system where the image does not name it.
        overview: coarse picture of the whole site, where the image itself shows the tracks alone; None else.
        reference: the site's reference image, or its overview, to which the tracks were fitted; None where the image
            is its own.
        reference_gsd_m: ground sample distance of that picture, metres; None to go by it.
        reference_id: id of that scene.
        mask: the provider's mask of usable pixels, a file; None where there is none.
        mask_kind: what the mask's values mean; None without a mask.
        sun_elevation_deg: -90 to 90; None where unknown.
    """

    path: Path
    tracks: tuple[Track, ...]
    gsd_m: float | None = None
    crs: str | None = None
    overview: Path | None = None
    reference: Path | None = None
    reference_gsd_m: float | None = None
    reference_id: str = ""
    mask: Path | None = None
    mask_kind: MaskKind | None = None
    sun_elevation_deg: float | None = None

    @property
    def circumstances(self) -> Circumstances:
        """What says what can be seen in the image."""
        return Circumstances(self.mask, self.mask_kind, self.sun_elevation_deg)


@dataclass(frozen=True, eq=False)
class CountedImage:
    """What came of a task: the count, and the strips where they were asked for."""

    result: SceneCount
    strips: tuple[Strip, ...] = ()


class SceneCounter(Protocol):
    """Counts an image file; must be picklable."""

    @property
    def model(self) -> str:
        """Name and digest of the network's weights."""
        ...

    def count(self, task: CountTask, *, keep_strips: bool = False) -> CountedImage:
        """Count one image."""
        ...


# ---------------------------------------------------------------------- workspace
@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user says of images that do not say it themselves.

    Attributes:
        date: date or time of acquisition as text; None to go by the image.
        gsd_m: ground sample distance, metres; None to go by the image.
        crs: coordinate reference system; None to go by the image.
        licence: terms of use.
        provider: who made or sold the images; may be empty.
        platform: satellite or aircraft; may be empty.
        off_nadir_deg: 0 to 90; None where unknown.
        view_azimuth_deg: 0 to 360, clockwise from north; None where unknown.
        sun_elevation_deg: -90 to 90; None where unknown.
        sun_azimuth_deg: 0 to 360, clockwise from north; None where unknown.
        cloud_cover_pct: 0 to 100; None where unknown.
        drawn: True for images that wayside drew.
        height_m: height of the site above the ellipsoid, metres, for images that only know rational polynomials.
        bands: common names of the bands in order ("blue", "green", "red", "nir"); empty to go by the image.
        pan: panchromatic image that sharpens the one that is taken in; None where there is none.
    """

    date: str | None = None
    gsd_m: float | None = None
    crs: str | None = None
    licence: Licence = field(default_factory=Licence)
    provider: str = ""
    platform: str = ""
    off_nadir_deg: float | None = None
    view_azimuth_deg: float | None = None
    sun_elevation_deg: float | None = None
    sun_azimuth_deg: float | None = None
    cloud_cover_pct: float | None = None
    drawn: bool = False
    height_m: float | None = None
    bands: tuple[str, ...] = ()
    pan: Path | None = None


@dataclass(frozen=True, slots=True)
class AddedScene:
    """A scene that was put into the archive.

    Attributes:
        scene: it.
        new: False where the archive had these very pixels already.
        notes: what was assumed, sentences.
    """

    scene: Scene
    new: bool
    notes: tuple[str, ...] = ()


class SceneFiles(Protocol):
    """Where the files of scenes are."""

    def path(self, scene: Scene) -> Path:
        """Return where a scene's image is."""
        ...

    def overview(self, scene: Scene) -> Path | None:
        """Return where a coarse picture of the whole site is; None where the image itself shows it."""
        ...

    def mask(self, scene: Scene) -> Path | None:
        """Return where the provider's mask of usable pixels is; None where there is none."""
        ...


class Catalogue(SceneFiles, Protocol):
    """The archive of one workspace."""

    def scenes(self) -> tuple[Scene, ...]:
        """Return all scenes in order of time."""
        ...

    def add(self, image: Path, options: ImportOptions) -> AddedScene:
        """Put an image file into the archive, all of it or nothing."""
        ...


class Store(Protocol):
    """The database of one workspace."""

    def put_site(self, site: Site, now: datetime) -> bool:
        """Keep a site; return whether its tracks are new."""
        ...

    def put_scenes(self, site_id: str, scenes: Iterable[Scene]) -> int:
        """Keep scenes, all or none; return how many are new."""
        ...

    def record(self, observation: Observation) -> bool:
        """Append an observation; return whether it is new."""
        ...

    def record_all(self, observations: Iterable[Observation]) -> int:
        """Append observations, a few hundred at once all or none; return how many are new."""
        ...

    def observations(self, site: Site, *, model: str | None = None) -> tuple[Observation, ...]:
        """Return what was observed on the site's present tracks, in order of acquisition."""
        ...

    def observed_checksums(self, site: Site, *, model: str, kind: ObservationKind, author: str) -> frozenset[str]:
        """Return the checksums of the scenes that have such a row already."""
        ...

    def start_run(self, command: str, software: str, now: datetime) -> int:
        """Note that a run begins; return its number."""
        ...

    def finish_run(self, number: int, record: Mapping[str, Any], now: datetime) -> None:
        """Keep the record of a run that came to its end."""
        ...


class VectorFiles(Protocol):
    """Files of vector layers, that an analyst edits."""

    def write(self, path: Path, layers: Sequence[VectorLayer]) -> None:
        """Write a new file that appears whole (``InputError`` where there is one of this name)."""
        ...

    def read(self, path: Path) -> Mapping[str, VectorLayer]:
        """Return a file's layers by name (``InputError`` where it cannot be read)."""
        ...

    def to_lonlat(self, crs: str, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn positions in a CRS, shape (n, 2), into longitude and latitude; NaN where that cannot be done."""
        ...
