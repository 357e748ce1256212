"""What was measured, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from fetch.run import Measured

__all__ = ["table"]

_HEADING = (
    "| site | server waits | by | scenes | requests a scene | MB a scene | seconds by the clock | CPU s | peak MB |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def table(rows: Sequence[Measured], titles: dict[str, str]) -> str:
    """Return a Markdown table: a line for every site, wait and method, least and median of its rounds."""
    groups: dict[tuple[str, float, str, int], list[Measured]] = {}
    for row in rows:
        groups.setdefault((row.site, row.wait_s, row.method, row.scenes), []).append(row)
    return "\n".join([_HEADING, *(_line(found, titles) for found in groups.values())])


def _line(found: Sequence[Measured], titles: dict[str, str]) -> str:
    one = found[0]
    cells = (
        titles[one.site],
        f"{one.wait_s * 1000:.0f} ms",
        one.method,
        str(one.scenes),
        f"{median(r.requests for r in found) / one.scenes:.1f}",
        f"{median(r.sent for r in found) / one.scenes / 1e6:.2f}",
        _least_and_median([r.wall_s for r in found]),
        _least_and_median([r.cpu_s for r in found]),
        f"{max(r.peak_mb for r in found):.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _least_and_median(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.1f} / {median(seconds):.1f}"
