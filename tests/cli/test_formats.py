"""Images that are no plain map: coefficients, pairs, bands in an order that somebody has to say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.rpc import RPC
from rasterio.warp import transform as reproject
from rasterio.warp import transform_bounds

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src" / "wayside" / "counting" / "weights"
needs_weights = pytest.mark.skipif(not any(WEIGHTS.glob("*.onnx")), reason="the network's weights are not built")
pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")


def with_rpc(files: Any, name: str = "raw.tif") -> Path:
    """The image of ``files.geotiff`` without its map, but with coefficients that say the same to within a pixel."""
    with rasterio.open(files.geotiff("mapped.tif")) as mapped:
        pixels, (height, width) = mapped.read(), mapped.shape
        west, south, east, north = transform_bounds(mapped.crs, "EPSG:4326", *mapped.bounds)
    one = [1.0] + [0.0] * 19
    line, sample = [0.0] * 20, [0.0] * 20
    line[2], sample[1] = -1.0, 1.0
    rpc = RPC(
        height_off=0.0, height_scale=500.0, lat_off=(south + north) / 2, lat_scale=(north - south) / 2,
        line_off=height / 2 - 0.5, line_scale=height / 2, long_off=(west + east) / 2, long_scale=(east - west) / 2,
        samp_off=width / 2 - 0.5, samp_scale=width / 2, line_num_coeff=line, line_den_coeff=one,
        samp_num_coeff=sample, samp_den_coeff=one, err_bias=0.0, err_rand=0.0,
    )  # fmt: skip
    path = files.folder / name
    profile = {"driver": "GTiff", "width": width, "height": height, "count": 3, "dtype": "uint8", "rpcs": rpc}
    with rasterio.open(path, "w", **profile) as target:
        target.write(pixels)
    return path


@needs_weights
def test_an_image_with_coefficients_needs_the_sites_height(files: Any, wayside: Any) -> None:
    image, tracks = with_rpc(files), files.tracks()
    refused = wayside("count", image, "--tracks", tracks, "--json")
    assert (refused.code, refused.error["error"]) == (2, "ImageError")
    assert "--height" in refused.error["todo"]
    said = wayside("count", image, "--tracks", tracks, "--height", 12, "--json")
    assert said.code == 0, said
    assert [track["visible_fraction"] for track in said.document["tracks"]] == [pytest.approx(1.0, abs=0.05)] * 2
    assert any("12 m above the ellipsoid" in reason for reason in said.document["reasons"])
    plain = wayside("count", files.folder / "mapped.tif", "--tracks", tracks, "--json").document
    assert said.document["count"]["mean"] == pytest.approx(plain["count"]["mean"], abs=1.0)


def test_it_is_laid_on_a_map_when_it_is_taken_in(workspace: Path, files: Any, wayside: Any) -> None:
    image = with_rpc(files)
    refused = wayside("import", workspace, image, "--date", "2023-10-05")
    assert refused.code == 2
    assert "--height" in refused.err
    assert [p.name for p in (workspace / "scenes").iterdir()] == []
    said = wayside("import", workspace, image, "--date", "2023-10-05", "--height", 12, "--json")
    assert said.code == 0, said
    assert any("12 m above the ellipsoid" in note for note in said.document["notes"])
    with rasterio.open(next((workspace / "scenes").glob("*.tif"))) as stored:
        assert stored.crs.to_epsg() == 32652
        # The track's bright bar lies where the map has it.
        lon, lat = reproject("EPSG:32652", "EPSG:4326", [500_090.0], [4_700_000.0 - 58.5 * 0.5])
        x, y = reproject("EPSG:4326", stored.crs, lon, lat)
        row, column = stored.index(x[0], y[0])
        assert stored.read(1)[row, column] > 180


def test_a_pair_becomes_one_sharp_image(workspace: Path, files: Any, wayside: Any) -> None:
    image = files.geotiff("fine.tif")
    with rasterio.open(image) as fine:
        pixels, profile = fine.read().astype(float), fine.profile
        a, b, c, d, e, f = fine.transform[:6]
    pan, colour = files.folder / "pan.tif", files.folder / "colour.tif"
    with rasterio.open(pan, "w", **{**profile, "count": 1, "photometric": "minisblack"}) as target:
        target.write(pixels.mean(axis=0, keepdims=True).round().astype(np.uint8))
    coarse = pixels.reshape(3, 30, 4, 100, 4).mean(axis=(2, 4)).round().astype(np.uint8)
    wide = rasterio.Affine(4 * a, b, c, d, 4 * e, f)
    small = {**profile, "width": 100, "height": 30, "transform": wide, "tiled": False}
    for key in ("blockxsize", "blockysize"):
        small.pop(key)
    with rasterio.open(colour, "w", **small) as target:
        target.write(coarse)
    said = wayside("import", workspace, colour, "--pan", pan, "--date", "2023-10-05", "--json")
    assert said.code == 0, said
    assert any("Sharpened from 2 m with pan.tif" in note for note in said.document["notes"])
    (item,) = (p for p in (workspace / "scenes").glob("2023*.json"))
    assert json.loads(item.read_text())["properties"]["gsd"] == pytest.approx(0.5, rel=0.01)
    two = wayside("import", workspace, colour, image, "--pan", pan, "--date", "2023-10-05")
    assert two.code == 2
    assert "--pan belongs to one image" in two.err


def test_bands_in_an_order_that_is_said(workspace: Path, files: Any, wayside: Any) -> None:
    with rasterio.open(files.geotiff()) as plain:
        red, green, blue = plain.read()
        profile = {**plain.profile, "count": 4, "photometric": "minisblack"}
    path = files.folder / "four.tif"
    nir = np.full_like(red, 77)
    with rasterio.open(path, "w", **profile) as target:
        target.write(np.stack([blue, green, red, nir]))
    guessed = wayside("import", workspace, path, "--date", "2023-10-04", "--json")
    assert any("order of its bands was assumed" in note for note in guessed.document["notes"]), guessed
    path = files.folder / "other.tif"
    with rasterio.open(path, "w", **profile) as target:
        target.write(np.stack([blue, green, red, nir + 1]))
    said = wayside("import", workspace, path, "--date", "2023-10-05", "--bands", "blue,green,red,nir", "--json")
    assert said.code == 0, said
    assert not any("order of its bands was assumed" in note for note in said.document["notes"])
    item = json.loads((workspace / "scenes" / f"{said.document['done'][0]}.json").read_text())
    assert [band.get("eo:common_name") for band in item["assets"]["image"]["bands"]] == ["blue", "green", "red", "nir"]
    with rasterio.open(workspace / "scenes" / f"{said.document['done'][0]}.tif") as stored:
        assert stored.descriptions == ("blue", "green", "red", "nir")
    assert wayside("import", workspace, path, "--bands", "blue,,red").code == 2
