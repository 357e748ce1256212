"""Sentences in other languages: figures with bounds, things, sources, times, statements."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.coverage.growth import assert_near_linear, repeated

from wayside.coverage import analyse, read_document
from wayside.coverage.claims.quantities import find_quantities
from wayside.coverage.tables import languages, table
from wayside.coverage.words.tokens import tokenise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.model.claims import Claim

FOLDER: Final = Path(__file__).parent / "sentences"
LANGUAGES: Final = sorted(path.stem for path in FOLDER.glob("*.toml"))
PUBLISHED: Final = date(2024, 3, 15)
BOUNDS: Final = {
    "=": {"exact"},
    "~": {"approximately"},
    ">=": {"at least"},
    ">": {"more than"},
    "<=": {"no more than", "up to"},
}
# Of what the sentences expect, what may be missed in one language, all kinds together.
MISSES: Final = 2
# Turkish puts its cases and its sources behind the word, which the tables cannot say.
MORE_MISSES: Final = {"tr": 4}


def _claims(text: str, language: str) -> Sequence[Claim]:
    document = replace(read_document(text.encode(), "x.txt", published=PUBLISHED), language=language)
    return analyse([document]).claims


def _figure(claim: Claim, wanted: str) -> bool:
    if ".." in wanted:
        ends, thing = wanted.split()
        low, high = map(float, ends.split(".."))
        quantity = (claim.quantity.low, claim.quantity.high) == (low, high)
    else:
        mark, value, thing = wanted.split()
        quantity = claim.quantity.approximation in BOUNDS[mark] and claim.quantity.figure == float(value)
    return quantity and thing in {claim.thing, claim.quantity.unit}


def _missed(row: dict[str, Any], claims: Sequence[Claim]) -> list[str]:
    missed = [one for one in row.get("figures", ()) if not any(_figure(claim, one) for claim in claims)]
    names = row.get("says", "").split("|")
    told = {
        "says": any(name in (claim.asserted_by or "") for name in names for claim in claims),
        "topic": any(claim.topic in row.get("topic", "").split("|") for claim in claims),
        "comparison": any(claim.kind == "comparison" for claim in claims),
        "when": any(claim.time is not None and str(claim.time.start) == row.get("when") for claim in claims),
        "place": any(row.get("place", "") in (claim.place or "") for claim in claims),
        "anonymous": any(claim.anonymous for claim in claims),
    }
    return missed + [name for name, found in told.items() if name in row and not found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_read(language: str) -> None:
    """Nearly everything that the sentences of a language say is found, and no figure that they do not state."""
    rows = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))["s"]
    missed: list[str] = []
    for row in rows:
        claims = _claims(row["text"], language)
        missed += [f"{row['text']}: {one}" for one in _missed(row, claims)]
        if "figures" in row:
            stated = [claim for claim in claims if claim.quantity.approximation != "none stated"]
            assert len(stated) <= len(row["figures"]), row["text"]
    assert len(missed) <= MORE_MISSES.get(language, MISSES), "\n".join(missed)


def test_every_word_belongs_to_one_group_of_things() -> None:
    """Claims of several languages are compared by group, so that no word may stand for two of them."""
    groups: dict[str, set[str]] = {}
    for language in languages("counted"):
        rows = table("counted", language)
        of = {word: group for group, words in rows.get("things", {}).items() for word in words}
        for lemma, forms in rows.get("forms", {}).items():
            assert lemma in of, f"{language}: {lemma} has forms and no group"
            of |= dict.fromkeys(forms, of[lemma])
        for word, group in of.items():
            groups.setdefault(word, set()).add(group)
    assert {word: found for word, found in groups.items() if len(found) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", ["1", "1 ", "3만5천", "1億", "数万", "l'ONU ", "«", "тыс. ", "据", "는 "])
def test_hostile_lengths_stay_linear(language: str, piece: str) -> None:

    def read(text: str) -> None:
        find_quantities(tokenise(text, 0, len(text))[:300], (), language)
        _claims(f"Velmar {text}.", language)

    assert_near_linear(repeated(piece, read), (150 * len(piece), 750 * len(piece)))
