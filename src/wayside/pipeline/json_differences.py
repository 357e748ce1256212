"""Where two JSON documents differ, each place by its path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Difference", "differences"]

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Difference:
    """One place.

    Attributes:
        path: "judgements[2].probability".
        expected: what should stand there, shortened.
        found: what stands there, shortened.
        slight: whether both are numbers that differ in their last digits alone.
        worded: whether both are texts with the same numbers in them.
        lacking: whether nothing stands there where something should.
    """

    path: str
    expected: str
    found: str
    slight: bool = False
    worded: bool = False
    lacking: bool = False


def differences(found: Any, expected: Any, *, relative: float = 1e-9, path: str = "") -> Iterator[Difference]:  # noqa: ANN401
    """Yield every place where two documents differ.

    Args:
        found: what stands there.
        expected: what should.
        relative: numbers that differ by no more than this share of the larger one are marked ``slight``.
        path: of both.
    """
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in [*expected, *(key for key in found if key not in expected)]:
            below = f"{path}.{key}" if path else str(key)
            if key not in found or key not in expected:
                here, there = _short(found.get(key)), _short(expected.get(key))
                yield Difference(below, there, here, lacking=key not in found)
            else:
                yield from differences(found[key], expected[key], relative=relative, path=below)
        return
    if isinstance(found, list) and isinstance(expected, list):
        if len(found) != len(expected):
            yield Difference(path, f"{len(expected)} entries", f"{len(found)} entries")
        for k, (here, there) in enumerate(zip(found, expected, strict=False)):
            yield from differences(here, there, relative=relative, path=f"{path}[{k}]")
        return
    # 1, 1.0 and true are three things in JSON.
    if type(found) is not type(expected) or found != expected:
        yield _leaf(found, expected, relative, path)


def _leaf(found: Any, expected: Any, relative: float, path: str) -> Difference:  # noqa: ANN401
    slight = worded = False
    if isinstance(found, float) and isinstance(expected, float):
        slight = abs(found - expected) <= relative * max(abs(found), abs(expected))
    if isinstance(found, str) and isinstance(expected, str):
        worded = _NUMBER.findall(found) == _NUMBER.findall(expected)
    return Difference(path, _short(expected), _short(found), slight, worded)


def _short(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
