"""Who says a figure, through whom: example passages on many topics, written before the rules."""

from __future__ import annotations

import pytest
from tests.coverage.attribution.reading import Passage, passages, speaker, speaker_at

from wayside.coverage.words.names import plain

ALL = passages("passages.toml")
IN_VIEW = [one for one in ALL if not one.aside]
ASIDE = [one for one in ALL if one.aside]


def faults(passage: Passage) -> list[str]:
    """Return what is wrong with the answer, in words."""
    found = speaker(passage)
    missing = [flag for flag in found.flags if "missing" in flag]
    wrong = []
    if plain(found.name or "") != plain(passage.who):
        wrong.append(f"says {found.name!r}")
    if [plain(one) for one in found.via] != [plain(one) for one in dict.fromkeys((*passage.credits, *passage.via))]:
        wrong.append(f"via {found.via!r}")
    if found.voice != passage.voice:
        wrong.append(f"voice {found.voice}")
    if found.anonymous != (passage.voice in {"anonymous", "collective"}):
        wrong.append(f"anonymous {found.anonymous}")
    if found.quotation != passage.quotation:
        wrong.append(f"quotation {found.quotation}")
    if passage.flag is not None and not any(passage.flag in flag for flag in found.flags):
        wrong.append(f"flags {found.flags}")
    if passage.flag is None and missing:
        wrong.append(f"flags {found.flags}")
    return wrong


@pytest.mark.parametrize("passage", IN_VIEW, ids=[one.text[:60] for one in IN_VIEW])
def test_passages_in_view(passage: Passage) -> None:
    assert faults(passage) == []


def test_passages_kept_aside() -> None:
    """They were scored when the rules were first run (34 of 46 right), and read only after that."""
    assert [one.text for one in ASIDE if faults(one)] == []


def test_there_are_enough_passages_and_a_third_was_kept_aside() -> None:
    assert len(ALL) >= 120
    assert len(ASIDE) >= len(ALL) / 3 - 1


def test_the_words_that_name_the_source_are_given() -> None:
    text = "Some 41 barges were waiting, the Rotterdam Port Authority said."
    at = speaker_at(text, text.index("41")).attributed_at
    assert at is not None
    assert text[at[0] : at[1]] == "Rotterdam Port Authority"
