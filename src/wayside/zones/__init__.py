"""Storage zones: how much of their ground is occupied, against what they usually look like (see docs/zones.md)."""

from wayside.zones.cells import CellModel, cell_model
from wayside.zones.grid import ZoneGrid, lay_grid, unit_of
from wayside.zones.looking import COARSEST_M, LEAST_SEEN, Occupied, chosen_history, look_at, usual_look
from wayside.zones.pixels import ZonePixels
from wayside.zones.reference import LEAST_SCENES, Reference

__all__ = [
    "COARSEST_M",
    "LEAST_SCENES",
    "LEAST_SEEN",
    "CellModel",
    "Occupied",
    "Reference",
    "ZoneGrid",
    "ZonePixels",
    "cell_model",
    "chosen_history",
    "lay_grid",
    "look_at",
    "unit_of",
    "usual_look",
]
