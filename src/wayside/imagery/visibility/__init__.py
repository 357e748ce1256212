"""What of a strip can be read: providers' masks, and what the image itself shows of cloud, haze, blur and light."""

from wayside.imagery.visibility.clouds import mask_clouds, mask_veils, white_of
from wayside.imagery.visibility.light import mask_light, sun_note
from wayside.imagery.visibility.masks import decode_mask
from wayside.imagery.visibility.sampling import read_mask_strips, with_mask
from wayside.imagery.visibility.screen import Image, Screened, screen
from wayside.imagery.visibility.sharpness import blur_note, effective_gsd

__all__ = [
    "Image",
    "Screened",
    "blur_note",
    "decode_mask",
    "effective_gsd",
    "mask_clouds",
    "mask_light",
    "mask_veils",
    "read_mask_strips",
    "screen",
    "sun_note",
    "white_of",
    "with_mask",
]
