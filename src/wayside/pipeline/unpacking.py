"""The images of a bundle, unpacked into a folder under names that are made here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wayside.errors import BundleError
from wayside.model.scenes import Scene
from wayside.pipeline.bundle_record import SceneNames, scene_names
from wayside.pipeline.cases import Case
from wayside.report.bundle import Bundle

__all__ = ["UnpackedImages", "unpacked_images"]


@dataclass(frozen=True, eq=False)
class UnpackedImages:
    """The images that a bundle holds; where they are asked for by scene, they are a ``SceneFiles``.

    Attributes:
        names: of the files of every scene of the case, by scene.
        files: those that were unpacked, by scene: "image", and "overview" and "mask" where it has them. A scene of
            which a file lacks is not among them.
    """

    names: Mapping[str, SceneNames]
    files: Mapping[str, Mapping[str, Path]]

    def path(self, scene: Scene) -> Path:
        """Return where a scene's image is (``KeyError`` where it is not in the bundle)."""
        return self.files[scene.id]["image"]

    def overview(self, scene: Scene) -> Path | None:
        """Return where a coarse picture of the whole site is; None where the image itself shows it."""
        return self.files[scene.id].get("overview")

    def mask(self, scene: Scene) -> Path | None:
        """Return where the provider's mask of usable pixels is; None where there is none."""
        return self.files[scene.id].get("mask")


def unpacked_images(bundle: Bundle, case: Case, folder: Path) -> UnpackedImages:
    """Unpack the images of all scenes whose files are all there and whole.

    Args:
        bundle: open.
        case: whose scenes they are.
        folder: where to; it is empty.

    Raises:
        OutsideError: the disk refuses.
    """
    names = {one.scene.id: one for one in scene_names(case)}
    files: dict[str, Mapping[str, Path]] = {}
    for k, (scene_id, one) in enumerate(names.items()):
        if all(name in bundle.entries for name in one.checksums()):
            try:
                files[scene_id] = _unpacked(bundle, one, folder / f"{k:05d}")
            except BundleError:  # named where the files are hashed
                continue
    return UnpackedImages(names, files)


def _unpacked(bundle: Bundle, one: SceneNames, stem: Path) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for part, name in (("image", one.image), ("overview", one.overview), ("mask", one.mask)):
        if name in one.checksums():
            files[part] = stem.with_name(f"{stem.name}-{part}.tif")
            bundle.copy(name, files[part])
    return files
