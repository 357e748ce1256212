"""The segmental loss: its partition is the decoder's, and it prefers the true cars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.lengths import LengthPrior
from wayside.counting.potentials import DecoderSettings, evidence_of, potentials_of
from wayside.counting.semimarkov import log_evidence, sweep

pytestmark = pytest.mark.train

SETTINGS = DecoderSettings(lengths=LengthPrior(mixed=1.0), tau_occupied=1.0, tau_boundary=1.0)


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch", reason="the training extra is not installed")


@pytest.fixture(scope="module")
def segmental(torch: Any) -> Any:  # noqa: ARG001  the module needs torch
    from wayside.training import segmental

    return segmental


@pytest.mark.parametrize("columns", [256, 255, 120, 61, 60, 40, 31, 17])
def test_the_partition_is_that_of_the_decoder(torch: Any, segmental: Any, columns: int) -> None:
    rng = np.random.default_rng(columns)
    occupied, boundary = rng.normal(0, 0.5, columns), rng.normal(-1, 2, columns + 1)
    emission = Emission(
        occupied, boundary, np.zeros((columns, len(TYPE_ORDER))), np.zeros(columns), np.ones(columns, bool), 0.5
    )
    weights = potentials_of(SETTINGS, 0.5)
    evidence = evidence_of([emission], SETTINGS, weights.block)
    wanted = log_evidence(weights, evidence, sweep(weights, evidence), 0)
    padded = np.zeros((1, 256), np.float32), np.zeros((1, 257), np.float32)
    padded[0][0, :columns], padded[1][0, : columns + 1] = occupied, boundary
    found = segmental.log_partition(
        torch.from_numpy(padded[0]),
        torch.from_numpy(padded[1]),
        torch.tensor([columns]),
        segmental.segment_weights(0.5, SETTINGS),
    )
    assert float(found[0]) == pytest.approx(wanted, abs=2e-3)


def _truth(torch: Any) -> tuple[Any, Any]:
    occupied, marks = torch.zeros(1, 256), torch.zeros(1, 257)
    occupied[:, 30:114] = 1
    for edge, kind in ((30, 2), (58, 1), (86, 1), (114, 2)):
        marks[:, edge] = kind
    return occupied, marks


def test_the_loss_is_minus_the_log_probability_of_the_true_cars(torch: Any, segmental: Any) -> None:
    occupied, marks = _truth(torch)
    weights, length = segmental.segment_weights(0.5), torch.tensor([256])

    def loss(edges: Any) -> float:
        cars = segmental.Cars(occupied, marks, length)
        return float(segmental.segmental_loss(occupied * 2 - 1, edges, cars, weights)[0])

    seen = (marks > 0).float() * 8 - 4
    assert loss(seen) == pytest.approx(0.0, abs=0.1)
    near, far, none = seen.clone(), seen.clone(), seen.clone()
    for edges, places in ((near, (60,)), (far, (66,)), (none, ())):
        edges[:, 58] = -4.0
        for place in places:
            edges[:, place] = 4.0
    assert loss(near) == pytest.approx(0.0, abs=0.1)
    assert loss(far) > 2.0
    assert loss(none) > 1.0


@pytest.mark.parametrize("scale", [0.0, 0.3, 2.0])
def test_no_truth_is_more_probable_than_everything(torch: Any, segmental: Any, scale: float) -> None:
    """Before anything is cut off at 0, the true segmentations are a part of all of them."""
    rng = np.random.default_rng(7)
    occupied, marks = _truth(torch)
    weights = segmental.segment_weights(0.5)
    for _ in range(20):
        columns = torch.from_numpy(rng.normal(0, scale, (1, 256)).astype(np.float32))
        edges = torch.from_numpy(rng.normal(0, scale, (1, 257)).astype(np.float32))
        cars = segmental.Cars(occupied, marks, torch.tensor([256]))
        assert float(segmental.segmental_loss(columns, edges, cars, weights)[0]) > 0.0


def test_the_gradient_moves_evidence_towards_the_truth(torch: Any, segmental: Any) -> None:
    occupied, marks = _truth(torch)
    columns, edges = torch.zeros(1, 256, requires_grad=True), torch.zeros(1, 257, requires_grad=True)
    cars = segmental.Cars(occupied, marks, torch.tensor([256]))
    loss = segmental.segmental_loss(columns, edges, cars, segmental.segment_weights(0.5))
    loss.sum().backward()
    assert float(columns.grad[0, 40:100].mean()) < 0 < float(columns.grad[0, 140:].mean())
    assert float(edges.grad[0, 58]) < 0
