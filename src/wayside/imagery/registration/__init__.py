"""The shift between two pictures of the same place, with the probability that it is right and how sure it is."""

from wayside.imagery.registration.shift import MAX_SHIFT_M, MIN_QUALITY, ShiftFit, find_shift, register

__all__ = ["MAX_SHIFT_M", "MIN_QUALITY", "ShiftFit", "find_shift", "register"]
