"""Draw scenes, each other pixels, and describe them as STAC items, and the sites' tracks.

    python -m fetch.publish FOLDER SCENES

A process of its own, so that what measures stays small.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.ndimage import gaussian_filter

from fetch.sites import EPSG, GSD_M, NORTH, SIDE, SITES, WEST, Site
from wayside.imagery import write_cog

_PATCH = 2_000
_TRANSFORM = (GSD_M, 0.0, WEST, 0.0, -GSD_M, NORTH)
_BANDS = ("red", "green", "blue")


def draw(path: Path, seed: int) -> None:
    """Textured ground that compresses about as imagery does."""
    rng = np.random.default_rng(seed)
    smooth = gaussian_filter(rng.normal(size=(_PATCH, _PATCH)).astype(np.float32), 1.5) * 120 + 110
    patch = np.clip(smooth + rng.normal(size=smooth.shape) * 2, 0, 255).astype(np.uint8)
    grey: NDArray[np.uint8] = np.tile(patch, (SIDE // _PATCH, SIDE // _PATCH))
    write_cog(np.stack([grey, grey[::-1], grey[:, ::-1]]), path, transform=_TRANSFORM, crs=f"EPSG:{EPSG}")


def item(number: int) -> dict[str, Any]:
    """One scene's item; its address is relative to the server."""
    low, high = (WEST, NORTH - SIDE * GSD_M), (WEST + SIDE * GSD_M, NORTH)
    ring = [low, (high[0], low[1]), high, (low[0], high[1]), low]
    degrees = [list(place) for place in _degrees(ring)]
    xs, ys = zip(*degrees, strict=True)
    taken = datetime(2019, 1, 1, 2, tzinfo=UTC) + timedelta(days=4 * number)
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "stac_extensions": [
            f"https://stac-extensions.github.io/{name}/schema.json"
            for name in ("projection/v1.1.0", "eo/v1.1.0", "raster/v1.1.0")
        ],
        "id": f"scene-{number:03d}",
        "collection": "scenes",
        "bbox": [min(xs), min(ys), max(xs), max(ys)],
        "geometry": {"type": "Polygon", "coordinates": [degrees]},
        "properties": {
            "datetime": taken.isoformat().replace("+00:00", "Z"),
            "platform": "drawn",
            "gsd": GSD_M,
            "proj:epsg": EPSG,
            "proj:shape": [SIDE, SIDE],
            "proj:transform": [GSD_M, 0.0, WEST, 0.0, -GSD_M, NORTH],
            "proj:bbox": [*low, *high],
        },
        "links": [],
        "assets": {
            "image": {
                "href": f"/scene-{number:03d}.tif",
                "type": "image/tiff; application=geotiff; profile=cloud-optimized",
                "roles": ["data"],
                "eo:bands": [{"name": name, "common_name": name} for name in _BANDS],
                "raster:bands": [{"data_type": "uint8", "spatial_resolution": GSD_M} for _ in _BANDS],
            }
        },
    }


def _degrees(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    convert = Transformer.from_crs(f"EPSG:{EPSG}", "EPSG:4326", always_xy=True)
    return [convert.transform(*place) for place in places]


def tracks(site: Site) -> dict[str, Any]:
    """The tracks as GeoJSON, in degrees."""
    lines = [[list(place) for place in _degrees(list(line))] for line in site.tracks]
    features = [
        {"type": "Feature", "properties": {"id": str(k + 1)}, "geometry": {"type": "LineString", "coordinates": line}}
        for k, line in enumerate(lines)
    ]
    return {"type": "FeatureCollection", "features": features}


def main() -> None:
    """Write what is not there yet."""
    folder, scenes = Path(sys.argv[1]), int(sys.argv[2])
    served = folder / "served"
    served.mkdir(parents=True, exist_ok=True)
    missing = [number for number in range(scenes) if not (served / f"scene-{number:03d}.tif").exists()]
    with ProcessPoolExecutor() as pool:
        list(pool.map(draw, [served / f"scene-{number:03d}.tif" for number in missing], missing))
    (folder / "items.json").write_text(json.dumps([item(number) for number in range(scenes)]))
    for name, site in SITES.items():
        (folder / f"{name}.geojson").write_text(json.dumps(tracks(site)))


if __name__ == "__main__":
    main()
