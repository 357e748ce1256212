"""Read the rectangle around a site from every scene, by what others offer; runs in an environment of theirs.

    python peers.py METHOD ITEMS URL WEST SOUTH EAST NORTH [THREADS]

Prints one JSON object: how many scenes and bytes of pixels were had, their mean, and the seconds after start-up.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

Rectangle = tuple[float, float, float, float]
Json = dict[str, Any]
EPSG, GSD_M = 32_652, 0.5
BANDS = ("red", "green", "blue")
BATCH_B = 400 << 20
CLOUD = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_HTTP_MAX_RETRY": "10",
    "GDAL_HTTP_RETRY_DELAY": "0.5",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".tif",
    "GDAL_INGESTED_BYTES_AT_OPEN": "32768",
    "CPL_VSIL_CURL_CACHE_SIZE": "200000000",
}
"""What ``odc.stac.configure_rio(cloud_defaults=True)`` sets, and what guides to GDAL over HTTP advise besides: nothing
but images is looked for, a header comes in one request, and what was read is remembered."""


def batches(items: list[Json], rectangle: Rectangle) -> Iterator[list[Json]]:
    """Scenes of which the rectangles fit into memory together: no method needs them all at once."""
    west, south, east, north = rectangle
    each = (east - west) * (north - south) / GSD_M**2 * len(BANDS)
    many = max(8, int(BATCH_B / each))
    for start in range(0, len(items), many):
        yield items[start : start + many]


def by_odc_stac(items: list[Json], rectangle: Rectangle, threads: int) -> tuple[int, float]:
    """``odc.stac.load`` with a pool of threads; through dask it takes as long."""
    import odc.stac  # noqa: PLC0415  each method loads its own
    import pystac  # noqa: PLC0415

    odc.stac.configure_rio(cloud_defaults=True, **CLOUD)
    west, south, east, north = rectangle
    size, total = 0, 0.0
    for batch in batches(items, rectangle):
        loaded = odc.stac.load(
            [pystac.Item.from_dict(item) for item in batch],
            bands=BANDS,
            x=(west, east),
            y=(south, north),
            crs=f"EPSG:{EPSG}",
            resolution=GSD_M,
            groupby="time",
            pool=threads,
        )
        size += sum(loaded[band].values.nbytes for band in BANDS)
        total += sum(float(loaded[band].values.sum(dtype="float64")) for band in BANDS)
    return size, total


def by_stackstac(items: list[Json], rectangle: Rectangle, threads: int) -> tuple[int, float]:
    """``stackstac.stack``, which takes one band of a file: each band is named as an asset of its own."""
    import numpy as np  # noqa: PLC0415
    import stackstac  # noqa: PLC0415
    from rasterio.enums import Resampling  # noqa: PLC0415

    environment = stackstac.DEFAULT_GDAL_ENV.updated(always=CLOUD)
    size, total = 0, 0.0
    for batch in batches(items, rectangle):
        stack = stackstac.stack(
            [_by_band(item) for item in batch],
            epsg=EPSG,
            resolution=GSD_M,
            bounds=rectangle,
            dtype="uint8",
            fill_value=np.uint8(0),
            rescale=False,
            resampling=Resampling.nearest,
            gdal_env=environment,
        )
        values = stack.data.compute(scheduler="threads", num_workers=threads)
        size += values.nbytes
        total += float(values.sum(dtype="float64"))
    return size, total


def _by_band(item: Json) -> Json:
    image = item["assets"]["image"]
    assets = {
        band: {"href": f"vrt:///vsicurl/{image['href']}?bands={number}", "type": image["type"], "roles": ["data"]}
        for number, band in enumerate(BANDS, start=1)
    }
    return item | {"assets": assets}


def by_rasterio(items: list[Json], rectangle: Rectangle, threads: int) -> tuple[int, float]:
    """A window of each file, read by GDAL, all bands at once."""
    import rasterio  # noqa: PLC0415

    def one(item: Json) -> tuple[int, float]:
        with rasterio.Env(**CLOUD), rasterio.open(f"/vsicurl/{item['assets']['image']['href']}") as file:
            return _window(file, rectangle)

    return _together(one, items, threads)


def by_rasterio_stored(items: list[Json], rectangle: Rectangle, threads: int) -> tuple[int, float]:
    """The same, kept as cloud-optimised GeoTIFFs, with the options that ``wayside`` writes them with."""
    import rasterio  # noqa: PLC0415
    import rasterio.windows  # noqa: PLC0415

    how = {"driver": "COG", "compress": "DEFLATE", "predictor": "YES", "blocksize": 256}

    def one(item: Json) -> tuple[int, float]:
        with rasterio.Env(**CLOUD), rasterio.open(f"/vsicurl/{item['assets']['image']['href']}") as file:
            window = rasterio.windows.from_bounds(*rectangle, file.transform).round_offsets().round_lengths()
            pixels = file.read(window=window)
            shape = {"count": len(pixels), "height": pixels.shape[1], "width": pixels.shape[2], "dtype": pixels.dtype}
            place = {"crs": file.crs, "transform": file.window_transform(window)}
            with rasterio.open(f"{item['id']}.tif", "w", **how, **shape, **place) as kept:
                kept.write(pixels)
            return pixels.nbytes, float(pixels.sum(dtype="float64"))

    return _together(one, items, threads)


def by_whole_files(items: list[Json], rectangle: Rectangle, threads: int) -> tuple[int, float]:
    """Download every file with httpx, then read the rectangle from it."""
    import httpx  # noqa: PLC0415
    import rasterio  # noqa: PLC0415

    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, httpx.Client(timeout=60) as client:

        def one(item: Json) -> tuple[int, float]:
            path = Path(folder) / f"{item['id']}.tif"
            with client.stream("GET", item["assets"]["image"]["href"]) as answer, path.open("wb") as file:
                for piece in answer.raise_for_status().iter_raw(1 << 20):
                    file.write(piece)
            with rasterio.open(path) as dataset:
                found = _window(dataset, rectangle)
            path.unlink()
            return found

        return _together(one, items, threads)


def _window(dataset: Any, rectangle: Rectangle) -> tuple[int, float]:  # noqa: ANN401 - rasterio is not always here
    from rasterio.windows import from_bounds  # noqa: PLC0415

    window = from_bounds(*rectangle, dataset.transform).round_offsets().round_lengths()
    pixels = dataset.read(window=window)
    return pixels.nbytes, float(pixels.sum(dtype="float64"))


def _together(one: Callable[[Json], tuple[int, float]], items: list[Json], threads: int) -> tuple[int, float]:
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(one, items))
    return sum(size for size, _ in found), sum(total for _, total in found)


METHODS = {
    "odc-stac": by_odc_stac,
    "stackstac": by_stackstac,
    "rasterio": by_rasterio,
    "rasterio, stored": by_rasterio_stored,
    "whole files": by_whole_files,
}


def main() -> None:
    """Read, and say what came."""
    method, path, url = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    west, south, east, north = map(float, sys.argv[4:8])
    items = json.loads(path.read_text())[: int(sys.argv[8])]
    for item in items:
        item["assets"]["image"]["href"] = url + item["assets"]["image"]["href"]
    started = time.perf_counter()
    size, total = METHODS[method](items, (west, south, east, north), int(sys.argv[9]))
    print(json.dumps({"size": size, "mean": total / size, "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main()
