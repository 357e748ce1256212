"""The figure: delay against false alarms, one panel for each kind of site."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from detection.curves import ALL, OURS, Results
from detection.score import LATEST_DAYS, Curve, envelope
from detection.sites import KINDS, Floats
from wayside.model.cars import CarType
from wayside.report.figures.palette import ACCENT, CAR_COLOURS, GRID, INK, MUTED, NAVY

__all__ = ["draw_curves"]

LINES: dict[str, tuple[str, str]] = {
    "EWMA 0.2": (CAR_COLOURS[CarType.CONTAINER_FLAT], "-"),
    "CUSUM, negative binomial": (CAR_COLOURS[CarType.TANK], "-"),
    "BOCPD, Student t": (CAR_COLOURS[CarType.FLAT], "-"),
    "PELT (ruptures)": (CAR_COLOURS[CarType.HOPPER], "-"),
    "Farrington, gaps missing": (CAR_COLOURS[CarType.PASSENGER], "-"),
    "times last year's median": (MUTED, ":"),
    OURS[1]: (NAVY, "--"),
    OURS[0]: (ACCENT, "-"),
}
LOW, HIGH = 0.05, 3.0


def _line(c: Curve) -> tuple[Floats, Floats]:
    """Return rates and delays to draw, up to the highest rate that the method was tried at."""
    x, y = envelope(c)
    grid = np.geomspace(LOW, HIGH, 120)
    inside = grid <= max(float(x.max()), LOW)
    return grid[inside], np.interp(grid[inside], x, y)


def _panel(axes: Axes, results: Results, kind: str, title: str) -> None:
    axes.axhline(results.first_scene[kind], color=INK, linewidth=0.8, linestyle=(0, (1, 2)))
    for name, (colour, style) in LINES.items():
        if name in results.curves:
            x, y = _line(results.curves[name][kind])
            width = 2.2 if name == OURS[0] else 1.3
            axes.plot(x, y, color=colour, linestyle=style, linewidth=width, label=name)
    axes.set_xscale("log")
    axes.set_xticks([0.1, 0.5, 1.0, 2.0], ["0.1", "0.5", "1", "2"])
    axes.minorticks_off()
    axes.set(xlim=(LOW, HIGH), ylim=(0, LATEST_DAYS + 4))
    axes.set_yticks([0, 60, 120, 180])
    axes.grid(color=GRID, linewidth=0.7)
    axes.set_title(title, fontsize=10, color=INK, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8, colors=MUTED)


def draw_curves(results: Results, path: Path) -> None:
    """Draw all kinds into a PNG file."""
    figure = Figure(figsize=(10, 9), layout="constrained")
    grid = figure.subplots(3, 3, sharex=True, sharey=True)
    for axes, kind in zip(grid.ravel(), (ALL, *KINDS), strict=True):
        _panel(axes, results, kind, "all kinds but prior, one threshold" if kind == ALL else kind)
    figure.supxlabel("false alarms per site-year", fontsize=10)
    figure.supylabel("mean days until the rise is noticed (180: not noticed)", fontsize=10)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4, fontsize=9, frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=90, metadata={"Software": None})
