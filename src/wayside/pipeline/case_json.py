"""A case as JSON and back, exactly, and without the texts of articles, which are not ours to pass on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wayside.assessment.addresses import public_address, without_parameters
from wayside.assessment.assessment import CountedScene, Look
from wayside.errors import BundleError, InputError
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document
from wayside.model.observations import Observation
from wayside.model.provenance import Provenance, SourceItem
from wayside.model.scenes import Scene
from wayside.pipeline.cases import Case
from wayside.pipeline.value_json import Codec, Handler
from wayside.report.house import HouseStyle

__all__ = [
    "case_from_json",
    "case_to_json",
    "house_from_json",
    "house_to_json",
    "observations_from_json",
    "observations_to_json",
    "portable",
    "without_texts",
]

_BLANK = " "
_LONGEST_TEXT = 50_000_000
"""Characters of all articles together."""
Observations = tuple[Observation, ...]


def _codec() -> Codec:
    by_field, left = Codec(), _LONGEST_TEXT

    def encode(value: Any, path: str) -> Any:  # noqa: ANN401  any JSON
        document = by_field.encode(value, Document, path)
        text = document["text"]
        return document if text.strip(_BLANK) or not text else {**document, "text": {"characters": len(text)}}

    def decode(document: Any, path: str) -> Any:  # noqa: ANN401
        nonlocal left
        if isinstance(document, dict) and isinstance(document.get("text"), dict):
            number = _characters(document["text"], f"{path}.text", left)
            left -= number
            document = {**document, "text": _BLANK * number}
        return by_field.decode(document, Document, path)

    return Codec({Document: Handler(encode, decode)})


def _characters(document: dict[str, Any], path: str, most: int) -> int:
    number = document.get("characters")
    if set(document) != {"characters"} or type(number) is not int or number < 1:
        raise InputError("a text that was left out gives its number of characters", where=path)
    if number > most:
        raise BundleError(f"the articles have more than {_LONGEST_TEXT:,} characters", where=path)
    return number


def case_to_json(case: Case) -> dict[str, Any]:
    """Return everything of a case as values that ``json.dumps`` takes.

    Raises:
        InputError: it holds a value that is not of its field's type, or a number that is not finite.
    """
    document: dict[str, Any] = _codec().encode(case, Case, "case")
    return document


def case_from_json(document: object) -> Case:
    """Return the case that ``case_to_json`` wrote, every float to the last bit.

    Raises:
        InputError: a field is missing, unknown, of another type, or breaks its value's rules; ``where`` is its path.
    """
    case: Case = _codec().decode(document, Case, "case")
    return case


def observations_to_json(observations: Observations) -> list[Any]:
    """Return rows as they were observed, automatic counts and reviews (raises as ``case_to_json``)."""
    document: list[Any] = _codec().encode(observations, Observations, "observations")
    return document


def observations_from_json(document: object) -> Observations:
    """Return the rows that ``observations_to_json`` wrote (raises as ``case_from_json``)."""
    read: Observations = _codec().decode(document, Observations, "observations")
    return read


def house_to_json(house: HouseStyle) -> dict[str, Any]:
    """Return a house style, its logo in base64 (raises as ``case_to_json``)."""
    document: dict[str, Any] = _codec().encode(house, HouseStyle, "house")
    return document


def house_from_json(document: object) -> HouseStyle:
    """Return the house style that ``house_to_json`` wrote (raises as ``case_from_json``)."""
    read: HouseStyle = _codec().decode(document, HouseStyle, "house")
    return read


# ---------------------------------------------------------------------- what may leave the house
def portable(case: Case) -> Case:
    """Return a case as it may be passed on: articles without their texts, scenes without private addresses or paths.

    The same assessment follows from it, because an assessment prints no such address either.
    """
    return replace(
        case,
        rows=tuple(_portable_row(row) for row in case.rows),
        linked=tuple(
            replace(site, rows=tuple(row for row in map(_portable_row, site.rows) if isinstance(row, CountedScene)))
            for site in case.linked
        ),
        coverage=None if case.coverage is None else without_texts(case.coverage),
        failures=tuple(without_parameters(failure) for failure in case.failures),
    )


def without_texts(coverage: CoverageResult) -> CoverageResult:
    """Return the same findings with every document's text blanked, so that all offsets into it still hold.

    What was cited stays: titles, the quotes of claims and of passages, and where each stands.
    """
    blanked = tuple(replace(document, text=_BLANK * len(document.text)) for document in coverage.documents)
    return replace(coverage, documents=blanked)


def _portable_row(row: Look) -> Look:
    return replace(row, scene=_portable_scene(row.scene)) if isinstance(row, CountedScene) else row


def _portable_scene(scene: Scene) -> Scene:
    name = scene.href.replace("\\", "/").rpartition("/")[2] or scene.id
    provenance = None if scene.provenance is None else _portable_provenance(scene.provenance)
    return replace(scene, href=name.partition("?")[0] or scene.id, provenance=provenance)


def _portable_provenance(source: Provenance) -> Provenance:
    return replace(
        source,
        items=tuple(_portable_item(item) for item in source.items),
        others=tuple(_portable_item(item) for item in source.others),
        notes=tuple(without_parameters(note) for note in source.notes),
    )


def _portable_item(item: SourceItem) -> SourceItem:
    return replace(
        item,
        catalogue=public_address(item.catalogue),
        href=public_address(item.href),
        assets=tuple(replace(asset, href=public_address(asset.href)) for asset in item.assets),
    )
