"""Images that are elsewhere: only the blocks that the tracks cross are read, and stored here."""

from wayside.imagery.remote.crop import crop_to_files
from wayside.imagery.remote.raster import OpenLimits
from wayside.imagery.remote.request import CropFacts, CropRequest, RemoteTile
from wayside.imagery.remote.sources import ByteSource

__all__ = ["ByteSource", "CropFacts", "CropRequest", "OpenLimits", "RemoteTile", "crop_to_files"]
