"""Looks at one zone: its usual state from the earliest scenes, then what is occupied in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.counts import CountDistribution
from wayside.zones.area import area_distribution
from wayside.zones.cells import CellModel, Cells, judge_cells
from wayside.zones.features import features
from wayside.zones.grid import ZoneGrid, unit_of
from wayside.zones.outlines import outlines_of
from wayside.zones.pixels import ZonePixels
from wayside.zones.reference import Reference, compare, history_length, make_reference

__all__ = ["COARSEST_M", "LEAST_SEEN", "Occupied", "chosen_history", "look_at", "shown_share", "usual_look"]

COARSEST_M = 3.2
"""Coarser scenes are refused: a pixel of theirs is larger than a container."""
LEAST_SEEN = 0.1
"""A look that shows less of its zone says nothing."""
_HISTORY_SEEN = 0.5
_OUTLINED = 0.5


class Occupied(NamedTuple):
    """What one scene shows of a zone.

    Attributes:
        units: distribution of the occupied area in units; None where the scene says nothing.
        unit_m2: square metres per unit.
        visible_fraction: share of the zone that could be seen.
        outlines: rings of (column, row) of the zone's grid around what was found occupied.
        reasons: why not, or what limits it; keys of sentences.
    """

    units: CountDistribution | None
    unit_m2: float
    visible_fraction: float
    outlines: tuple[tuple[tuple[float, float], ...], ...] = ()
    reasons: tuple[str, ...] = ()


def chosen_history(scenes: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """Return the indices of the scenes that make the usual look: the earliest that show enough of the zone.

    Args:
        scenes: in order of date; of each the GSD in metres and how much of the zone has data (``shown_share``).
    """
    usable = [k for k, (gsd_m, shown) in enumerate(scenes) if gsd_m <= COARSEST_M and shown >= _HISTORY_SEEN]
    return tuple(usable[: history_length(len(usable))])


def shown_share(scene: ZonePixels, grid: ZoneGrid) -> float:
    """Return the share of a zone of which a scene has data, 0 to 1, whatever the data show."""
    return _seen(grid.share, scene.valid)


def usual_look(scenes: Sequence[ZonePixels], history: Sequence[int]) -> Reference | None:
    """Return what the zone usually looks like; None without a history."""
    return make_reference([scenes[k] for k in history]) if history else None


def look_at(scene: ZonePixels, reference: Reference | None, grid: ZoneGrid, model: CellModel) -> Occupied:
    """Say how much of a zone is occupied in one scene."""
    weight = grid.share * grid.cell_m**2
    unit = unit_of(grid.area_m2)
    visible = _seen(weight, scene.valid)
    if scene.gsd_m > COARSEST_M:
        return Occupied(None, unit, visible, reasons=("too-coarse",))
    if reference is None:
        return Occupied(None, unit, visible, reasons=("no-history",))
    compared = compare(scene, reference, grid.cell_m)
    cells = judge_cells(features(scene, compared, grid.cell_m), grid.share, model)
    cells = Cells(cells.logit, np.where(compared.usable, cells.hidden, 1.0))
    visible = _seen(weight, 1 - cells.hidden)
    if visible < LEAST_SEEN:
        return Occupied(None, unit, visible, reasons=("hidden",))
    units = area_distribution(
        cells,
        weight,
        unit_m2=unit,
        scene_sd=model.scene_sd_at(scene.gsd_m),
        spread_m2=max(model.spread_m2, grid.cell_m**2),
    )
    found = (cells.logit > 0) & (cells.hidden < _OUTLINED) & (grid.share > _OUTLINED)
    return Occupied(units, unit, visible, outlines_of(found), _limits(scene, visible))


def _limits(scene: ZonePixels, visible: float) -> tuple[str, ...]:
    said: Mapping[str, bool] = {"coarse": scene.gsd_m > 1.25, "partly-hidden": visible < 0.9}
    return tuple(key for key, holds in said.items() if holds)


def _seen(weight: NDArray[np.float64], share: NDArray[np.float64] | NDArray[np.bool_]) -> float:
    """Return the share of the zone's area that is seen, at most 1."""
    return min(1.0, max(0.0, float((weight * share).sum() / weight.sum())))
