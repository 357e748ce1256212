"""Bundles of a real workspace, made, tampered with, signed and stamped, all as it is typed."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import rasterio
from bundle_case import redone
from rasterio.transform import Affine
from rasterio.warp import transform as reproject

from wayside.assessment.assessment import CountedScene
from wayside.cli.main import execute
from wayside.pipeline.case_json import case_from_json, house_from_json
from wayside.pipeline.cases import conclude
from wayside.pipeline.pictures_json import pictures_from_json
from wayside.report.bundle import Content, write_container
from wayside.report.contents.report import build_report
from wayside.report.formats.every import ReportFormat
from wayside.wiring.bundles import RenderedReport, render_files

WEIGHTS = Path(__file__).parents[2] / "src" / "wayside" / "counting" / "weights" / "strip-net-1.onnx"
SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
EAST, NORTH, GSD, WIDTH, HEIGHT = 500_000.0, 4_700_000.0, 0.5, 360, 128
pytestmark = pytest.mark.skipif(not WEIGHTS.is_file(), reason="the package has no trained weights here")
Files = dict[str, bytes]


# ---------------------------------------------------------------------- a workspace
def _image(path: Path, seed: int) -> Path:
    """A grey field with a bright bar where a track lies."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(90, 130, (3, HEIGHT, WIDTH), dtype=np.uint8)
    pixels[:, 55:62, 60 : 200 + 40 * seed] = 190
    profile = {"driver": "GTiff", "width": WIDTH, "height": HEIGHT, "count": 3, "dtype": "uint8", "photometric": "RGB",
               "crs": "EPSG:32652", "transform": Affine(GSD, 0.0, EAST, 0.0, -GSD, NORTH)}  # fmt: skip
    with rasterio.open(path, "w", **profile) as target:
        target.write(pixels)
    return path


def _tracks(path: Path) -> Path:
    features = []
    for number, row in enumerate((58.0, 68.0), start=1):
        xs = [EAST + column * GSD for column in (5.0, WIDTH - 5.0)]
        lon, lat = reproject("EPSG:32652", "EPSG:4326", xs, [NORTH - row * GSD] * 2)
        line = [[float(x), float(y)] for x, y in zip(lon, lat, strict=True)]
        geometry = {"type": "LineString", "coordinates": line}
        features.append({"type": "Feature", "properties": {"id": str(number)}, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "name": "Test Yard", "features": features}))
    return path


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of three counted scenes, one of which only its owner may show."""
    folder = tmp_path_factory.mktemp("bundles")
    root = folder / "work"
    assert execute(["init", str(root), "--site", str(_tracks(folder / "tracks.geojson")), "--json"]) == 0
    for k, licence in enumerate(("CC0-1.0", "proprietary", "CC0-1.0"), start=1):
        image = str(_image(folder / f"scene{k}.tif", k))
        assert execute(["import", str(root), image, "--date", f"2023-0{k}-05", "--licence", licence, "--json"]) == 0
    assert execute(["run", str(root), "--json"]) == 0
    return root


def _bundle(workspace: Path, out: Path, format_: str) -> Path:
    assert execute(["report", str(workspace), "--bundle", "--format", format_, "--out", str(out), "--json"]) == 0
    (path,) = out.glob("*.zip")
    return path


@pytest.fixture(scope="module")
def bundle(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its bundle, with the report in HTML alone."""
    return _bundle(workspace, tmp_path_factory.mktemp("page"), "html")


@pytest.fixture(scope="module")
def full(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its bundle, with the report in every format."""
    return _bundle(workspace, tmp_path_factory.mktemp("full"), "all")


@pytest.fixture(scope="module")
def files(full: Path) -> Mapping[str, bytes]:
    with zipfile.ZipFile(full) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def only(files: Mapping[str, bytes], *formats: str) -> Files:
    """Return a bundle's files without the report in other formats than these."""
    kept = {f"report.{one}" for one in formats}
    return {
        name: data
        for name, data in files.items()
        if (name in kept or not name.startswith("report.")) and ("md" in formats or not name.startswith("figures/"))
    }


class Told:
    """Runs ``wayside verify --json`` and keeps what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> tuple[int, dict[str, Any]]:
        self._capsys.readouterr()
        code = execute([*map(str, arguments), "--json"])
        return code, json.loads(self._capsys.readouterr().out)

    def verify(self, path: Path, *options: object) -> tuple[int, dict[str, list[dict[str, str]]]]:
        """Return the exit code, and the findings of every check that failed by its id."""
        code, document = self("verify", path, "--jobs", 1, *options)
        jsonschema.validate(document, json.loads((SCHEMAS / "verify.json").read_text()))
        return code, {one["id"]: one["findings"] for one in document["checks"] if one["outcome"] == "failed"}


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(capsys)


def _software(files: Mapping[str, bytes]) -> str:
    return str(json.loads(files["versions.json"])["software"])


def all_redone(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write a bundle in which everything is redone that speaks of the changed files."""
    return redone(path, files, software=_software(files), when=case_from_json(json.loads(files["case.json"])).generated)


def manifest_redone(path: Path, files: Mapping[str, bytes]) -> Path:
    given: dict[str, Content] = {name: data for name, data in files.items() if name != "manifest.json"}
    write_container(path, given, case_from_json(json.loads(files["case.json"])).generated)
    return path


# ---------------------------------------------------------------------- whole
def test_a_bundle_holds_and_its_counts_are_made_again(full: Path, files: Mapping[str, bytes], told: Told) -> None:
    assert {"report.html", "report.pdf", "report.docx", "report.md"} <= set(files)
    assert any(name.startswith("figures/") for name in files)
    assert len([name for name in files if name.startswith("scenes/") and "overview" not in name]) == 2
    code, document = told("verify", full, "--jobs", 1)
    assert code == 0, document
    checks = {one["id"]: one for one in document["checks"]}
    assert checks["report"]["note"].startswith("byte for byte")
    assert checks["counts"]["outcome"] == "ok"
    assert checks["counts"]["note"].startswith("2 scenes")


def test_everything_redone_around_unchanged_files_is_the_same_bundle(
    full: Path, files: Mapping[str, bytes], tmp_path: Path
) -> None:
    # So that whatever the tests below find is found for the change alone.
    assert all_redone(tmp_path / "b.zip", files).read_bytes() == full.read_bytes()


def test_the_same_document_is_written_once(files: Mapping[str, bytes]) -> None:
    case = case_from_json(json.loads(files["case.json"]))
    assessment = conclude(case).assessment
    pictures = pictures_from_json(json.loads(files["pictures.json"]), files.__getitem__)
    house = house_from_json(json.loads(files["house.json"]))
    document = build_report(assessment, pictures, house=house)
    known = RenderedReport(document, house, {ReportFormat.MARKDOWN: {"report.md": b"as it was written"}})
    made = render_files(assessment, pictures, house, ("html", "md"), known=known)
    assert made == {"report.html": files["report.html"], "report.md": b"as it was written"}
    for other in (
        replace(known, house=replace(house, name="Another")),
        replace(known, document=replace(document, title="Another")),
    ):
        again = render_files(assessment, pictures, house, ("md",), known=other)
        assert again["report.md"] == files["report.md"]


# ---------------------------------------------------------------------- tampered with
def test_one_changed_byte_names_its_file(bundle: Path, files: Mapping[str, bytes], tmp_path: Path, told: Told) -> None:
    data = bytearray(bundle.read_bytes())
    for name in ("pictures/0001.png", f"scenes/0001-{json.loads(files['case.json'])['rows'][0]['scene']['id']}.tif"):
        place = data.index(files[name][:64]) + len(files[name]) // 2
        changed = data.copy()
        changed[place] ^= 1
        path = tmp_path / "b.zip"
        path.write_bytes(changed)
        code, failed = told.verify(path, "--no-recount")
        assert code == 1
        assert {one["file"] for one in failed["files"]} == {name}


def test_an_edited_number_of_the_page_is_named(files: Mapping[str, bytes], tmp_path: Path, told: Told) -> None:
    for name in ("report.html", "report.md"):
        changed = files[name].replace(b"2023-03-05", b"2023-03-06") if name == "report.md" else files[name]
        changed = changed.replace(b"5 March 2023", b"6 March 2023")
        assert changed != files[name]
        code, failed = told.verify(
            all_redone(tmp_path / "b.zip", {**only(files, "html", name[-2:]), name: changed}), "--no-recount"
        )
        assert code == 1
        assert list(failed) == ["report"]
        assert {one["file"] for one in failed["report"]} == {name}
        assert any("5" in one["expected"] and "6" in one["found"] for one in failed["report"])


def _other_report(files: Mapping[str, bytes], format_: str) -> dict[str, bytes]:
    """Return the report on a newest scene of another pixel size, everything else the same."""
    case = case_from_json(json.loads(files["case.json"]))
    newest = case.rows[-1]
    assert isinstance(newest, CountedScene)
    scene, result = replace(newest.scene, gsd_m=0.57), replace(newest.result, gsd_m=0.57)
    rows = (*case.rows[:-1], replace(newest, scene=scene, result=result))
    pictures = pictures_from_json(json.loads(files["pictures.json"]), files.__getitem__)
    house = house_from_json(json.loads(files["house.json"]))
    return dict(render_files(conclude(replace(case, rows=rows)).assessment, pictures, house, (format_,)))


@pytest.mark.parametrize("format_", ["pdf", "docx"])
def test_an_edited_number_of_a_printed_report_is_named(
    format_: str, files: Mapping[str, bytes], tmp_path: Path, told: Told
) -> None:
    name = f"report.{format_}"
    changed = {**only(files, "html"), **_other_report(files, format_)}
    code, failed = told.verify(all_redone(tmp_path / "b.zip", changed), "--no-recount")
    assert code == 1
    assert list(failed) == ["report"]
    assert {one["file"] for one in failed["report"]} == {name}
    assert any("0.5" in one["expected"] and "0.57" in one["found"] for one in failed["report"])
    if format_ == "pdf":
        assert any(one["path"].startswith("page ") for one in failed["report"]), failed["report"]


def test_on_other_fonts_a_printed_report_is_held_to_its_numbers(
    files: Mapping[str, bytes], tmp_path: Path, told: Told
) -> None:
    versions = json.loads(files["versions.json"])
    other = (json.dumps({**versions, "fonts": "0" * 16}, indent=1) + "\n").encode()
    kept = only(files, "html", "pdf")
    blanks = {**kept, "versions.json": other, "report.pdf": files["report.pdf"] + b"\n"}
    code, document = told("verify", all_redone(tmp_path / "b.zip", blanks), "--no-recount")
    assert code == 0, document
    note = next(one["note"] for one in document["checks"] if one["id"] == "report")
    assert "other bytes as fonts here are other: report.pdf" in note
    edited = {**kept, "versions.json": other, **_other_report(files, "pdf")}
    code, failed = told.verify(all_redone(tmp_path / "b.zip", edited), "--no-recount")
    assert (code, {one["file"] for one in failed["report"]}) == (1, {"report.pdf"})


def test_an_edited_assessment_is_named_by_its_field(files: Mapping[str, bytes], tmp_path: Path, told: Told) -> None:
    document = json.loads(files["assessment.json"])
    document["scenes"][0]["visible_fraction"] = 0.875
    changed = {**only(files, "html"), "assessment.json": (json.dumps(document, indent=1) + "\n").encode()}
    code, failed = told.verify(all_redone(tmp_path / "b.zip", changed), "--no-recount")
    assert code == 1
    assert [(one["file"], one["path"]) for one in failed["assessment"]] == [
        ("assessment.json", "scenes[0].visible_fraction")
    ]


def test_an_edited_case_is_found_from_every_side(files: Mapping[str, bytes], tmp_path: Path, told: Told) -> None:
    document = json.loads(files["case.json"])
    document["rows"][-1]["result"]["freight"]["first"] += 30
    changed = {**only(files, "html"), "case.json": (json.dumps(document, separators=(",", ":")) + "\n").encode()}
    code, failed = told.verify(manifest_redone(tmp_path / "b.zip", changed), "--no-recount")
    assert code == 1
    assert {"record", "rows", "assessment", "report"} <= set(failed)
    code, failed = told.verify(all_redone(tmp_path / "b.zip", changed), "--no-recount")
    assert {"rows", "assessment", "report"} <= set(failed)
    assert "case.rows[2]" in {one["path"] for one in failed["rows"]}


def test_what_is_missing_and_what_is_too_much_is_named(files: Mapping[str, bytes], tmp_path: Path, told: Told) -> None:
    files = only(files, "html", "md")
    figure = next(name for name in files if name.startswith("figures/"))
    less = {name: data for name, data in files.items() if name != figure}
    code, failed = told.verify(all_redone(tmp_path / "b.zip", less), "--no-recount")
    assert (code, [one["file"] for one in failed["report"]]) == (1, [figure])
    more = {**files, "figures/figure-99-1.png": files[figure]}
    code, failed = told.verify(all_redone(tmp_path / "b.zip", more), "--no-recount")
    assert (code, [one["file"] for one in failed["report"]]) == (1, ["figures/figure-99-1.png"])
    path = tmp_path / "grown.zip"
    path.write_bytes(b"")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**files, "stray.txt": b"x"}.items():
            archive.writestr(name, data)
    code, failed = told.verify(path, "--no-recount")
    assert code == 1
    assert "stray.txt" in {one["file"] for one in failed["files"]}


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link.html")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("name", "data"),
    [("../../escaped.txt", b"out"), ("/escaped.txt", b"out"), ("a\\..\\escaped.txt", b"out"), (_link(), b"/etc/passwd"),
     ("bomb.html", b"0" * 40_000_000)],
    ids=["up", "root", "drive", "link", "bomb"],
)  # fmt: skip
def test_hostile_archives_are_read_and_refused(
    name: str | zipfile.ZipInfo, data: bytes, bundle: Path, tmp_path: Path, told: Told
) -> None:
    path = tmp_path / "inside" / "b.zip"
    path.parent.mkdir()
    shutil.copy(bundle, path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    before = sorted(tmp_path.rglob("*"))
    code, failed = told.verify(path, "--no-recount")
    assert code == 1
    assert "structure" in failed
    assert sorted(tmp_path.rglob("*")) == before, "nothing was unpacked"


# ---------------------------------------------------------------------- a database edited by hand
def test_a_database_edited_by_hand_does_not_stand(workspace: Path, tmp_path: Path, told: Told) -> None:
    root = tmp_path / "work"
    shutil.copytree(workspace, root)
    with sqlite3.connect(root / "wayside.db") as database:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute("UPDATE observations SET count_median = 99")
        # Whoever owns the file can drop what guards it.
        database.execute("DROP TRIGGER observations_no_update")
        row, kept = database.execute("SELECT id, result FROM observations ORDER BY acquired DESC LIMIT 1").fetchone()
        result = json.loads(kept)
        for name in ("count", "freight"):
            result[name]["first"] += 30
        database.execute("UPDATE observations SET result = ? WHERE id = ?", (json.dumps(result), row))
    out = tmp_path / "out"
    code, said = told("report", root, "--bundle", "--out", out)
    assert (code, said["error"]["error"]) == (2, "WorkspaceError")
    assert "changed by hand" in said["error"]["what"]
    assert not out.exists()
    # One who knows the columns beside it changes those too.
    with sqlite3.connect(root / "wayside.db") as database:
        for name in ("count_median", "count_low90", "count_high90"):
            database.execute(f"UPDATE observations SET {name} = {name} + 30 WHERE id = ?", (row,))  # noqa: S608
    database.close()
    code, said = told("report", root, "--bundle", "--out", out)
    assert code == 0, said
    (path,) = out.glob("*.zip")
    code, failed = told.verify(path)
    assert code == 1
    assert list(failed) == ["counts"], "all else follows from what the database says"
    assert {one["file"] for one in failed["counts"]} == {"observations.json"}
    assert any("freight.first" in one["path"] for one in failed["counts"])


# ---------------------------------------------------------------------- signed and stamped
@pytest.fixture
def openssl(tmp_path: Path) -> Callable[..., None]:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")

    def run(*arguments: str) -> None:
        subprocess.run([program, *arguments], cwd=tmp_path, check=True, capture_output=True)

    return run


_AUTHORITY = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = x
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[usage]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = local
[local]
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


def test_a_bundle_is_signed(bundle: Path, tmp_path: Path, told: Told, openssl: Callable[..., None]) -> None:
    path = tmp_path / "b.zip"
    shutil.copy(bundle, path)
    for name in ("key", "other"):
        openssl("genpkey", "-algorithm", "ed25519", "-out", f"{name}.pem")
        openssl("pkey", "-in", f"{name}.pem", "-pubout", "-out", f"{name}.pub")
    code, failed = told.verify(path, "--no-recount", "--key", tmp_path / "key.pub")
    assert (code, [one["file"] for one in failed["signature"]]) == (1, ["signature.json"])
    code, done = told("stamp", path, "--sign", tmp_path / "key.pem")
    assert code == 0
    jsonschema.validate(done, json.loads((SCHEMAS / "stamp.json").read_text()))
    assert done["key_id"]
    assert told.verify(path, "--no-recount", "--key", tmp_path / "key.pub") == (0, {})
    code, failed = told.verify(path, "--no-recount", "--key", tmp_path / "other.pub")
    assert (code, list(failed)) == (1, ["signature"])


def test_a_bundle_is_stamped(bundle: Path, tmp_path: Path, told: Told, openssl: Callable[..., None]) -> None:
    path, request, answer = (tmp_path / name for name in ("b.zip", "b.tsq", "b.tsr"))
    shutil.copy(bundle, path)
    (tmp_path / "tsa.cnf").write_text(_AUTHORITY)
    (tmp_path / "serial").write_text("01\n")
    ec = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "tsa.cnf")
    for name in ("root", "other"):
        openssl("req", "-x509", *ec, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}",
                "-days", "3650", "-extensions", "root")  # fmt: skip
    openssl("req", *ec, "-keyout", "tsa.key", "-out", "tsa.csr")
    openssl("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
            "-out", "tsa.pem", "-days", "3650", "-extfile", "tsa.cnf", "-extensions", "usage")  # fmt: skip
    before = path.read_bytes()
    code, done = told("stamp", path, "--request", request)
    assert (code, done["request"], path.read_bytes()) == (0, str(request), before)
    openssl("ts", "-reply", "-queryfile", "b.tsq", "-out", "b.tsr", "-config", "tsa.cnf")
    code, done = told("stamp", path, "--token", answer)
    assert code == 0
    jsonschema.validate(done, json.loads((SCHEMAS / "stamp.json").read_text()))
    assert done["stamped"].endswith("Z")
    assert told.verify(path, "--no-recount", "--tsa-certificate", tmp_path / "root.pem") == (0, {})
    code, failed = told.verify(path, "--no-recount", "--tsa-certificate", tmp_path / "other.pem")
    assert (code, list(failed)) == (1, ["timestamp"])
    # The answer is about this manifest alone.
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(bundle) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    all_redone(other, {**kept, "report.html": kept["report.html"] + b"\n"})
    code, done = told("stamp", other, "--token", answer)
    assert code == 2
    assert "another manifest" in done["error"]["what"]


def test_what_is_not_whole_is_neither_signed_nor_stamped(
    bundle: Path, tmp_path: Path, told: Told, openssl: Callable[..., None]
) -> None:
    openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem")
    damaged = bytearray(bundle.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path = tmp_path / "b.zip"
    path.write_bytes(damaged)
    for options in (("--sign", tmp_path / "key.pem"), ("--request", tmp_path / "b.tsq")):
        code, done = told("stamp", path, *options)
        assert (code, done["error"]["error"]) == (2, "BundleError")
        assert "damaged" in done["error"]["what"]
    assert path.read_bytes() == bytes(damaged)
    assert not (tmp_path / "b.tsq").exists()
    (tmp_path / "b.tsr").write_bytes(b"no answer")
    shutil.copy(bundle, path)
    answer: tuple[tuple[object, ...], ...] = (("--token", tmp_path / "b.tsr"), ("--sign", tmp_path / "b.tsr"), ())
    for wrong in answer:
        code, done = told("stamp", path, *wrong)
        assert code == 2
    assert path.read_bytes() == bundle.read_bytes()
    (tmp_path / "text.zip").write_bytes(b"no archive")
    code, done = told("stamp", tmp_path / "text.zip", "--request", tmp_path / "b.tsq")
    assert (code, done["error"]["error"]) == (2, "BundleError")
