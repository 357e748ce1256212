"""Observations are written once and never changed, whatever happens around them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import wayside.store
from wayside.errors import NewerWorkspaceError, OutsideError, WorkspaceError
from wayside.model.observations import ObservationKind
from wayside.store import Database, open_database
from wayside.store.schema import REVISIONS
from wayside.store.tables import Base


def filled(database: Database, make: Any) -> None:
    database.put_site(make.site(), make.now)
    database.put_scenes("yard", [make.scene(n) for n in range(4)])
    database.record_all([make.observation(make.scene(n), 10 + n) for n in range(4)])


def test_what_is_recorded_comes_back_in_order_of_acquisition(database: Database, make: Any) -> None:
    filled(database, make)
    found = database.observations(make.site())
    assert [o.scene_id for o in found] == ["s3", "s2", "s1", "s0"]
    assert found == tuple(make.observation(make.scene(n), 10 + n) for n in (3, 2, 1, 0))
    assert database.scenes("yard") == tuple(make.scene(n) for n in (3, 2, 1, 0))
    assert database.sites() == (make.site(),)


def test_the_same_observation_is_written_once(database: Database, make: Any) -> None:
    filled(database, make)
    assert not database.record(make.observation(make.scene(1), 11))
    assert not database.record(make.observation(make.scene(1), 99)), "another value under the same key is not a new row"
    assert len(database.observations(make.site())) == 4


@pytest.mark.parametrize(
    "other",
    [{"model": "net 2"}, {"author": "Kim"}, {"kind": ObservationKind.REVIEW}],
    ids=["model", "author", "kind"],
)
def test_another_model_author_or_kind_is_another_row(database: Database, make: Any, other: dict[str, str]) -> None:
    filled(database, make)
    assert database.record(make.observation(make.scene(1), 12, **other))
    assert len(database.observations(make.site())) == 5
    assert len(database.observations(make.site(), model="net 2")) == (1 if "model" in other else 0)


def test_scenes_are_counted_anew_on_changed_tracks_and_the_old_rows_stay(
    database: Database, make: Any, path: Path
) -> None:
    filled(database, make)
    assert database.put_site(make.site(shift=0.001), make.now)
    assert database.observations(make.site(shift=0.001)) == ()
    assert database.record(make.observation(make.scene(1), 12))
    assert not database.put_site(make.site(name="Renamed"), make.now), "back to the first tracks"
    assert not database.record(make.observation(make.scene(1), 12))
    assert len(database.observations(make.site())) == 4
    assert database.sites()[0].name == "Renamed"
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM observations").fetchone() == (5,)


def test_observed_checksums_say_what_is_left_to_do(database: Database, make: Any) -> None:
    filled(database, make)
    database.put_scene("yard", make.scene(9))
    done = database.observed_checksums(
        make.site(), model="net 1 sha256:ab", kind=ObservationKind.AUTOMATIC, author="wayside"
    )
    assert {s.id for s in database.scenes("yard") if s.checksum not in done} == {"s9"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE observations SET count_median = 99",
        "UPDATE observations SET author = 'x' WHERE id = 1",
        "DELETE FROM observations",
        "INSERT OR REPLACE INTO observations SELECT * FROM observations WHERE id = 1",
        """INSERT OR REPLACE INTO observations (site_id, site_digest, scene_id, checksum, model, kind, author, acquired,
           recorded, status, count_median, count_low90, count_high90, result)
           SELECT site_id, site_digest, scene_id, checksum, model, kind, author, acquired, recorded, status, 99, 99, 99,
           result FROM observations WHERE id = 1""",
    ],
)
def test_the_database_itself_refuses_to_change_an_observation(
    database: Database, make: Any, path: Path, statement: str
) -> None:
    filled(database, make)
    before = database.observations(make.site())
    raw = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)
    raw.close()
    assert database.observations(make.site()) == before


def test_an_observation_of_what_is_not_there_is_refused(database: Database, make: Any) -> None:
    with pytest.raises(WorkspaceError, match="site yard"):
        database.record(make.observation(make.scene(1), 3))
    database.put_site(make.site(), make.now)
    with pytest.raises(WorkspaceError, match="scene s1 of site yard"):
        database.record(make.observation(make.scene(1), 3))


def test_pixels_and_id_of_a_scene_belong_together(database: Database, make: Any) -> None:
    assert database.put_scene("yard", make.scene(1))
    assert not database.put_scene("yard", make.scene(1, gsd_m=0.4)), "metadata may be mended"
    assert database.scenes("yard")[0].gsd_m == 0.4
    for clash in (make.scene(2, scene_id="s1"), make.scene(1, scene_id="other")):
        with pytest.raises(WorkspaceError, match="import it under another name"):
            database.put_scenes("yard", [make.scene(7), clash])
    assert len(database.scenes("yard")) == 1, "all or none"


def test_a_run_is_kept_with_its_record_and_a_killed_one_has_no_end(database: Database, make: Any) -> None:
    first = database.start_run("run", "wayside 0", make.now)
    second = database.start_run("import", "wayside 0", make.now)
    database.finish_run(second, {"done": 3}, make.now + timedelta(seconds=4))
    killed, finished = database.runs()
    assert (killed["id"], killed["finished"], killed["record"]) == (first, None, None)
    assert (finished["record"], finished["finished"]) == ({"done": 3}, make.now + timedelta(seconds=4))


def test_thousands_are_recorded_in_bulk(database: Database, make: Any) -> None:
    database.put_site(make.site(), make.now)
    scenes = [make.scene(n) for n in range(2000)]
    assert database.put_scenes("yard", scenes) == 2000
    rows = [make.observation(scene, n % 80) for n, scene in enumerate(scenes)]
    assert database.record_all(rows) == 2000
    assert database.record_all(rows) == 0
    assert len(database.observations(make.site())) == 2000


# ---------------------------------------------------------------------- opening
def reopen(path: Path, make: Any) -> Database:
    return open_database(f"sqlite:///{path}", software="wayside 1", now=make.now, where="W", wait_s=0.1)


def test_opening_again_changes_nothing(database: Database, make: Any, path: Path) -> None:
    filled(database, make)
    with reopen(path, make) as again:
        assert again.meta() == {"software": "wayside 0", "created": make.now.isoformat()}
        assert len(again.observations(make.site())) == 4


def test_a_newer_workspace_is_refused_and_left_alone(database: Database, make: Any, path: Path) -> None:
    database.close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerWorkspaceError, match=r"9999.*Use the version of wayside that made it"):
        reopen(path, make)
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_a_locked_database_says_who_to_wait_for(database: Database, make: Any, path: Path) -> None:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutsideError, match="another wayside is writing"):
        database.put_site(make.site(), make.now)
    assert database.sites() == (), "reading goes on"
    raw.execute("ROLLBACK")
    raw.close()
    assert database.put_site(make.site(), make.now)


def test_a_database_that_cannot_be_written_is_said_so(database: Database, make: Any, path: Path) -> None:
    database.close()
    read_only = open_database(f"sqlite:///file:{path}?mode=ro&uri=true", software="", now=make.now, where="W")
    with pytest.raises(WorkspaceError, match=r"W: the workspace's database cannot be written.*write permission"):
        read_only.put_site(make.site(), make.now)


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda p: p.mkdir(), "cannot be written"),
        (lambda p: p.write_bytes(b"not a database at all" * 100), "damaged"),
    ],
    ids=["a folder in its place", "another file in its place"],
)
def test_what_is_not_a_database_is_refused(
    tmp_path: Path, make: Any, prepare: Callable[[Path], object], message: str
) -> None:
    place = tmp_path / "other.db"
    prepare(place)
    with pytest.raises(WorkspaceError, match=message):
        reopen(place, make)


@pytest.mark.parametrize("url", ["nonsense", "nosuch://x/y", "sqlite:////no/such/folder/w.db"])
def test_an_unusable_url_is_one_clear_error(url: str, make: Any) -> None:
    with pytest.raises((WorkspaceError, OutsideError)) as caught:
        open_database(url, software="", now=make.now)
    assert "\n" not in str(caught.value)


def test_a_missing_driver_is_named_and_the_password_is_not(make: Any) -> None:
    with pytest.raises((WorkspaceError, OutsideError)) as caught:
        open_database("postgresql+psycopg://me:secret@localhost:1/w", software="", now=make.now)
    assert "secret" not in str(caught.value)


def test_migrations_make_what_the_models_say(database: Database, path: Path) -> None:
    database.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_the_known_revisions_are_those_in_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(wayside.store.__file__).with_name("migrations")))
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(known)) == REVISIONS


def test_an_interrupted_transaction_leaves_nothing(database: Database, make: Any, path: Path) -> None:
    """A process that is killed between two statements of one transaction has written neither."""
    database.put_site(make.site(), make.now)
    program = """
import os, signal, sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("BEGIN IMMEDIATE")
c.execute("INSERT INTO runs (command, software, started) VALUES ('x', 'y', '2024-01-01 00:00:00')")
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == -9
    assert database.runs() == ()
    assert database.start_run("run", "w", make.now) == 1
