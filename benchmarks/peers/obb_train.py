"""Train a nano oriented-box detector from scratch on drawn tiles, for a given time, on the processor.

    .venv-peers/bin/python benchmarks/peers/obb_train.py DATA OUT --minutes 20 [--threads 2] [--model yolo11n-obb.yaml]

Leaves OUT/obb.pt, OUT/obb.onnx (fixed input), OUT/obb.json (the card that ``wayside count --detector`` reads) and
OUT/training.json (how long, how many images, how good on the held yards).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import shutil
import time
from pathlib import Path

SETTINGS = {
    "epochs": 1000,
    "device": "cpu",
    "workers": 0,
    "pretrained": False,
    "amp": False,
    "optimizer": "AdamW",
    "lr0": 0.002,
    "cos_lr": True,
    "warmup_epochs": 0.5,
    "mosaic": 0.0,
    "scale": 0.2,
    "flipud": 0.5,
    "fliplr": 0.5,
    "hsv_h": 0.02,
    "hsv_s": 0.5,
    "hsv_v": 0.4,
    "cache": "ram",
    "plots": False,
    "val": False,
    "seed": 7,
    "name": "run",
    "exist_ok": True,
    "verbose": True,
}
"""How the detector is trained, but for the time and the places; a time ends it, not the number of epochs."""


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--model", default="yolo11n-obb.yaml")
    parser.add_argument("--batch", type=int, default=16)
    return parser.parse_args()


def _write_card(given: argparse.Namespace, gsd_m: float, side: int) -> None:
    card = {
        "gsd_m": gsd_m,
        "input": side,
        "classes": ["railcar"],
        "layout": "ultralytics-obb",
        "least_score": 0.05,
        "overlap": 0.25,
        "note": f"{given.model} trained from scratch on drawn yards for {given.minutes:g} minutes",
    }
    (given.out / "obb.json").write_text(json.dumps(card, indent=1) + "\n")


def main() -> None:
    """Train as the command line says."""
    given = _given()
    given.out.mkdir(parents=True, exist_ok=True)
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(given.threads)
    os.environ.setdefault("YOLO_CONFIG_DIR", str(given.out.absolute() / "config"))
    os.environ["YOLO_OFFLINE"] = "true"

    importlib.import_module("torchvision_nms")  # before whatever imports torchvision
    import torch  # noqa: PLC0415
    import ultralytics  # noqa: PLC0415
    from scale import GSD_M, TILE  # noqa: PLC0415

    torch.set_num_threads(given.threads)
    started, cpu = time.monotonic(), time.process_time()
    model = ultralytics.YOLO(given.model)
    images = len(list((given.data / "images" / "train").glob("*.jpg")))
    model.train(
        data=str(given.data / "data.yaml"),
        time=given.minutes / 60,
        imgsz=TILE,
        batch=given.batch,
        project=str(given.out.absolute()),
        **SETTINGS,
    )
    best = given.out / "run" / "weights" / "last.pt"
    shutil.copy(best, given.out / "obb.pt")
    trained = ultralytics.YOLO(given.out / "obb.pt")
    seconds = time.monotonic() - started
    cpu = time.process_time() - cpu
    score = trained.val(
        data=str(given.data / "data.yaml"),
        imgsz=TILE,
        device="cpu",
        workers=0,
        plots=False,
        project=str(given.out),
        name="val",
    )
    trained.export(format="onnx", imgsz=2 * TILE, simplify=False, opset=17, nms=False, dynamic=False, device="cpu")
    _write_card(given, GSD_M, 2 * TILE)
    epochs = sum(1 for _ in (given.out / "run" / "results.csv").open()) - 1
    report = {
        "model": given.model,
        "parameters": sum(p.numel() for p in trained.model.parameters()),
        "minutes": round(seconds / 60, 2),
        "cpu_minutes": round(cpu / 60, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "threads": given.threads,
        "train_tiles": images,
        "epochs": epochs,
        "map50_held": round(float(score.box.map50), 4),
        "map50_95_held": round(float(score.box.map), 4),
        "precision_held": round(float(score.box.mp), 4),
        "recall_held": round(float(score.box.mr), 4),
        "versions": {"torch": torch.__version__, "ultralytics": ultralytics.__version__},
    }
    (given.out / "training.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
