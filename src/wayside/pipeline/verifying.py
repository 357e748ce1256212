"""Checks an evidence bundle: every byte, and everything that can be computed again from what is in it."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wayside.assessment.assessment import Assessment
from wayside.assessment.to_json import to_json
from wayside.errors import InputError
from wayside.pipeline.bundle_record import ARTICLES, Made, articles_file, crate_of, prov_of
from wayside.pipeline.bundling import Renderer, compact
from wayside.pipeline.case_json import (
    case_from_json,
    observations_from_json,
)
from wayside.pipeline.case_limits import check_effort
from wayside.pipeline.cases import conclude
from wayside.pipeline.checking_reports import Likeness, check_report, unread
from wayside.pipeline.json_differences import Difference, differences
from wayside.pipeline.ports import Progress, SceneCounter, SceneFiles
from wayside.pipeline.recounting import check_images, check_rows, not_in_images, recount
from wayside.pipeline.unpacking import UnpackedImages, unpacked_images
from wayside.pipeline.verification import Check, Verification, checked, skipped
from wayside.pipeline.zone_recheck import check_zone_facts, recheck_zones
from wayside.pipeline.zoning import ZoneReader
from wayside.report.bundle import (
    Bundle,
    Finding,
    Listed,
    check_signature,
    check_timestamp,
    manifest_from,
    opened_bundle,
    read_json,
    written,
)
from wayside.report.bundle.names import (
    ASSESSMENT,
    CASE,
    CRATE,
    HOUSE,
    LAST,
    MANIFEST,
    OBSERVATIONS,
    PICTURES,
    PROVENANCE,
    SIGNATURE,
    TIMESTAMP,
    VERSIONS,
    is_report,
)

__all__ = ["Verifier", "verify_bundle"]

_RELATIVE = 1e-9
_LARGEST = 1 << 27
"""Bytes of JSON that are read of one file."""


@dataclass(frozen=True, eq=False)
class Verifier:
    """What a bundle is checked with.

    Attributes:
        render: writes the report's files from their values.
        counter: counts an image file; None to leave the counts as they are.
        versions: of the software here, as ``Evidence.versions``.
        progress: is told how far it is.
        jobs: number of processes that count.
        zones: makes what reads storage zones in the images that were unpacked; None to leave the looks as they are.
    """

    render: Renderer
    counter: SceneCounter | None
    versions: Mapping[str, str]
    progress: Progress
    jobs: int = 1
    zones: Callable[[SceneFiles], ZoneReader] | None = None

    @property
    def software(self) -> str:
        """Name and version of the program."""
        return self.versions.get("software", "wayside")


@dataclass(frozen=True, eq=False)
class _Read:
    """What could be read of a bundle.

    Attributes:
        made: case and rows.
        versions: of the software that made it.
        listed: the manifest, by name.
    """

    made: Made
    versions: Mapping[str, str]
    listed: Mapping[str, Listed]


def verify_bundle(
    path: Path,
    verifier: Verifier,
    *,
    key: bytes | None = None,
    certificates: bytes | None = None,
) -> Verification:
    """Check a bundle; whatever does not hold is a finding, and no error.

    Args:
        path: of the bundle.
        verifier: what it is checked with.
        key: public key, PEM, that its signature must be by; None to check a signature for itself alone.
        certificates: PEM, under which its timestamp must be signed; None to look only at what was stamped.

    Raises:
        InputError: it is no bundle; the key or the certificates cannot be used.
        OutsideError: the disk failed.
    """
    with opened_bundle(path) as bundle:
        manifest = _or_empty(bundle, MANIFEST)
        checks = [
            checked("structure", "The archive is built as a bundle is", bundle.structure),
            _files(bundle, verifier.progress),
        ]
        signed = [_signature(bundle, manifest, key), _timestamp(bundle, manifest, certificates)]
        read = _read(bundle, manifest)
        if isinstance(read, Finding):
            checks.append(checked("contents", "Its data can be read", (read,)))
            checks += [skipped(i, title, "the data cannot be read") for i, title in _TITLES.items()]
            made_with = ""
        else:
            checks.append(checked("contents", "Its data can be read", tuple(_forms(bundle, read))))
            checks += _recomputed(bundle, read, verifier)
            made_with = read.made.software
        return Verification(
            bundle.name,
            (*checks, *signed),
            made_with=made_with,
            checked_with=verifier.software,
            manifest_sha256=hashlib.sha256(manifest).hexdigest() if manifest else "",
        )


_TITLES = {
    "record": "Description and record of origin fit the data",
    "images": "Images are those that were counted",
    "rows": "Counts and reviews are carried unchanged",
    "assessment": "Series and judgements, computed again",
    "report": "Report, written again",
    "counts": "Counts, made again from the images",
    "zones": "Looks at storage zones, made again from the images",
}


# ---------------------------------------------------------------------- bytes
def _files(bundle: Bundle, progress: Progress) -> Check:
    progress.start("Hashing files", len(bundle.entries))
    findings = bundle.check_files(progress.advance)
    progress.finish()
    number = len(bundle.entries)
    return checked("files", "Every file has its checksum", findings, f"{number:,} files")


def _signature(bundle: Bundle, manifest: bytes, key: bytes | None) -> Check:
    title = "Signature"
    if SIGNATURE not in bundle.entries:
        if key is None:
            return skipped("signature", title, "the bundle has none")
        missing = Finding(SIGNATURE, "a key was given, but the bundle has no signature")
        return checked("signature", title, (missing,))
    found = check_signature(_or_empty(bundle, SIGNATURE), hashlib.sha256(manifest).hexdigest(), key)
    if found.fault:
        return checked("signature", title, (Finding(SIGNATURE, found.fault),))
    short = f"{found.key_id[:16]}…"
    if found.by_known_key:
        return checked("signature", title, (), f"by the key that was given ({short})")
    return checked("signature", title, (), f"by key {short}; whose it is, it does not prove: give --key")


def _timestamp(bundle: Bundle, manifest: bytes, certificates: bytes | None) -> Check:
    title = "Timestamp"
    if TIMESTAMP not in bundle.entries:
        if certificates is None:
            return skipped("timestamp", title, "the bundle has none")
        missing = Finding(TIMESTAMP, "a certificate was given, but the bundle has no timestamp")
        return checked("timestamp", title, (missing,))
    found = check_timestamp(_or_empty(bundle, TIMESTAMP), manifest, certificates)
    if found.fault or found.when is None:
        return checked("timestamp", title, (Finding(TIMESTAMP, found.fault or "it gives no time"),))
    when = found.when.isoformat().replace("+00:00", "Z")
    if found.by_known_authority:
        return checked("timestamp", title, (), f"{when}, under the certificate that was given")
    return checked("timestamp", title, (), f"{when}; who says so, it does not prove: give --tsa-certificate")


def _or_empty(bundle: Bundle, name: str) -> bytes:
    try:
        return bundle.read(name)
    except InputError:
        return b""


# ---------------------------------------------------------------------- contents
def _read(bundle: Bundle, manifest: bytes) -> _Read | Finding:
    """Return what a bundle's data are, or what keeps them from being read."""
    name = CASE
    try:
        case_document = read_json(bundle.read(CASE, limit=_LARGEST), CASE)
        case = case_from_json(case_document)
        check_effort(case)
        name = OBSERVATIONS
        observations_document = read_json(bundle.read(OBSERVATIONS, limit=_LARGEST), OBSERVATIONS)
        observations = observations_from_json(observations_document)
        check_effort(case, observations)
        name = VERSIONS
        versions = read_json(bundle.read(VERSIONS), VERSIONS)
        if not isinstance(versions, dict) or not all(isinstance(text, str) for text in versions.values()):
            return Finding(VERSIONS, "it gives no versions")
    except InputError as fault:
        return unread(name, fault)
    try:
        listed = manifest_from(manifest)
    except InputError:
        listed = {}
    software = versions.get("software", "wayside")
    return _Read(Made(case, observations, case_document, observations_document, software), versions, listed)


def _forms(bundle: Bundle, read: _Read) -> Iterator[Finding]:
    """Yield files whose values are right but that are not written as a bundle writes them."""
    made = read.made
    for name, expected in (
        (CASE, compact(made.case_document)),
        (OBSERVATIONS, compact(made.observations_document)),
        (VERSIONS, written(dict(sorted(read.versions.items())))),
    ):
        if bundle.read(name) != expected:
            yield Finding(name, "it is not written as a bundle writes it")
    for key in ("software", "model"):
        if made.case.versions.get(key, read.versions.get(key, "")) != read.versions.get(key, ""):
            yield Finding(
                VERSIONS, "it differs from the case", key, made.case.versions[key], read.versions.get(key, "")
            )


def _recomputed(bundle: Bundle, read: _Read, verifier: Verifier) -> Iterator[Check]:
    """Make everything again that follows from the data, and compare."""
    yield checked("record", _TITLES["record"], tuple(_record(bundle, read)))
    yield checked("images", _TITLES["images"], tuple(check_images(bundle, read.made.case)))
    yield checked(
        "rows",
        _TITLES["rows"],
        (*check_rows(read.made), *check_zone_facts(read.made.case)),
        left=tuple(not_in_images(read.made)),
    )
    verifier.progress.start("Computing again", 2)
    try:
        assessment = conclude(read.made.case).assessment
    except (InputError, ArithmeticError, ValueError, MemoryError) as fault:
        # Numbers that fit their fields may still be none that a series can be computed from.
        yield checked(
            "assessment", _TITLES["assessment"], (Finding(CASE, f"nothing can be computed from it ({fault})"),)
        )
        yield skipped("report", _TITLES["report"], "there is no assessment to write it from")
    else:
        verifier.progress.advance("series and judgements")
        yield _assessment(bundle, read, verifier, assessment)
        alike = Likeness.of(read.versions, verifier.versions)
        yield check_report(bundle, verifier.render, assessment, alike, _TITLES["report"])
    verifier.progress.finish()
    yield from _from_images(bundle, read, verifier)


def _record(bundle: Bundle, read: _Read) -> Iterator[Finding]:
    """Yield where the record of origin, the list of articles or the crate do not follow from the data."""
    sha256 = {name: _sha256(bundle, name) for name in bundle.entries if name in _RECORDED or is_report(name)}
    yield from _derived(bundle, PROVENANCE, lambda: prov_of(read.made, sha256))
    if read.made.case.coverage is not None or ARTICLES in bundle.entries:
        yield from _derived(bundle, ARTICLES, lambda: _articles(bundle, read))
    listed = {name: line for name, line in read.listed.items() if name not in {CRATE, *LAST}}
    if listed:
        yield from _derived(bundle, CRATE, lambda: crate_of(read.made, listed))


_RECORDED = {CASE, OBSERVATIONS, ASSESSMENT, HOUSE, PICTURES, VERSIONS}


def _sha256(bundle: Bundle, name: str) -> str:
    return hashlib.sha256(_or_empty(bundle, name)).hexdigest()


def _articles(bundle: Bundle, read: _Read) -> bytes:
    """Return the list of articles as it should be; the digests of texts that are not here are taken from it."""
    held = read_json(bundle.read(ARTICLES), ARTICLES)
    lines = held if isinstance(held, list) else []
    digests = {str(line.get("id")): str(line.get("text_sha256")) for line in lines if isinstance(line, dict)}
    return articles_file(read.made.case.coverage, digests)


def _derived(bundle: Bundle, name: str, make: Callable[[], bytes]) -> Iterator[Finding]:
    """Yield where a file differs from the one that the data give."""
    try:
        found, expected = bundle.read(name), make()
        if found == expected:
            return
        places = list(differences(read_json(found, name), read_json(expected, name)))
    except InputError as fault:
        yield unread(name, fault)
        return
    what = "it does not fit the data that it is about"
    yield from (Finding(name, what, one.path, one.expected, one.found) for one in places)
    if not places:
        yield Finding(name, "it is not written as a bundle writes it")


# ---------------------------------------------------------------------- computing again
def _assessment(bundle: Bundle, read: _Read, verifier: Verifier, assessment: Assessment) -> Check:
    title = _TITLES["assessment"]
    expected = to_json(assessment)
    try:
        data = bundle.read(ASSESSMENT)
        found = read_json(data, ASSESSMENT)
    except InputError as fault:
        return checked("assessment", title, (unread(ASSESSMENT, fault),))
    places = list(differences(found, read_json(written(expected), ASSESSMENT), relative=_RELATIVE))
    alike = Likeness.of(read.versions, verifier.versions)
    grave = [one for one in places if not _excused(one, alike)]
    what = "what is computed from the case differs"
    findings = [Finding(ASSESSMENT, what, one.path, one.expected, one.found) for one in grave]
    if not places and data != written(found):
        findings.append(Finding(ASSESSMENT, "it is not written as a bundle writes it"))
    return checked("assessment", title, tuple(findings), _how(places, grave, alike=alike.libraries))


def _excused(one: Difference, alike: Likeness) -> bool:
    """Whether a difference is one of another machine's last digits, or of another version's words."""
    return (one.slight and not alike.libraries) or ((one.worded or one.lacking) and not alike.software)


def _how(places: list[Difference], grave: list[Difference], *, alike: bool) -> str:
    if grave:
        return f"{len(grave):,} places differ"
    if places:
        return f"the same to {_RELATIVE:g} of each number; the software here differs from the one that made it"
    return "the same to the last digit" if alike else "the same to the last digit, on other software"


# ---------------------------------------------------------------------- from the images again
def _from_images(bundle: Bundle, read: _Read, verifier: Verifier) -> Iterator[Check]:
    """Count the images again and look at the zones in them, unpacked into a folder of their own."""
    if verifier.counter is None and verifier.zones is None:
        for one in ("counts", "zones"):
            yield skipped(one, _TITLES[one], "left out, as asked")
        return
    with tempfile.TemporaryDirectory(prefix="wayside-verify-") as folder:
        images = unpacked_images(bundle, read.made.case, Path(folder))
        yield _counts(images, read, verifier)
        yield _zones(images, read, verifier)


def _counts(images: UnpackedImages, read: _Read, verifier: Verifier) -> Check:
    title = _TITLES["counts"]
    if verifier.counter is None:
        return skipped("counts", title, "left out, as asked")
    alike = Likeness.of(read.versions, verifier.versions).libraries
    done = recount(images, read.made, verifier.counter, alike=alike, jobs=verifier.jobs, progress=verifier.progress)
    if not done.counted:
        return skipped("counts", title, done.note, done.left)
    return checked("counts", title, done.findings, done.note, done.left)


def _zones(images: UnpackedImages, read: _Read, verifier: Verifier) -> Check:
    title = _TITLES["zones"]
    if verifier.zones is None:
        return skipped("zones", title, "left out, as asked")
    alike = Likeness.of(read.versions, verifier.versions).libraries
    try:
        done = recheck_zones(read.made.case, images.files, verifier.zones(images), alike=alike)
    except (InputError, ArithmeticError, ValueError, MemoryError) as fault:
        # Numbers that fit their fields may still make a zone or a fit that nothing can be read by.
        return checked("zones", title, (Finding(CASE, f"no zone can be looked at ({fault})", "case.zones"),))
    if not done.made:
        return skipped("zones", title, done.note, done.left)
    return checked("zones", title, done.findings, done.note, done.left)
