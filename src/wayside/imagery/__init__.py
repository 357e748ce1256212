"""Pixels: image files described, read along tracks, registered, cut out, and stored as cloud-optimised GeoTIFFs."""

from wayside.imagery.info import ImageInfo, PixelLimits, describe_image
from wayside.imagery.plane import ImagePlane
from wayside.imagery.reading import PixelReader, StripBatch
from wayside.imagery.registration import register
from wayside.imagery.views import Chip, SiteBounds, footprint, read_chip, read_overview, site_bounds
from wayside.imagery.visibility.clouds import mask_clouds
from wayside.imagery.writing import convert_to_cog, write_cog

__all__ = [
    "Chip",
    "ImageInfo",
    "ImagePlane",
    "PixelLimits",
    "PixelReader",
    "SiteBounds",
    "StripBatch",
    "convert_to_cog",
    "describe_image",
    "footprint",
    "mask_clouds",
    "read_chip",
    "read_overview",
    "register",
    "site_bounds",
    "write_cog",
]
