"""Fit what stands between the network and the count, on drawn scenes that the network was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np

from wayside.counting.calibration import Calibration
from wayside.counting.emission import Emission
from wayside.counting.facility import SceneError, with_scene_error
from wayside.counting.fitting import count_distributions, fit_settings
from wayside.counting.network import EmissionNetwork
from wayside.counting.potentials import DecoderSettings
from wayside.model.counts import CountDistribution
from wayside.model.strips import LabelledStrip
from wayside.rendering.examples import draw_examples
from wayside.rendering.sensor import usual_sensor

__all__ = ["HeldOut", "calibrate", "draw_held_out", "read_held_out"]

_NAMES = ("tau_occupied", "tau_boundary", "bias_boundary")
"""What is fitted: how far the evidence is trusted. How often trains begin and how long cars are is known of the world,
not learnt from drawings: fitted too, those constants took up what the network cannot see in the worst drawn images, and
real empty track filled with cars."""
_BEGIN = DecoderSettings(tau_occupied=0.1, tau_boundary=1.4, bias_boundary=1.8)
"""Where the search begins."""
_SLACK_M = 2.0
_ASIDE_M = 1.0
_HOPELESS, _ANY_COUNT = 0.05, 0.01
"""Share of drawn scenes that are worse than an analyst would count, and the probability of any one count in them."""


class HeldOut(NamedTuple):
    """One drawn scene: the evidence of its tracks, the true numbers of cars, its GSD in metres."""

    emissions: tuple[Emission, ...]
    counts: tuple[int, ...]
    gsd_m: float


def _between_cars(strip: LabelledStrip) -> tuple[int, int] | None:
    """Return the columns from the first to the last at which no car is cut, as an analyst would draw the track."""
    n, step = strip.occupied.size, strip.strip.frame.step_m
    free = ~strip.occupied
    for place in strip.boundaries_m:
        free[max(0, round(place / step) - 1) : round(place / step) + 1] = True
    free &= strip.trusted
    at = np.flatnonzero(free)
    if at.size < 2 or at[-1] - at[0] < n // 3 or not strip.trusted[at[0] : at[-1] + 1].all():
        return None
    return int(at[0]), int(at[-1]) + 1


def _cars_between(strip: LabelledStrip, first: int, last: int) -> int:
    """Count the cars of a stretch by its boundaries: each end of a train but the first of it closes one car."""
    step = strip.strip.frame.step_m
    count = 0
    places = strip.boundaries_m
    for low, high in pairwise(places.tolist()):
        middle = int(0.5 * (low + high) / step)
        inside = first * step - _SLACK_M <= low and high <= last * step + _SLACK_M
        count += int(inside and 0 <= middle < strip.occupied.size and bool(strip.occupied[middle]))
    return count


def _crop(emission: Emission, first: int, last: int) -> Emission:
    part = slice(first, last)
    return Emission(
        emission.occupied[part],
        emission.boundary[first : last + 1],
        emission.types[part],
        emission.cover[part],
        emission.visible[part],
        emission.step_m,
    )


def draw_held_out(seeds: Sequence[int], *, cameras: int = 2) -> tuple[tuple[LabelledStrip, ...], ...]:
    """Draw the strips of scenes from seeds that no training used; those that lie too far aside are left out.

    A line that is far off is moved before anything is counted on it (``counting.lateral``). The sensors are usual ones:
    how far evidence can be trusted is to be right for images on which somebody would count.
    """
    drawn = (strips for seed in seeds for strips in draw_examples(seed, cameras=cameras, sensors=usual_sensor))
    return tuple(kept for strips in drawn if (kept := tuple(s for s in strips if _lies_well(s))))


def _lies_well(strip: LabelledStrip) -> bool:
    if strip.line is None:
        return True
    aside = strip.line.aside_m[np.isfinite(strip.line.aside_m)]
    return bool(aside.size and np.median(np.abs(aside)) < _ASIDE_M)


def read_held_out(network: EmissionNetwork, drawn: Sequence[Sequence[LabelledStrip]]) -> tuple[HeldOut, ...]:
    """Read the strips of every scene with the network, each cut to a stretch at whose ends no car is cut."""
    scenes = []
    for strips in drawn:
        emissions, counts = [], []
        for strip, emission in zip(strips, network.emissions([s.strip for s in strips]), strict=True):
            span = _between_cars(strip)
            if span is not None:
                emissions.append(_crop(emission, *span))
                counts.append(_cars_between(strip, *span))
        if emissions:
            scenes.append(HeldOut(tuple(emissions), tuple(counts), strips[0].strip.gsd_m))
    return tuple(scenes)


class _Total(NamedTuple):
    """One scene: the sum of its tracks' distributions, the true number, GSD in metres, visible track in km."""

    decoded: CountDistribution
    true: int
    gsd_m: float
    length_km: float

    def probability(self, error: SceneError) -> float:
        """Return how probable the truth is."""
        return with_scene_error(self.decoded, error.at(self.gsd_m), self.length_km).probability(self.true)


def _totals(scenes: Sequence[HeldOut], settings: DecoderSettings) -> list[_Total]:
    return [
        _Total(
            CountDistribution.total(count_distributions(scene.emissions, settings)),
            sum(scene.counts),
            scene.gsd_m,
            sum(float(e.visible.sum()) * e.step_m for e in scene.emissions) / 1000.0,
        )
        for scene in scenes
    ]


_RATES, _SPREADS = (0.005, 0.01, 0.02, 0.04, 0.07), (0.005, 0.01, 0.02, 0.035, 0.055, 0.08)
_GROWTHS, _LONE = (0.0, 0.5, 1.0, 2.0), (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
"""The grid of a scene's error. Its spread ends where that of published recall does (0.74 to 0.96 by yard)."""


def _scene_error(scenes: Sequence[HeldOut], settings: DecoderSettings) -> SceneError:
    """Choose the rates under which the true totals of whole scenes are likeliest, on a grid.

    Cars are as often missed as seen where there are none: a network's bias on drawings is no bias on real images.
    """
    totals = _totals(scenes, settings)
    best, best_value = SceneError(), -np.inf
    for mean, sd, growth, lone in product(_RATES, _SPREADS, _GROWTHS, _LONE):
        error = SceneError(mean, sd, mean, sd, growth, 0.5, lone)
        p = np.array([total.probability(error) for total in totals])
        value = float(np.log((1 - _HOPELESS) * p + _HOPELESS * _ANY_COUNT).sum())
        if value > best_value:
            best, best_value = error, value
    return best


def calibrate(
    network: EmissionNetwork, drawn: Sequence[Sequence[LabelledStrip]], log: Callable[[str], None]
) -> Calibration:
    """Fit the decoder on one half of the drawn scenes and the scenes' common error on the other."""
    scenes = read_held_out(network, drawn)
    fit, rest = scenes[::2], scenes[1::2]
    emissions = [e for scene in fit for e in scene.emissions]
    counts = [n for scene in fit for n in scene.counts]
    log(f"fitting the decoder on {len(emissions)} strips of {len(fit)} held-out drawn scenes")
    decoder = fit_settings(emissions, counts, _BEGIN, names=_NAMES, most_evaluations=60)
    error = _scene_error(rest, decoder)
    note = (
        f"decoder: {len(emissions)} strips of {len(fit)} drawn scenes that the network was not trained on; "
        f"scene error: the totals of {len(rest)} more"
    )
    log(f"{decoder}\n{error}")
    return Calibration(decoder, error, note)
