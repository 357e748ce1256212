"""Something measured that a rule of the standing table rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wayside.model.hypotheses import Degree

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """Something measured that a rule rates.

    Attributes:
        rule: name of the rule in ``standing.toml``.
        values: what its sentence names.
        credibility: how far it can be believed.
        refers: ids of judgements and scenes that it rests on.
    """

    rule: str
    values: Mapping[str, object] = field(default_factory=dict)
    credibility: Degree = Degree.MEDIUM
    refers: tuple[str, ...] = ()
