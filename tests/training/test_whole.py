"""The whole training once, on one yard: weights, what was learnt without labels, and constants beside both."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from wayside.counting.calibration import from_json
from wayside.counting.network import EmissionNetwork
from wayside.imagery import write_cog
from wayside.pipeline.train import TrainPlan, train
from wayside.wiring.learning import learning_images

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def test_a_training_leaves_weights_and_constants_that_say_what_they_learnt_from(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the training extra is not installed")
    ground = tmp_path / "ground"
    ground.mkdir()
    write_cog(np.random.default_rng(1).integers(0, 255, (3, 128, 128)).astype(np.uint8), ground / "field.tif")
    write_cog(np.full((3, 60, 120), 90, np.uint8), tmp_path / "yard.tif")
    feature = {
        "type": "Feature",
        "properties": {"id": "a", "cars": 1, "gaps": []},
        "geometry": {"type": "LineString", "coordinates": [[20.0, 30.0], [90.0, 30.0]]},
    }
    labels = tmp_path / "yard.geojson"
    document = {"type": "FeatureCollection", "coordinates": "pixel", "image": "yard.tif", "gsd_m": 0.3}
    labels.write_text(json.dumps({**document, "features": [feature]}))
    out, said = tmp_path / "new" / "net.onnx", list[str]()
    done = train(out, TrainPlan(1, 1, 3, 1, held_out=3), said.append, learning=learning_images((labels,), ground))
    assert done.pieces > 8
    learnt_from = {}
    for path in (out, out.with_name("net-drawn.onnx")):
        assert EmissionNetwork(path).name.startswith("strip-net")
        constants = from_json(json.loads(path.with_suffix(".json").read_text()), where="here")
        learnt_from[path.stem] = constants.learnt_from
    assert learnt_from == {"net": ("yard", "ground"), "net-drawn": ("ground",)}
    assert sum("epoch 1/1" in line for line in said) == 2
    assert sorted(p.name for p in out.parent.iterdir()) == ["net-drawn.json", "net-drawn.onnx", "net.json", "net.onnx"]
