"""Looks at zones are written once and never changed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from wayside.errors import WorkspaceError
from wayside.model.counts import CountDistribution
from wayside.model.places import MapPoint, Zone
from wayside.model.zones import KeptReference, KeyedLook, ZoneLook
from wayside.model.zones_json import dump_zone_look, load_zone_look, zone_digest
from wayside.store import Database, open_database

ZONE = Zone("dépôt", tuple(MapPoint(x, y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 0))))


def look(make: Any, n: int, *, method: str = "zones-1", reference: str = "r1", units: int = 3) -> ZoneLook:
    scene = make.scene(n)
    ring = (MapPoint(0.1, 0.2), MapPoint(0.3, 0.2), MapPoint(0.3, 0.4), MapPoint(0.1, 0.2))
    return ZoneLook(
        ZONE.id, scene.id, scene.acquired, 0.5, 800.0, 5.0, 0.9, CountDistribution.from_interval(units, 1, 9), (ring,),
        True, method, reference, ("partly-hidden",),
    )  # fmt: skip


def keyed(made: ZoneLook, *, fit: str = "f", digest: str = "") -> KeyedLook:
    return KeyedLook(made, digest or zone_digest(ZONE), fit)


def same(one: ZoneLook, other: ZoneLook) -> bool:
    return dump_zone_look(one) == dump_zone_look(other)


def filled(database: Database, make: Any) -> None:
    database.put_site(make.site(), make.now)
    database.put_scenes("yard", [make.scene(n) for n in range(4)])
    assert database.record_zone_looks("yard", [keyed(look(make, n)) for n in range(4)], make.now) == 4


def test_what_is_recorded_comes_back_by_pixels_and_fit(database: Database, make: Any) -> None:
    filled(database, make)
    found = database.zone_looks("yard", ZONE, method="zones-1", reference="r1")
    assert set(found) == {(make.scene(n).checksum, "f") for n in range(4)}
    assert all(same(found[make.scene(n).checksum, "f"], look(make, n)) for n in range(4))


def test_the_same_look_is_written_once(database: Database, make: Any) -> None:
    filled(database, make)
    again = [keyed(look(make, 1, units=8)), keyed(look(make, 1))]
    assert database.record_zone_looks("yard", again, make.now) == 0
    kept = database.zone_looks("yard", ZONE, method="zones-1", reference="r1")
    assert same(kept[make.scene(1).checksum, "f"], look(make, 1))


def test_another_outline_fit_method_or_reference_is_another_row(database: Database, make: Any) -> None:
    filled(database, make)
    others = [
        keyed(look(make, 1), fit="g"),
        keyed(look(make, 1), digest="other"),
        keyed(look(make, 1, method="zones-2")),
        keyed(look(make, 1, reference="r2")),
    ]
    assert database.record_zone_looks("yard", others, make.now) == 4
    assert len(database.zone_looks("yard", ZONE, method="zones-1", reference="r1")) == 5
    assert len(database.zone_looks("yard", ZONE, method="zones-1", reference="r2")) == 1
    moved = Zone(ZONE.id, (*ZONE.ring[:2], MapPoint(1, 1.5), ZONE.ring[-1]))
    assert database.zone_looks("yard", moved, method="zones-1", reference="r1") == {}
    assert database.zone_looks("elsewhere", ZONE, method="zones-1", reference="r1") == {}


def test_a_look_at_an_unknown_scene_is_refused_and_nothing_is_written(database: Database, make: Any) -> None:
    filled(database, make)
    with pytest.raises(WorkspaceError, match="scene s9"):
        database.record_zone_looks("yard", [keyed(look(make, 2), fit="g"), keyed(look(make, 9))], make.now)
    assert len(database.zone_looks("yard", ZONE, method="zones-1", reference="r1")) == 4


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE zone_looks SET look = '{}'",
        "DELETE FROM zone_looks WHERE id = 1",
        "INSERT OR REPLACE INTO zone_looks SELECT * FROM zone_looks WHERE id = 1",
        """INSERT OR REPLACE INTO zone_looks (site_id, zone_id, zone_digest, scene_id, checksum, fit, method, reference,
           acquired, recorded, look) SELECT site_id, zone_id, zone_digest, scene_id, checksum, fit, method, reference,
           acquired, recorded, '{}' FROM zone_looks WHERE id = 1""",
    ],
)
def test_the_database_itself_refuses_to_change_a_look(
    database: Database, make: Any, path: Path, statement: str
) -> None:
    filled(database, make)
    raw = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)
    raw.close()


def test_a_workspace_of_the_first_revision_is_brought_up_to_date_with_all_that_is_in_it(
    database: Database, make: Any, path: Path
) -> None:
    filled(database, make)
    database.record(make.observation(make.scene(1), 12))
    database.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE zone_looks"))
        connection.execute(text("DROP TABLE zone_references"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    with open_database(f"sqlite:///{path}", software="wayside 1", now=make.now, where="W") as again:
        assert len(again.observations(make.site())) == 1
        assert again.zone_looks("yard", ZONE, method="zones-1", reference="r1") == {}
        assert again.record_zone_looks("yard", [keyed(look(make, 1))], make.now) == 1


def usual(*, reference: str = "r1", content: bytes = b"{}\n\x00\xff") -> KeptReference:
    return KeptReference(ZONE.id, zone_digest(ZONE), "zones-1", reference, content)


def test_a_usual_look_is_kept_once_and_never_changed(database: Database, make: Any, path: Path) -> None:
    assert database.record_zone_reference("yard", usual(), make.now)
    assert not database.record_zone_reference("yard", usual(content=b"other"), make.now)
    assert database.record_zone_reference("yard", usual(reference="r2", content=b"second"), make.now)
    assert database.zone_reference("yard", ZONE, method="zones-1", reference="r1") == b"{}\n\x00\xff"
    assert database.zone_reference("yard", ZONE, method="zones-1", reference="r2") == b"second"
    assert database.zone_reference("yard", ZONE, method="zones-2", reference="r1") is None
    assert database.zone_reference("elsewhere", ZONE, method="zones-1", reference="r1") is None
    raw = sqlite3.connect(path)
    for statement in (
        "UPDATE zone_references SET content = x'00'",
        "DELETE FROM zone_references",
        "INSERT OR REPLACE INTO zone_references SELECT * FROM zone_references WHERE id = 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)
    raw.close()


def test_what_scenes_show_is_known_whatever_they_were_held_against(database: Database, make: Any) -> None:
    filled(database, make)
    other = replace(look(make, 3, reference="r2"), shown_fraction=0.25)
    database.record_zone_looks("yard", [keyed(other, fit="g"), keyed(look(make, 2, method="zones-2"))], make.now)
    shares = database.zone_shares("yard", ZONE, method="zones-1")
    assert shares == {**{(make.scene(n).checksum, "f"): 0.0 for n in range(4)}, (make.scene(3).checksum, "g"): 0.25}


@given(
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20).filter(lambda p: sum(p) > 0.01),
    st.floats(0.0, 1.0),
    st.text(min_size=1).filter(str.strip),
    st.booleans(),
)
def test_a_look_survives_its_json_bit_for_bit(weights: list[float], seen: float, name: str, registered: bool) -> None:
    made = ZoneLook(
        "zone", name, datetime(2024, 3, 1, tzinfo=UTC), visible_fraction=seen,
        occupied=CountDistribution.from_weights(2, weights), registered=registered,
    )  # fmt: skip
    back = load_zone_look(dump_zone_look(made))
    assert same(back, made)
    assert back.occupied == made.occupied
    assert same(load_zone_look(dump_zone_look(replace(made, occupied=None))), replace(made, occupied=None))
