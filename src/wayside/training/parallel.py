"""Training in several processes: each takes its share of every batch, and the gradients are averaged.

Small convolutions gain little from more threads; processes that meet once in a step gain nearly all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, distributed, multiprocessing

from wayside.training.fit import FitSettings, StripNet, fit
from wayside.training.pieces import Pieces

__all__ = ["fit_parallel"]

_STATE, _BEGIN = "net.pt", "begin.pt"


def _average(gradients: list[Tensor]) -> None:
    """Replace gradients by their means over all processes; one message for all of them."""
    flat = torch.cat([g.reshape(-1) for g in gradients])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    at = 0
    for gradient in gradients:
        gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient))
        at += gradient.numel()


def _share(folder: Path, rank: int, processes: int) -> Pieces:
    """Return every n-th piece; all processes have equally many, as they must take equally many steps."""
    arrays = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in Pieces._fields]
    whole = len(arrays[0]) // processes * processes
    return Pieces._make(np.ascontiguousarray(a[rank:whole:processes]) for a in arrays)


def _work(rank: int, processes: int, folder: Path, settings: FitSettings, said: Callable[[str], None]) -> None:
    meeting = (folder / "meeting").as_uri()
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=processes)
    torch.set_num_threads(1)
    begin: StripNet | None = None
    if (folder / _BEGIN).exists():
        begin = StripNet()
        begin.load_state_dict(torch.load(folder / _BEGIN))
    own = settings._replace(batch=max(2, settings.batch // processes), threads=1)
    net = fit(_share(folder, rank, processes), own, said if rank == 0 else _silent, begin=begin, average=_average)
    if rank == 0:
        torch.save(net.state_dict(), folder / _STATE)
    distributed.destroy_process_group()


def _silent(_: str) -> None:
    return


def fit_parallel(
    pieces: Pieces, settings: FitSettings, log: Callable[[str], None], *, processes: int, begin: StripNet | None = None
) -> StripNet:
    """Train a network in several processes of this machine (raises and returns as ``fit``).

    Args:
        pieces: what to learn from; written to a temporary folder once, as the processes share nothing else.
        settings: how long and how hard; ``batch`` is that of all processes together.
        log: is told the loss of each epoch, by the first process; must be picklable.
        processes: at least 1; with one, this is ``fit``.
        begin: weights to begin with; new ones where None.
    """
    if processes == 1 or torch.cuda.is_available():
        return fit(pieces, settings, log, begin=begin)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for field, values in pieces._asdict().items():
            np.save(folder / f"{field}.npy", values)
        if begin is not None:
            torch.save(begin.state_dict(), folder / _BEGIN)
        multiprocessing.spawn(_work, args=(processes, folder, settings, log), nprocs=processes)
        net = StripNet()
        net.load_state_dict(torch.load(folder / _STATE))
    fitted: StripNet = net.eval()
    return fitted
