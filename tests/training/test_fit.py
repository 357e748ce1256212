"""A small training: the loss falls, and what is written gives the same numbers as what was trained."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from wayside.counting.network import CHANNELS, COLUMN_OUTPUTS, EmissionNetwork
from wayside.counting.sampling import ROWS, frame_along
from wayside.model.strips import Strip
from wayside.training.pieces import PIECE, UNKNOWN_ASIDE, Pieces

pytestmark = [
    pytest.mark.train,
    # torch warns that this exporter will be replaced; the other one cannot leave the strip's length free yet.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def fitting() -> Any:
    """The module that needs torch, on one processor."""
    torch = pytest.importorskip("torch", reason="the training extra is not installed")
    from wayside.training import fit

    torch.set_num_threads(1)
    return fit


def toy(count: int, seed: int) -> Pieces:
    """Bright cars of 28 columns on dark ground, ends marked."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(0, 0.3, (count, CHANNELS, ROWS, PIECE))
    inputs[:, 3], inputs[:, 4] = 1.0, 0.0
    occupied, edges = np.zeros((count, PIECE)), np.zeros((count, PIECE + 1))
    marks = np.zeros((count, PIECE + 1), np.int8)
    for k in range(count):
        at = int(rng.integers(0, 40))
        while at + 28 < PIECE:
            if rng.random() < 0.6:
                inputs[k, :3, 13:19, at : at + 28] += 2.0
                occupied[k, at : at + 28] = 1.0
                edges[k, [at, at + 28]] = 1.0
                marks[k, [at, at + 28]] = 2
            at += 28 + int(rng.integers(2, 12))
    labels = np.where(occupied > 0, 1, -1).astype(np.int8)
    half = [a.astype(np.float16) for a in (inputs, occupied, edges, np.ones_like(occupied))]
    rail = np.ones((count, PIECE), np.int8)
    aside = np.full((count, PIECE), UNKNOWN_ASIDE, np.float16)
    return Pieces(half[0], half[1], half[2], labels, labels, half[3], rail, aside, marks)


@pytest.fixture(scope="module")
def trained(fitting: Any) -> tuple[Any, list[float]]:
    """A network after a few steps, and the loss of each epoch."""
    said: list[str] = []
    net = fitting.fit(toy(16, 1), fitting.FitSettings(epochs=8, batch=4, seed=3), said.append)
    return net, [float(re.search(r"loss ([\d.]+)", line)[1]) for line in said]  # type: ignore[index]


def test_the_loss_falls(trained: tuple[Any, list[float]]) -> None:
    _, losses = trained
    assert len(losses) == 8
    assert losses[-1] < 0.6 * losses[0]


def test_it_tells_occupied_from_empty_on_strips_it_has_not_seen(trained: tuple[Any, list[float]], fitting: Any) -> None:
    net, _ = trained
    unseen = toy(4, 99)
    with fitting.torch.no_grad():
        columns, edges = net(fitting.torch.from_numpy(unseen.inputs.astype(np.float32)))
    assert columns.shape == (4, COLUMN_OUTPUTS, PIECE)
    assert edges.shape == (4, 1, PIECE + 1)
    right = (columns[:, 0].numpy() > 0) == (unseen.occupied > 0.5)
    assert right.mean() > 0.9


def test_the_written_network_gives_the_same_numbers_at_any_length(
    trained: tuple[Any, list[float]], fitting: Any, tmp_path: Path
) -> None:
    net, _ = trained
    path = tmp_path / "net.onnx"
    path.write_bytes(fitting.exported(net))
    assert path.stat().st_size < 2_000_000
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for batch, length in ((1, 64), (3, 333)):
        strips = np.random.default_rng(length).normal(0, 1, (batch, CHANNELS, ROWS, length)).astype(np.float32)
        columns, edges = session.run(["columns", "edges"], {"strips": strips})
        with fitting.torch.no_grad():
            wanted = [a.numpy() for a in net(fitting.torch.from_numpy(strips))]
        assert np.allclose(columns, wanted[0], atol=1e-3)
        assert np.allclose(edges, wanted[1], atol=1e-3)
        assert edges.shape == (batch, 1, length + 1)


def test_the_counter_reads_the_written_network(trained: tuple[Any, list[float]], fitting: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(fitting.exported(trained[0]))
    frame = frame_along(np.array([[0.0, 0.0], [60.0, 0.0]]))
    strip = Strip("1", np.random.default_rng(0).normal(9, 1, (1, ROWS, 120)), np.ones((ROWS, 120)), frame, 0.5)
    (found,) = EmissionNetwork(path).emissions([strip])
    assert found.occupied.shape == (120,)
    assert found.boundary.shape == (121,)
    assert found.alignment is not None
    assert (found.alignment.spread_m > 0).all()


def test_a_seed_decides_the_weights(fitting: Any) -> None:
    settings = fitting.FitSettings(epochs=1, batch=4, seed=5)
    once, again = (fitting.fit(toy(4, 2), settings, lambda _: None).state_dict() for _ in range(2))
    assert all(fitting.torch.allclose(once[name], again[name], atol=1e-6) for name in once)


def test_a_shift_across_moves_pixels_and_labels_alike(fitting: Any) -> None:
    torch = fitting.torch
    inputs = torch.zeros(1, CHANNELS, ROWS, 8)
    inputs[:, :, 15] = 1.0
    for rows, aside in ((3, 0.25), (-4, 0.25), (-1, 0.0)):
        batch = {
            "aside": torch.full((1, 8), aside),
            "rail": torch.ones(1, 8, dtype=torch.long),
            "trusted": torch.ones(1, 8),
        }
        moved = fitting._moved_aside(inputs, batch, rows)
        assert int(moved[0, 0, :, 0].argmax()) == 15 + rows
        far = aside - 0.5 * rows  # the line lies further to the left, so the track lies further to its right
        if abs(far) < 1.95:
            assert float(batch["aside"][0, 0]) == pytest.approx(far)
            assert int(batch["rail"][0, 0]) == 1
        else:
            assert float(batch["aside"][0, 0]) == UNKNOWN_ASIDE
            assert int(batch["rail"][0, 0]) == -1
        assert float(batch["trusted"][0, 0]) == float(abs(far) < 1.2)
