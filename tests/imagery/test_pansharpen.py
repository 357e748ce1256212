from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.enums import Resampling
from rasterio.warp import reproject
from scipy.ndimage import gaussian_filter

from wayside.errors import ImageError, ValueRefusedError
from wayside.imagery import describe_image
from wayside.imagery.pansharpen import sharpen_to_cog, sharpened
from wayside.imagery.storing import ImageHints, store_image
from wayside.model.acquisitions import Band

RNG = np.random.default_rng(12)
WEIGHTS = (0.2, 0.3, 0.4, 0.1)


def scene(bands: int = 4, size: int = 240) -> NDArray[np.float64]:
    """Colours that go from place to place, under light and dark detail that all bands share."""
    detail = gaussian_filter(RNG.normal(size=(size, size)), 0.8)
    colours = np.stack([gaussian_filter(RNG.normal(size=(size, size)), 25) for _ in range(bands)])
    colours /= colours.std()
    return np.asarray((700 + 120 * colours) * (1 + 0.25 * detail / detail.std()).clip(0.2, 3), dtype=np.float64)


def reduced(image: NDArray[np.float64], factor: int) -> NDArray[np.float64]:
    bands, height, width = image.shape
    return image.reshape(bands, height // factor, factor, width // factor, factor).mean(axis=(2, 4))


def write(path: Path, image: NDArray[Any], gsd: float, *, left: float = 500_000.0, **options: Any) -> Path:
    names = options.pop("names", ())
    mask = options.pop("mask", None)
    crs = options.pop("crs", "EPSG:32652")
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK="YES"),
        rasterio.open(
            path,
            "w",
            driver="GTiff",
            width=image.shape[2],
            height=image.shape[1],
            count=len(image),
            dtype=image.dtype.name,
            crs=crs,
            transform=rasterio.Affine(gsd, 0, left, 0, -gsd, 4_600_000.0),
            **options,
        ) as target,
    ):
        target.write(image)
        if names:
            target.descriptions = names
        if mask is not None:
            target.write_mask(mask)
    return path


def pair(folder: Path, truth: NDArray[np.float64], factor: int = 4, dtype: str = "uint16") -> tuple[Path, Path]:
    pan = np.tensordot(WEIGHTS[: len(truth)], truth, axes=1)[None]
    names = ("blue", "green", "red", "nir")[: len(truth)]
    return (
        write(folder / "pan.tif", np.rint(pan).astype(dtype), 0.5),
        write(folder / "ms.tif", np.rint(reduced(truth, factor)).astype(dtype), 0.5 * factor, names=names),
    )


def test_gdals_own_sharpening_gives_the_same(tmp_path: Path) -> None:
    truth = scene()
    pan, colour = pair(tmp_path, truth)
    weights = "".join(f"<Weights>{','.join(map(str, WEIGHTS))}</Weights>")
    bands = "".join(
        f"<SpectralBand{f' dstBand={chr(34)}{k}{chr(34)}'}><SourceFilename>{colour}</SourceFilename>"
        f"<SourceBand>{k}</SourceBand></SpectralBand>"
        for k in (1, 2, 3, 4)
    )
    (tmp_path / "p.vrt").write_text(
        '<VRTDataset subClass="VRTPansharpenedDataset"><PansharpeningOptions><Algorithm>WeightedBrovey</Algorithm>'
        f"<AlgorithmOptions>{weights}</AlgorithmOptions><Resampling>Cubic</Resampling>"
        f"<PanchroBand><SourceFilename>{pan}</SourceFilename><SourceBand>1</SourceBand></PanchroBand>{bands}"
        "</PansharpeningOptions></VRTDataset>",
        encoding="utf-8",
    )
    with rasterio.open(tmp_path / "p.vrt") as dataset:
        theirs = dataset.read().astype(float)
    with rasterio.open(pan) as one, rasterio.open(colour) as other:
        fine = one.read(1)
        enlarged = other.read(out_shape=(4, 240, 240), resampling=Resampling.cubic)
    ours = sharpened(fine, enlarged, weights=WEIGHTS).astype(float)
    np.testing.assert_allclose(ours, theirs, atol=1)


def test_the_weights_are_found_and_the_truth_comes_back(tmp_path: Path) -> None:
    truth = scene()
    pan, colour = pair(tmp_path, truth)
    infos = {"pan_info": describe_image(pan), "colour_info": describe_image(colour)}
    weights = sharpen_to_cog(pan, colour, tmp_path / "o.tif", **infos)
    assert weights == pytest.approx(WEIGHTS, abs=0.08)
    assert sum(weights) == pytest.approx(1, abs=0.02)
    made = describe_image(tmp_path / "o.tif")
    assert (made.width, made.height, made.gsd_m, made.dtype, made.bands) == (240, 240, 0.5, "uint16", 3)
    assert (made.band_order, made.order_known) == (("red", "green", "blue"), "stated")
    with rasterio.open(tmp_path / "o.tif") as dataset, rasterio.open(colour) as other:
        got = dataset.read().astype(float)
        blurred = other.read([3, 2, 1], out_shape=(3, 240, 240), resampling=Resampling.cubic)
    off = np.abs(got - truth[[2, 1, 0]])
    # What is left is colour that changes within a coarse pixel, which no sharpening knows.
    assert off.mean() < np.abs(blurred - truth[[2, 1, 0]]).mean() / 5
    assert off.mean() / truth.mean() < 0.03


def test_the_gain_of_the_panchromatic_band_does_not_change_colours(tmp_path: Path) -> None:
    truth = scene(3)
    pan, colour = pair(tmp_path, truth)
    with rasterio.open(pan) as dataset:
        brighter = dataset.read() * 7
    write(tmp_path / "bright.tif", brighter, 0.5)
    results = []
    for fine in (pan, tmp_path / "bright.tif"):
        infos = {"pan_info": describe_image(fine), "colour_info": describe_image(colour)}
        sharpen_to_cog(fine, colour, tmp_path / "o.tif", **infos)
        with rasterio.open(tmp_path / "o.tif") as dataset:
            results.append(dataset.read().astype(int))
    assert np.abs(results[0] - results[1]).max() <= 1


def test_what_either_image_lacks_is_not_there(tmp_path: Path) -> None:
    truth = scene(3)
    mask = np.full((240, 240), 255, np.uint8)
    mask[:40] = 0
    pan = write(tmp_path / "pan.tif", truth.mean(axis=0)[None].astype(np.uint16), 0.5, mask=mask)
    # The coloured one begins 60 m further east and has no data in its lowest 20 rows.
    coarse = reduced(truth, 4)[:, :, 30:].astype(np.uint16)
    coarse[:, -20:] = 0
    colour = write(tmp_path / "ms.tif", coarse, 2.0, left=500_060.0, nodata=0)
    stored = store_image(colour, tmp_path / "o.tif", pan=pan)
    assert stored.info.masked
    with rasterio.open(tmp_path / "o.tif") as dataset:
        seen = dataset.read_masks(1) > 0
    assert not seen[:40].any()
    assert not seen[:, :119].any()
    assert not seen[161:].any()
    assert seen[44:156, 124:].all()


def test_maps_may_differ_and_places_stay(tmp_path: Path) -> None:
    truth = scene(3)
    pan, _ = pair(tmp_path, truth)
    x, y = Transformer.from_crs("EPSG:32652", "EPSG:3857", always_xy=True).transform([5e5, 500_120], [4.6e6, 4_599_880])
    step = (x[1] - x[0]) / 60
    width, height = 60, int((y[0] - y[1]) / step)
    source = {"src_crs": "EPSG:32652", "src_transform": rasterio.Affine(2, 0, 5e5, 0, -2, 4.6e6)}
    affine = rasterio.Affine(step, 0, x[0], 0, -step, y[0])
    warped = np.zeros((3, height, width), np.float64)
    reproject(
        reduced(truth, 4),
        warped,
        **source,
        dst_crs="EPSG:3857",
        dst_transform=affine,
        resampling=Resampling.average,
        dst_nodata=0,
    )
    colour = tmp_path / "mercator.tif"
    with rasterio.open(
        colour,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=3,
        dtype="uint16",
        crs="EPSG:3857",
        transform=affine,
        nodata=0,
    ) as target:
        target.write(np.rint(warped).clip(0, None).astype(np.uint16))
    store_image(colour, tmp_path / "o.tif", ImageHints(bands=tuple(Band(common_name=n) for n in "rgb")), pan=pan)
    with rasterio.open(tmp_path / "o.tif") as dataset:
        inner = dataset.read()[:, 20:-20, 20:-20].astype(float)
        assert (dataset.read_masks(1)[20:-20, 20:-20] > 0).all()
    assert np.abs(inner - truth[:, 20:-20, 20:-20]).mean() / truth.mean() < 0.03


def test_pairs_that_are_none_are_refused(tmp_path: Path) -> None:
    truth = scene(3)
    pan, colour = pair(tmp_path, truth)
    with pytest.raises(ImageError, match="panchromatic image has one band"):
        store_image(pan, tmp_path / "o.tif", pan=colour)
    with pytest.raises(ImageError, match="three bands or more"):
        store_image(pan, tmp_path / "o.tif", pan=write(tmp_path / "p2.tif", np.ones((1, 9, 9), np.uint8), 1))
    coarse = write(tmp_path / "coarse.tif", np.ones((1, 60, 60), np.uint16), 2.0)
    with pytest.raises(ImageError, match="no finer"):
        store_image(colour, tmp_path / "o.tif", pan=coarse)
    far = write(tmp_path / "far.tif", np.ones((1, 99, 99), np.uint16), 0.5, left=900_000.0)
    with pytest.raises(ImageError, match="hardly overlap"):
        store_image(colour, tmp_path / "o.tif", pan=far)
    dark = write(tmp_path / "dark.tif", np.zeros((1, 240, 240), np.uint16), 0.5)
    with pytest.raises(ImageError, match="nothing in common"):
        store_image(colour, tmp_path / "o.tif", pan=dark)
    with pytest.raises(ImageError, match="--gsd"):
        store_image(colour, tmp_path / "o.tif", ImageHints(gsd_m=2.0), pan=pan)
    with pytest.raises(ValueRefusedError, match="two files"):
        store_image(pan, tmp_path / "o.tif", pan=pan)
    assert not (tmp_path / "o.tif").exists()
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("weights", [(), (1.0,), (0.0, 0.0, 0.0), (-1.0, 1.0, 1.0), (float("nan"), 1.0, 1.0)])
def test_weights_that_are_none_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueRefusedError, match="weight"):
        sharpened(np.ones((2, 2)), np.ones((3, 2, 2)), weights=weights)


@given(
    arrays(np.uint8, (3, 4, 5)),
    arrays(np.uint8, (4, 5)),
    st.lists(st.floats(0, 2), min_size=3, max_size=3).filter(lambda w: sum(w) > 0.1),
)
def test_bytes_never_wrap_around_and_grey_stays_grey(
    colour: NDArray[np.uint8], pan: NDArray[np.uint8], weights: list[float]
) -> None:
    out = sharpened(pan, colour, weights=weights)
    assert out.dtype == np.uint8
    for b, r, c in np.ndindex(out.shape):
        light = float(np.dot(weights, colour[:, r, c].astype(float)))
        exact = float(colour[b, r, c]) * float(pan[r, c]) / light if light > 0 else 0.0
        assert abs(float(out[b, r, c]) - min(exact, 255.0)) <= 0.5 + 1e-6
    grey = sharpened(pan, np.repeat(colour[:1], 3, axis=0), weights=weights)
    assert (grey[0] == grey[1]).all()
    assert (grey[0] == grey[2]).all()
