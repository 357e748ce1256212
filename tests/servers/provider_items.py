"""Items as the big providers write them, all over one site; written for the tests, after the providers' own forms."""

from __future__ import annotations

from typing import Any

__all__ = ["BOX", "PROVIDERS", "SITE", "asset", "item", "ring", "simple"]

Item = dict[str, Any]
COG = "image/tiff; application=geotiff; profile=cloud-optimized"
SITE = (130.39, 42.38, 130.41, 42.40)
BOX = (130.3, 42.3, 130.5, 42.5)
EO_1, EO_2 = (
    "https://stac-extensions.github.io/eo/v1.1.0/schema.json",
    "https://stac-extensions.github.io/eo/v2.0.0/schema.json",
)


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def asset(href: str, media: str = COG, roles: tuple[str, ...] = ("data",), **fields: Any) -> Item:
    return {"href": href, "type": media, "roles": list(roles), **fields}


def item(
    name: str,
    time: str | None,
    assets: dict[str, Item],
    *,
    collection: str = "",
    box: tuple[float, float, float, float] = BOX,
    version: str = "1.0.0",
    base: str = "https://catalogue.example.org",
    **properties: Any,
) -> Item:
    fields = {key.replace("__", ":", 1): value for key, value in properties.items()}
    links = [{"rel": "self", "href": f"{base}/collections/{collection or 'none'}/items/{name}"}]
    found: Item = {
        "type": "Feature",
        "stac_version": version,
        "stac_extensions": [EO_2 if version == "1.1.0" else EO_1],
        "id": name,
        "geometry": {"type": "Polygon", "coordinates": [ring(*box)]},
        "bbox": list(box),
        "properties": {"datetime": time, **fields},
        "assets": assets,
        "links": links,
    }
    if collection:
        found["collection"] = collection
        links.append({"rel": "collection", "href": f"{base}/collections/{collection}"})
    return found


def simple(
    name: str,
    time: str,
    *,
    collection: str = "yards",
    box: tuple[float, float, float, float] = BOX,
    gsd: float | None = 0.5,
    cloud: float | None = 5.0,
    platform: str = "skysat-c4",
    version: str = "1.0.0",
) -> Item:
    """Return a small item that every server takes."""
    known = {"gsd": gsd, "eo__cloud_cover": cloud, "platform": platform}
    return item(
        name,
        time,
        {"visual": asset(f"https://images.example.org/{name}.tif", roles=("visual",))},
        collection=collection,
        box=box,
        version=version,
        license="CC-BY-4.0",
        **{k: v for k, v in known.items() if v is not None},
    )


def band(name: str, common: str, **more: Any) -> Item:
    return {"name": name, "common_name": common, **more}


S2_BANDS = {"red": "B04", "green": "B03", "blue": "B02", "nir": "B08"}


def element84_new() -> Item:
    root = "https://sentinel-cogs.s3.us-west-2.amazonaws.com/S2A_T52TEN_20231005T021615_L2A"
    assets: dict[str, Item] = {
        "thumbnail": asset(f"{root}/thumbnail.jpg", "image/jpeg", ("thumbnail",)),
        "visual": asset(
            f"{root}/TCI.tif",
            roles=("visual",),
            **{
                "eo:bands": [band(c, c) for c in S2_BANDS if c != "nir"],
                "proj:transform": [10, 0, 499980, 0, -10, 4700040],
                "proj:code": "EPSG:32652",
            },
        ),
        "visual-jp2": asset("s3://sentinel-s2-l2a/tiles/52/T/EN/2023/10/5/0/TCI.jp2", "image/jp2", ("visual",)),
        "scl": asset(
            f"{root}/SCL.tif",
            roles=("data",),
            **{"raster:bands": [{"nodata": 0, "data_type": "uint8", "spatial_resolution": 20}]},
        ),
        "cloud": asset(f"{root}/CLD_20m.tif", roles=("data",)),
        "granule_metadata": asset(f"{root}/metadata.xml", "application/xml", ("metadata",)),
    }
    for common, name in S2_BANDS.items():
        raster = [{"nodata": 0, "data_type": "uint16", "spatial_resolution": 10, "scale": 0.0001, "offset": -0.1}]
        assets[common] = asset(
            f"{root}/{name}.tif",
            roles=("data", "reflectance"),
            gsd=10,
            **{"eo:bands": [band(common, common)], "raster:bands": raster},
        )
        assets[f"{common}-jp2"] = asset(f"s3://sentinel-s2-l2a/tiles/52/T/EN/2023/10/5/0/{name}.jp2", "image/jp2")
    return item(
        "S2A_T52TEN_20231005T021615_L2A",
        "2023-10-05T02:21:33.024000Z",
        assets,
        collection="sentinel-2-c1-l2a",
        platform="sentinel-2a",
        constellation="sentinel-2",
        instruments=["msi"],
        eo__cloud_cover=3.2,
        created="2023-10-05T08:00:00Z",
        s2__datatake_id="GS2A_20231005T021551_043275_N05.09",
        s2__processing_baseline="05.09",
        grid__code="MGRS-52TEN",
        s2__product_uri="S2A_MSIL2A_20231005T021551_N0509_R003_T52TEN_20231005T064803.SAFE",
        view__sun_elevation=40.5,
        view__sun_azimuth=160.0,
        proj__code="EPSG:32652",
    )


def element84_old() -> Item:
    root = (
        "https://sentinel-cogs.s3.us-west-2.amazonaws.com/sentinel-s2-l2a-cogs/52/T/EN/2020/1/S2A_52TEN_20200105_0_L2A"
    )
    assets: dict[str, Item] = {
        "thumbnail": {
            "href": "https://roda.sentinel-hub.com/preview.jpg",
            "type": "image/png",
            "roles": ["thumbnail"],
            "title": "Thumbnail",
        },
        "overview": {
            "href": f"{root}/L2A_PVI.tif",
            "type": COG,
            "roles": ["overview"],
            "gsd": 10,
            "eo:bands": [band("B04", "red"), band("B03", "green"), band("B02", "blue")],
        },
        "visual": {
            "href": f"{root}/TCI.tif",
            "type": COG,
            "roles": ["overview"],
            "gsd": 10,
            "eo:bands": [band("B04", "red"), band("B03", "green"), band("B02", "blue")],
        },
        "SCL": {"href": f"{root}/SCL.tif", "type": COG, "roles": ["data"]},
        "AOT": {"href": f"{root}/AOT.tif", "type": COG, "roles": ["data"]},
        "metadata": {"href": f"{root}/metadata.xml", "type": "application/xml", "roles": ["metadata"]},
    }
    for common, name in S2_BANDS.items():
        assets[name] = {
            "href": f"{root}/{name}.tif",
            "type": COG,
            "roles": ["data"],
            "gsd": 10,
            "eo:bands": [band(name, common)],
        }
    return item(
        "S2A_52TEN_20200105_0_L2A",
        "2020-01-05T02:21:30Z",
        assets,
        collection="sentinel-s2-l2a-cogs",
        version="1.0.0-beta.2",
        platform="sentinel-2a",
        constellation="sentinel-2",
        gsd=10,
        eo__cloud_cover=0.4,
        proj__epsg=32652,
        sentinel__product_id="S2A_MSIL2A_20200105T021101_N0213_R003_T52TEN_20200105T040000",
        created="2020-09-05T00:00:00Z",
        view__off_nadir=0,
        sentinel__utm_zone=52,
    )


def planetary_s2() -> Item:
    root = "https://sentinel2l2a01.blob.core.windows.net/sentinel2-l2/52/T/EN/2023/10/05/IMG"
    assets: dict[str, Item] = {
        "visual": asset(
            f"{root}/TCI_10m.tif",
            gsd=10.0,
            **{"eo:bands": [band("B04", "red"), band("B03", "green"), band("B02", "blue")]},
        ),
        "SCL": asset(f"{root}/SCL_20m.tif", gsd=20.0),
        "WVP": asset(f"{root}/WVP_10m.tif", gsd=10.0),
        "preview": asset(f"{root}/PVI.tif", roles=("thumbnail",)),
        "rendered_preview": asset(
            "https://planetarycomputer.microsoft.com/api/data/v1/item/preview.png", "image/png", ("overview",)
        ),
        "tilejson": asset(
            "https://planetarycomputer.microsoft.com/api/data/v1/item/tilejson.json", "application/json", ("tiles",)
        ),
    }
    for common, name in S2_BANDS.items():
        assets[name] = asset(f"{root}/{name}_10m.tif", gsd=10.0, **{"eo:bands": [band(name, common)]})
    return item(
        "S2A_MSIL2A_20231005T021551_R003_T52TEN_20231005T064803",
        "2023-10-05T02:15:51.024000Z",
        assets,
        collection="sentinel-2-l2a",
        platform="Sentinel-2A",
        constellation="Sentinel 2",
        instruments=["msi"],
        eo__cloud_cover=3.2,
        proj__epsg=32652,
        s2__datatake_id="GS2A_20231005T021551_043275_N05.09",
        s2__mgrs_tile="52TEN",
        s2__processing_baseline="05.09",
        s2__generation_time="2023-10-05T06:48:03.0Z",
        s2__mean_solar_zenith=49.5,
        s2__mean_solar_azimuth=160.0,
    )


def planetary_landsat() -> Item:
    root = "https://landsateuwest.blob.core.windows.net/landsat-c2/level-2/LC08"
    commons = {"blue": "OLI_B2", "green": "OLI_B3", "red": "OLI_B4", "nir08": "OLI_B5", "lwir11": "TIRS_B10"}
    assets = {
        common: asset(
            f"{root}_{name}.TIF",
            **{
                "eo:bands": [band(name, common)],
                "raster:bands": [{"scale": 2.75e-05, "offset": -0.2, "nodata": 0, "spatial_resolution": 30}],
            },
        )
        for common, name in commons.items()
    }
    assets["qa_pixel"] = asset(f"{root}_QA_PIXEL.TIF", roles=("cloud", "cloud-shadow", "snow-ice", "water-mask"))
    assets["qa_radsat"] = asset(f"{root}_QA_RADSAT.TIF", roles=("saturation",))
    assets["mtl.json"] = asset(f"{root}_MTL.json", "application/json", ("metadata",))
    assets["rendered_preview"] = asset(
        "https://planetarycomputer.microsoft.com/preview.png", "image/png", ("overview",)
    )
    return item(
        "LC08_L2SP_115031_20231003_02_T1",
        "2023-10-03T02:03:33.1Z",
        assets,
        collection="landsat-c2-l2",
        platform="landsat-8",
        instruments=["oli", "tirs"],
        gsd=30,
        eo__cloud_cover=12.5,
        landsat__wrs_path="115",
        landsat__wrs_row="031",
        landsat__scene_id="LC81150312023276LGN00",
        landsat__collection_number="02",
        created="2023-10-10T00:00:00Z",
        view__off_nadir=0,
        view__sun_azimuth=155.1,
        view__sun_elevation=41.2,
        proj__epsg=32652,
    )


def planetary_naip() -> Item:
    bands = [
        band("Red", "red"),
        band("Green", "green"),
        band("Blue", "blue"),
        band("NIR", "nir", description="near-infrared"),
    ]
    assets = {
        "image": asset(
            "https://naipeuwest.blob.core.windows.net/naip/v002/m_4213052_ne_52_060_20221005.tif", **{"eo:bands": bands}
        ),
        "metadata": asset("https://naipeuwest.blob.core.windows.net/naip/m_4213052.txt", "text/plain", ("metadata",)),
        "thumbnail": asset(
            "https://naipeuwest.blob.core.windows.net/naip/m_4213052.200.jpg", "image/jpeg", ("thumbnail",)
        ),
    }
    return item(
        "m_4213052_ne_52_060_20221005",
        "2022-10-05T16:00:00Z",
        assets,
        collection="naip",
        gsd=0.6,
        naip__year="2022",
        naip__state="me",
        proj__epsg=26952,
        providers=[{"name": "USDA Farm Service Agency", "roles": ["producer", "licensor"]}],
    )


def planet_psscene() -> Item:
    root = "https://api.planet.com/basemaps/ps"
    assets = {
        "ortho_analytic_8b_sr": asset(f"{root}/8b_sr.tif", roles=("data", "reflectance")),
        "ortho_analytic_8b_xml": asset(f"{root}/8b.xml", "text/xml", ("metadata",)),
        "ortho_analytic_4b": asset(f"{root}/4b.tif"),
        "basic_analytic_4b": asset(f"{root}/basic.tif"),
        "basic_udm2": asset(f"{root}/basic_udm2.tif"),
        "ortho_udm2": asset(f"{root}/udm2.tif", roles=("data", "cloud", "snow-ice")),
    }
    return item(
        "20231005_021033_45_2426",
        "2023-10-05T02:10:33.459Z",
        assets,
        collection="PSScene",
        platform="2426",
        constellation="planetscope",
        instruments=["PSB.SD"],
        gsd=3.9,
        eo__cloud_cover=0,
        pl__strip_id="6794817",
        pl__pixel_resolution=3,
        view__off_nadir=2.1,
        view__azimuth=98.4,
        view__sun_azimuth=157,
        view__sun_elevation=41,
        published="2023-10-05T10:00:00Z",
    )


def planet_skysat() -> Item:
    root = "https://api.planet.com/sky"
    assets = {
        "ortho_pansharpened": asset(f"{root}/pansharpened.tif", gsd=0.5),
        "ortho_pansharpened_udm2": asset(f"{root}/pansharpened_udm2.tif", gsd=0.5),
        "ortho_analytic": asset(f"{root}/analytic.tif", gsd=1.0),
        "ortho_analytic_udm2": asset(f"{root}/analytic_udm2.tif", gsd=1.0),
        "ortho_panchromatic": asset(f"{root}/panchromatic.tif", gsd=0.5),
        "ortho_visual": asset(f"{root}/visual.tif", roles=("visual",), gsd=0.5),
    }
    return item(
        "20231005_013311_ssc4_u0001",
        "2023-10-05T01:33:11Z",
        assets,
        collection="SkySatCollect",
        platform="SSC4",
        constellation="skysat",
        gsd=0.57,
        eo__cloud_cover=0,
        pl__strip_id="s4_20231005T013311Z",
        view__off_nadir=21.3,
    )


def maxar_open_data() -> Item:
    root = "./10300100EB15FF00/2023-10-05/10300100EB15FF00"
    eight = [
        band(f"BAND_{c[0].upper()}", c)
        for c in ("coastal", "blue", "green", "yellow", "red", "rededge", "nir08", "nir09")
    ]
    assets = {
        "visual": asset(
            f"{root}-visual.tif", roles=("visual",), **{"eo:bands": [band(c, c) for c in ("red", "green", "blue")]}
        ),
        "pan_analytic": asset(f"{root}-pan.tif", **{"eo:bands": [band("BAND_P", "pan")]}),
        "ms_analytic": asset(f"{root}-ms.tif", **{"eo:bands": eight}),
        "data-mask": asset(f"{root}-data-mask.gpkg", "application/geopackage+sqlite3", ("data-mask",)),
    }
    return item(
        "52/120200210132/10300100EB15FF00",
        "2023-10-05T02:44:01Z",
        assets,
        collection="ard",
        platform="WV02",
        gsd=0.5,
        catalog_id="10300100EB15FF00",
        quadkey="120200210132",
        tile__clouds_percent=7,
        proj__epsg=32652,
        view__off_nadir=18.9,
        view__azimuth=204.5,
        view__sun_azimuth=165.2,
        view__sun_elevation=42.2,
    )


def airbus_pleiades() -> Item:
    ms = [{"name": n, "eo:common_name": c} for n, c in (("B2", "red"), ("B1", "green"), ("B0", "blue"), ("B3", "nir"))]
    assets = {
        "multispectral": asset("https://airbus.example.org/IMG_PHR1A_MS_R1C1.JP2", "image/jp2", gsd=2.0, bands=ms),
        "panchromatic": asset(
            "https://airbus.example.org/IMG_PHR1A_P_R1C1.JP2",
            "image/jp2",
            gsd=0.5,
            bands=[{"name": "P", "eo:common_name": "pan"}],
        ),
        "quicklook": asset("https://airbus.example.org/PREVIEW_PHR1A.JPG", "image/jpeg", ("overview",)),
        "dim": asset("https://airbus.example.org/DIM_PHR1A.XML", "application/xml", ("metadata",)),
    }
    return item(
        "DS_PHR1A_202310050226013_FR1_PX_E130N42",
        "2023-10-05T02:26:01.3Z",
        assets,
        collection="phr",
        version="1.1.0",
        platform="PHR1A",
        constellation="pleiades",
        acquisitionIdentifier="DS_PHR1A_202310050226013",
        eo__cloud_cover=1.5,
        providers=[{"name": "Airbus DS", "roles": ["producer", "licensor"]}],
        view__off_nadir=12.0,
        view__azimuth=-170.0,
    )


def umbra_sar() -> Item:
    assets = {
        "2023-10-05-02-00-00_UMBRA-05_GEC.tif": asset("https://umbra.example.org/GEC.tif"),
        "2023-10-05-02-00-00_UMBRA-05_METADATA.json": asset(
            "https://umbra.example.org/METADATA.json", "application/json", ("metadata",)
        ),
    }
    return item(
        "f1d5e0a0-umbra-05",
        "2023-10-05T02:00:00Z",
        assets,
        platform="Umbra-05",
        sar__instrument_mode="SPOTLIGHT",
        sar__product_type="GEC",
        sar__frequency_band="X",
        view__off_nadir=40,
    )


PROVIDERS = {
    "element84_new": element84_new,
    "element84_old": element84_old,
    "planetary_s2": planetary_s2,
    "planetary_landsat": planetary_landsat,
    "planetary_naip": planetary_naip,
    "planet_psscene": planet_psscene,
    "planet_skysat": planet_skysat,
    "maxar_open_data": maxar_open_data,
    "airbus_pleiades": airbus_pleiades,
    "umbra_sar": umbra_sar,
}
