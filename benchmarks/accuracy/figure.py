"""The reliability diagram: what was said, and how often it was so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from counting_scoring import LEVELS, ImageScore, holds, pit_histogram, reliability, sure_pairs
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BINS = 10
CERTAIN = 0.99
"""A count that is surer than this spreads evenly over the integral transform and would only hide the others."""
_BLUE, _GREY, _ORANGE = "#20639b", "#8a8a8a", "#c8553d"


def _reliability(axes: Axes, images: Sequence[ImageScore]) -> None:
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1, zorder=1)
    kinds = (("made worse", True, _BLUE, (6, -9)), ("as taken", False, _ORANGE, (-4, 8)))
    for name, made_worse, colour, place in kinds:
        bins = reliability(sure_pairs([image for image in images if bool(image.treatment) is made_worse]))
        spread = [np.sqrt(max(b.said * (1 - b.said), 0.0) / b.cases) for b in bins]
        said, was = [b.said for b in bins], [b.was for b in bins]
        axes.errorbar(said, was, yerr=spread, color=colour, fmt="o-", markersize=4, linewidth=1, label=name)
        for b in bins:
            axes.annotate(f"{b.cases}", (b.said, b.was), place, textcoords="offset points", fontsize=7, color=colour)
    axes.set(xlabel="said: P(the track has n cars)", ylabel="was so", xlim=(-0.06, 1.1), ylim=(-0.1, 1.14))
    axes.set_title("Statements on tracks, and how many", fontsize=10)
    axes.legend(fontsize=8, loc="upper left", frameon=False)


def _pit(axes: Axes, images: Sequence[ImageScore]) -> None:
    pairs = [pair for pair in sure_pairs(images) if pair[0].p.max() < CERTAIN]
    heights = pit_histogram(pairs, BINS)
    axes.bar((np.arange(BINS) + 0.5) / BINS, heights, width=0.94 / BINS, color=_BLUE)
    axes.axhline(1.0, color=_GREY, linewidth=1)
    axes.set(xlabel="probability integral transform, not randomised", ylabel="density", xlim=(0, 1))
    axes.set_title(f"{len(pairs)} counts that are not certain", fontsize=10)


def _coverage(axes: Axes, images: Sequence[ImageScore]) -> None:
    levels = np.append(np.arange(0.1, 0.9, 0.1), [0.9, 0.95])
    tracks = [t for image in images for t in image.tracks if t.truth.high > 0]
    for pairs, colour, name in (
        ([(t.count, t.truth) for t in tracks], _BLUE, f"{len(tracks)} tracks with cars"),
        ([(i.count, i.truth) for i in images if i.truth.high > 0], _ORANGE, "totals of images with cars"),
    ):
        shares = [np.mean([holds(c, truth, float(v)) for c, truth in pairs]) if pairs else np.nan for v in levels]
        axes.plot(levels, shares, marker="o", markersize=3, color=colour, linewidth=1, label=name)
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1)
    axes.set_xticks([0, *LEVELS, 1])
    axes.set(xlabel="level of the interval", ylabel="holds the truth", xlim=(0, 1.02), ylim=(0, 1.04))
    axes.set_title("Intervals", fontsize=10)
    axes.legend(fontsize=8, loc="lower right", frameon=False)


def draw(images: Sequence[ImageScore], path: Path) -> None:
    """Draw the three panels into a PNG file."""
    figure = Figure(figsize=(11, 3.7), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    _reliability(left, images)
    _pit(middle, images)
    _coverage(right, images)
    for axes in (left, middle, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
    figure.savefig(path, dpi=90, metadata={"Software": None})
