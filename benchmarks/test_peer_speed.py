"""Counting along the tracks against searching the whole scene with a tiled oriented-box detector, in CPU seconds.

Run with ``WAYSIDE_PEER_ONNX=model.onnx pytest benchmarks/test_peer_speed.py -s``. The peer is what SAHI would run: a
nano oriented-box network on every tile (of the model's own input size; 1024 pixels where it takes any) with a fifth of
overlap; slicing, decoding of its boxes and their merging are left out, in its favour. Both run on one thread of the
same machine in the same minute.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import rasterio

from wayside.pipeline.ports import CountTask
from wayside.wiring import image_counter

TILE, OVERLAP = 1024, 0.2
ASKED = 50
PEER = os.environ.get("WAYSIDE_PEER_ONNX", "")


def tiles_of(width: int, height: int, *, tile: int = TILE, overlap: float = OVERLAP) -> int:
    """Return how many tiles cover an image where neighbours share ``overlap`` of their sides (as SAHI slices)."""
    step = tile - int(tile * overlap)
    across, down = (1 + max(0, -(-(size - tile) // step)) for size in (width, height))
    return across * down


def detection_s(tile_s: float, width: int, height: int, *, tile: int = TILE) -> float:
    """Return the CPU seconds of tiled detection of a scene, from those of one tile."""
    return tile_s * tiles_of(width, height, tile=tile)


def peer_session(model: Path, *, threads: int = 1) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def tile_size(session: onnxruntime.InferenceSession) -> int:
    """Return the side of the tiles that a model takes, pixels."""
    side = session.get_inputs()[0].shape[-1]
    return side if isinstance(side, int) else TILE


def tile_seconds(session: onnxruntime.InferenceSession, *, rounds: int = 5) -> float:
    """Return the CPU seconds of one tile, the least of several rounds after one to warm up."""
    side = tile_size(session)
    tile = np.random.default_rng(0).random((1, 3, side, side), dtype=np.float32)
    taken = []
    for _ in range(rounds + 1):
        started = time.process_time()
        session.run(None, {session.get_inputs()[0].name: tile})
        taken.append(time.process_time() - started)
    return min(taken[1:])


def own_seconds(task: CountTask, *, rounds: int = 5) -> float:
    """Return the CPU seconds of one whole count of the large scene, the least of several rounds."""
    counter, taken = image_counter(), []
    for _ in range(rounds + 1):
        started = time.process_time()
        counter.count(task)
        taken.append(time.process_time() - started)
    return min(taken[1:])


def test_against_tiled_detection(scene: Path, large_task: CountTask) -> None:
    if not PEER:
        pytest.skip("no peer: set WAYSIDE_PEER_ONNX to an oriented-box model that takes 1 x 3 x side x side")
    with rasterio.open(scene) as dataset:
        width, height = dataset.width, dataset.height
    session = peer_session(Path(PEER))
    own, tile_s, side = own_seconds(large_task), tile_seconds(session), tile_size(session)
    peer = detection_s(tile_s, width, height, tile=side)
    print(
        f"\nalong the tracks {own:.3f} s; tiled detection {peer:.1f} s ({tiles_of(width, height, tile=side)} tiles of "
        f"{side} pixels, {tile_s:.3f} s each): {peer / own:.0f} times as much (asked: {ASKED})"
    )
    assert peer > ASKED * own
