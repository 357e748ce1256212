"""Where sites and scenes come from and are kept: GeoJSON, STAC items, static catalogues, image files, GeoPackages."""

from wayside.archive.catalogue import StaticCatalogue
from wayside.archive.dates import AcquisitionDate, acquisition_date, parse_date
from wayside.archive.files import sha256_multihash
from wayside.archive.items import Placement, item_to_scene, read_scene, scene_to_item, write_item
from wayside.archive.scenes import ImportRequest, MadeScene, make_scene
from wayside.archive.tracks import read_site_file, read_tracks, site_to_geojson

__all__ = [
    "AcquisitionDate",
    "ImportRequest",
    "MadeScene",
    "Placement",
    "StaticCatalogue",
    "acquisition_date",
    "item_to_scene",
    "make_scene",
    "parse_date",
    "read_scene",
    "read_site_file",
    "read_tracks",
    "scene_to_item",
    "sha256_multihash",
    "site_to_geojson",
    "write_item",
]
