"""A bundle is made, checked, and tampered with in every way that one can think of."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from bundle_case import GENERATED, MODEL, FakeCounter, case, evidence, pictures, redone, render, versions
from prov.model import ProvDocument
from rocrate.rocrate import ROCrate

from wayside.assessment.assessment import Assessment
from wayside.assessment.to_json import to_json
from wayside.errors import InputError
from wayside.pipeline.bundle_record import Made, crate_of
from wayside.pipeline.bundling import Evidence, manifest_digest, write_bundle
from wayside.pipeline.case_json import case_from_json, observations_from_json
from wayside.pipeline.cases import Case, Measured, conclude, measured_of
from wayside.pipeline.json_differences import differences
from wayside.pipeline.pictures_json import pictures_from_json, pictures_to_json
from wayside.pipeline.progress import Silent
from wayside.pipeline.verification import Outcome, Verification
from wayside.pipeline.verifying import Verifier, verify_bundle
from wayside.report.bundle import Content, Listed, add_to_bundle, sign, write_container
from wayside.report.bundle.manifest import manifest_from
from wayside.report.figures.pictures import ReportPictures, SceneStrip
from wayside.report.house import HouseStyle

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "verify.json"
Files = dict[str, bytes]


def verifier(counter: FakeCounter | None = None, **changes: Any) -> Verifier:
    return replace(Verifier(render, counter, versions(), Silent()), **changes)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Case]:
    """A bundle with reviews, articles, a published count and an image that may not be passed on."""
    folder = tmp_path_factory.mktemp("made")
    given = case()
    path = folder / "kestrel.zip"
    write_bundle(path, given, evidence(given, folder), render=render, formats=("md", "json"))
    return path, given


@pytest.fixture(scope="module")
def files(made: tuple[Path, Case]) -> Mapping[str, bytes]:
    with zipfile.ZipFile(made[0]) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}


def rebuilt(path: Path, files: Mapping[str, bytes], *, crate: bool = False) -> Path:
    """Write a bundle anew around changed files, its manifest redone; the crate too where it is asked for."""
    given: dict[str, Content] = dict(files)
    if crate:
        write_container(path, {k: v for k, v in given.items() if k != "ro-crate-metadata.json"}, GENERATED)
        with zipfile.ZipFile(path) as archive:
            listed: Mapping[str, Listed] = manifest_from(archive.read("manifest.json"))
        documents = json.loads(files["case.json"]), json.loads(files["observations.json"])
        parts = Made(
            case_from_json(documents[0]), observations_from_json(documents[1]), *documents, versions()["software"]
        )
        given["ro-crate-metadata.json"] = crate_of(parts, listed)
    write_container(path, given, GENERATED)
    return path


def outcome(verification: Verification, check: str) -> Outcome:
    return next(one.outcome for one in verification.checks if one.id == check)


def named(verification: Verification) -> set[str]:
    return {finding.file for one in verification.checks for finding in one.findings}


# ---------------------------------------------------------------------- a good bundle
def test_a_bundle_that_nobody_touched_holds(made: tuple[Path, Case]) -> None:
    counter = FakeCounter()
    found = verify_bundle(made[0], verifier(counter))
    assert [f for one in found.checks for f in one.findings] == []
    outcomes = {one.id: one.outcome for one in found.checks}
    assert {outcomes.pop(one) for one in ("signature", "timestamp", "zones")} == {Outcome.SKIPPED}
    left = {one.id: one.left for one in found.checks if one.left}
    assert left == {
        "rows": (
            "reviews (KJ_005), because they are what a person saw",
            "published counts (2022-02-01 press), because they are what others wrote",
            "what was found in articles (001), because the bundle holds hashes and cited words, not the texts",
        ),
        "counts": (
            "counts of 1 scene (KJ_002), because their images are not in the bundle",
            "counts of 1 scene (KJ_005), because the network here (strip-net 1 sha256:0f3a) did not make them",
        ),
    }
    assert set(outcomes.values()) == {Outcome.OK}
    assert found.exit_code == 0
    assert len(counter.tasks) == 6
    references = {task.reference_id for task in counter.tasks}
    assert references == {"KJ_000"}
    assert not any(task.path.exists() for task in counter.tasks), "nothing that was unpacked is left"
    jsonschema.validate(found.to_json(), json.loads(SCHEMA.read_text()))


def test_the_same_input_gives_the_same_bytes(made: tuple[Path, Case], tmp_path: Path) -> None:
    given = case()
    write_bundle(tmp_path / "again.zip", given, evidence(given, tmp_path), render=render, formats=("md",))
    assert (tmp_path / "again.zip").read_bytes() == made[0].read_bytes()


def test_what_may_not_be_passed_on_is_not_in_it(files: Mapping[str, bytes]) -> None:
    assert "scenes/0001-KJ_000.tif" in files
    assert "scenes/0003-KJ_002.tif" not in files
    text = b"".join(files.values())
    assert b"somebody" not in text
    assert b"user:" not in text
    assert b"stood at the crossing" not in text
    assert json.loads(files["articles.json"])[0]["claims"][0]["quote"] == "Some 73 freight cars"


def test_pixels_of_an_image_that_may_not_be_shown_are_refused(tmp_path: Path) -> None:
    given = case()
    shown = pictures()
    assert shown.newest is not None
    bad = replace(shown, busiest=replace(shown.newest, scene_id="KJ_002"))
    with pytest.raises(InputError, match="KJ_002"):
        write_bundle(tmp_path / "b.zip", given, replace(evidence(given, tmp_path), pictures=bad), render=render)
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize("place", ["zones", "trains"])
def test_zones_and_trains_show_no_such_pixels_either(place: str, tmp_path: Path) -> None:
    given, shown = case(), pictures()
    assert shown.newest is not None
    strip = shown.strips[0]
    grey = replace(strip, rgb=np.full_like(strip.rgb, 225))
    blank = replace(shown.newest, scene_id="KJ_002", rgb=np.full_like(shown.newest.rgb, 225))
    for scene_id, allowed in (("KJ_003", True), ("KJ_002", False)):
        if place == "zones":
            seen = replace(shown, zones=(blank, replace(shown.newest, scene_id=scene_id)))
        else:
            seen = replace(shown, trains=(SceneStrip("KJ_002", grey), SceneStrip(scene_id, strip)))
        path = tmp_path / f"{scene_id}.zip"
        given_parts = replace(evidence(given, tmp_path), pictures=seen)
        if allowed:
            write_bundle(path, given, given_parts, render=render)
            assert verify_bundle(path, verifier()).exit_code == 0
        else:
            with pytest.raises(InputError, match="KJ_002"):
                write_bundle(path, given, given_parts, render=render)
            assert not path.exists()


def test_an_image_that_is_not_the_one_that_was_counted_is_refused(tmp_path: Path) -> None:
    given = case()
    parts = evidence(given, tmp_path)
    (tmp_path / "3.tif").write_bytes(b"other pixels")
    with pytest.raises(InputError, match="KJ_003"):
        write_bundle(tmp_path / "b.zip", given, parts, render=render)
    assert not (tmp_path / "b.zip").exists()


def test_other_libraries_read_the_crate_and_the_record_of_origin(
    made: tuple[Path, Case], files: Mapping[str, bytes]
) -> None:
    crate = ROCrate(made[0])
    assert crate.name == "Kestrel Junction"
    parts = {entity.id for entity in crate.root_dataset["hasPart"]}
    assert parts == set(files) - {"ro-crate-metadata.json"}
    image = crate.get("scenes/0001-KJ_000.tif")
    assert image is not None
    assert image["license"]["name"] == "CC-BY-4.0"
    assert image["creditText"] == "© A provider 2023"
    document = ProvDocument.deserialize(content=files["prov.json"].decode(), format="json")
    labels = {str(label) for agent in document.get_records() for label in agent.get_attribute("prov:label")}
    assert {"Ana Lys", "wayside 0.1.0", MODEL} <= labels
    assert ProvDocument.deserialize(content=document.serialize(format="json"), format="json") == document


def test_pictures_come_back_pixel_for_pixel() -> None:
    shown = pictures()
    document, written = pictures_to_json(shown)
    assert len(written) == 2, "what is withheld has no pixels to keep"
    back = pictures_from_json(json.loads(json.dumps(document)), written.__getitem__)
    assert back.newest is not None
    assert back.busiest is not None
    assert shown.newest is not None
    assert np.array_equal(back.newest.rgb, shown.newest.rgb)
    assert back.newest.cars == shown.newest.cars
    assert back.busiest.rgb.min() == back.busiest.rgb.max() == 225
    assert np.array_equal(back.strips[0].rgb, shown.strips[0].rgb)


# ---------------------------------------------------------------------- computed once
def test_what_was_measured_is_passed_on_and_not_measured_again(made: tuple[Path, Case], tmp_path: Path) -> None:
    given = case()
    whole = conclude(given)
    measured = Measured.in_assessment(whole.assessment)
    assert to_json(conclude(given, measured).assessment) == to_json(whole.assessment)
    other = measured_of(replace(given, seed=given.seed + 1))
    assert conclude(given, other).series is other.series
    write_bundle(
        tmp_path / "b.zip", given, evidence(given, tmp_path), render=render, formats=("md",),
        assessment=whole.assessment,
    )  # fmt: skip
    assert (tmp_path / "b.zip").read_bytes() == made[0].read_bytes()


# ---------------------------------------------------------------------- one file edited, the manifest redone
def edited(data: bytes, *steps: str | int, value: Any) -> bytes:
    """Change one value of a JSON file, written as it was written."""
    document = json.loads(data)
    place = document
    for step in steps[:-1]:
        place = place[step]
    assert place[steps[-1]] != value
    place[steps[-1]] = value
    if data.count(b"\n") == 1:
        return (json.dumps(document, separators=(",", ":")) + "\n").encode()
    return (json.dumps(document, indent=1) + "\n").encode()


EDITS: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a number in the report": ("report.html", lambda d: d.replace(b"73", b"37", 1), "report"),
    "a digit behind the point": ("report.html", lambda d: d.replace(b"0.98", b"0.93", 1), "report"),
    "what is not text in the report": ("report.html", lambda d: d.replace(b"<!-- ", b"<!--  "), "report"),
    "a number in the text": ("report.md", lambda d: d.replace(b"73", b"37", 1), "report"),
    "a figure of the text": ("figures/figure-1-1.png", lambda d: d + b" ", "report"),
    "a number of the assessment": (
        "assessment.json", lambda d: edited(d, "scenes", 0, "visible_fraction", value=0.9), "assessment"),
    "its last digit": ("assessment.json", lambda d: edited(d, "scenes", 0, "gsd_m", value=0.5000000001), "assessment"),
    "blanks in the assessment": ("assessment.json", lambda d: d.replace(b": 0.5,", b":  0.5,", 1), "assessment"),
    "a count": ("case.json", lambda d: edited(d, "rows", 4, "result", "freight", "first", value=30), "record"),
    "an angle that nothing uses": (
        "case.json", lambda d: edited(d, "rows", 0, "scene", "sun_azimuth_deg", value=9.5), "record"),
    "the seed": ("case.json", lambda d: edited(d, "seed", value=4), "record"),
    "what an analyst entered": (
        "case.json", lambda d: edited(d, "entered", "judgements", 0, "high_pct", value=80), "record"),
    "a quote": (
        "case.json", lambda d: edited(d, "coverage", "claims", 0, "quote", value="Some 37 freight cars"), "record"),
    "a value of another type": ("case.json", lambda d: edited(d, "seed", value=None), "contents"),
    "who reviewed": ("observations.json", lambda d: edited(d, 5, "author", value="Bo"), "rows"),
    "a reviewed count": (
        "observations.json", lambda d: edited(d, 5, "result", "freight", "first", value=99), "rows"),
    "a source": ("prov.json", lambda d: d.replace(b'"ws:case"', b'"ws:cast"', 1), "record"),
    "a licence": ("ro-crate-metadata.json", lambda d: d.replace(b"CC-BY-4.0", b"CC0-1.0", 1), "record"),
    "an article's title": ("articles.json", lambda d: edited(d, 0, "title", value="No record"), "record"),
    "an article's checksum": ("articles.json", lambda d: edited(d, 0, "text_sha256", value="0" * 64), "record"),
    "a mark in a picture": (
        "pictures.json", lambda d: edited(d, "newest", "cars", 0, "p", value=0.75), "record"),
    "a picture": ("pictures/0001.png", lambda d: d[:60] + bytes([d[60] ^ 1]) + d[61:], "report"),
    "the house": ("house.json", lambda d: edited(d, "name", value="Another"), "record"),
    "a version": ("versions.json", lambda d: edited(d, "numpy", value="9.9"), "record"),
    "the settings": ("wayside.toml", lambda d: d + b"#", "record"),
    "an image": ("scenes/0004-KJ_003.tif", lambda d: d[:-1] + b"!", "images"),
}  # fmt: skip


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_is_found_though_the_manifest_is_redone(what: str, files: Mapping[str, bytes], tmp_path: Path) -> None:
    name, edit, check = EDITS[what]
    changed = {**files, name: edit(files[name])}
    assert changed[name] != files[name]
    found = verify_bundle(rebuilt(tmp_path / "b.zip", changed), verifier())
    assert outcome(found, "structure") is outcome(found, "files") is Outcome.OK, "the manifest was redone"
    assert outcome(found, check) is Outcome.FAILED
    assert named(found) & {name, "prov.json", "case.json", "ro-crate-metadata.json"}
    assert found.exit_code == 1


@pytest.mark.parametrize(
    "what", ["a number in the report", "a number of the assessment", "a count", "an angle that nothing uses",
             "who reviewed", "a picture", "an image", "a figure of the text"])  # fmt: skip
def test_an_edit_is_found_though_the_crate_is_redone_too(what: str, files: Mapping[str, bytes], tmp_path: Path) -> None:
    name, edit, check = EDITS[what]
    found = verify_bundle(rebuilt(tmp_path / "b.zip", {**files, name: edit(files[name])}, crate=True), verifier())
    assert outcome(found, check) is Outcome.FAILED
    assert found.exit_code == 1


def test_an_edited_number_is_named_with_what_should_stand_there(files: Mapping[str, bytes], tmp_path: Path) -> None:
    changed = {**files, "report.html": files["report.html"].replace(b"0.98", b"0.93", 1)}
    found = verify_bundle(rebuilt(tmp_path / "b.zip", changed, crate=True), verifier())
    finding = next(f for one in found.checks if one.id == "report" for f in one.findings)
    assert (finding.file, "0.98" in finding.expected, "0.93" in finding.found) == ("report.html", True, True)
    changed = {
        **files,
        "assessment.json": edited(files["assessment.json"], "judgements", 0, "probability", value=0.125),
    }
    found = verify_bundle(rebuilt(tmp_path / "b.zip", changed, crate=True), verifier())
    paths = {f.path for one in found.checks if one.id == "assessment" for f in one.findings}
    assert paths == {"judgements[0].probability"}


def test_two_images_that_were_swapped_are_both_named(files: Mapping[str, bytes], tmp_path: Path) -> None:
    one, other = "scenes/0001-KJ_000.tif", "scenes/0002-KJ_001.tif"
    found = verify_bundle(rebuilt(tmp_path / "b.zip", {**files, one: files[other], other: files[one]}), verifier())
    images = next(check for check in found.checks if check.id == "images")
    assert {finding.file for finding in images.findings} == {one, other}


def test_a_file_that_was_dropped_or_added_is_named(files: Mapping[str, bytes], tmp_path: Path) -> None:
    image = "scenes/0001-KJ_000.tif"
    dropped = {name: data for name, data in files.items() if name != image}
    found = verify_bundle(rebuilt(tmp_path / "b.zip", dropped), verifier())
    assert outcome(found, "record") is Outcome.FAILED
    places = [f.path + f.expected + f.found for one in found.checks for f in one.findings]
    assert found.exit_code == 1
    assert places
    added = {**files, "scenes/0009-KJ_009.tif": b"x"}
    found = verify_bundle(rebuilt(tmp_path / "b.zip", added), verifier())
    assert "scenes/0009-KJ_009.tif" in named(found)
    for name in ("case.json", "observations.json", "versions.json", "prov.json", "assessment.json", "report.html"):
        less = {other: data for other, data in files.items() if other != name}
        found = verify_bundle(rebuilt(tmp_path / "b.zip", less), verifier())
        assert name in named(found)


def test_changed_bytes_all_over_a_bundle_are_found(made: tuple[Path, Case], tmp_path: Path) -> None:
    data, path = made[0].read_bytes(), tmp_path / "b.zip"
    for place in range(7, len(data), len(data) // 12):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :])
        found = verify_bundle(path, verifier())
        assert found.exit_code == 1, place
        assert named(found)
        jsonschema.validate(found.to_json(), json.loads(SCHEMA.read_text()))


def test_a_case_that_asks_for_endless_work_is_refused(files: Mapping[str, bytes], tmp_path: Path) -> None:
    changed = {**files, "case.json": edited(files["case.json"], "settings", "refits", value=10_000)}
    changed["case.json"] = edited(
        changed["case.json"], "settings", "prior", "nb_sizes", value=[1.0 + k for k in range(3000)]
    )
    found = verify_bundle(redone(tmp_path / "b.zip", changed), verifier())
    check = next(one for one in found.checks if one.id == "contents")
    assert check.outcome is Outcome.FAILED
    assert [(f.file, f.path) for f in check.findings] == [("case.json", "case.settings")]
    assert outcome(found, "assessment") is Outcome.SKIPPED


# ---------------------------------------------------------------------- counts
def test_an_image_that_counts_to_something_else_is_found(made: tuple[Path, Case]) -> None:
    found = verify_bundle(made[0], verifier(FakeCounter(more=1)))
    check = next(one for one in found.checks if one.id == "counts")
    assert check.outcome is Outcome.FAILED
    assert any(f.path == "[0].result.freight.first" or "freight" in f.path for f in check.findings)
    others = verifier(FakeCounter(more=1), versions={**versions(), "numpy": "other"})
    assert outcome(verify_bundle(made[0], others), "counts") is Outcome.FAILED


def test_counts_by_another_network_are_not_made_again(made: tuple[Path, Case]) -> None:
    class OtherCounter(FakeCounter):
        @property
        def model(self) -> str:
            return "strip-net 2"

    check = next(one for one in verify_bundle(made[0], verifier(OtherCounter())).checks if one.id == "counts")
    assert check.outcome is Outcome.SKIPPED
    assert "strip-net 2" in check.note


# ---------------------------------------------------------------------- another version, another machine
def reworded(
    assessment: Assessment, shown: ReportPictures, house: HouseStyle, formats: Sequence[str]
) -> Mapping[str, bytes]:
    files = render(assessment, shown, house, formats)
    page = files["report.html"].replace(b"<h1>", b"<h1>About ").replace(b"</p>", b" indeed</p>")
    return {**files, "report.html": page}


def test_another_version_may_word_the_report_but_not_its_numbers(
    made: tuple[Path, Case], files: Mapping[str, bytes], tmp_path: Path
) -> None:
    newer = verifier(render=reworded, versions={**versions(), "software": "wayside 9.0"})
    assert verify_bundle(made[0], newer).exit_code == 0
    same = verifier(render=reworded)
    assert outcome(verify_bundle(made[0], same), "report") is Outcome.FAILED
    changed = {**files, "report.html": files["report.html"].replace(b"0.98", b"0.93", 1)}
    found = verify_bundle(rebuilt(tmp_path / "b.zip", changed, crate=True), newer)
    assert outcome(found, "report") is Outcome.FAILED


def test_last_digits_count_on_the_same_software_alone() -> None:
    found = list(differences({"a": [1.0, 0.1 + 0.2], "b": "73 cars"}, {"a": [1.0, 0.3], "b": "74 cars"}))
    assert [(one.path, one.slight, one.worded) for one in found] == [("a[1]", True, False), ("b", False, False)]
    assert list(differences({"a": 1}, {"a": True})) != []
    assert [one.lacking for one in differences({}, {"a": 1})] == [True]


# ---------------------------------------------------------------------- signature
@pytest.fixture(scope="module")
def keys() -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from wayside.report.bundle import public_key_of

    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem, public_key_of(pem)


def test_a_signed_bundle_holds_and_says_whose_key_it_was(
    made: tuple[Path, Case], keys: tuple[bytes, bytes], tmp_path: Path
) -> None:
    private, public = keys
    given, path = case(), tmp_path / "signed.zip"
    write_bundle(path, given, evidence(given, tmp_path), render=render, formats=("md",), key=private)
    known = verify_bundle(path, verifier(), key=public)
    assert known.exit_code == 0
    assert "that was given" in next(one.note for one in known.checks if one.id == "signature")
    alone = next(one for one in verify_bundle(path, verifier()).checks if one.id == "signature")
    assert alone.outcome is Outcome.OK
    assert "does not prove" in alone.note
    assert outcome(verify_bundle(made[0], verifier(), key=public), "signature") is Outcome.FAILED
    assert manifest_digest(path) == manifest_digest(made[0])


def test_a_bundle_that_was_redone_after_it_was_signed_is_found(
    files: Mapping[str, bytes], keys: tuple[bytes, bytes], tmp_path: Path
) -> None:
    private, public = keys
    path = rebuilt(tmp_path / "b.zip", {**files, "wayside.toml": b"# changed\n"}, crate=True)
    assert verify_bundle(path, verifier()).exit_code == 0, "unsigned, such a change shows nowhere"
    add_to_bundle(path, signature=sign("ab" * 32, private))
    assert outcome(verify_bundle(path, verifier(), key=public), "signature") is Outcome.FAILED


def test_a_key_that_cannot_be_used_leaves_nothing(tmp_path: Path) -> None:
    given = case()
    parts: Evidence = evidence(given, tmp_path)
    with pytest.raises(InputError, match="key"):
        write_bundle(tmp_path / "b.zip", given, parts, render=render, key=b"no key")
    assert not (tmp_path / "b.zip").exists()


# ---------------------------------------------------------------------- whatever somebody writes into it
HOSTILE = "\u202e<script>alert(1)</script>\u2066 ../../x [red]\x00\x1b[2J" + "y" * 500


@pytest.mark.parametrize("name", ["case.json", "observations.json", "pictures.json", "articles.json", "house.json"])
def test_hostile_text_anywhere_is_only_text(name: str, files: Mapping[str, bytes], tmp_path: Path) -> None:
    words = {"case.json": b"Kestrel Junction", "observations.json": b"Ana Lys", "pictures.json": b"KJ_007",
             "articles.json": b"A record", "house.json": b"Institute"}[name]  # fmt: skip
    changed = {**files, name: files[name].replace(words, json.dumps(HOSTILE)[1:-1].encode())}
    found = verify_bundle(rebuilt(tmp_path / "b.zip", changed), verifier())
    assert found.exit_code == 1
    jsonschema.validate(found.to_json(), json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("name", ["case.json", "observations.json", "versions.json", "pictures.json", "articles.json",
                                  "house.json", "assessment.json", "prov.json", "ro-crate-metadata.json"])  # fmt: skip
@pytest.mark.parametrize("data", [b"null", b'{"a": 1}', b"\xff" + b"[" * 5000, b'[{"id": []}]'])
def test_a_file_of_another_kind_is_named(name: str, data: bytes, files: Mapping[str, bytes], tmp_path: Path) -> None:
    found = verify_bundle(rebuilt(tmp_path / "b.zip", {**files, name: data}), verifier())
    assert name in named(found)
    assert found.exit_code == 1
