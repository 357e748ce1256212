"""From what every method said at every scene to its curve: delay against false alarms, by kind of site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from detection.charts import CHARTS, STATISTICS
from detection.gather import judged, name, pair
from detection.ours import PROMISES
from detection.score import Alarms, Curve, curve, score_site
from detection.sites import KINDS, Floats, Site

__all__ = ["ALL", "OURS", "SPEAKING", "Method", "Results", "methods_of", "results_of", "sites_of"]

ALL = "all but prior"
OURS = ("wayside, alarm", "wayside, surge", "wayside, upper tail")
SPEAKING = {
    "p_upper": "wayside, upper tail",
    "surge": "wayside, surge",
}
_THRESHOLDS = 200


@dataclass(frozen=True, eq=False)
class Method:
    """A method's alarms.

    Attributes:
        thresholds: shape (H,).
        alarms: of a site, at each scene for each threshold, shape (S, H).
        statistic: what thresholds are held against, by the site's name, shape (S,); empty for one with a reset.
    """

    thresholds: Floats
    alarms: Callable[[Site], Alarms]
    statistic: Mapping[str, Floats]


@dataclass(frozen=True, eq=False)
class Results:
    """Curves by method and kind of site, and the thresholds' alarms by site.

    Attributes:
        curves: by method, then by kind; ``ALL`` joins the kinds whose quiet sites are quiet.
        first_scene: mean days from a rise to the next scene, by kind: nobody can be faster.
    """

    curves: dict[str, dict[str, Curve]]
    first_scene: dict[str, float]


def sites_of(raw: Mapping[str, Any]) -> list[Site]:
    """Draw the sites of a run again."""
    plan = raw["plan"]
    seeds = range(plan["seed"], plan["seed"] + plan["sites"])
    return [site for kind in KINDS for seed in seeds for site in pair(kind, seed)]


def methods_of(raw: Mapping[str, Any], sites: list[Site]) -> dict[str, Method]:
    """Return every method that ran."""
    out = {c.name: Method(c.thresholds, _chart(c.alarms, c.thresholds), {}) for c in CHARTS}
    said = {n: {name(s): f(s.scene_days, s.reads()) for s in sites} for n, f in STATISTICS.items()}
    for n, answer in raw["others"].items():
        if "by_id" in answer:
            said[n] = {name(s): _aligned(s, answer["by_id"].get(name(s), {})) for s in sites}
    ours = raw["ours"]["by_id"]
    for field, n in SPEAKING.items():
        said[n] = {name(s): _padded(s, np.array(ours[name(s)][field])) for s in sites}
        if field == "p_upper":
            said[n] = {k: -np.log10(np.maximum(p, 1e-15)) for k, p in said[n].items()}
    out |= {n: _thresholded(by_site, sites) for n, by_site in said.items()}
    days = {name(s): ours[name(s)]["alarm_days"] for s in sites}
    out[OURS[0]] = Method(np.array(PROMISES), _dated(days), {})
    return {n: out[n] for n in (*(n for n in out if n not in OURS), *OURS)}


def _chart(alarms: Callable[..., Alarms], thresholds: Floats) -> Callable[[Site], Alarms]:
    return lambda site: alarms(site.scene_days, site.reads(), thresholds)


def _dated(days: Mapping[str, list[list[int]]]) -> Callable[[Site], Alarms]:
    return lambda site: np.stack([np.isin(site.scene_days, d) for d in days[name(site)]], axis=1)


def _aligned(site: Site, said: list[float] | dict[str, float]) -> Floats:
    """Return one number for each scene: as given, or minus the logarithm of a p-value given by day; 0 where none is."""
    if isinstance(said, list):
        return np.array(said)
    by_day = [said.get(str(day), 1.0) for day in site.scene_days.tolist()]
    return np.asarray(-np.log10(np.maximum(by_day, 1e-15)), dtype=np.float64)


def _padded(site: Site, said: Floats) -> Floats:
    """Return as many numbers as scenes: a rising site is followed until 180 days after its onset only."""
    missing = len(site.points) - len(said)
    return np.concatenate([said, np.full(missing, said[-1])])


def _thresholded(by_site: Mapping[str, Floats], sites: list[Site]) -> Method:
    """Take thresholds from the quiet sites' own numbers, dense where alarms are rare."""
    pooled = np.concatenate([by_site[name(s)][judged(s) == 1] for s in sites if s.onset is None])
    tail = np.geomspace(1.0 / pooled.size, 0.5, _THRESHOLDS)
    thresholds = np.unique(np.quantile(pooled, 1.0 - tail))
    return Method(thresholds, lambda s: by_site[name(s)][:, None] >= thresholds[None, :], by_site)


def results_of(sites: list[Site], methods: Mapping[str, Method]) -> Results:
    """Score every method at every site."""
    curves: dict[str, dict[str, Curve]] = {}
    for n, method in methods.items():
        rows = {name(s): score_site(s, method.alarms(s)) for s in sites}
        curves[n] = {}
        for kind in (ALL, *KINDS):
            mine = [s for s in sites if s.kind == kind or (kind == ALL and s.kind != "prior")]
            quiet = [rows[name(s)] for s in mine if s.onset is None]
            rising = [rows[name(s)] for s in mine if s.onset is not None]
            curves[n][kind] = curve(method.thresholds, quiet, rising)
    return Results(curves, {k: _first_scene(sites, k) for k in (ALL, *KINDS)})


def _first_scene(sites: list[Site], kind: str) -> float:
    mine = [s for s in sites if s.onset is not None and (s.kind == kind or (kind == ALL and s.kind != "prior"))]
    return float(np.mean([min(180, s.scene_days[s.scene_days >= s.onset][0] - s.onset) for s in mine]))
