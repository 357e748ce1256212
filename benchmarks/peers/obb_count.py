"""Count cars per track as users of general tools do: tiles, an oriented-box detector, and the tool's own merging.

    .venv-peers/bin/python benchmarks/peers/obb_count.py MODEL.onnx OUT.json IMAGE GEOJSON [IMAGE GEOJSON ...]

Two tools over the same detector and the same tiles of 640 pixels at the detector's GSD with a fifth of overlap:

    sahi         get_sliced_prediction with its defaults (GREEDYNMM, intersection over smaller, 0.5; axis-aligned)
    supervision  InferenceSlicer with non-maximum suppression over oriented boxes (IoU 0.5)

and two ways to give boxes to tracks: ``nearest`` (the centre's nearest track within 3 m) and ``along`` (wayside's
assignment and merging along the track in one dimension). Boxes of score 0.25 (``--least-score``) and more are counted.

Writes {"counts": {"sahi/nearest": {image: {track: count}}, ...}, "cpu_s": {"sahi": ..., "supervision": ...},
"pixels": {image: pixels given to the detector's tiling}, "versions": {...}}. The GSD is the GeoJSON's ``gsd_m``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from sahi.models.base import DetectionModel
    from supervision import Detections
    from ultralytics import YOLO

SLICE, OVERLAP, LEAST_SCORE, NEAR_M = 640, 0.2, 0.25, 3.0
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "src"))  # the pure rooms of wayside need numpy and scipy alone

from wayside.counting.boxes import OrientedBox, box_around  # noqa: E402
from wayside.counting.boxes_lengths import BoxLengths  # noqa: E402
from wayside.counting.boxes_merge import merge_along  # noqa: E402
from wayside.counting.boxes_tracks import assign_boxes  # noqa: E402
from wayside.counting.sampling import frame_along  # noqa: E402
from wayside.errors import ValueRefusedError  # noqa: E402

Array = NDArray[np.float64]


class Scene:
    """An image brought to the detector's GSD, and its tracks in those pixels."""

    def __init__(self, image: Path, geojson: Path, gsd_m: float) -> None:
        document: dict[str, Any] = json.loads(geojson.read_text())
        self.name, self.gsd_m = str(image), gsd_m
        picture = Image.open(image).convert("RGB")
        factor = float(document["gsd_m"]) / gsd_m
        size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
        reduce = Image.Resampling.BOX if factor < 0.5 else Image.Resampling.BICUBIC
        self.pixels = np.asarray(picture.resize(size, reduce))
        scale = np.array(size) / (picture.width, picture.height)
        lines = [f for f in document["features"] if f["geometry"]["type"] == "LineString"]
        self.tracks = {
            str(f["properties"].get("id", k)): np.array(f["geometry"]["coordinates"], dtype=np.float64)[:, :2] * scale
            for k, f in enumerate(lines, start=1)
        }


def boxes_of(outlines: list[Array], scores: list[float], unit_m: float) -> list[OrientedBox]:
    """Return outlines as oriented boxes; those without area are left out."""
    found = []
    for outline, score in zip(outlines, scores, strict=True):
        try:
            found.append(box_around(outline, unit_m=unit_m, score=min(float(score), 1.0)))
        except ValueRefusedError:
            continue
    return found


def with_sahi(model: DetectionModel, scene: Scene) -> list[OrientedBox]:
    """Return SAHI's merged boxes."""
    from sahi.predict import get_sliced_prediction  # noqa: PLC0415

    result = get_sliced_prediction(
        scene.pixels,
        model,
        slice_height=SLICE,
        slice_width=SLICE,
        overlap_height_ratio=OVERLAP,
        overlap_width_ratio=OVERLAP,
        verbose=0,
    )
    outlines, scores = [], []
    for found in result.object_prediction_list:
        parts = found.mask.segmentation if found.mask is not None else []
        if parts:
            outlines.append(np.concatenate([np.array(p, dtype=np.float64).reshape(-1, 2) for p in parts]))
        else:
            x0, y0, x1, y1 = found.bbox.to_xyxy()
            outlines.append(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.float64))
        scores.append(float(found.score.value))
    return boxes_of(outlines, scores, scene.gsd_m)


def with_supervision(yolo: YOLO, scene: Scene, least_score: float) -> list[OrientedBox]:
    """Return supervision's boxes after oriented suppression."""
    import supervision  # noqa: PLC0415

    def look(tile: NDArray[np.uint8]) -> Detections:
        result = yolo(tile[:, :, ::-1], conf=least_score, imgsz=SLICE, verbose=False, device="cpu")[0]
        return supervision.Detections.from_ultralytics(result)

    slicer = supervision.InferenceSlicer(
        callback=look,
        slice_wh=SLICE,
        overlap_wh=round(SLICE * OVERLAP),
        overlap_filter=supervision.OverlapFilter.NON_MAX_SUPPRESSION,
        iou_threshold=0.5,
        thread_workers=1,
    )
    found = slicer(scene.pixels)
    outlines = [np.asarray(o, dtype=np.float64) for o in found.data.get("xyxyxyxy", [])]
    return boxes_of(outlines, list(found.confidence if found.confidence is not None else []), scene.gsd_m)


def _distance(point: Array, line: Array) -> float:
    a, b = line[:-1], line[1:]
    along = b - a
    t = np.clip(((point - a) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-12), 0.0, 1.0)
    return float(np.hypot(*(a + t[:, None] * along - point).T).min())


def nearest(boxes: list[OrientedBox], scene: Scene) -> dict[str, int]:
    """Give every box to the track nearest to its centre, within 3 m."""
    counts = dict.fromkeys(scene.tracks, 0)
    for box in boxes:
        away = {name: _distance(np.array([box.x, box.y]), line) for name, line in scene.tracks.items()}
        name = min(away, key=lambda k: away[k])
        counts[name] += away[name] * scene.gsd_m <= NEAR_M
    return counts


def along(boxes: list[OrientedBox], scene: Scene) -> dict[str, int]:
    """Give boxes to tracks and merge them in one dimension, as wayside does."""
    frames = [frame_along(line, unit_m=scene.gsd_m, y_down=True) for line in scene.tracks.values()]
    lengths = BoxLengths()
    found = assign_boxes(boxes, frames)
    kept = [merge_along(placed, lambda score: score, lengths) for placed in found]
    return {name: len(own) for name, own in zip(scene.tracks, kept, strict=True)}


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("pairs", nargs="+", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--least-score", type=float, default=LEAST_SCORE)
    return parser.parse_args()


def main() -> None:
    """Count the images of the command line."""
    given = _given()
    os.environ["OMP_NUM_THREADS"] = str(given.threads)
    os.environ.setdefault("YOLO_CONFIG_DIR", str(given.out.absolute().parent / "config"))
    os.environ["YOLO_OFFLINE"] = "true"

    importlib.import_module("torchvision_nms")  # before whatever imports torchvision
    import onnxruntime  # noqa: PLC0415
    import sahi  # noqa: PLC0415
    import supervision  # noqa: PLC0415
    import torch  # noqa: PLC0415
    import ultralytics  # noqa: PLC0415
    from sahi import AutoDetectionModel  # noqa: PLC0415

    torch.set_num_threads(given.threads)
    gsd = float(json.loads(given.model.with_suffix(".json").read_text())["gsd_m"])
    yolo = ultralytics.YOLO(given.model, task="obb")
    sliced = AutoDetectionModel.from_pretrained(
        model_type="ultralytics",
        model_path=str(given.model),
        task="obb",
        confidence_threshold=given.least_score,
        device="cpu",
        image_size=SLICE,
        category_mapping={"0": "railcar"},
    )
    yolo(np.zeros((SLICE, SLICE, 3), np.uint8), imgsz=SLICE, verbose=False, device="cpu")  # loads the session
    tools = {
        "sahi": lambda scene: with_sahi(sliced, scene),
        "supervision": lambda scene: with_supervision(yolo, scene, given.least_score),
    }
    counts: dict[str, dict[str, dict[str, int]]] = {}
    per_image: dict[str, dict[str, float]] = {name: {} for name in tools}
    pixels = {}
    for image, geojson in zip(given.pairs[::2], given.pairs[1::2], strict=True):
        scene = Scene(image, geojson, gsd)
        pixels[scene.name] = int(scene.pixels.shape[0] * scene.pixels.shape[1])
        for tool, find in tools.items():
            started = time.process_time()
            boxes = find(scene)
            per_image[tool][scene.name] = round(time.process_time() - started, 3)
            for way, assign in (("nearest", nearest), ("along", along)):
                counts.setdefault(f"{tool}/{way}", {})[scene.name] = assign(boxes, scene)
        print(scene.name, {k: sum(v[scene.name].values()) for k, v in counts.items()}, flush=True)
    answer = {
        "counts": counts,
        "cpu_s": {tool: round(sum(seconds.values()), 3) for tool, seconds in per_image.items()},
        "cpu_s_by_image": per_image,
        "pixels": pixels,
        "gsd_m": gsd,
        "versions": {m.__name__: m.__version__ for m in (torch, ultralytics, sahi, supervision, onnxruntime)},
    }
    given.out.write_text(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    main()
