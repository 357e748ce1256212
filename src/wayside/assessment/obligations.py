"""The reference list of obligations that a report may cite, as data, with what of it is unconfirmed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from wayside.language.phrases import phrases
from wayside.model.obligations import Obligation

__all__ = ["obligation_ids", "reference_obligations"]


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    path = files("wayside.assessment") / "tables" / "obligations.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def obligation_ids() -> tuple[str, ...]:
    """Return the ids of the reference list, in order."""
    return tuple(_table())


def reference_obligations(language: str = "en") -> tuple[Obligation, ...]:
    """Return the reference list, worded in a language: resolutions of the UN Security Council on the DPRK."""
    words = phrases("obligations", language)
    return tuple(
        Obligation(
            id=name,
            title=words.say("title", resolution=entry["resolution"]),
            text=words.say(name),
            paragraph=entry["paragraph"],
            url=entry["url"],
            adopted=entry["adopted"],
            unconfirmed=tuple(entry["unconfirmed"]),
        )
        for name, entry in _table().items()
    )
