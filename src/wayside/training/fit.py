"""The network itself, its loss, and its training."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from wayside.counting.network import CHANNELS, COLUMN_OUTPUTS
from wayside.counting.sampling import ROW_M, ROWS, STEP_M
from wayside.training.pieces import UNKNOWN_ASIDE, Pieces
from wayside.training.segmental import Cars, SegmentWeights, segment_weights, segmental_loss

__all__ = ["FitSettings", "StripNet", "exported", "fit"]


_HOPELESS = 0.03
_FAR_ROWS, _FAR_SHARE = 4, 0.35
"""Some batches are shifted across by up to 2 m, so that the offset is learnt over its whole range."""
_NEAREST_M, _COUNTED_M = 1.95, 1.2


class FitSettings(NamedTuple):
    """How long and how hard to train.

    Attributes:
        epochs: passes over the pieces.
        batch: pieces in a step.
        rate: highest learning rate of the one-cycle schedule.
        seed: decides initial weights, order and augmentation.
        boundary_weight: weight of the boundary loss against the occupancy loss.
        type_weight: weight of the type and cover losses.
        line_weight: weight of the losses of what lies under the line.
        segment_weight: weight of the segmental loss, per nat and piece; 0 leaves it out.
        trust: nats that the segmental loss takes for a logit of a covered column, for a logit of a boundary, and for
            every boundary. They are not learnt: drawings show every boundary, and a network that may choose comes to
            rely on boundaries alone, which real images do not always show.
        threads: of the processor, at most; 0 leaves torch its own choice.
    """

    epochs: int = 5
    batch: int = 64
    rate: float = 4e-3
    seed: int = 1
    boundary_weight: float = 2.0
    type_weight: float = 0.2
    line_weight: float = 0.3
    segment_weight: float = 0.04
    trust: tuple[float, float, float] = (0.17, 1.3, 1.8)
    threads: int = 0


class _Residual(nn.Module):  # type: ignore[misc,unused-ignore] # torch is an extra
    """A convolution along the track with a way around it; its taps lie ``dilation`` columns apart."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        reach = (0, 2 * dilation)
        self.conv = nn.Conv2d(width, width, (1, 5), padding=reach, dilation=(1, dilation), bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + functional.relu(self.norm(self.conv(x)))
        return out


class StripNet(nn.Module):  # type: ignore[misc,unused-ignore] # torch is an extra
    """Reads across the track first, then along it.

    Four 3 x 3 convolutions halve the rows (32 to 2), one more folds what is left into channels, and dilated
    convolutions along the track look 126 columns (63 m) to each side. Two heads: per column occupied, covered, types,
    railway, offset and its spread; per edge between columns a boundary.
    """

    def __init__(self, width: int = 80, stem: tuple[int, ...] = (24, 32, 48, 64)) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = CHANNELS
        for after in stem:
            layers += [
                nn.Conv2d(before, after, 3, stride=(2, 1), padding=1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(),
            ]
            before = after
        rows_left = ROWS // 2 ** len(stem)
        layers += [nn.Conv2d(before, width, (rows_left, 1), bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        self.across = nn.Sequential(*layers)
        self.along = nn.Sequential(*(_Residual(width, d) for d in (1, 2, 4, 8, 16, 32)))
        self.columns = nn.Conv2d(width, COLUMN_OUTPUTS, 1)
        self.edges = nn.Conv2d(width, 1, (1, 4), padding=(0, 2))

    def forward(self, strips: Tensor) -> tuple[Tensor, Tensor]:
        """Return (batch, COLUMN_OUTPUTS, n) and (batch, 1, n + 1) from (batch, CHANNELS, ROWS, n)."""
        x = self.along(self.across(strips))
        return self.columns(x).squeeze(2), self.edges(x).squeeze(2)


def _nats(columns: Tensor, edges: Tensor, settings: FitSettings) -> tuple[Tensor, Tensor]:
    """Return what the segmental loss takes the logits for, per column and per edge."""
    occupied, boundary, bias = settings.trust
    return occupied * columns[:, 0], boundary * edges[:, 0] + bias


def _line_loss(columns: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Railway or none as a logistic loss; the offset as a Laplace distribution whose spread is estimated too."""
    rail, offset, spread = columns[:, -3], columns[:, -2], columns[:, -1].clamp(-4.0, 3.0)
    known = (batch["rail"] >= 0).float()
    on = functional.binary_cross_entropy_with_logits(rail, batch["rail"].clamp(min=0).float(), reduction="none")
    there = (batch["aside"] < UNKNOWN_ASIDE - 1).float() * (batch["rail"] == 1)
    miss = (offset - batch["aside"]).abs() * there
    laplace = (miss * torch.exp(-spread) + spread) * there
    return (on * known).sum() / known.sum().clamp(min=1.0) + laplace.sum() / there.sum().clamp(min=1.0)


def _segments(evidence: tuple[Tensor, Tensor], batch: dict[str, Tensor], weights: SegmentWeights) -> Tensor:
    """Return the mean segmental loss of the pieces whose truth is known from their start to where it ends."""
    columns, edges = evidence
    trusted = batch["trusted"] > 0.5
    length = trusted.sum(1).long()
    whole = (trusted.long().cumprod(1).sum(1) == length) & (length >= 16)
    if not bool(whole.any()):
        return columns.sum() * 0.0
    cars = Cars(batch["occupied"][whole], batch["marks"][whole], length[whole])
    nats = segmental_loss(columns[whole], edges[whole], cars, weights)
    # A piece that its pixels make hopeless must not drown the others: a few are taken to be wrong.
    robust = -torch.logaddexp(math.log(1 - _HOPELESS) - nats, torch.full_like(nats, math.log(_HOPELESS) - 6.0))
    return robust.sum() / trusted.shape[0]


def _losses(
    columns: Tensor, edges: Tensor, batch: dict[str, Tensor], settings: FitSettings, segments: Tensor | float
) -> Tensor:
    trusted = batch["trusted"]
    total = trusted.sum().clamp(min=1.0)
    occupied = functional.binary_cross_entropy_with_logits(columns[:, 0], batch["occupied"], reduction="none")
    loss = (occupied * trusted).sum() / total
    near = functional.pad(trusted, (0, 1), value=1.0) * functional.pad(trusted, (1, 0), value=1.0)
    edge = functional.binary_cross_entropy_with_logits(edges[:, 0], batch["edges"], reduction="none")
    loss = loss + settings.boundary_weight * (edge * near).sum() / near.sum().clamp(min=1.0)
    known = trusted * (batch["types"] >= 0)
    kinds = functional.cross_entropy(columns[:, 2:-3], batch["types"].clamp(min=0), reduction="none")
    cover = functional.binary_cross_entropy_with_logits(
        columns[:, 1], batch["covered"].clamp(min=0).float(), reduction="none"
    )
    loss = loss + settings.type_weight * ((kinds + cover) * known).sum() / known.sum().clamp(min=1.0)
    return loss + settings.line_weight * _line_loss(columns, batch) + settings.segment_weight * segments


def _augment(inputs: Tensor, batch: dict[str, Tensor], generator: torch.Generator) -> Tensor:
    """Flip along and across, change the tone, shuffle the bands, shift across by a row, cut short as tracks are.

    The flips change ``batch`` with the inputs, in place.
    """
    device = inputs.device

    def chance() -> float:
        return float(torch.rand(1, generator=generator))

    if chance() < 0.5:
        inputs = inputs.flip(3)
        batch.update({name: labels.flip(1) for name, labels in batch.items()})
    if chance() < 0.5:
        inputs = inputs.flip(2)
        batch["aside"] = torch.where(batch["aside"] < UNKNOWN_ASIDE - 1, -batch["aside"], batch["aside"])
    size = inputs.shape[0]
    gain = torch.exp(0.25 * torch.randn(size, 1, 1, 1, generator=generator)).to(device)
    shift = (0.3 * torch.randn(size, 1, 1, 1, generator=generator)).to(device)
    bands = inputs[:, :3]
    if chance() < 0.3:
        bands = bands[:, torch.randperm(3, generator=generator).to(device)]
    usable = inputs[:, 3:4]
    bands = (bands * gain + shift).clamp(-4, 4) * usable
    inputs = torch.cat([bands, inputs[:, 3:]], dim=1)
    most = _FAR_ROWS if chance() < _FAR_SHARE else 1
    inputs = _moved_aside(inputs, batch, int(torch.randint(-most, most + 1, (1,), generator=generator)))
    if chance() < 0.3:
        inputs = _cut_short(inputs, batch, int(chance() * 0.5 * inputs.shape[3]), 0.15 + 0.35 * chance())
    return inputs


def _moved_aside(inputs: Tensor, batch: dict[str, Tensor], rows: int) -> Tensor:
    """Shift the pixels to the right by so many rows, as if the line lay further to the left.

    Farther than half the distance to the next track the nearest track is another one; what lies near that is not told.
    """
    known = batch["aside"] < UNKNOWN_ASIDE - 1
    aside = batch["aside"] - ROW_M * rows
    near = aside.abs() < _NEAREST_M
    batch["aside"] = torch.where(known & near, aside, torch.full_like(aside, UNKNOWN_ASIDE))
    batch["rail"] = torch.where(known & ~near, torch.full_like(batch["rail"], -1), batch["rail"])
    if abs(rows) > 1:
        # Cars are counted after a line was moved to its track, so they are learnt near it.
        batch["trusted"] = batch["trusted"] * (~known | (aside.abs() < _COUNTED_M)).float()
    at = (torch.arange(inputs.shape[2], device=inputs.device) - rows).clamp(0, inputs.shape[2] - 1)
    return inputs[:, :, at]


def _cut_short(inputs: Tensor, batch: dict[str, Tensor], begin: int, share: float) -> Tensor:
    """Keep a stretch as if the track began and ended with it; it moves to the front."""
    length = inputs.shape[3]
    kept = (torch.arange(length, device=inputs.device) < int(share * length)).float()
    for name, labels in batch.items():
        batch[name] = torch.roll(labels, -begin, dims=1)
    batch["trusted"] = batch["trusted"] * kept
    return torch.roll(inputs, -begin, dims=3) * kept


def fit(
    pieces: Pieces,
    settings: FitSettings,
    log: Callable[[str], None],
    *,
    begin: StripNet | None = None,
    average: Callable[[list[Tensor]], None] | None = None,
) -> StripNet:
    """Train a network on pieces; on a GPU where there is one.

    Args:
        pieces: what to learn from.
        settings: how long and how hard.
        log: is told the loss of each epoch.
        begin: weights to begin with; new ones where None.
        average: replaces the gradients of every step by those of all processes that train together.

    Deterministic up to the order of floating-point sums on the device.
    """
    torch.manual_seed(settings.seed)
    if settings.threads:
        torch.set_num_threads(settings.threads)
    generator = torch.Generator().manual_seed(settings.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    data = {name: torch.from_numpy(array) for name, array in pieces._asdict().items()}
    count = len(pieces.inputs)
    net = (begin or StripNet()).to(device)
    net = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload,unused-ignore]
    weights = _moved(segment_weights(STEP_M), device)
    optimiser = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=0.02)
    steps = max(1, math.ceil(count / settings.batch)) * settings.epochs
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.rate, total_steps=steps + 1)
    for epoch in range(settings.epochs):
        net.train()
        order = torch.randperm(count, generator=generator)
        total, nats = 0.0, 0.0
        for chunk in order.split(settings.batch):
            batch = _batch(data, chunk, device)
            inputs = _augment(batch.pop("inputs").float(), batch, generator)
            columns, edges = net(inputs.contiguous(memory_format=torch.channels_last))
            segments = _segments(_nats(columns, edges, settings), batch, weights) if settings.segment_weight else 0.0
            loss = _losses(columns, edges, batch, settings, segments)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            if average is not None:
                average([p.grad for p in net.parameters() if p.grad is not None])
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(chunk)
            nats += float(torch.as_tensor(segments).detach()) * len(chunk)
        log(f"epoch {epoch + 1}/{settings.epochs}: loss {total / count:.4f}, {nats / count:.3f} nats a piece")
    fitted: StripNet = net.cpu().to(memory_format=torch.contiguous_format).eval()
    return fitted


def _moved(weights: SegmentWeights, device: torch.device) -> SegmentWeights:
    return SegmentWeights(*(w.to(device) if isinstance(w, Tensor) else w for w in weights))


_WHOLE = ("types", "covered", "rail", "marks")
"""Labels that are classes, not numbers."""


def _batch(data: dict[str, Tensor], chunk: Tensor, device: torch.device) -> dict[str, Tensor]:
    batch = {name: values[chunk].to(device) for name, values in data.items()}
    return {k: v if k == "inputs" else (v.long() if k in _WHOLE else v.float()) for k, v in batch.items()}


def exported(net: StripNet) -> bytes:
    """Return the network as an ONNX file's bytes, with a free batch and length."""
    sample = torch.from_numpy(np.zeros((1, CHANNELS, ROWS, 320), dtype=np.float32))
    file = io.BytesIO()
    torch.onnx.export(
        net.eval(),
        (sample,),
        file,
        input_names=["strips"],
        output_names=["columns", "edges"],
        dynamic_axes={
            "strips": {0: "batch", 3: "n"},
            "columns": {0: "batch", 2: "n"},
            "edges": {0: "batch", 2: "edges"},
        },
        opset_version=17,
        dynamo=False,
    )
    return file.getvalue()
