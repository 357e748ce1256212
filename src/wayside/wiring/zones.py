"""The reader of zones that the pipeline works with, and the pictures of zones that a report shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from wayside.assessment.assessment import CountedScene
from wayside.errors import ImageError, InputError
from wayside.imagery import Chip, SiteBounds, describe_image, read_chip
from wayside.imagery.zones import read_zones
from wayside.model.acquisitions import MaskKind
from wayside.model.observations import Registration
from wayside.model.places import CoordinateSystem, MapPoint, Zone
from wayside.model.scenes import Scene
from wayside.model.zones import ZoneFinding
from wayside.pipeline.ports import Catalogue, SceneFiles
from wayside.report.figures.pictures import ScenePicture, ZoneLine
from wayside.wiring.pixels import north_deg
from wayside.zones import ZoneGrid, ZonePixels

__all__ = ["CatalogueZones", "zone_line", "zone_pictures"]

_AROUND_M = 12.0
_METRES_PER_DEGREE = 111_320.0
_WITHHELD = 225
_ENOUGH = 0.5
_Seen = ZonePixels | InputError


@dataclass(frozen=True, slots=True)
class CatalogueZones:
    """Reads zones from the images of an archive; an overview stands in where the image has only the tracks' blocks.

    Attributes:
        catalogue: where the scenes' images are.
    """

    catalogue: SceneFiles

    def read_zones(
        self, scene: Scene, wanted: Sequence[tuple[Zone, ZoneGrid]], shift: Registration | None
    ) -> tuple[ZonePixels | InputError, ...]:
        """Return each zone on its grid, or why not (raises ``OutsideError`` where the disk refuses)."""
        mask_path = self.catalogue.mask(scene)
        mask = (mask_path, MaskKind(scene.files.mask_kind)) if mask_path is not None else None
        sun = (scene.sun_azimuth_deg, scene.sun_elevation_deg)

        def read(path: Path, places: Sequence[tuple[Zone, ZoneGrid]], gsd_m: float | None) -> list[_Seen]:
            grids = [(grid, zone.system) for zone, grid in places]
            try:
                info = describe_image(path, gsd_m=gsd_m)
            except ImageError as error:
                return [error] * len(grids)
            return list(read_zones(path, info, grids, shift=shift, mask=mask, sun=sun))

        found = read(self.catalogue.path(scene), wanted, scene.gsd_m)
        overview = self.catalogue.overview(scene)
        if overview is None:
            return tuple(found)
        shares = [_share(one, grid) for one, (_, grid) in zip(found, wanted, strict=True)]
        poor = [k for k, share in enumerate(shares) if share <= _ENOUGH]
        if poor:
            for k, coarse in zip(poor, read(overview, [wanted[k] for k in poor], None), strict=True):
                if _share(coarse, wanted[k][1]) > shares[k]:
                    found[k] = coarse
        return tuple(found)


def _share(seen: _Seen, grid: ZoneGrid) -> float:
    """Return the share of a zone's cells that have data."""
    return float(seen.valid[grid.share > 0].mean()) if isinstance(seen, ZonePixels) else 0.0


def zone_pictures(
    catalogue: Catalogue,
    zones: Sequence[Zone],
    findings: Sequence[ZoneFinding],
    rows: Sequence[CountedScene],
    *,
    owner_holds_rights: bool = False,
) -> Mapping[tuple[str, str], ScenePicture]:
    """Return the newest and the earlier busiest look at each zone as pictures, by zone and scene.

    Pixels that a scene's licence keeps out of the report are grey; the outlines stand on them all the same.

    Raises:
        ImageError: an image of the archive is damaged.
        OutsideError: the disk refuses.
    """
    by_id = {row.scene.id: row for row in rows}
    outline = {zone.id: zone for zone in zones}
    pictures = {}
    for finding in findings:
        for look in (finding.newest, finding.busiest):
            row = by_id.get(look.scene_id) if look is not None else None
            if look is None or row is None or finding.zone_id not in outline:
                continue
            zone, may_show = (
                outline[finding.zone_id],
                row.scene.licence.may_be_shown(owner_holds_rights=owner_holds_rights),
            )
            picture = _picture(catalogue, zone, row, look.outlines)
            grey = np.full_like(picture.rgb, _WITHHELD)
            pictures[finding.zone_id, look.scene_id] = picture if may_show else replace(picture, rgb=grey)
    return pictures


def _picture(
    catalogue: Catalogue, zone: Zone, row: CountedScene, outlines: tuple[tuple[MapPoint, ...], ...]
) -> ScenePicture:
    path = catalogue.path(row.scene)
    info = describe_image(path, gsd_m=row.scene.gsd_m)
    overview = catalogue.overview(row.scene)
    beneath = None if overview is None else (overview, describe_image(overview))
    chip = read_chip(path, info, _bounds(zone, row.scene.gsd_m), beneath=beneath)
    return ScenePicture(
        scene_id=row.scene.id,
        rgb=chip.rgb,
        metres_per_pixel=chip.gsd_m,
        north_deg=north_deg(chip.plane),
        zones=(zone_line(chip, zone, row, outlines),),
    )


def zone_line(chip: Chip, zone: Zone, row: CountedScene, outlines: Sequence[Sequence[MapPoint]] = ()) -> ZoneLine:
    """Return a zone as it was read, moved by the scene's registration, and what was found in it, in a chip's pixels."""
    fit = row.result.registration
    move = chip.plane.shift(fit) / (1.0, chip.plane.aspect) / chip.factor if fit.registered else np.zeros(2)

    def placed(ring: Sequence[MapPoint]) -> tuple[tuple[float, float], ...]:
        return tuple((float(x), float(y)) for x, y in chip.place(list(ring)) + move)

    return ZoneLine(zone.id, placed(zone.ring), tuple(placed(ring) for ring in outlines))


def _bounds(zone: Zone, gsd_m: float) -> SiteBounds:
    points = np.asarray(zone.ring, dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    if zone.system is CoordinateSystem.PIXEL:
        wide = np.array([_AROUND_M, _AROUND_M]) / gsd_m
    else:
        degree = _AROUND_M / _METRES_PER_DEGREE
        wide = np.array([degree / max(math.cos(math.radians(float(low[1] + high[1]) / 2)), 0.01), degree])
    return SiteBounds(MapPoint(*(low - wide).tolist()), MapPoint(*(high + wide).tolist()), zone.system)
