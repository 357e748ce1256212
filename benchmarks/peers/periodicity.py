"""A baseline without a network: how much of the track is occupied, divided by the pitch of what stands there.

    python benchmarks/peers/periodicity.py IMAGE GEOJSON [IMAGE GEOJSON ...]

Nothing is trained. Every track's strip is read as wayside reads it; then, per column along the track,

    contrast  the mean of the middle 3 m against the track bed beside it and against the darkest quarter of the track
    texture   the strength of edges along the two sides that a car would have, 1.6 m from the centreline

are added, smoothed over 6 m, and divided into empty and occupied by Otsu's threshold over all tracks of the image;
where the two classes are hardly apart everything is empty. The pitch is the lag from 10 to 30 m with the best comb in
the autocorrelation of the along-track gradient (high at one and two pitches, low half-way); 14.5 m where no comb stands
out. The count is occupied length over pitch: a number, without an interval.

``count_tracks`` is what the accuracy page calls; the command prints {image: {track: count}}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from wayside.archive.tracks import read_site_file
from wayside.model.strips import Strip
from wayside.wiring.pixels import FilePixels

Array = NDArray[np.float64]

PITCH_M = 14.5
SMOOTH_M = 6.0
SHORTEST_M, LONGEST_M = 10.0, 30.0
LEAST_COMB = 0.12
LEAST_APART = 1.6
"""Distance of the two classes' means in standard deviations within them; below it nothing is occupied."""
SHORTEST_RUN_M = 8.0
LONGEST_GAP_M = 9.0


def _rows(strip: Strip, low_m: float, high_m: float) -> Array:
    """Mean over bands of the rows from ``low_m`` to ``high_m`` to the left of the line, shape (rows, columns)."""
    frame = strip.frame
    across = (frame.rows / 2 - 0.5 - np.arange(frame.rows)) * frame.row_m
    chosen = (across >= low_m) & (across <= high_m)
    return np.where(strip.valid, strip.pixels.mean(axis=0), np.nan)[chosen].astype(np.float64)


def _mean(rows: Array) -> Array:
    seen = np.isfinite(rows)
    return np.where(seen, rows, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)


def _score(strip: Strip, deviation: float) -> Array:
    """How much a column looks as if something stood there; shape (columns,)."""
    middle = _mean(_rows(strip, -1.5, 1.5))
    beside = 0.5 * (_mean(_rows(strip, 1.8, 2.4)) + _mean(_rows(strip, -2.4, -1.8)))
    left = _mean(_rows(strip, 0.9, 1.6)) - _mean(_rows(strip, 1.7, 2.4))
    right = _mean(_rows(strip, -1.6, -0.9)) - _mean(_rows(strip, -2.4, -1.7))
    bed = np.percentile(middle, 25)
    contrast = np.abs(middle - beside) + 0.5 * np.abs(middle - bed)
    texture = np.abs(left) + np.abs(right)
    return uniform_filter1d((contrast + texture) / deviation, round(SMOOTH_M / strip.frame.step_m), mode="nearest")


def _otsu(values: Array) -> float:
    """Threshold that separates two classes best; infinite where they are hardly apart (Otsu, 1979)."""
    edges = np.linspace(values.min(), values.max(), 129)[1:-1]
    best, at = -1.0, float("inf")
    for edge in edges:
        low, high = values[values <= edge], values[values > edge]
        if min(low.size, high.size) < 20:
            continue
        between = low.size * high.size * (high.mean() - low.mean()) ** 2
        if between > best:
            best, at = between, float(edge)
    if not np.isfinite(at):
        return at
    low, high = values[values <= at], values[values > at]
    within = np.sqrt((low.var() * low.size + high.var() * high.size) / values.size)
    return at if (high.mean() - low.mean()) / max(within, 1e-9) >= LEAST_APART else float("inf")


def _runs(occupied: NDArray[np.bool_], step_m: float) -> NDArray[np.bool_]:
    """Close gaps shorter than ``LONGEST_GAP_M``, then drop runs shorter than a car."""
    gaps = np.flatnonzero(np.diff((~occupied).astype(np.int8), prepend=0, append=0))
    closed = occupied.copy()
    for start, stop in zip(gaps[::2], gaps[1::2], strict=True):
        if (stop - start) * step_m <= LONGEST_GAP_M:
            closed[start:stop] = True
    edges = np.flatnonzero(np.diff(closed.astype(np.int8), prepend=0, append=0))
    kept = np.zeros_like(occupied)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if (stop - start) * step_m >= SHORTEST_RUN_M:
            kept[start:stop] = True
    return kept


def pitch(strip: Strip, occupied: NDArray[np.bool_]) -> float:
    """Distance from car to car in the occupied part of a track, metres."""
    step = strip.frame.step_m
    profile = np.abs(np.gradient(gaussian_filter1d(_mean(_rows(strip, -1.5, 1.5)), 0.6 / step)))
    signal = np.where(occupied, profile - profile[occupied].mean(), 0.0) if occupied.any() else np.zeros(profile.size)
    if occupied.sum() * step < 2.5 * SHORTEST_M:
        return PITCH_M
    size = signal.size
    correlation = np.fft.irfft(np.abs(np.fft.rfft(signal, 2 * size)) ** 2)[:size]
    pairs = np.fft.irfft(np.abs(np.fft.rfft(occupied.astype(float), 2 * size)) ** 2)[:size]
    correlation = correlation / np.maximum(pairs, 10.0) / max(correlation[0] / max(pairs[0], 1.0), 1e-12)
    lags = np.arange(SHORTEST_M, min(LONGEST_M, occupied.sum() * step / 1.5), 0.1)

    def at(lag: Array) -> Array:
        return np.interp(lag / step, np.arange(size), correlation)

    comb = at(lags) + 0.5 * at(2 * lags) - 0.5 * at(0.5 * lags) - 0.5 * at(1.5 * lags)
    return float(lags[np.argmax(comb)]) if comb.size and comb.max() >= LEAST_COMB else PITCH_M


def count_strips(strips: Sequence[Strip]) -> dict[str, float]:
    """Return the number of cars on each track, by track id."""
    seen = [s for s in strips if s.valid.any()]
    if not seen:
        return {s.track_id: 0.0 for s in strips}
    deviation = float(np.concatenate([s.pixels[:, s.valid].ravel() for s in seen]).std()) or 1.0
    scores = {s.track_id: _score(s, deviation) for s in seen}
    threshold = _otsu(np.concatenate(list(scores.values())))
    result = {s.track_id: 0.0 for s in strips}
    for strip in seen:
        occupied = _runs(scores[strip.track_id] > threshold, strip.frame.step_m)
        result[strip.track_id] = float(occupied.sum()) * strip.frame.step_m / pitch(strip, occupied)
    return result


def count_tracks(image: Path, geojson: Path, gsd_m: float | None = None) -> dict[str, float]:
    """Return the number of cars on each track of an image; the GSD is the GeoJSON's ``gsd_m`` where None."""
    document: dict[str, Any] = json.loads(geojson.read_text())
    gsd = gsd_m or document.get("gsd_m")
    tracks, reader = read_site_file(geojson).tracks, FilePixels()
    facts = reader.describe(image, gsd_m=gsd, crs=None)
    return count_strips(reader.read_strips(image, tracks, facts=facts, shift=None).strips)


def main() -> None:
    """Print the counts of the images named on the command line, and the processor time they took."""
    pairs = list(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    started = time.process_time()
    counts = {image: count_tracks(Path(image), Path(geojson)) for image, geojson in pairs}
    cpu = time.process_time() - started
    print(json.dumps({"counts": {"periodicity": counts}, "cpu_s": {"periodicity": round(cpu, 3)}}, indent=1))


if __name__ == "__main__":
    main()
