"""Storage zones: how much of their ground is occupied, against what they usually look like (see docs/zones.md)."""

from wayside.zones.cells import CellModel, cell_model
from wayside.zones.grid import ZoneGrid, lay_grid, unit_of
from wayside.zones.looking import COARSEST_M, LEAST_SEEN, Occupied, chosen_history, look_at, shown_share, usual_look
from wayside.zones.pixels import ZonePixels
from wayside.zones.reference import LEAST_SCENES, Reference, dump_reference, load_reference

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
    "dump_reference",
    "lay_grid",
    "load_reference",
    "look_at",
    "shown_share",
    "unit_of",
    "usual_look",
]
