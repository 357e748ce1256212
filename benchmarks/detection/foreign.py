"""What other packages say: ruptures, bayesian_changepoint_detection, statsmodels. Runs in an environment of its own.

python foreign.py TASK.json RESULTS.json

The task holds ``sites`` (id, days, reads, judged: 1 where an answer is wanted) for detection at every scene, ``dated``
(id, months, split) for the comparison about a known date, and ``real`` (id, days, reads) for the newest change. A
package that is absent is named with the reason and left out.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# As in charts.py and score.py, which need wayside.
RECENT_DAYS, LEARNING_DAYS, LEAST = 120, 730, 8
PENALTIES = np.geomspace(2.0, 80.0, 14)


def _recent(days: Ints, at: int, began: int) -> bool:
    return began >= 1 and int(days[at] - days[began]) < RECENT_DAYS


def pelt(ruptures: ModuleType, days: Ints, reads: Ints, judged: Ints) -> list[float]:
    """Refit at every scene; say the largest penalty under which the newest segment is new and higher.

    Least squares on the root scale, over the variance of neighbouring differences; ``KernelCPD`` with a linear kernel
    is PELT (Killick, Fearnhead and Eckley 2012) with that cost, in C.
    """
    x, out = 2.0 * np.sqrt(reads + 0.375), [0.0] * len(reads)
    for at in np.flatnonzero(judged & (np.arange(len(reads)) >= LEAST)).tolist():
        seen = x[: at + 1]
        scatter = max(float(np.median(np.abs(np.diff(seen)))) / 0.954, 0.3)
        fitted = ruptures.KernelCPD(kernel="linear", min_size=2).fit((seen / scatter)[:, None])
        for penalty in PENALTIES[::-1]:
            cuts = [0, *fitted.predict(pen=float(penalty))]
            if len(cuts) > 2 and _recent(days, at, cuts[-2]):
                before, after = seen[cuts[-3] : cuts[-2]].mean(), seen[cuts[-2] :].mean()
                if after > before:
                    out[at] = float(penalty)
                    break
    return out


def bocpd(online: ModuleType, days: Ints, reads: Ints) -> list[float]:
    """The library's run lengths under Student t predictions, on the root scale; a change every two years of scenes."""
    x = 2.0 * np.sqrt(reads + 0.375)
    first = x[: max(LEAST, int(np.searchsorted(days, LEARNING_DAYS)))]
    x = (x - first.mean()) / max(float(first.std(ddof=1)), 0.5)
    every = max(10.0, 730.0 * len(days) / float(days[-1] - days[0] + 1))
    likelihood = online.StudentT(alpha=1.0, beta=0.5, kappa=0.5, mu=0.0)
    table, _ = online.online_changepoint_detection(x, partial(online.constant_hazard, every), likelihood)
    total, out = np.concatenate([[0.0], np.cumsum(x)]), []
    for at in range(len(x)):
        # Column at + 1 has what is known after scene ``at``; length r > 0: the run holds its last r scenes.
        lengths = np.arange(1, at + 1)
        began = at + 1 - lengths
        keep = (days[at] - days[began]) < RECENT_DAYS
        after = (total[at + 1] - total[began]) / lengths
        higher = after > total[began] / began
        out.append(float(table[lengths, at + 1][keep & higher].sum()))
    return out


def local_level(statsmodels: ModuleType, months: Floats, split: int) -> dict[str, float]:
    """A local level fitted before the date and forecast past it, as the Python ports of CausalImpact do.

    Log of one plus the monthly mean; months without a scene are missing. The effect is the mean over the months after,
    its 90 % interval from 4,000 draws of the forecast.
    """
    y = np.log1p(months)
    model = statsmodels.UnobservedComponents(y[:split], level="local level")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.fit(disp=False, maxiter=200)
    ahead = len(y) - split
    drawn = fitted.simulate(ahead, anchor="end", repetitions=2000, rng=np.random.default_rng(0))
    drawn = np.asarray(drawn).reshape(ahead, -1)
    have = np.isfinite(y[split:])
    effect = (y[split:][have][:, None] - drawn[have]).mean(axis=0)
    low, middle, high = np.quantile(effect, [0.05, 0.5, 0.95])
    return {"low": float(low), "median": float(middle), "high": float(high), "p": float((effect <= 0).mean())}


def newest_cut(ruptures: ModuleType, days: Ints, reads: Ints) -> int | None:
    """The first day after PELT's newest change, at a penalty of 3 log n; None without a change."""
    del days
    x = 2.0 * np.sqrt(reads + 0.375)
    scatter = max(float(np.median(np.abs(np.diff(x)))) / 0.954, 0.3)
    cuts = ruptures.KernelCPD(kernel="linear", min_size=2).fit((x / scatter)[:, None]).predict(pen=3.0 * np.log(len(x)))
    return int(cuts[-2]) if len(cuts) > 1 else None


def newest_run(online: ModuleType, days: Ints, reads: Ints) -> int | None:
    """Where the run that is the most probable at the end began, with the library's Student t; None for the start."""
    x = 2.0 * np.sqrt(reads + 0.375)
    first = x[: max(LEAST, len(x) // 3)]
    x = (x - first.mean()) / max(float(first.std(ddof=1)), 0.5)
    every = max(10.0, 730.0 * len(days) / float(days[-1] - days[0] + 1))
    likelihood = online.StudentT(alpha=1.0, beta=0.5, kappa=0.5, mu=0.0)
    table, _ = online.online_changepoint_detection(x, partial(online.constant_hazard, every), likelihood)
    length = 1 + int(np.argmax(table[1 : len(x) + 1, len(x)]))
    return len(x) - length if length < len(x) else None


def _timed(what: Callable[..., object], package: str, rows: list[dict[str, object]], *keys: str) -> dict[str, object]:
    began, out = time.process_time(), {}
    for row in rows:
        values = [np.asarray(row[k]) if isinstance(row[k], list) else row[k] for k in keys]
        out[str(row["id"])] = what(*values)
    return {"version": f"{package} {version(package)}", "seconds": time.process_time() - began, "by_id": out}


_LIBRARY = "bayesian_changepoint_detection"
METHODS = (
    ("PELT (ruptures)", "ruptures", "ruptures", pelt, "sites", ("days", "reads", "judged")),
    ("BOCPD, Student t", _LIBRARY, f"{_LIBRARY}.online_changepoint_detection", bocpd, "sites", ("days", "reads")),
    ("PELT, newest cut", "ruptures", "ruptures", newest_cut, "real", ("days", "reads")),
    ("BOCPD, newest run", _LIBRARY, f"{_LIBRARY}.online_changepoint_detection", newest_run, "real", ("days", "reads")),
    ("local level", "statsmodels", "statsmodels.api", local_level, "dated", ("months", "split")),
)


def main(task: Path, results: Path) -> None:
    """Run every method whose package is there."""
    asked = json.loads(task.read_text())
    out: dict[str, object] = {}
    for name, package, module, what, part, keys in METHODS:
        if not asked.get(part):
            continue
        try:
            found = import_module(module)
        except ImportError as error:
            out[name] = {"skipped": f"{package} is not installed ({error})"}
            continue
        if module == "statsmodels.api":
            found = found.tsa
        rows = [{**row, "months": [np.nan if m is None else m for m in row.get("months", ())]} for row in asked[part]]
        out[name] = _timed(partial(what, found), package, rows, *keys)
    results.write_text(json.dumps(out))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
