"""Pixels: image files described, read along tracks, registered, cut out, and stored as cloud-optimised GeoTIFFs."""

from wayside.imagery.formats import ImageInfo, PixelLimits, describe_image, read_tags
from wayside.imagery.formats.bands import OrderKnown
from wayside.imagery.geodesy import Affine6, known_crs, map_to_lonlat
from wayside.imagery.plane import ImagePlane, plane_of, positions
from wayside.imagery.reading import PixelReader, StripBatch
from wayside.imagery.registration import MAX_SHIFT_M, register
from wayside.imagery.storing import ImageHints, store_image
from wayside.imagery.views import Chip, SiteBounds, footprint, overview_cell, read_chip, read_overview, site_bounds
from wayside.imagery.writing import convert_to_cog, write_cog

__all__ = [
    "MAX_SHIFT_M",
    "Affine6",
    "Chip",
    "ImageHints",
    "ImageInfo",
    "ImagePlane",
    "OrderKnown",
    "PixelLimits",
    "PixelReader",
    "SiteBounds",
    "StripBatch",
    "convert_to_cog",
    "describe_image",
    "footprint",
    "known_crs",
    "map_to_lonlat",
    "overview_cell",
    "plane_of",
    "positions",
    "read_chip",
    "read_overview",
    "read_tags",
    "register",
    "site_bounds",
    "store_image",
    "write_cog",
]
