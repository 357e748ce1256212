"""Ranks, coverage and reliability as pictures, in the colours of the reports."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from detection.sites import KINDS, Floats
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calibration.asking import SAID
from calibration.run import MODEL
from calibration.scores import BINS, Row, band, coverage, ranks, reliability, said, weights
from wayside.report.figures.palette import ACCENT, GRID, INK, LEVEL_LINE, MUTED, NAVY

__all__ = ["draw_all"]

COLUMNS = 4
SHORT = {
    "level, unseen day": "level on unseen days",
    "level, longest gap": "level in longest gap",
    "level, newest": "newest level",
    "count, unseen day": "count on unseen days",
    "count, charted": "charted count",
    "largest": "largest of baseline",
    "largest unseen": "largest unseen",
    "onset": "onset",
    "days above": "days above N",
    "ratio": "ratio of periods",
    "forecast 7": "count in 7 days",
    "forecast 28": "count in 28 days",
}
COVERED = ("level, unseen day", "count, unseen day", "largest", "days above", "ratio", "forecast 7", "onset")
PARAMETERS = {
    "hazard": "jumps a year",
    "scale": "scale of jumps",
    "walk_sd": "walk",
    "size_of": "size of counts",
    "dwell": "dwell",
}
_HALF_WIDTH = 1.96


def draw_all(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Draw the three figures and return their files."""
    folder.mkdir(parents=True, exist_ok=True)
    own = [row for row in rows if row["kind"] == MODEL]
    others = [row for row in rows if row["kind"] != MODEL]
    drawn = {
        "calibration-ranks.svg": _ranks(own),
        "calibration-coverage.svg": _coverage(others),
        "calibration-probabilities.svg": _probabilities(own, others),
    }
    style = {"svg.hashsalt": "calibration", "svg.fonttype": "none", "font.family": "sans-serif"}
    files = []
    for name, figure in drawn.items():
        file = folder / name
        with rc_context(style):  # type: ignore[arg-type]
            figure.savefig(file, metadata={"Date": None, "Creator": None})
        files.append(file)
    return files


def _panels(number: int, columns: int, *, height: float, width: float = 11.0) -> tuple[Figure, list[Axes]]:
    lines = math.ceil(number / columns)
    figure = Figure(figsize=(width, height * lines), layout="constrained")
    axes = np.atleast_1d(figure.subplots(lines, columns)).ravel().tolist()
    for one in axes[number:]:
        one.set_axis_off()
    for one in axes[:number]:
        one.spines[["top", "right"]].set_visible(False)
        one.spines[["left", "bottom"]].set_color(MUTED)
        one.tick_params(labelsize=8, colors=MUTED)
    return figure, axes[:number]


def _title(axes: Axes, text: str) -> None:
    axes.set_title(text, fontsize=9, color=INK, loc="left")


def _ranks(rows: Sequence[Row]) -> Figure:
    shown = [name for name in SHORT if ranks(rows, name) is not None]
    figure, panels = _panels(len(shown), COLUMNS, height=2.0)
    for axes, name in zip(panels, shown, strict=True):
        found = ranks(rows, name)
        assert found is not None
        low, high = band(len(found.values))
        expected = len(found.values) / BINS
        axes.axhspan(low, high, color=GRID, zorder=0)
        axes.axhline(expected, color=MUTED, linewidth=0.8)
        out = (found.heights < low) | (found.heights > high)
        colours = [ACCENT if beyond else LEVEL_LINE for beyond in out]
        axes.bar((np.arange(BINS) + 0.5) / BINS, found.heights, width=0.92 / BINS, color=colours)
        axes.set(xlim=(0, 1), xticks=[0, 0.5, 1], ylim=(0, max(high * 1.35, found.heights.max() * 1.1)))
        _title(axes, SHORT[name])
        axes.text(
            0.98, 0.97, f"χ² p {found.chi2_p:.2g}, KS p {found.ks_p:.2g}",
            transform=axes.transAxes, ha="right", va="top", fontsize=7.5, color=MUTED,
        )  # fmt: skip
    return figure


def _coverage(rows: Sequence[Row]) -> Figure:
    figure, panels = _panels(len(COVERED), len(COVERED), height=4.4, width=12.5)
    at = np.arange(len(KINDS))[::-1]
    for axes, name in zip(panels, COVERED, strict=True):
        axes.axvspan(0.85, 0.95, color=GRID, zorder=0)
        axes.axvline(0.9, color=MUTED, linewidth=0.8)
        for surge, colour, by in ((False, NAVY, 0.15), (True, ACCENT, -0.15)):
            for place, kind in zip(at.tolist(), KINDS, strict=True):
                held = coverage([r for r in rows if r["kind"] == kind and r["surge"] is surge], name)
                if held is not None:
                    label = ("with a rise" if surge else "quiet") if place == 0 else None
                    axes.errorbar(
                        held.share[2], place + by, xerr=_HALF_WIDTH * held.error[2],
                        fmt="o", markersize=4, linewidth=1, color=colour, label=label,
                    )  # fmt: skip
        axes.set(xlim=(0.15, 1.04), xticks=[0.3, 0.5, 0.7, 0.9], ylim=(-0.6, len(KINDS) - 0.4), yticks=at)
        axes.set_yticklabels(list(KINDS) if axes is panels[0] else [])
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        _title(axes, SHORT[name])
    panels[0].set_ylabel("kind of site", fontsize=8, color=MUTED)
    panels[0].legend(fontsize=8, loc="lower left", frameon=False)
    figure.supxlabel("share of true values that the 90 % interval holds, with its 95 % interval", fontsize=9, color=INK)
    return figure


def _diagonal(axes: Axes, pairs: Sequence[tuple[tuple[Floats, Floats], str, str]], title: str) -> None:
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, zorder=1)
    numbers = []
    for (probability, was), colour, label in pairs:
        found = reliability(probability, was)
        if found is None:
            continue
        spread = np.sqrt(np.maximum(found.said * (1 - found.said), 0.25 / found.cases.clip(1)) / found.cases)
        axes.errorbar(
            found.said, found.was, yerr=spread, fmt="o", markersize=4, linewidth=1, color=colour,
            label=label,
        )  # fmt: skip
        numbers.append(str(found.total))
    axes.set(xlim=(-0.04, 1.04), ylim=(-0.06, 1.06), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    _title(axes, f"{title} ({' + '.join(numbers)})")


def _probabilities(own: Sequence[Row], others: Sequence[Row]) -> Figure:
    figure, panels = _panels(len(SAID) + len(PARAMETERS), 5, height=2.4, width=12.5)
    short = ("surge", "record (a)", "record (b)", "before the rise")
    for axes, name, title in zip(panels, SAID, short, strict=False):
        _diagonal(axes, [(said(others, name), NAVY, "all kinds"), (said(own, name), ACCENT, "from the model")], title)
    for axes, (name, title) in zip(panels[len(SAID) :], PARAMETERS.items(), strict=True):
        _diagonal(axes, [(weights(own, name), ACCENT, "weights")], f"weights: {title}")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.axes[-1].legend(handles, labels, fontsize=9, loc="center", frameon=False)
    figure.supxlabel("what was said", fontsize=9, color=INK)
    figure.supylabel("how often it was so", fontsize=9, color=INK)
    return figure
