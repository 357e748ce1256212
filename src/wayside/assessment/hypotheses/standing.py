"""The standing hypotheses for a surge of railcars, and the table of how measured evidence sits with them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from wayside.language.phrases import phrases
from wayside.model.checks import require
from wayside.model.hypotheses import MACHINE, Consistency, Degree, Hypothesis, Rating

__all__ = [
    "MEASURED_PREFIX",
    "STANDING_IDS",
    "Rules",
    "measured_ids",
    "proposed_ratings",
    "rules",
    "standing_hypotheses",
    "standing_ids",
]

MEASURED_PREFIX = "measured-"
"""Ids of measured evidence begin so, and no others."""

STANDING_IDS = ("arms-transfer", "ordinary-trade", "backlog", "works", "repositioning", "artefact")
"""Ids of the standing hypotheses, in order."""


@dataclass(frozen=True)
class Rules:
    """The table, read and checked.

    Attributes:
        thresholds: limits by name, as the table explains them.
        relevance: of each rule's evidence.
        ratings: by rule, then by hypothesis; every rule rates every standing hypothesis.
    """

    thresholds: Mapping[str, float]
    relevance: Mapping[str, Degree]
    ratings: Mapping[str, Mapping[str, Consistency]]


@cache
def rules() -> Rules:
    """Return the table of standing hypotheses and measured evidence."""
    path = files("wayside.assessment.hypotheses") / "tables" / "standing.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    require(tuple(table["hypotheses"]) == STANDING_IDS, "the table lists the standing hypotheses in order")
    found = table["rules"]
    for name, rule in found.items():
        require(tuple(rule["ratings"]) == STANDING_IDS, f"rule {name} rates every standing hypothesis, in order")
    return Rules(
        thresholds={name: float(value) for name, value in table["thresholds"].items()},
        relevance={name: Degree(rule["relevance"]) for name, rule in found.items()},
        ratings={
            name: {hypothesis: Consistency(value) for hypothesis, value in rule["ratings"].items()}
            for name, rule in found.items()
        },
    )


def standing_ids() -> tuple[str, ...]:
    """Return the ids of the standing hypotheses, in order."""
    return STANDING_IDS


def measured_ids() -> tuple[str, ...]:
    """Return the ids that measured evidence may have, whether an assessment has it or not."""
    return tuple(MEASURED_PREFIX + rule for rule in rules().ratings)


def standing_hypotheses(language: str = "en") -> tuple[Hypothesis, ...]:
    """Return the standing hypotheses, worded in a language."""
    words = phrases("hypotheses", language)
    return tuple(
        Hypothesis(
            id=name,
            statement=words.say(f"standing.{name}.statement"),
            short=words.say(f"standing.{name}.short"),
            standing=True,
            by=MACHINE,
        )
        for name in STANDING_IDS
    )


def proposed_ratings(evidence_id: str, language: str = "en") -> tuple[Rating, ...]:
    """Return wayside's rating of a piece of measured evidence against each standing hypothesis, with its reason.

    Args:
        evidence_id: one of ``measured_ids``; any other piece has no proposals.
        language: ISO 639-1 of the reasons.
    """
    rule = evidence_id.removeprefix(MEASURED_PREFIX)
    if evidence_id not in measured_ids():
        return ()
    words = phrases("hypotheses", language)

    def reason(hypothesis: str, value: Consistency) -> str:
        keys = [f"reason.{rule}.{hypothesis}", f"reason.{rule}.any"]
        if value is Consistency.N:
            keys = [keys[0], f"reason.{rule}.neutral", "reason.neutral"]
        return next(words.say(key) for key in keys if key in words.table)

    return tuple(
        Rating(evidence_id, hypothesis, value, MACHINE, reason(hypothesis, value))
        for hypothesis, value in rules().ratings[rule].items()
    )
