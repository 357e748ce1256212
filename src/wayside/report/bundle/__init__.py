"""The evidence bundle: one archive with the report, all that it was computed from, and what it takes to check it."""

from wayside.report.bundle.crate import Crate, CrateFile, crate_bytes
from wayside.report.bundle.findings import Finding
from wayside.report.bundle.manifest import Listed, manifest_from, read_json, written
from wayside.report.bundle.png import png_of, rgb_of
from wayside.report.bundle.prov import ProvRecord
from wayside.report.bundle.reading import Bundle, add_to_bundle, opened_bundle
from wayside.report.bundle.signing import Signed, check_signature, public_key_of, sign
from wayside.report.bundle.texts import differing_words, words_of
from wayside.report.bundle.timestamps import Stamped, check_timestamp, timestamp_request
from wayside.report.bundle.writing import Content, write_container

__all__ = [
    "Bundle",
    "Content",
    "Crate",
    "CrateFile",
    "Finding",
    "Listed",
    "ProvRecord",
    "Signed",
    "Stamped",
    "add_to_bundle",
    "check_signature",
    "check_timestamp",
    "crate_bytes",
    "differing_words",
    "manifest_from",
    "opened_bundle",
    "png_of",
    "public_key_of",
    "read_json",
    "rgb_of",
    "sign",
    "timestamp_request",
    "words_of",
    "write_container",
    "written",
]
