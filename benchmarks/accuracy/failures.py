"""Where the counter fails: which tracks, what was looked at and found to be the cause, and pictures for the eye.

The pictures show real images, which are no part of this project: they go to a folder that is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from counting_scoring import ImageScore, TrackScore, holds
from PIL import Image, ImageDraw

from wayside.model.strips import Strip
from wayside.wiring.report_pictures import strip_rgb

from .run import Counted, Results

CAUSES = Path(__file__).with_name("causes.json")
MISS = 0.5
MOST_WORSE = 15
_SCALE = 4
_MARGIN = 26


class Failure(NamedTuple):
    """A track that is off by more than half a car, or whose 90 % interval does not hold the truth."""

    image: ImageScore
    track: TrackScore

    @property
    def key(self) -> str:
        return f"{self.image.name}/{self.track.track_id}"

    @property
    def beyond(self) -> float:
        return self.track.truth.beyond(self.track.count.mean)

    @property
    def direction(self) -> str:
        return "under" if self.track.count.mean < self.track.truth.best else "over"


def failures(images: Sequence[ImageScore]) -> list[Failure]:
    """Return what went wrong, the worst first."""
    found = [
        Failure(image, track)
        for image in images
        for track in image.tracks
        if track.truth.beyond(track.count.mean) > MISS or not holds(track.count, track.truth, 0.9)
    ]
    return sorted(found, key=lambda f: (-f.beyond, f.key))


def read_causes(path: Path = CAUSES) -> Mapping[str, Mapping[str, str]]:
    """Return the reviewed causes: ``{"image/track" or "image/*": {"under" or "over": words}}``."""
    causes: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return causes


def cause_of(failure: Failure, causes: Mapping[str, Mapping[str, str]]) -> str:
    """Return what was seen on the strip; else on that of the image as taken, else on the image as a whole."""
    source = failure.image.source
    for key in (failure.key, f"{source}/{failure.track.track_id}", f"{failure.image.name}/*", f"{source}/*"):
        if failure.direction in causes.get(key, {}):
            return causes[key][failure.direction]
    return "not looked at yet"


def _picture(strip: Strip, track: TrackScore) -> Image.Image:
    rgb = Image.fromarray(strip_rgb(strip))
    wide, high = rgb.width * _SCALE, rgb.height * _SCALE
    sheet = Image.new("RGB", (max(wide, 260), high + 2 * _MARGIN), "white")
    sheet.paste(rgb.resize((wide, high), Image.Resampling.BICUBIC), (0, _MARGIN))
    pen = ImageDraw.Draw(sheet)
    per_m = _SCALE / strip.frame.step_m
    for place in track.gaps_m:
        x = place * per_m
        pen.line([(x, _MARGIN - 12), (x, _MARGIN + 4)], fill="#c8553d", width=3)
    for start, end in track.found_m:
        box = (start * per_m + 2, _MARGIN + high + 3, end * per_m - 2, _MARGIN + high + 10)
        pen.rectangle(box, fill="#20639b")
    interval = track.count.interval(0.9)
    words = f"{track.track_id}: true {track.truth.low}-{track.truth.high}, mean {track.count.mean:.1f}, 90 % {interval}"
    pen.text((4, 0), words.replace("CountInterval", ""), fill="black")
    return sheet


def draw(results: Results, folder: Path) -> list[Path]:
    """Draw every failure on an image as taken and the worst on those made worse; return the files.

    Labelled couplings are ticks above a strip, found cars bars below it. Pictures of an earlier run are removed first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("failure-*.png"):
        old.unlink()
    files = []
    for failure in [*failures(results.shipped.taken()), *worst_made_worse(results.shipped)]:
        strip = results.strips[failure.image.name].get(failure.track.track_id)
        if strip is not None and strip.valid.any():
            path = folder / f"failure-{failure.image.name}-{failure.track.track_id}.png"
            _picture(strip, failure.track).save(path)
            files.append(path)
    return files


def worst_made_worse(counted: Counted) -> list[Failure]:
    """Return the worst failures on images made worse."""
    return failures(counted.new(counted.worse()))[:MOST_WORSE]
