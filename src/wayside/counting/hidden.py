"""How full the hidden track is: one number for the whole scene, told in part by the track that can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wayside.counting.decode import TrackDecoding
from wayside.model.checks import require
from wayside.model.counts import CountDistribution
from wayside.model.observations import SceneCount

__all__ = ["START_RATES", "busyness_weights", "mix_counts", "mix_scene_counts"]

START_RATES = ((0.0002, 0.3), (0.001, 0.3), (0.004, 0.25), (0.015, 0.15))
"""Rates at which trains begin, per metre of empty track, and their prior weights.

They cover about 2, 11, 33 and 64 % of a track: an idle station, a quiet one, a busy one, a full one. All tracks of a
scene share the rate, so that hidden track does not average out to the same middling occupancy everywhere.
"""

_ALIKE = 0.75
"""Probability that hidden track is as busy as what is seen; else the prior stands: cloud may lie over the one train."""


def busyness_weights(decodings: Sequence[Sequence[TrackDecoding]]) -> NDArray[np.float64]:
    """Return the posterior weight of each rate of ``START_RATES`` from all tracks decoded under each.

    p(rate | strips) is proportional to p(rate) times the product over tracks of p(strip | rate): Bayes' rule for a
    latent value that a scene's tracks share, with a probability of 0.75 that hidden track is as busy as the rest.
    """
    require(len(decodings) == len(START_RATES), "every rate needs its decodings")
    prior = np.array([p for _, p in START_RATES])
    log_w = np.log(prior) + np.array([sum(d.log_evidence for d in run) for run in decodings])
    told = np.exp(log_w - log_w.max())
    return np.asarray(_ALIKE * told / told.sum() + (1 - _ALIKE) * prior / prior.sum())


def mix_counts(counts: Sequence[CountDistribution], weights: NDArray[np.float64]) -> CountDistribution:
    """Return the mixture of several distributions of one count."""
    require(len(counts) == len(weights) > 0, "a mixture needs a weight for each of its parts")
    first = min(c.first for c in counts)
    last = max(c.first + c.p.size for c in counts)
    p = np.zeros(last - first)
    for count, weight in zip(counts, weights, strict=True):
        p[count.first - first : count.first - first + count.p.size] += weight * count.p
    return CountDistribution.from_weights(first, p).trimmed()


def mix_scene_counts(scenes: Sequence[SceneCount], weights: NDArray[np.float64]) -> SceneCount:
    """Return the mixture of several counts of one scene; its cars are those of the heaviest."""
    heaviest = scenes[int(np.argmax(weights))]
    names = sorted({name for scene in scenes for name in scene.by_type})
    nothing = CountDistribution.exactly(0)
    tracks = tuple(
        replace(
            track,
            count=mix_counts([s.tracks[k].count for s in scenes], weights),
            occupied_m=float(sum(w * s.tracks[k].occupied_m for s, w in zip(scenes, weights, strict=True))),
        )
        for k, track in enumerate(heaviest.tracks)
    )
    return replace(
        heaviest,
        count=mix_counts([s.count for s in scenes], weights),
        freight=mix_counts([s.freight for s in scenes], weights),
        locomotives=mix_counts([s.locomotives for s in scenes], weights),
        covered=mix_counts([s.covered for s in scenes], weights),
        by_type={name: mix_counts([s.by_type.get(name, nothing) for s in scenes], weights) for name in names},
        occupied_m=float(sum(w * s.occupied_m for s, w in zip(scenes, weights, strict=True))),
        tracks=tracks,
    )
