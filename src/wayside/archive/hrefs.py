"""Addresses in items: on the web or on this machine; and of ours, nothing secret and no way out of the folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlsplit, urlunsplit
from urllib.request import url2pathname

from wayside.errors import AddressRefusedError

__all__ = ["AZURE_SIGNATURE", "is_web", "local_path", "path_inside", "scrubbed", "without_secrets"]

AZURE_SIGNATURE = frozenset({
    "sig", "se", "sp", "sv", "sr", "st", "spr", "sip", "ss", "srt", "skoid", "sktid", "skt", "ske", "sks", "skv",
})  # fmt: skip
"""Parameters of a shared access signature, whose names by themselves say little."""
_SECRET_NAMES = AZURE_SIGNATURE | frozenset({
    # likewise of Amazon CloudFront, Google and Alibaba
    "expires", "policy", "awsaccesskeyid", "googleaccessid", "ossaccesskeyid", "security-token", "hmac",
    "key", "auth", "authorization", "pass", "pwd", "user", "username", "login", "sid", "jwt", "bearer", "code",
})  # fmt: skip
_SECRET_PARTS = re.compile(
    r"token|secret|passw|signature|credential|session|api[-_]?key|access[-_]?key|subscription[-_]?key|key[-_]?pair"
    r"|^x-(?:amz|goog|oss|ms)-"
)
_SECRET_VALUE = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.|(?:Bearer|Basic)\s|AKIA[0-9A-Z]{12}", re.ASCII)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+", re.ASCII)
_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:", re.ASCII)


def is_web(href: str) -> bool:
    """Tell whether an address is one of HTTP."""
    return href[:8].lower().startswith(("http://", "https://"))


def local_path(href: str) -> Path | None:
    """Return the path that a path or a ``file`` address of this machine means; None for another kind of address."""
    if href[:5].lower() != "file:":
        return Path(href) if "://" not in href or _WINDOWS_DRIVE.match(href) else None
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    return Path(url2pathname(parts.path)) if parts.netloc in {"", "localhost"} else None


def without_secrets(href: str) -> str:
    """Return an address without user, password, signature, token or key; a path stays as it is.

    Parameters are told by their names, and by values that are tokens whatever their name. An address that cannot be
    taken apart is cut at its first question mark.
    """
    if "://" not in href:
        return href
    try:
        parts = urlsplit(href)
        host = parts.netloc.rpartition("@")[2]
        query, fragment = _plain(parts.query), _plain(parts.fragment)
        return urlunsplit((parts.scheme, host, parts.path, query, fragment))
    except (ValueError, RecursionError):  # addresses within addresses may go as deep as one likes
        return re.split(r"[?#]", re.sub(r"//[^/@]*@", "//", href), maxsplit=1)[0]


def _plain(query: str) -> str:
    """Return the parameters that give nothing away, as they were written."""
    return "".join(
        piece if i == 0 else separator + piece
        for i, (separator, piece) in enumerate(
            (separator, piece) for separator, piece in _pieces(query) if not _is_secret(piece)
        )
    )


def _pieces(query: str) -> list[tuple[str, str]]:
    """Return each parameter with the separator before it."""
    found = re.split(r"([&;])", query)
    return [("&" if i == 0 else found[2 * i - 1], found[2 * i]) for i in range(len(found) // 2 + 1)]


def _is_secret(piece: str) -> bool:
    name, _, value = piece.partition("=")
    plain = unquote_plus(unquote_plus(name)).strip().lower()
    text = unquote_plus(value)
    secret = plain in _SECRET_NAMES or _SECRET_PARTS.search(plain) or _SECRET_VALUE.search(text)
    return bool(secret) or without_secrets(text) != text


def scrubbed(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON with every address in it, in keys, values and inside sentences, made free of secrets."""
    if isinstance(value, Mapping):
        return {str(scrubbed(name)): scrubbed(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [scrubbed(inner) for inner in value]
    if isinstance(value, str) and "://" in value:
        return _ADDRESS.sub(lambda match: without_secrets(match[0]), value)
    return value


def path_inside(root: Path, href: str) -> Path:
    """Return the file that an item names, which lies in ``root``.

    Raises:
        AddressRefusedError: an address, an absolute path, a way up and out, or a link that leads out.
    """
    if _SCHEME.match(href) or href.startswith(("/", "\\", "~")) or "\\" in href or "\0" in href or not href:
        raise _refused(href, root)
    path = root / href
    if ".." in path.relative_to(root).parts or path == root:
        raise _refused(href, root)
    try:
        real, inside = path.resolve(), root.resolve()
    except (OSError, RuntimeError) as error:
        raise _refused(href, root) from error
    if not real.is_relative_to(inside):
        raise _refused(href, root)
    return path


def _refused(href: str, root: Path) -> AddressRefusedError:
    return AddressRefusedError(
        f"the item names a file outside of the archive ({without_secrets(href)[:200]!r})",
        where=str(root),
        todo="Import that image into the workspace",
    )
