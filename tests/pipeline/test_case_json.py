"""A case as JSON: back to the last bit, refused with its path where it is not right, without texts of others."""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import pytest
from bundle_case import case, observations
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.assessment import PublishedCount
from wayside.assessment.to_json import to_json
from wayside.errors import InputError
from wayside.model.counts import CountDistribution
from wayside.model.documents import Document
from wayside.pipeline.case_json import (
    case_from_json,
    case_to_json,
    observations_from_json,
    observations_to_json,
    portable,
    without_texts,
)
from wayside.pipeline.cases import conclude
from wayside.pipeline.value_json import Codec


def through_json(document: object) -> Any:
    return json.loads(json.dumps(document, allow_nan=False))


def test_a_case_comes_back_with_every_value() -> None:
    given, back = case(), case_from_json(through_json(case_to_json(case())))
    assert back.rows == given.rows
    assert back.coverage == given.coverage
    for name in ("site", "generated", "settings", "seed", "counted", "events", "bounds", "entered", "failures"):
        assert getattr(back, name) == getattr(given, name), name
    assert isinstance(back.rows[1], PublishedCount)
    assert to_json(conclude(back).assessment) == to_json(conclude(given).assessment)


def test_rows_come_back() -> None:
    rows = observations(case())
    assert observations_from_json(through_json(observations_to_json(rows))) == rows


def test_the_assessment_is_the_same_without_the_texts() -> None:
    given = case()
    passed_on = portable(given)
    assert passed_on.coverage is not None
    assert passed_on.coverage.documents[0].text.strip() == ""
    assert len(passed_on.coverage.documents[0].text) == len(given.coverage.documents[0].text if given.coverage else "")
    document = through_json(case_to_json(passed_on))
    assert document["coverage"]["documents"][0]["text"] == {"characters": 66}
    assert "crossing" not in json.dumps(document["coverage"])
    assert document["coverage"]["claims"][0]["quote"] == "Some 73 freight cars"
    back = case_from_json(document)
    assert back.coverage == passed_on.coverage
    assert to_json(conclude(back).assessment) == to_json(conclude(given).assessment)


def test_no_private_path_or_address_is_passed_on() -> None:
    text = json.dumps(case_to_json(portable(case())))
    assert "somebody" not in text
    assert "secret" not in text
    assert "token" not in text
    assert "https://example.org/a?p=1" in text  # where an article stands is no secret


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("seed",), "3", "whole number"),
        (("seed",), True, "whole number"),
        (("seed",), 3.0, "whole number"),
        (("settings", "surge_factor"), "2", "finite number"),
        (("settings", "surge_factor"), 0.5, "surge_factor"),
        (("generated",), "yesterday", "datetime"),
        (("generated",), "2023-10-07 09:30:00+00:00", "ISO 8601"),
        (("events", 0, "day"), "2023-02-30", "date"),
        (("events", 0, "colour"), "red", "no field 'colour'"),
        (("rows", 0, "is"), "Somebody", "must be one of"),
        (("rows", 0, "kind"), "guessed", "no member"),
        (("rows", 0, "result", "count", "p"), [0.5], "sum to 1"),
        (("rows", 0, "result", "count", "p"), "abc", "a list"),
        (("rows", 0, "result", "count"), {"first": 1}, "'first' and 'p'"),
        (("rows", 0, "scene", "checksum"), "1220", "multihash"),
        (("rows", 0, "result", "tracks", 0, "cars", 0, "polygon"), [[1.0]], "2 values"),
        (("rows",), {}, "a list"),
        (("site",), None, "an object"),
        (("coverage", "documents", 0, "text"), {"characters": -1}, "number of characters"),
        (("versions",), ["a"], "an object"),
    ],
)
def test_what_is_not_right_is_refused_with_its_path(path: tuple[str | int, ...], value: Any, said: str) -> None:
    document = case_to_json(portable(case()))
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(InputError, match=said) as caught:
        case_from_json(document)
    assert caught.value.where.startswith("case")


@pytest.mark.parametrize("document", [None, [], "x", 3, {}, {"site": {}}])
def test_what_is_no_case_is_refused(document: object) -> None:
    with pytest.raises(InputError):
        case_from_json(document)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_any_json_is_a_case_or_refused(document: object) -> None:
    with pytest.raises(InputError):
        case_from_json(document)


# ---------------------------------------------------------------------- the codec by itself
class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Place(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class Leaf:
    text: str
    day: date | None = None


@dataclass(frozen=True)
class Fruit:
    weight: float
    count: CountDistribution | None = None


@dataclass(frozen=True)
class Tree:
    height: float
    rings: int
    planted: datetime
    alive: bool
    colour: Colour
    place: Place
    hangs: tuple[Leaf | Fruit, ...] = ()
    gauges: int | tuple[int, ...] = ()
    shares: dict[Colour, float] = field(default_factory=dict)
    pair: tuple[int, str] = (1, "a")
    logo: bytes | None = None
    beside: tuple[Tree, ...] = ()


finite = st.floats(allow_nan=False, allow_infinity=False)
leaves = st.builds(Leaf, st.text(), st.none() | st.dates())
counts = st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=5).map(lambda w: CountDistribution.from_weights(3, w))
fruits = st.builds(Fruit, finite, st.none() | counts)
trees = st.builds(
    Tree,
    height=finite,
    rings=st.integers(),
    planted=st.datetimes(timezones=st.just(UTC)),
    alive=st.booleans(),
    colour=st.sampled_from(Colour),
    place=st.builds(Place, finite, finite),
    hangs=st.lists(leaves | fruits, max_size=4).map(tuple),
    gauges=st.integers() | st.lists(st.integers(), max_size=3).map(tuple),
    shares=st.dictionaries(st.sampled_from(Colour), finite),
    pair=st.tuples(st.integers(), st.text()),
    logo=st.none() | st.binary(max_size=20),
)


@given(trees)
def test_any_value_comes_back_to_the_last_bit(tree: Tree) -> None:
    codec = Codec()
    tree = replace(tree, beside=(replace(tree, hangs=()),))
    back = codec.decode(through_json(codec.encode(tree, Tree)), Tree)
    assert back == tree
    assert struct.pack("<d", back.height) == struct.pack("<d", tree.height)
    assert type(back.colour) is Colour
    assert type(back.place) is Place


@pytest.mark.parametrize("bad", [math.nan, math.inf, "1", None, True])
def test_numbers_that_are_none_are_not_written(bad: Any) -> None:
    with pytest.raises(InputError):
        Codec().encode(Fruit(bad), Fruit, "fruit")


def test_numbers_of_numpy_are_written_as_numbers() -> None:
    assert Codec().encode(Fruit(np.float64(0.1)), Fruit) == {"weight": 0.1, "count": None}  # type: ignore[arg-type]


def test_a_subclass_is_not_written_as_what_it_is_not() -> None:
    @dataclass(frozen=True)
    class Apple(Fruit):
        name: str = "x"

    with pytest.raises(InputError, match="Fruit"):
        Codec().encode(Apple(1.0), Fruit)


def test_a_value_that_nests_without_end_is_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [{"beside": deep}]
    with pytest.raises(InputError):
        Codec().decode({"beside": deep}, Tree)


def test_a_text_that_was_left_out_keeps_its_length() -> None:
    coverage = case().coverage
    assert coverage is not None
    blanked = without_texts(coverage).documents[0]
    assert isinstance(blanked, Document)
    assert blanked.body == coverage.documents[0].body
