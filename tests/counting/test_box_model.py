"""Models of another make: their card, their tiles, their output."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.box_model import (
    COLUMNS,
    BoxModel,
    ModelCard,
    decode_output,
    load_box_model,
    plan_tiles,
    read_card,
)
from wayside.counting.sampling import frame_along
from wayside.errors import ModelFileError

onnx = pytest.importorskip("onnx", reason="models are made with the onnx package (extra: train)")

SIDE = 64
CARD = {"gsd_m": 0.5, "input": SIDE, "layout": "table", "classes": ["railcar", "ship"], "railcars": ["railcar"]}


def spot_model(side: int = SIDE, channels: int = 3) -> bytes:
    """A model that finds one thing: a box of 28 by 6 pixels around the brightest pixel, its score the brightness.

    Its table has the columns x, y, w, h, score, class, angle.
    """
    h, numbers = onnx.helper, onnx.numpy_helper
    kinds = onnx.TensorProto

    def constant(name: str, value: Any, kind: Any) -> Any:
        return numbers.from_array(np.array(value, dtype=kind), name)

    nodes = [
        h.make_node("ReduceMean", ["image"], ["grey"], axes=[1], keepdims=0),
        h.make_node("Reshape", ["grey", "flat"], ["row"]),
        h.make_node("ArgMax", ["row"], ["at"], axis=1, keepdims=1),
        h.make_node("ReduceMax", ["row"], ["score"], axes=[1], keepdims=1),
        h.make_node("Mod", ["at", "side"], ["column"]),
        h.make_node("Div", ["at", "side"], ["line"]),
        h.make_node("Cast", ["column"], ["x0"], to=kinds.FLOAT),
        h.make_node("Cast", ["line"], ["y0"], to=kinds.FLOAT),
        h.make_node("Add", ["x0", "half"], ["x"]),
        h.make_node("Add", ["y0", "half"], ["y"]),
        h.make_node("Concat", ["x", "y", "size", "score", "rest"], ["found"], axis=1),
        h.make_node("Reshape", ["found", "table"], ["boxes"]),
    ]
    graph = h.make_graph(
        nodes,
        "spot",
        [h.make_tensor_value_info("image", kinds.FLOAT, [1, channels, side, side])],
        [h.make_tensor_value_info("boxes", kinds.FLOAT, [1, 1, 7])],
        [
            constant("flat", [1, side * side], np.int64),
            constant("side", side, np.int64),
            constant("half", 0.5, np.float32),
            constant("size", [[28.0, 6.0]], np.float32),
            constant("rest", [[0.0, 0.0]], np.float32),
            constant("table", [1, 1, 7], np.int64),
        ],
    )
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 13)], ir_version=8)
    return bytes(model.SerializeToString())


SPOT_CARD = {**CARD, "columns": ["x", "y", "w", "h", "score", "class", "angle"], "note": "finds bright spots"}


def saved(folder: Path, card: Any = None, data: bytes | None = None) -> Path:
    path = folder / "spot.onnx"
    path.write_bytes(spot_model() if data is None else data)
    path.with_suffix(".json").write_text(json.dumps(SPOT_CARD if card is None else card))
    return path


# ------------------------------------------------------------------ the card
def test_a_card_is_read() -> None:
    members = {"input": [640, 320], "calibration": {"miss_mean": 0.2}, "mean": [1, 2, 3]}
    card = read_card(json.dumps({**SPOT_CARD, **members}), where="m.json")
    assert (card.width, card.height, card.bands, card.mean) == (640, 320, 3, (1.0, 2.0, 3.0))
    assert card.calibration is not None
    assert card.calibration.miss_mean == 0.2
    assert card.is_railcar(0)
    assert not card.is_railcar(1)


BAD_CARDS = {
    "not JSON": "{",
    "a list": "[]",
    "no gsd": json.dumps({"input": 640}),
    "no size": json.dumps({"gsd_m": 0.5}),
    "unknown": json.dumps({**CARD, "colour": "rgb"}),
    "layout": json.dumps({**CARD, "layout": "yolo"}),
    "columns": json.dumps({**CARD, "columns": ["x", "y"]}),
    "text": json.dumps({**CARD, "gsd_m": "0.5"}),
    "three sides": json.dumps({**CARD, "input": [1, 2, 3]}),
    "class": json.dumps({**CARD, "railcars": ["tram"]}),
    "calibration": json.dumps({**CARD, "calibration": {"miss_mean": 7}}),
    "deviation": json.dumps({**CARD, "deviation": 0}),
}


@pytest.mark.parametrize("kind", BAD_CARDS)
def test_bad_cards_are_told(kind: str) -> None:
    with pytest.raises(ModelFileError) as told:
        read_card(BAD_CARDS[kind], where="m.json")
    assert told.value.where == "m.json"


VALUES = (
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6) | st.lists(st.floats(), max_size=3)
)


@given(st.dictionaries(st.sampled_from([*CARD, *SPOT_CARD, "scale", "mean", "degrees", "calibration"]), VALUES))
def test_whatever_the_card_says_ends_in_a_card_or_one_error(changed: dict[str, Any]) -> None:
    try:
        assert isinstance(read_card(json.dumps({**CARD, **changed}), where="m.json"), ModelCard)
    except ModelFileError as error:
        assert error.where == "m.json"  # noqa: PT017


# ------------------------------------------------------------------ tiles
@given(st.floats(0, 360), st.floats(50, 900), st.floats(0.2, 2.0), st.floats(0.0, 0.6))
@settings(max_examples=40, deadline=None)
def test_every_place_on_a_track_is_well_inside_a_tile(
    degrees: float, length: float, unit_m: float, overlap: float
) -> None:
    card = ModelCard(gsd_m=0.5, width=256, height=192, overlap=overlap)
    a = math.radians(degrees)
    frames = [frame_along(np.array([[0.0, y], [length / unit_m * math.cos(a), y + length / unit_m * math.sin(a)]]),
                          unit_m=unit_m, y_down=True) for y in (0.0, 4.1 / unit_m)]  # fmt: skip
    tiles = plan_tiles(frames, card)
    inset = overlap / 2 * 256 * 0.5 / unit_m, overlap / 2 * 192 * 0.5 / unit_m
    for x, y in np.concatenate([f.centre[::7] for f in frames]).tolist():
        assert any(
            t.x + inset[0] - 1e-6 <= x <= t.x + t.wide - inset[0] + 1e-6
            and t.y + inset[1] - 1e-6 <= y <= t.y + t.high - inset[1] + 1e-6
            for t in tiles
        )
    # The corridor alone: no more tiles than the track could cross.
    steps = length / (256 * 0.5 * (1 - overlap)) + length / (192 * 0.5 * (1 - overlap))
    assert len(tiles) <= 2 * (steps + 4)


# ------------------------------------------------------------------ output
def test_an_ultralytics_head_is_decoded() -> None:
    """(1, 4 + classes + 1, anchors): x, y, w, h, scores, angle."""
    card = ModelCard(
        gsd_m=0.5, width=64, height=64, classes=("railcar", "ship"), railcars=("railcar",), least_score=0.3
    )
    output = np.zeros((1, 7, 4), np.float32)
    output[0, :, 0] = (10, 20, 28, 6, 0.9, 0.1, 0.5)
    output[0, :, 1] = (10, 20, 28, 6, 0.1, 0.9, 0.5)  # a ship
    output[0, :, 2] = (10, 20, 28, 6, 0.2, 0.0, 0.5)  # too unsure
    output[0, :, 3] = (30, 40, 28, 6, 0.5, 0.4, -0.2)
    assert decode_output(output, card) == pytest.approx(
        np.array([[10, 20, 28, 6, 0.5, 0.9, 0], [30, 40, 28, 6, -0.2, 0.5, 0]]), abs=1e-6
    )


def test_a_table_is_decoded_in_any_order_of_columns() -> None:
    rng = np.random.default_rng(1)
    rows = np.column_stack([rng.uniform(5, 60, (6, 4)), rng.uniform(0, 180, 6), rng.uniform(0.5, 1, 6), np.zeros(6)])
    order = rng.permutation(7)
    card = ModelCard(
        gsd_m=0.5, width=64, height=64, layout="table", columns=tuple(COLUMNS[k] for k in order), degrees=True
    )
    expected = rows.copy()
    expected[:, 4] = np.radians(rows[:, 4])
    assert decode_output(rows[:, order][None], card) == pytest.approx(expected)


@pytest.mark.parametrize("shape", [(1, 5, 10), (2, 7, 10), (10,), (1, 9, 4)])
def test_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    card = ModelCard(gsd_m=0.5, width=64, height=64, classes=("a", "b"))
    with pytest.raises(ModelFileError, match="shape"):
        decode_output(np.zeros(shape), card)


# ------------------------------------------------------------------ a model
@given(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))
@settings(max_examples=20, deadline=None)
def test_a_box_lies_where_the_tile_says(column: int, row: int) -> None:
    card = read_card(json.dumps(SPOT_CARD), where="m.json")
    model = BoxModel(spot_model(), card, where="spot")
    frame = frame_along(np.array([[100.0, 50.0], [110.0, 50.0]]), unit_m=0.25)
    (tile,) = plan_tiles([frame], card)[:1]
    pixels = np.full((3, SIDE, SIDE), 20, np.float32)
    pixels[:, row, column] = 204.0
    (box,) = model.boxes(pixels, tile, 0.25)
    assert (box.x, box.y) == pytest.approx((tile.x + 2 * (column + 0.5), tile.y + 2 * (row + 0.5)))
    assert (box.length_m, box.width_m, box.label) == (14.0, 3.0, "railcar")
    assert box.score == pytest.approx(0.8)


def test_a_model_is_loaded_with_its_card(tmp_path: Path) -> None:
    model = load_box_model(saved(tmp_path))
    assert model.name.startswith("spot.onnx sha256:")
    grey = load_box_model(saved(tmp_path, {**SPOT_CARD, "channels": "grey"}, spot_model(channels=1)))
    assert len(grey.detect(np.full((3, SIDE, SIDE), 100, np.float32))) == 1


def test_channels_are_ordered(tmp_path: Path) -> None:
    model = load_box_model(
        saved(tmp_path, {**SPOT_CARD, "channels": "bgr", "mean": [0.3, 0, 0], "deviation": [1, 1, 1]})
    )
    pixels = np.zeros((3, SIDE, SIDE), np.float32)
    pixels[2, 5, 5] = 255.0  # blue comes first
    ((x, y, *_, score, _),) = model.detect(pixels).tolist()
    assert (x, y) == (5.5, 5.5)
    assert score == pytest.approx((1.0 - 0.3) / 3)


def test_bad_models_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="cannot be read"):
        load_box_model(tmp_path / "none.onnx")
    path = saved(tmp_path, data=b"no model")
    with pytest.raises(ModelFileError, match="cannot be read"):
        load_box_model(path)
    with pytest.raises(ModelFileError, match="the card says"):
        load_box_model(saved(tmp_path, {**SPOT_CARD, "input": 128}))
    with pytest.raises(ModelFileError, match="shape"):
        load_box_model(saved(tmp_path, {**CARD, "layout": "ultralytics-obb"})).detect(
            np.zeros((3, SIDE, SIDE), np.float32)
        )
    path.with_suffix(".json").write_bytes(b"\xff\xfe")
    with pytest.raises(ModelFileError, match="UTF-8"):
        load_box_model(path)
    path.with_suffix(".json").unlink()
    with pytest.raises(ModelFileError, match="card"):
        load_box_model(path)
