"""Which band of an image is which: as its file says, as its sensor orders them, or as is most often so.

The order in which this is looked for:

1. the caller, who read a catalogue or asked the user;
2. names of the bands in the file ("blue", "B04", "NIR", Landsat's and Sentinel-2's numbers are the sensor's affair);
3. wavelengths of the bands in the file;
4. colour interpretation, which many programs write without being asked, so that it gives way to names;
5. the sensor, where the file's tags or its name give it away, and the number of its bands;
6. custom: what most images with as many bands are.

Orders of the sensors, from the providers' product guides: PlanetScope of four bands and SkySat blue, green, red, near
infrared; PlanetScope of eight (SuperDove) and WorldView-2/3 by wavelength; WorldView, GeoEye and QuickBird of four
blue, green, red, near infrared; Pléiades and SPOT 6/7 red, green, blue, near infrared (DIMAP's bands B2, B1, B0, B3),
Pléiades Neo thereafter red edge and deep blue; NAIP red, green, blue, near infrared; stacks of Sentinel-2 by number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from wayside.model.acquisitions import Band

__all__ = ["BandOrder", "OrderKnown", "alpha_band", "band_order", "colour_bands", "sensor_of", "told_elsewhere"]


class OrderKnown(StrEnum):
    """How the order of an image's bands is known: ``TOLD`` by a catalogue or the user, ``STATED`` by the file."""

    TOLD = "told"
    STATED = "stated"
    SENSOR = "by the sensor"
    ASSUMED = "assumed"


class BandOrder(NamedTuple):
    """The bands of an image.

    Attributes:
        names: STAC common name of each band ("red", "nir", "pan", …; "alpha"), empty for a band that is not known.
        known: how that is known.
        why: what it rests on, a few words.
    """

    names: tuple[str, ...]
    known: OrderKnown
    why: str


_RGB = ("red", "green", "blue")
_RGBN = (*_RGB, "nir")
_BGRN = ("blue", "green", "red", "nir")
_BY_WAVELENGTH = ("coastal", "blue", "green", "yellow", "red", "rededge", "nir", "nir09")
_SUPERDOVE = ("coastal", "blue", "green05", "green", "yellow", "red", "rededge", "nir")
_S2_10M = ("blue", "green", "red", "nir")
_S2_12 = (
    *("coastal", "blue", "green", "red", "rededge071", "rededge075", "rededge078", "nir", "nir08", "nir09"),
    *("swir16", "swir22"),
)
_S2_13 = (*_S2_12[:10], "cirrus", *_S2_12[10:])

_ORDERS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "planetscope": (_BGRN, ("blue", "green", "red", "rededge", "nir"), _SUPERDOVE),
    "skysat": (_BGRN, ("blue", "green", "red", "nir", "pan")),
    "worldview": (_BGRN, _BY_WAVELENGTH),
    "geoeye": (_BGRN,),
    "pleiades-neo": (_RGBN, (*_RGBN, "rededge", "coastal")),
    "pleiades": (_RGBN,),
    "spot": (_RGBN,),
    "naip": (_RGBN,),
    "sentinel-2": (_S2_10M, _S2_12, _S2_13),
}
"""Orders by sensor; the one with as many bands as the image holds. Three bands are red, green, blue with all."""

_SENSORS = (
    ("pleiades-neo", r"\bpneo\d?|pl[ée]iades[-_ ]?neo"),
    ("pleiades", r"\bphr-?1?[ab]?\b|pl[ée]iades"),
    ("spot", r"\bspot[-_ ]?[67]\b"),
    ("skysat", r"skysat|\bssc?\d{1,2}(d\d)?\b"),
    ("planetscope", r"planetscope|\bpsscene|\bps2(\.sd)?\b|\bpsb\.sd\b|superdove|analyticms"),
    ("worldview", r"world[-_ ]?view|\bwv-?0?[1-4]\b"),
    ("geoeye", r"geoeye|\bge-?0?1\b|quickbird|\bqb-?0?2\b|ikonos"),
    ("sentinel-2", r"sentinel[-_ ]?2|\bs2[abcd]\b"),
    ("naip", r"\bnaip\b|\bm \d{7} (ne|nw|se|sw) \d{1,2} "),
)
_TELLING = re.compile(
    r"(satellite|satid|platform|sensor|mission|instrument|imagedescription|software|isorce|vehicle)", re.IGNORECASE
)

_NAMES = {
    "r": "red",
    "g": "green",
    "b": "blue",
    "n": "nir",
    "infrared": "nir",
    "near infrared": "nir",
    "near infrared 1": "nir",
    "nearinfrared": "nir",
    "ir": "nir",
    "nir1": "nir",
    "nir 1": "nir",
    "nir08": "nir",
    "nir2": "nir09",
    "nir 2": "nir09",
    "near infrared 2": "nir09",
    "coastal blue": "coastal",
    "coastal aerosol": "coastal",
    "deep blue": "coastal",
    "deepblue": "coastal",
    "green i": "green05",
    "green ii": "green",
    "red edge": "rededge",
    "pan": "pan",
    "panchromatic": "pan",
    **{name: name for name in ("red", "green", "blue", "nir", "nir09", "coastal", "yellow", "rededge", "swir16")},
    **{name: name for name in ("swir22", "cirrus", "alpha", "rededge071", "rededge075", "rededge078", "green05")},
}
_NUMBERED = {
    f"{prefix}{number}": name
    for prefix in ("b", "b0", "band ", "band")
    for number, name in (("1", "coastal"), ("2", "blue"), ("3", "green"), ("4", "red"), ("8", "nir"))
} | {"b8a": "nir08", "b05": "rededge071", "b06": "rededge075", "b07": "rededge078", "b11": "swir16", "b12": "swir22"}
"""Sentinel-2's numbers; used only with at least three of its bands, or where the sensor is known."""
_SINGLE = re.compile(r"_(B\d[\dA])(?:_|\.|$)")
_DIMAP = {"b0": "blue", "b1": "green", "b2": "red", "b3": "nir", "p": "pan"}

_COLOURS = {
    ColorInterp.red: "red",
    ColorInterp.green: "green",
    ColorInterp.blue: "blue",
    ColorInterp.alpha: "alpha",
    ColorInterp.pan: "pan",
    ColorInterp.coastal: "coastal",
    ColorInterp.rededge: "rededge",
    ColorInterp.nir: "nir",
}
_WAVELENGTHS_UM = (
    ("coastal", 0.40, 0.455),
    ("blue", 0.455, 0.515),
    ("green", 0.515, 0.59),
    ("yellow", 0.59, 0.63),
    ("red", 0.63, 0.69),
    ("rededge", 0.69, 0.76),
    ("nir", 0.76, 0.90),
    ("nir09", 0.90, 1.05),
)
_WAVELENGTH_KEYS = ("CENTRAL_WAVELENGTH_UM", "WAVELENGTH", "WAVELENGTHS", "CENTER_WAVELENGTH", "CENTERWAVELENGTH")


def band_order(
    dataset: DatasetReader, file_name: str = "", *, hint: Sequence[Band] = (), sensor: str = ""
) -> BandOrder:
    """Find out which band of an open image is which.

    Args:
        dataset: an open rasterio dataset.
        file_name: its name, which often says which satellite it is from.
        hint: the bands as a catalogue or the user names them; used where there are as many as the file has, masks
            left out or not.
        sensor: satellite or sensor, as a catalogue or the user names it; may be empty.
    """
    alpha = alpha_band(dataset)
    given = _from_hint(hint, dataset.count, alpha)
    if given:
        return BandOrder(given, OrderKnown.TOLD, "the catalogue or the user")
    found = sensor_of(sensor, dataset.tags(), dataset.tags(ns="IMAGERY"), dataset.tags(ns="IMD"), file_name)
    named = _from_names(dataset, found)
    if set(_RGB) <= set(named):
        return BandOrder(_with_alpha(named, alpha), OrderKnown.STATED, "names of the bands")
    waves = _from_wavelengths(dataset)
    if set(_RGB) <= set(waves):
        return BandOrder(_with_alpha(waves, alpha), OrderKnown.STATED, "wavelengths of the bands")
    colours = tuple(_COLOURS.get(kind, "") for kind in dataset.colorinterp)
    if set(_RGB) <= set(colours):
        return BandOrder(colours, OrderKnown.STATED, "colour interpretation of the bands")
    if dataset.count == 1 and found == "sentinel-2" and (alone := _SINGLE.search(file_name)):
        return BandOrder((_NUMBERED.get(alone[1].lower(), ""),), OrderKnown.STATED, "name of the file")
    return _by_count(dataset, alpha, found, named)


def told_elsewhere(names: Sequence[str], known: OrderKnown) -> tuple[str, ...]:
    """Return the bands' names where somebody else than the file knows them, to be written down; none else."""
    return tuple(names) if known in {OrderKnown.TOLD, OrderKnown.SENSOR} else ()


def alpha_band(dataset: DatasetReader) -> int | None:
    """Return the 1-based number of the alpha band, wherever it is; None without one."""
    kinds = list(dataset.colorinterp)
    return kinds.index(ColorInterp.alpha) + 1 if ColorInterp.alpha in kinds else None


def colour_bands(order: BandOrder) -> tuple[int, ...]:
    """Return 1-based numbers of the bands to look at: red, green, blue, else the first three, else one.

    Of an image with fewer than three bands the panchromatic one is looked at, else the first that is no alpha.
    """
    if set(_RGB) <= set(order.names):
        return tuple(order.names.index(name) + 1 for name in _RGB)
    seen = [k for k, name in enumerate(order.names, start=1) if name != "alpha"] or [1]
    if "pan" in order.names and len(seen) < 3:
        return (order.names.index("pan") + 1,)
    return tuple(seen[:3]) if len(seen) >= 3 else (seen[0],)


def sensor_of(stated: str, *said: Mapping[str, str] | str) -> str:
    """Return which sensor an image is from, a key of the table of orders; empty where nothing tells.

    Args:
        stated: what the caller says; believed before all else.
        said: the file's tags, of which those that name satellites or sensors are read, and its name.
    """
    texts = [stated]
    for one in said:
        if isinstance(one, str):
            texts.append(one)
        else:
            texts.extend(str(value)[:500] for key, value in one.items() if _TELLING.search(key))
    for text in texts:
        plain = re.sub(r"[_\-.]+", " ", text.lower()) + " "
        for sensor, pattern in _SENSORS:
            if re.search(pattern, plain) or re.search(pattern, text.lower()):
                return sensor
    return ""


def _from_hint(hint: Sequence[Band], count: int, alpha: int | None) -> tuple[str, ...]:
    """Return the names that the caller gives, empty where they do not fit the file or tell nothing."""
    names = [band.common_name.strip().lower() or _NAMES.get(_plain(band.name), "") for band in hint]
    if not any(names):
        return ()
    if len(names) == count:
        return tuple(names)
    if alpha is not None and len(names) == count - 1:
        return _around_alpha(names, alpha)
    return ()


def _plain(text: str | None) -> str:
    return re.sub(r"[\s_\-]+", " ", (text or "").strip().lower())


def _from_names(dataset: DatasetReader, sensor: str) -> tuple[str, ...]:
    plain = [_plain(name) for name in dataset.descriptions]
    if sensor in {"pleiades", "spot"} and any(name in _DIMAP for name in plain):
        return tuple(_DIMAP.get(name, "") for name in plain)
    named = tuple(_NAMES.get(name, _NAMES.get(name.split(",")[0].split("(")[0].strip(), "")) for name in plain)
    if not any(named) and sensor == "sentinel-2":
        return tuple(_NUMBERED.get(name.split(",")[0], "") for name in plain)
    return named


def _from_wavelengths(dataset: DatasetReader) -> tuple[str, ...]:
    names = []
    for k in range(1, dataset.count + 1):
        tags = {key.upper(): value for key, value in {**dataset.tags(k), **dataset.tags(k, ns="IMAGERY")}.items()}
        told = next((tags[key] for key in _WAVELENGTH_KEYS if key in tags), "")
        number = re.search(r"\d+(?:\.\d+)?", told)
        metres = float(number.group()) if number else 0.0
        micrometres = metres / 1000 if metres > 100 else metres
        names.append(next((name for name, low, high in _WAVELENGTHS_UM if low <= micrometres < high), ""))
    return _once(names)


def _once(names: Sequence[str]) -> tuple[str, ...]:
    """Keep the last of several greens (SuperDove's second is the broad one), the first of any other name."""
    last = max((k for k, name in enumerate(names) if name == "green"), default=-1)
    kept: list[str] = []
    for k, name in enumerate(names):
        again = k != last if name == "green" else name in kept
        kept.append("" if again else name)
    return tuple(kept)


def _around_alpha(names: Sequence[str], alpha: int) -> tuple[str, ...]:
    """Return the names of all bands, where ``names`` are those of the others."""
    return (*names[: alpha - 1], "alpha", *names[alpha - 1 :])


def _with_alpha(names: tuple[str, ...], alpha: int | None) -> tuple[str, ...]:
    if alpha is None:
        return names
    return (*names[: alpha - 1], "alpha", *names[alpha:])


def _by_count(dataset: DatasetReader, alpha: int | None, sensor: str, named: tuple[str, ...]) -> BandOrder:
    """Return the order by the sensor, else what images of as many bands most often are."""
    count = dataset.count - (alpha is not None)
    orders = (*_ORDERS.get(sensor, ()), *((_RGB,) if sensor else ()))
    names = next((order for order in orders if len(order) == count), None)
    known, why = (OrderKnown.SENSOR, f"{sensor} with {count} bands") if names else (OrderKnown.ASSUMED, "")
    if names is None and any(named) and count < 3:
        return BandOrder(_with_alpha(named, alpha), OrderKnown.STATED, "names of the bands")
    if names is None:
        # Four bands of eight bits are pictures for people (NAIP, display products); raw counts come by wavelength.
        four = _RGBN if dataset.dtypes[0] == "uint8" else _BGRN
        grey = "" if dataset.colorinterp[0] is ColorInterp.palette else "pan"
        names = {1: (grey,), 3: _RGB, 4: four, 8: _BY_WAVELENGTH}.get(count, ("",) * count)
        why = f"most images with {count} bands"
    return BandOrder(names if alpha is None else _around_alpha(names, alpha), known, why)
