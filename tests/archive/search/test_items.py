"""Items of the big providers, old and new forms, and items that are malformed."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from provider_items import PROVIDERS, asset, item, simple

from wayside.archive.search.asset_kinds import band_names
from wayside.archive.search.items import LeftOut, Made, draft_of, scene_of
from wayside.errors import ValueRefusedError
from wayside.model.acquisitions import FoundScene, MaskKind
from wayside.model.places import MapPoint
from wayside.model.sources import CatalogueSource

SOURCE = CatalogueSource("source", "https://catalogue.example.org")
BASE = "https://catalogue.example.org/search"
RGB, RGBN, BGRN = ("red", "green", "blue"), ("red", "green", "blue", "nir"), ("blue", "green", "red", "nir")
NOON = "2023-10-05T12:00:00Z"
TIF = "https://images.example.org/a.tif"


def made(
    document: dict[str, Any], *, collection: dict[str, Any] | None = None, source: CatalogueSource = SOURCE
) -> Made:
    return scene_of(draft_of(document, BASE), source, "https://catalogue.example.org", collection)


def scene(document: dict[str, Any], **more: Any) -> FoundScene:
    found = made(document, **more).scene
    assert isinstance(found, FoundScene), found
    return found


class Expected(NamedTuple):
    image: tuple[str, ...]
    bands: tuple[tuple[str, ...], ...]
    gsd: float
    mask: tuple[str, MaskKind] | None
    look: str
    pan: str | None = None
    cloud: float | None = None


SINGLES = (("red",), ("green",), ("blue",))
EXPECTED = {
    "element84_new": Expected(
        ("visual",), (RGB,), 10, ("scl", MaskKind.SCL), "datatake:S2A 20231005T021551", cloud=3.2
    ),
    "element84_old": Expected(
        ("visual",), (RGB,), 10, ("SCL", MaskKind.SCL), "datatake:S2A 20200105T021101", cloud=0.4
    ),
    "planetary_s2": Expected(("visual",), (RGB,), 10, ("SCL", MaskKind.SCL), "datatake:S2A 20231005T021551", cloud=3.2),
    "planetary_landsat": Expected(
        RGB, SINGLES, 30, ("qa_pixel", MaskKind.QA_PIXEL), "path:landsat-8 115 20231003", cloud=12.5
    ),
    "planetary_naip": Expected(("image",), (RGBN,), 0.6, None, ""),
    "planet_psscene": Expected(
        ("ortho_analytic_4b",), (BGRN,), 3.9, ("ortho_udm2", MaskKind.UDM2), "strip:6794817", cloud=0
    ),
    "planet_skysat": Expected(
        ("ortho_visual",), (RGB,), 0.5, ("ortho_pansharpened_udm2", MaskKind.UDM2), "strip:s4_20231005T013311Z", cloud=0
    ),
    "maxar_open_data": Expected(("visual",), (RGB,), 0.5, None, "catalogue:10300100EB15FF00", cloud=7),
    "airbus_pleiades": Expected(
        ("multispectral",), (RGBN,), 2.0, None, "acquisition:DS_PHR1A_202310050226013", pan="panchromatic", cloud=1.5
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_read_of_each_provider(name: str) -> None:
    found, wanted = scene(PROVIDERS[name]()), EXPECTED[name]
    assert tuple(a.key for a in found.image) == wanted.image
    assert tuple(tuple(b.common_name for b in a.bands) for a in found.image) == wanted.bands
    assert found.gsd_m == wanted.gsd
    assert (found.mask.key, found.mask_kind) == wanted.mask if found.mask else wanted.mask is None
    assert found.properties.get("look", "") == wanted.look
    assert (found.pan.key if found.pan else None) == wanted.pan
    assert found.cloud_cover_pct == wanted.cloud
    assert all(a.href.startswith("https://") for a in (*found.image, found.mask, found.pan) if a)


def test_radar_is_no_image_for_us() -> None:
    assert made(PROVIDERS["umbra_sar"]()).scene is LeftOut.NOT_OPTICAL


def test_heights_and_land_cover_are_no_images() -> None:
    assert made(item("a", NOON, {"data": asset(TIF)}, collection="cop-dem-glo-30")).scene is LeftOut.NOT_OPTICAL
    heights = asset(TIF, **{"raster:bands": [{"data_type": "float32", "unit": "meter"}]})
    assert made(item("a", NOON, {"data": heights}, collection="3dep")).scene is LeftOut.NOT_OPTICAL
    assert image_of({"data": asset(TIF)}, collection="demonstration") == ("data",)


BANDS = [
    ("ortho_analytic_8b", "PSScene", ("coastal", "blue", "green05", "green", "yellow", "red", "rededge", "nir")),
    ("ortho_pansharpened", "SkySatScene", BGRN),
    ("analytic", "other", ()),
    ("visual", "other", RGB),
    ("B04", "sentinel-2a", ("red",)),
    ("B8A", "sentinel-2a", ()),
    ("B4", "landsat-9", ("red",)),
    ("SR_B4", "landsat-8", ("red",)),
    ("SR_B3", "landsat-7", ("red",)),
    ("B3", "landsat-5", ("red",)),
    ("B04", "HLSL30_2.0", ("red",)),
    ("B8", "landsat-8", ("pan",)),
    ("B8", "sentinel-2b", ("nir",)),
    ("pan_analytic", "ard", ("pan",)),
    ("Green", "any", ("green",)),
    ("B04", "any", ()),
]


@pytest.mark.parametrize(("key", "sensor", "commons"), BANDS)
def test_bands_that_only_the_key_tells(key: str, sensor: str, commons: tuple[str, ...]) -> None:
    assert tuple(b.common_name for b in band_names(key, (), sensor)) == commons


def test_what_the_items_say_of_the_look() -> None:
    maxar = scene(PROVIDERS["maxar_open_data"]())
    assert (maxar.platform, maxar.off_nadir_deg, maxar.view_azimuth_deg) == ("WV02", 18.9, 204.5)
    assert (maxar.sun_elevation_deg, maxar.sun_azimuth_deg) == (42.2, 165.2)
    assert (
        maxar.image[0].href
        == "https://catalogue.example.org/collections/ard/items/52/120200210132/10300100EB15FF00/2023-10-05/10300100EB15FF00-visual.tif"
    )
    planetary = scene(PROVIDERS["planetary_s2"]())
    assert planetary.sun_elevation_deg == pytest.approx(90 - 49.5)
    assert (planetary.version, planetary.properties["tile"]) == ("05.09", "52TEN")
    assert planetary.processed == datetime(2023, 10, 5, 6, 48, 3, tzinfo=UTC)
    landsat = scene(PROVIDERS["planetary_landsat"]())
    assert (landsat.image[0].bands[0].scale, landsat.image[0].bands[0].offset, landsat.image[0].nodata) == (
        2.75e-05,
        -0.2,
        0.0,
    )
    assert scene(PROVIDERS["airbus_pleiades"]()).view_azimuth_deg == 190.0


def test_old_and_new_names_of_bands_are_the_same() -> None:
    old = item(
        "a",
        NOON,
        {
            "data": asset(
                TIF,
                **{
                    "eo:bands": [{"name": "B1", "common_name": c} for c in BGRN],
                    "raster:bands": [{"scale": 0.1, "nodata": "nan"}] * 4,
                },
            )
        },
    )
    new = item(
        "a",
        NOON,
        {
            "data": asset(
                TIF, bands=[{"name": "B1", "eo:common_name": c, "raster:scale": 0.1, "nodata": "nan"} for c in BGRN]
            )
        },
        version="1.1.0",
    )
    oldest = item(
        "a",
        NOON,
        {"data": asset(TIF, **{"eo:bands": [2, 1, 0, 3]})},
        version="0.8.1",
        eo__bands=[{"name": "B1", "common_name": c} for c in RGBN],
    )
    names = [{"name": c, "common_name": c} for c in RGBN]
    named = item("a", NOON, {"data": asset(TIF, **{"eo:bands": list(BGRN)})}, version="0.8.1", eo__bands=names)
    assert [b.common_name for b in scene(named).image[0].bands] == list(BGRN)
    bands = [scene(i).image[0].bands for i in (old, new, oldest)]
    assert bands[0] == bands[1]
    assert [b.common_name for b in bands[2]] == list(BGRN)
    assert math.isnan(scene(old).image[0].nodata or 0)
    assert math.isnan(scene(new).image[0].nodata or 0)


def test_bands_may_stand_in_the_collection() -> None:
    collection = {
        "id": "c",
        "item_assets": {"data": {"eo:bands": [{"common_name": c} for c in RGB]}},
        "summaries": {"gsd": [0.7]},
    }
    found = scene(item("a", NOON, {"data": {"href": TIF}}, collection="c"), collection=collection)
    assert tuple(b.common_name for b in found.image[0].bands) == RGB
    assert found.gsd_m == 0.7


@pytest.mark.parametrize(
    ("fields", "gsd"),
    [
        ({"gsd": 0.5}, 0.5),
        ({"eo:gsd": 0.5}, 0.5),
        ({"raster:spatial_resolution": 0.5}, 0.5),
        ({"raster:bands": [{"spatial_resolution": 0.5}]}, 0.5),
        ({"bands": [{"gsd": 0.5}, {"gsd": 2.0}]}, 0.5),
        ({"bands": [{"raster:spatial_resolution": 0.5}]}, 0.5),
        ({"proj:code": "EPSG:32652", "proj:transform": [0.3, -0.4, 1, 0.4, -0.3, 1]}, 0.5),
        ({"proj:epsg": 32752, "proj:transform": [0.5, 0, 1, 0, -0.5, 1, 0, 0, 1]}, 0.5),
        ({"proj:epsg": 4326, "proj:transform": [5e-6, 0, 130, 0, -5e-6, 42]}, None),
        ({"gsd": "0.5"}, 0.5),
        ({"gsd": -1}, None),
        ({"gsd": math.nan}, None),
        ({"gsd": [0.5]}, None),
        ({"gsd": True}, None),
        ({"gsd": 10**400}, None),
    ],
)
def test_gsd_from_wherever_it_is_said(fields: dict[str, Any], gsd: float | None) -> None:
    found = scene(item("a", NOON, {"visual": asset(TIF, **fields)}))
    assert found.gsd_m == gsd if gsd is None else found.gsd_m == pytest.approx(gsd)


def image_of(assets: dict[str, Any], **properties: Any) -> tuple[str, ...]:
    return tuple(a.key for a in scene(item("a", NOON, assets, **properties)).image)


def bands_as(*commons: str) -> dict[str, Any]:
    return {"eo:bands": [{"common_name": c} for c in commons]}


def test_true_colour_comes_first_unless_it_is_coarser_or_has_few_bits() -> None:
    analytic = asset(TIF, gsd=0.5, **bands_as(*BGRN))
    assert image_of({"analytic": analytic, "visual": asset(TIF, gsd=0.5)}) == ("visual",)
    assert image_of({"analytic": analytic, "visual": asset(TIF, gsd=3.0)}) == ("analytic",)
    one_bit = asset(TIF, gsd=0.5, **{"raster:bands": [{"bits_per_sample": 1}]})
    assert image_of({"analytic": analytic, "visual": one_bit}) == ("analytic",)
    assert image_of({"analytic": analytic, "visual": asset(TIF, "image/png", gsd=0.5)}) == ("analytic",)


def test_single_bands_then_grey() -> None:
    singles = {c: asset(TIF, gsd=30, **bands_as(c)) for c in (*BGRN, "swir16")}
    pan = {"pan": asset(TIF, gsd=15, **bands_as("pan"))}
    found = scene(item("a", NOON, {**singles, **pan}))
    assert tuple(a.key for a in found.image) == RGB
    assert found.pan is not None
    assert found.pan.gsd_m == 15
    assert image_of({**pan, "nir": singles["nir"]}) == ("pan",)
    assert made(item("a", NOON, {"nir": singles["nir"]})).scene is LeftOut.NOT_OPTICAL


def test_a_pan_that_is_not_finer_is_not_used() -> None:
    found = scene(
        item("a", NOON, {"ms": asset(TIF, gsd=0.5, **bands_as(*RGB)), "pan": asset(TIF, gsd=0.5, **bands_as("pan"))})
    )
    assert found.pan is None


@pytest.mark.parametrize(
    "key",
    [
        "thumbnail",
        "preview",
        "rendered_preview",
        "overview",
        "browse",
        "quicklook",
        "QL",
        "metadata",
        "PVI",
        "qa",
        "dem",
        "cloud_mask",
    ],
)
def test_never_read(key: str) -> None:
    assert made(item("a", NOON, {key: asset(TIF)})).scene is LeftOut.NOT_OPTICAL
    assert image_of({key: asset(TIF), "image": asset(TIF)}) == ("image",)


@pytest.mark.parametrize("roles", [("thumbnail",), ("overview",), ("metadata",), ("data", "cloud")])
def test_never_read_by_role(roles: tuple[str, ...]) -> None:
    assert made(item("a", NOON, {"image": asset(TIF, roles=roles)})).scene is LeftOut.NOT_OPTICAL


def test_rectified_comes_before_basic() -> None:
    assert image_of(
        {
            "basic_analytic": asset(TIF, gsd=0.5, **bands_as(*BGRN)),
            "ortho_analytic": asset(TIF, gsd=0.6, **bands_as(*BGRN)),
        }
    ) == ("ortho_analytic",)
    assert image_of({"basic_analytic": asset(TIF, gsd=0.5, **bands_as(*BGRN))}) == ("basic_analytic",)


def test_assets_that_the_user_names() -> None:
    document = PROVIDERS["planet_skysat"]()
    one = CatalogueSource("source", "https://catalogue.example.org", assets=("ortho_analytic",))
    found = scene(document, source=one)
    assert (found.image[0].key, found.gsd_m) == ("ortho_analytic", 1.0)
    assert found.mask is not None
    assert found.mask.key == "ortho_analytic_udm2"
    sharp = CatalogueSource("source", "https://catalogue.example.org", assets=("ortho_analytic", "ortho_panchromatic"))
    pan = scene(document, source=sharp).pan
    assert pan is not None
    assert pan.key == "ortho_panchromatic"
    missing = made(document, source=CatalogueSource("source", "https://catalogue.example.org", assets=("nothing",)))
    assert missing.scene is LeftOut.NOT_OPTICAL
    assert "no asset nothing" in missing.trouble[0]


def test_an_image_out_of_reach_is_said() -> None:
    found = made(item("a", NOON, {"image": asset("ftp://images.example.org/a.tif")}))
    assert found.scene is LeftOut.NOT_OPTICAL
    assert "'ftp'" in found.trouble[0]
    unsure = made(item("a", NOON, {"first": asset(TIF), "second": asset(TIF)}))
    assert "which of its assets" in unsure.trouble[0]


def test_a_mask_out_of_reach_leaves_the_image() -> None:
    found = made(item("a", NOON, {"image": asset(TIF), "scl": asset("ftp://images.example.org/scl.tif")}))
    assert isinstance(found.scene, FoundScene)
    assert found.scene.mask is None
    assert "scl" in found.trouble[0]


# ---------------------------------------------------------------------------- time
def with_time(**properties: Any) -> dict[str, Any]:
    document = simple("a", NOON)
    del document["properties"]["datetime"]
    return {**document, "properties": {**document["properties"], **properties}}


@pytest.mark.parametrize(
    ("properties", "acquired"),
    [
        ({"datetime": "2023-10-05T12:00:00+09:00"}, datetime(2023, 10, 5, 3, tzinfo=UTC)),
        ({"datetime": "2023-10-05T12:00:00.123456789Z"}, datetime(2023, 10, 5, 12, 0, 0, 123456, tzinfo=UTC)),
        ({"datetime": "2023-10-05 12:00:00"}, datetime(2023, 10, 5, 12, tzinfo=UTC)),
        (
            {"datetime": None, "start_datetime": "2023-10-05T12:00:00Z", "end_datetime": "2023-10-05T12:00:10Z"},
            datetime(2023, 10, 5, 12, 0, 5, tzinfo=UTC),
        ),
        (
            {
                "datetime": "2023-10-05T12:00:03Z",
                "start_datetime": "2023-10-05T12:00:00Z",
                "end_datetime": "2023-10-05T12:00:10Z",
            },
            datetime(2023, 10, 5, 12, 0, 3, tzinfo=UTC),
        ),
        ({"start_datetime": "2023-10-05T12:00:00Z"}, datetime(2023, 10, 5, 12, tzinfo=UTC)),
    ],
)
def test_times(properties: dict[str, Any], acquired: datetime) -> None:
    assert scene(with_time(**properties)).acquired == acquired


@pytest.mark.parametrize(
    "value", [None, "", "soon", "2023-13-05T00:00:00Z", 5, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_no_time_is_refused(value: Any) -> None:
    with pytest.raises(ValueRefusedError, match="no time"):
        draft_of(with_time(datetime=value), BASE)


def test_a_mosaic_of_a_month_is_no_look() -> None:
    found = made(with_time(datetime=None, start_datetime="2023-10-01T00:00:00Z", end_datetime="2023-10-31T00:00:00Z"))
    assert found.scene is LeftOut.COMPOSITE


# ---------------------------------------------------------------------------- place
def placed(geometry: Any, bbox: Any = None) -> dict[str, Any]:
    return {**simple("a", NOON), "geometry": geometry, "bbox": bbox}


def test_places() -> None:
    square = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    whole = tuple(MapPoint(float(x), float(y)) for x, y in square)
    for geometry in (
        {"type": "Polygon", "coordinates": [square]},
        {"type": "Polygon", "coordinates": [[[*p, 17.5] for p in square]]},
        {"type": "MultiPolygon", "coordinates": [[square]]},
        {
            "type": "GeometryCollection",
            "geometries": [{"type": "Point", "coordinates": [5, 5]}, {"type": "Polygon", "coordinates": [square]}],
        },
    ):
        [found] = scene(placed(geometry)).rings
        assert set(found) == set(whole)
    for geometry in (None, {"type": "Point", "coordinates": [0.5, 0.5]}):
        [found] = scene(placed(geometry, [0, 0, 1, 1])).rings
        assert set(found) == set(whole)


def test_a_bow_tie_is_mended() -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    assert len(scene(placed(bow)).rings) == 2


@pytest.mark.parametrize(
    "coordinates",
    [[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]], [[179, 0], [181, 0], [181, 1], [179, 1], [179, 0]]],
)
def test_the_antimeridian_divides_an_outline(coordinates: list[list[float]]) -> None:
    rings = scene(placed({"type": "Polygon", "coordinates": [coordinates]})).rings
    spans = sorted((min(p.x for p in r), max(p.x for p in r)) for r in rings)
    assert spans == [(-180, -179), (179, 180)]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 95], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, math.nan], [1, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0], [1, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Polygon", "coordinates": [[[0, 0]] * 100_001]},
        {"type": "MultiPolygon", "coordinates": [[]] * 1001},
        {"type": "GeometryCollection", "geometries": [{"type": "Polygon"}] * 1001},
        {"type": "Nothing"},
        7,
        {},
    ],
)
def test_malformed_places_are_refused(geometry: Any) -> None:
    with pytest.raises(ValueRefusedError):
        draft_of(placed(geometry), BASE)
