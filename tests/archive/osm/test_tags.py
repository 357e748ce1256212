"""What tags mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.archive.osm.features import hstore
from wayside.archive.osm.tags import Choice, gauges_of, kind_of, refusal
from wayside.errors import ValueRefusedError
from wayside.model.places import MapPoint, Track


@pytest.mark.parametrize(
    ("text", "mm", "unread"),
    [
        ("1520", (1520,), ()),
        ("1520;1435", (1435, 1520), ()),
        ("1435 ; 1520", (1435, 1520), ()),
        ("1435/1520", (1435, 1520), ()),
        ("1435,1520", (1435, 1520), ()),
        ("1435 mm", (1435,), ()),
        ("1435mm", (1435,), ()),
        ("1435.0", (1435,), ()),
        ("standard", (1435,), ()),
        ("broad", (), ("broad",)),
        ("narrow;1000", (1000,), ("narrow",)),
        ("4 ft 8 1/2 in", (1435,), ()),
        ("3 ft 6 in", (1067,), ()),
        ("3'6\"", (1067,), ()),
        ("5 ft", (1524,), ()),
        ("4'8 1/2\"", (1435,), ()),
        ("381", (), ("381",)),
        ("9999", (), ("9999",)),
        ("unknown", (), ("unknown",)),
        ("", (), ()),
        ("1435;1435", (1435,), ()),
        ("600;750;1000;1435;1520", (600, 750, 1000, 1435), ("1520",)),
    ],
)
def test_gauges(text: str, mm: tuple[int, ...], unread: tuple[str, ...]) -> None:
    assert gauges_of({"gauge": text}) == (mm, unread)


@given(st.text(max_size=40) | st.from_regex(r"[0-9;/ mftin'\"]{0,20}", fullmatch=True))
def test_every_gauge_that_is_read_is_one_that_a_track_may_have(text: str) -> None:
    mm, unread = gauges_of({"gauge": text})
    Track("1", (MapPoint(0, 0), MapPoint(1, 1)), mm)
    assert all(len(u) <= 40 for u in unread)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"railway": "rail"}, "rail"),
        ({"railway": "disused", "disused": "rail"}, "disused"),
        ({"disused:railway": "rail"}, "disused"),
        ({"abandoned:railway": "rail", "railway": "abandoned"}, "abandoned"),
        ({"railway": "rail", "abandoned:railway": "narrow_gauge"}, "rail"),
        ({"railway": "construction", "construction": "rail"}, "construction"),
        ({"highway": "track"}, ""),
    ],
)
def test_kinds(tags: dict[str, str], kind: str) -> None:
    assert kind_of(tags) == kind


@pytest.mark.parametrize(
    ("tags", "main", "why"),
    [
        ({"service": "yard"}, False, ""),
        ({"usage": "main"}, True, ""),
        ({"usage": "main"}, False, "main line"),
        ({}, False, "main line"),
        ({"usage": "industrial"}, False, ""),
        ({"usage": "main", "service": "siding"}, False, ""),
        ({"tunnel": "yes"}, True, "in a tunnel"),
        ({"tunnel": "no"}, True, ""),
        ({"covered": "yes"}, True, "under a roof or the ground"),
        ({"location": "underground"}, True, "under a roof or the ground"),
        ({"bridge": "yes"}, True, ""),
    ],
)
def test_what_becomes_no_track(tags: dict[str, str], main: bool, why: str) -> None:
    assert refusal({"railway": "rail", **tags}, Choice(main=main)) == why


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match="no kind of railway: canal"):
        Choice(("canal",))


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.text(max_size=9), max_size=4))
def test_hstore_is_read_as_gdal_writes_it(tags: dict[str, str]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    assert hstore(",".join(f"{quoted(k)}=>{quoted(v)}" for k, v in tags.items())) == tags
