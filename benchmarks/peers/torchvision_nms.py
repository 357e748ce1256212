"""Lets torchvision's wheel from PyPI, which is built for CUDA, be imported beside a CPU build of torch.

Its compiled operators cannot be loaded there, and its import fails on those that it insists on, non-maximum
suppression. Importing this module first defines that operator in plain torch, with the same meaning.
"""

from __future__ import annotations

import torch

_LIBRARY = torch.library.Library("torchvision", "DEF")


def nms(boxes: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Return the indices of the boxes kept, best first (boxes: n x 4, x1 y1 x2 y2)."""
    order = torch.argsort(scores, descending=True, stable=True)
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept: list[int] = []
    while order.numel():
        first, rest = order[0], order[1:]
        kept.append(int(first))
        low = torch.maximum(boxes[first, :2], boxes[rest, :2])
        high = torch.minimum(boxes[first, 2:], boxes[rest, 2:])
        both = (high - low).clamp(min=0).prod(dim=1)
        order = rest[both / (area[first] + area[rest] - both) <= iou_threshold]
    return torch.tensor(kept, dtype=torch.long)


def ready() -> None:
    """Define the operators that torchvision's import asks for, unless it brought its own."""
    _LIBRARY.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _LIBRARY.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _LIBRARY.impl("nms", nms, "CPU")


ready()
