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

from wayside.counting.emission import TYPE_ORDER
from wayside.counting.network import CHANNELS
from wayside.counting.sampling import ROWS
from wayside.training.pieces import Pieces

__all__ = ["FitSettings", "StripNet", "exported", "fit"]


class FitSettings(NamedTuple):
    """How long and how hard to train.

    Attributes:
        epochs: passes over the pieces.
        batch: pieces in a step.
        rate: highest learning rate of the one-cycle schedule.
        seed: decides initial weights, order and augmentation.
        boundary_weight: weight of the boundary loss against the occupancy loss.
        type_weight: weight of the type and cover losses.
    """

    epochs: int = 5
    batch: int = 64
    rate: float = 4e-3
    seed: int = 1
    boundary_weight: float = 2.0
    type_weight: float = 0.2


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
    convolutions along the track look 126 columns (63 m) to each side. Two heads: per column occupied, covered and
    types; per edge between columns a boundary.
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
        self.columns = nn.Conv2d(width, 2 + len(TYPE_ORDER), 1)
        self.edges = nn.Conv2d(width, 1, (1, 4), padding=(0, 2))

    def forward(self, strips: Tensor) -> tuple[Tensor, Tensor]:
        """Return (batch, 2 + types, n) and (batch, 1, n + 1) from (batch, CHANNELS, ROWS, n)."""
        x = self.along(self.across(strips))
        return self.columns(x).squeeze(2), self.edges(x).squeeze(2)


def _losses(columns: Tensor, edges: Tensor, batch: dict[str, Tensor], settings: FitSettings) -> Tensor:
    trusted = batch["trusted"]
    total = trusted.sum().clamp(min=1.0)
    occupied = functional.binary_cross_entropy_with_logits(columns[:, 0], batch["occupied"], reduction="none")
    loss = (occupied * trusted).sum() / total
    near = functional.pad(trusted, (0, 1), value=1.0) * functional.pad(trusted, (1, 0), value=1.0)
    edge = functional.binary_cross_entropy_with_logits(edges[:, 0], batch["edges"], reduction="none")
    loss = loss + settings.boundary_weight * (edge * near).sum() / near.sum().clamp(min=1.0)
    known = trusted * (batch["types"] >= 0)
    kinds = functional.cross_entropy(columns[:, 2:], batch["types"].clamp(min=0), reduction="none")
    cover = functional.binary_cross_entropy_with_logits(
        columns[:, 1], batch["covered"].clamp(min=0).float(), reduction="none"
    )
    return loss + settings.type_weight * ((kinds + cover) * known).sum() / known.sum().clamp(min=1.0)


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
    size = inputs.shape[0]
    gain = torch.exp(0.25 * torch.randn(size, 1, 1, 1, generator=generator)).to(device)
    shift = (0.3 * torch.randn(size, 1, 1, 1, generator=generator)).to(device)
    bands = inputs[:, :3]
    if chance() < 0.3:
        bands = bands[:, torch.randperm(3, generator=generator).to(device)]
    usable = inputs[:, 3:4]
    bands = (bands * gain + shift).clamp(-4, 4) * usable
    inputs = torch.cat([bands, inputs[:, 3:]], dim=1)
    rows = int(torch.randint(-1, 2, (1,), generator=generator))
    inputs = torch.roll(inputs, rows, dims=2)
    if chance() < 0.3:
        length = inputs.shape[3]
        begin = int(chance() * 0.5 * length)
        end = begin + int((0.15 + 0.35 * chance()) * length)
        kept = torch.zeros(length, device=device)
        kept[begin:end] = 1.0
        inputs = inputs * kept
        batch["trusted"] = batch["trusted"] * kept
    return inputs


def fit(pieces: Pieces, settings: FitSettings, log: Callable[[str], None]) -> StripNet:
    """Train a network on pieces; on a GPU where there is one.

    Deterministic up to the order of floating-point sums on the device.
    """
    torch.manual_seed(settings.seed)
    generator = torch.Generator().manual_seed(settings.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    data = {
        "inputs": torch.from_numpy(pieces.inputs),
        "occupied": torch.from_numpy(pieces.occupied),
        "edges": torch.from_numpy(pieces.edges),
        "types": torch.from_numpy(pieces.types),
        "covered": torch.from_numpy(pieces.covered),
        "trusted": torch.from_numpy(pieces.trusted),
    }
    if device.type == "cuda":
        data = {k: v.to(device) for k, v in data.items()}
    count = data["inputs"].shape[0]
    # On a CPU this order of memory makes a step about 1.6 times as fast.
    net = StripNet().to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload,unused-ignore]
    optimiser = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=0.02)
    steps = max(1, math.ceil(count / settings.batch)) * settings.epochs
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.rate, total_steps=steps + 1)
    for epoch in range(settings.epochs):
        net.train()
        order = torch.randperm(count, generator=generator)
        total = 0.0
        for chunk in order.split(settings.batch):
            index = chunk.to(data["inputs"].device)
            batch = {k: v[index].to(device) for k, v in data.items()}
            inputs = batch.pop("inputs").float()
            batch = {k: v.long() if k in ("types", "covered") else v.float() for k, v in batch.items()}
            inputs = _augment(inputs, batch, generator).contiguous(memory_format=torch.channels_last)
            columns, edges = net(inputs)
            loss = _losses(columns, edges, batch, settings)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(chunk)
        log(f"epoch {epoch + 1}/{settings.epochs}: loss {total / count:.4f}")
    fitted: StripNet = net.cpu().to(memory_format=torch.contiguous_format).eval()
    return fitted


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
