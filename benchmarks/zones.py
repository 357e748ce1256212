"""How far the measured occupied area of drawn zones is from the truth, and how often a still zone is called a record.

Run: ``python benchmarks/zones.py [PLACES] [STILL]`` (about ten minutes). Prints the tables of
docs/zones.md. The places are none of those that anything was fitted on. All images are drawn.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from zones_places import Place, Seen, draw_place

from wayside.model.places import CoordinateSystem, MapPoint, Zone
from wayside.model.zones import ZoneLook
from wayside.pipeline.zoning import zone_findings
from wayside.series import SeriesSettings
from wayside.zones import Occupied, cell_model, chosen_history, look_at, shown_share, usual_look

_LEVELS = (0.5, 0.8, 0.9)
_SETTINGS = SeriesSettings(paths=200, refits=0, levels=60, regular_terms=False)


class Judged(NamedTuple):
    """One scene: how it was taken, what was measured, and the truth."""

    seen: Seen
    found: Occupied
    newest: bool

    @property
    def true_m2(self) -> float:
        """The true area."""
        return self.seen.occupied_m2


def judge(place: Place) -> Iterator[Judged]:
    """Yield the looks at a place's scenes."""
    pixels = [seen.pixels for seen in place.scenes]
    history = chosen_history([(one.gsd_m, shown_share(one, place.grid)) for one in pixels])
    usual = usual_look(pixels, history)
    for number, seen in enumerate(place.scenes):
        yield Judged(seen, look_at(seen.pixels, usual, place.grid, cell_model()), number >= len(history))


def row(name: str, judged: list[Judged]) -> str:
    """Return one line of the table."""
    kept = [one for one in judged if one.found.units is not None]
    if not kept:
        return f"| {name} | 0 | | | | | | | |"
    true = np.array([one.true_m2 for one in kept])
    mean = np.array([one.found.units.mean * one.found.unit_m2 for one in kept if one.found.units])
    shares, width = [], 0.0
    for level in _LEVELS:
        spans = [one.found.units.interval(level) for one in kept if one.found.units]
        units = [round(one.true_m2 / one.found.unit_m2) for one in kept]
        shares.append(np.mean([s.low <= k <= s.high for s, k in zip(spans, units, strict=True)]))
        width = float(np.mean([(s.high - s.low) * one.found.unit_m2 for s, one in zip(spans, kept, strict=True)]))
    error = mean - true
    cover = " | ".join(f"{100 * share:.0f}" for share in shares)
    errors = f"{true.mean():.0f} | {error.mean():+.0f} | {np.abs(error).mean():.0f}"
    return f"| {name} | {len(kept)} | {errors} | {cover} | {width:.0f} |"


def table(judged: list[Judged]) -> Iterator[str]:
    """Yield the lines of the table of errors."""
    yield "| scenes | n | true m² | bias | MAE | in 50 % | in 80 % | in 90 % | width of 90 % |"
    yield "|---|---|---|---|---|---|---|---|---|"
    clear: Callable[[Judged], bool] = lambda j: j.seen.snow == 0 and j.seen.cloud == 0  # noqa: E731
    yield row("all", judged)
    yield row("not part of the usual look", [j for j in judged if j.newest])
    yield row("clear, 1 m and finer", [j for j in judged if clear(j) and j.seen.pixels.gsd_m <= 1])
    for gsd in sorted({j.seen.pixels.gsd_m for j in judged}):
        yield row(f"clear, {gsd:g} m", [j for j in judged if clear(j) and j.seen.pixels.gsd_m == gsd])
    yield row("snow", [j for j in judged if j.seen.snow > 0])
    yield row("cloud", [j for j in judged if j.seen.cloud > 0])
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 9.0)):
        held = [j for j in judged if clear(j) and j.seen.pixels.gsd_m <= 1 and low <= j.seen.off_m < high]
        yield row(f"clear, 1 m and finer, out of place by {low:g} to {high:g} m", held)
    yield row("truly empty", [j for j in judged if j.true_m2 == 0])
    yield row("truly 1 to 100 m²", [j for j in judged if 0 < j.true_m2 <= 100])
    yield row("truly over 100 m²", [j for j in judged if j.true_m2 > 100])


def looks_of(place: Place) -> tuple[ZoneLook, ...]:
    """Return a place's looks, a month apart."""
    start = datetime(2020, 1, 1, tzinfo=UTC)
    return tuple(
        ZoneLook(
            "z", f"s{k}", start + timedelta(days=30 * k), one.seen.pixels.gsd_m, place.grid.area_m2, one.found.unit_m2,
            one.found.visible_fraction, one.found.units,
        )
        for k, one in enumerate(judge(place))
    )  # fmt: skip


def records(seeds: range, *, still: bool) -> list[tuple[float, float]]:
    """Return (a) and (b) of the newest look of each place."""
    zone = Zone("z", tuple(MapPoint(x, y) for x, y in ((0, 0), (9, 0), (9, 9), (0, 0))), CoordinateSystem.PIXEL)
    answers = []
    for seed in seeds:
        found = zone_findings((zone,), looks_of(draw_place(seed, scenes=16, still=still)), settings=_SETTINGS, seed=1)
        if found and found[0].p_exceeds_observed is not None and found[0].p_exceeds_all_days is not None:
            answers.append((found[0].p_exceeds_observed, found[0].p_exceeds_all_days))
    return answers


def share(held: NDArray[np.bool_]) -> str:
    """Return how often something held, with Wilson's 95 % interval."""
    k, n, z = int(held.sum()), held.size, 1.96
    middle = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return f"{k} of {n} ({100 * max(middle - half, 0):.0f} to {100 * min(middle + half, 1):.0f} %)"


def main() -> None:
    """Print the tables."""
    places, still = (int(a) for a in (*sys.argv[1:], *("40", "60")[len(sys.argv) - 1 :]))
    judged = [one for seed in range(400, 400 + places) for one in judge(draw_place(seed, scenes=18))]
    print(f"{cell_model().name}; {places} places, {len(judged)} scenes\n")
    print("\n".join(table(judged)))
    answers = np.array(records(range(600, 600 + still), still=True))
    print("\nstill zones: P(the newest exceeds every earlier look)", end="")
    print("".join(f"; over {p}: {share(answers[:, 0] > p)}" for p in (0.55, 0.8, 0.95)))
    print(f"P(more than every day) over 0.55: {share(answers[:, 1] > 0.55)}")


if __name__ == "__main__":
    main()
