"""What of an address may be printed: nothing signed, nothing secret, nothing of the reader's own network."""

from __future__ import annotations

import re

__all__ = ["link_of", "public_address", "without_parameters"]

_PARTS = re.compile(r"(https?|s3|gs)://([^/?#\\]+)(/[^?#]*)?(?:[?#].*)?", re.IGNORECASE)
_PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~]*")
"""Printable ASCII without quotes, angle brackets, backslash, caret, braces, bar and grave accent."""
_HOST = re.compile(r"(?:[A-Za-z0-9_-]+\.)+[A-Za-z][A-Za-z0-9-]*(?::\d{1,5})?")
_BUCKET = re.compile(r"[A-Za-z0-9._-]+")
_OWN_NETWORK = (".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".corp", ".arpa")
_SECRET = re.compile(
    r"(?:token|secret|passw\w*|pwd|signature|sig|credentials?|session\w*|api[-_]?key|access[-_]?key\w*)\s*[=:]"
    r"|eyJ[A-Za-z0-9_-]{8,}\.|AKIA[0-9A-Z]{12}",
    re.IGNORECASE,
)
_ANY = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^\s\"'<>]+)", re.ASCII)
_CODED = re.compile(r"%([0-9A-Fa-f]{2})")


def public_address(href: str) -> str:
    """Return what may be printed of an address; empty where nothing may.

    User, query and fragment are left out, as signatures and keys stand there. Empty come back: paths of this machine,
    addresses of machines by number or on the own network, and paths in which a token seems to stand.
    """
    found = _PARTS.fullmatch(href)
    if found is None or not _PLAIN.fullmatch(href, 0, found.end(3) if found[3] else found.end(2)):
        return ""
    scheme, host, path = found[1].lower(), found[2].rpartition("@")[2], found[3] or ""
    if _SECRET.search(_decoded(_decoded(path))):
        return ""
    known = _BUCKET.fullmatch(host) if scheme in {"s3", "gs"} else _HOST.fullmatch(host) and not _is_own(host)
    return f"{scheme}://{host}{path}" if known else ""


def _is_own(host: str) -> bool:
    return host.partition(":")[0].lower().endswith(_OWN_NETWORK)


def _decoded(text: str) -> str:
    return _CODED.sub(lambda match: chr(int(match[1], 16)), text)


def link_of(href: str) -> str:
    """Return an address that a reader may be led to: one over http that is public as a whole; else nothing."""
    shown = public_address(href)
    return shown if shown == href and shown.startswith(("http://", "https://")) else ""


def without_parameters(text: str) -> str:
    """Return a sentence in which every address has lost its user, query and fragment."""
    return _ANY.sub(_bare, text) if "://" in text else text


def _bare(match: re.Match[str]) -> str:
    host, slash, path = re.split(r"[?#]", match[2], maxsplit=1)[0].partition("/")
    address = f"{match[1]}{host.rpartition('@')[2]}{slash}{path}"
    return match[1] + "…" if _SECRET.search(_decoded(_decoded(address))) else address
