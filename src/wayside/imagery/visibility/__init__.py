"""What of a strip can be read: providers' masks, and what the image itself shows of cloud, haze, blur and light."""

from wayside.imagery.visibility.sampling import read_mask_strips
from wayside.imagery.visibility.screen import Image, Screened, screen

__all__ = ["Image", "Screened", "read_mask_strips", "screen"]
