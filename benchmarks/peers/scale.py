"""What the drawn tiles and the detector share."""

GSD_M = 0.3
"""Metres per pixel at which the detector works; images are brought to it."""
TILE = 320
"""Side of a training tile, pixels; the detector counts on tiles of twice that side."""
