"""From an image file to its count: describe, register, read the strips, count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wayside.errors import TracksError
from wayside.model.observations import Registration
from wayside.model.places import Site
from wayside.model.scenes import Scene
from wayside.model.strips import Strip
from wayside.pipeline.ports import CountedImage, Counter, CountTask, Lines, PixelReader, SceneCounter

__all__ = ["FileCounter", "choose_reference", "count_image"]


@dataclass(frozen=True, slots=True)
class FileCounter:
    """Counts image files with a reader of pixels and a counter of strips."""

    reader: PixelReader
    counter: Counter

    @property
    def model(self) -> str:
        """Name and digest of the network's weights."""
        return self.counter.model

    def count(self, task: CountTask, *, keep_strips: bool = False) -> CountedImage:
        """Count one image; tracks that lie aside of their lines are read again along corrected ones.

        Raises:
            ImageError: not an image, truncated, too large, no ground sample distance.
            TracksError: no track crosses it.
            ModelFileError: the network's weights are missing or damaged.
        """
        facts = self.reader.describe(task.path, gsd_m=task.gsd_m, crs=task.crs)
        registration = self._registration(task, facts.gsd_m)
        shift = registration if registration.registered else None
        known = task.circumstances
        batch = self.reader.read_strips(task.path, task.tracks, facts=facts, shift=shift, known=known)

        def again(lines: Lines) -> Sequence[Strip]:
            try:
                return self.reader.read_strips(
                    task.path, task.tracks, facts=facts, shift=shift, lines=lines, known=known
                ).strips
            except TracksError:
                return ()  # the corrected lines leave the image; the tracks stay as they were first read

        gsd_m = max(facts.gsd_m, batch.effective_gsd_m)
        counted = self.counter.count(batch, task.tracks, gsd_m=gsd_m, registration=registration, again=again)
        return counted if keep_strips else CountedImage(counted.result)

    def _registration(self, task: CountTask, gsd_m: float) -> Registration:
        if task.reference is None:
            return Registration(registered=True, quality=1.0)
        found = self.reader.register(
            task.overview or task.path,
            task.reference,
            task.tracks,
            gsd_m=gsd_m if task.overview is None else None,
            reference_gsd_m=task.reference_gsd_m,
        )
        return replace(found, reference=task.reference_id)


def count_image(
    counter: SceneCounter,
    image: Path,
    site: Site,
    *,
    gsd_m: float | None = None,
    crs: str | None = None,
    keep_strips: bool = False,
) -> CountedImage:
    """Count one image without a workspace; its tracks are taken to lie right (raises as ``FileCounter.count``)."""
    return counter.count(CountTask(image, site.tracks, gsd_m=gsd_m, crs=crs), keep_strips=keep_strips)


def choose_reference(scenes: tuple[Scene, ...], earlier: str = "") -> Scene | None:
    """Return the scene that the others are fitted to; None where there is none.

    Args:
        scenes: candidates.
        earlier: id of the scene that was the reference before; it stays, so that old and new counts share their fit.

    Returns:
        ``earlier`` if it is still there, else the finest scene; of equally fine ones the least cloudy, then the oldest.
    """
    known = [scene for scene in scenes if scene.id == earlier]
    if known:
        return known[0]
    return min(scenes, key=lambda s: (s.gsd_m, s.cloud_cover_pct or 0.0, s.acquired, s.id), default=None)
