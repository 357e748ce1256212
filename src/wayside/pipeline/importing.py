"""Image files into a workspace's archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wayside.errors import InputError, WaysideError
from wayside.model.places import Site
from wayside.pipeline.ports import AddedScene, Catalogue, Clock, ImportOptions, Progress, Store
from wayside.pipeline.records import Failure, Recorder, RunRecord, Skip

__all__ = ["import_images"]


def import_images(
    images: Sequence[Path],
    options: ImportOptions,
    *,
    site: Site,
    catalogue: Catalogue,
    store: Store,
    clock: Clock,
    progress: Progress,
) -> RunRecord:
    """Put image files into the archive and the database, each whole or not at all.

    Args:
        images: one or more files; one that is bad does not keep the others out.
        options: what they do not say themselves.
        site: what they show.
        catalogue: the archive.
        store: the database.
        clock: for the record.
        progress: is told of every image.

    Raises:
        InputError: no image is given.
        WaysideError: the only image that is given cannot be taken in.
    """
    if not images:
        raise InputError("no image is given", todo="Name one or more image files")
    recorder = Recorder("import", clock)
    store.put_site(site, clock.now())
    progress.start("Importing images", len(images))
    with recorder.stage("import"):
        for image in images:
            try:
                added = catalogue.add(image, options)
                store.put_scenes(site.id, (added.scene,))
                _note(image, added, recorder)
            except WaysideError as error:
                if len(images) == 1:
                    raise
                recorder.failed.append(Failure.of(str(image), error))
            progress.advance(image.name)
    progress.finish()
    return recorder.record()


def _note(image: Path, added: AddedScene, recorder: Recorder) -> None:
    recorder.note(*added.notes)
    if added.new:
        recorder.done.append(added.scene.id)
    else:
        recorder.skipped.append(Skip(str(image), f"these pixels are in the archive already, as {added.scene.id}"))
