"""What a file says of its image: size, bands, scales, and where it lies, whatever format it comes in."""

from wayside.imagery.formats.info import ImageInfo, PixelLimits, describe_dataset, describe_image, read_tags

__all__ = ["ImageInfo", "PixelLimits", "describe_dataset", "describe_image", "read_tags"]
