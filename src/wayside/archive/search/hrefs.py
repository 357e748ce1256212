"""Where an asset's bytes are: absolute addresses that a search may hand on."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from wayside.archive.hrefs import is_web, local_path
from wayside.archive.search.fields import mapping, sequence, text
from wayside.errors import AddressRefusedError

__all__ = ["absolute", "asset_address"]

_SAFE = "/~!$&'()*+,;=:@"
_LONGEST = 8000
_UNFIT = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")
"""Characters that no address has, and that would move a terminal's cursor or turn its writing round."""
_AZURE_SCHEMES = frozenset({"az", "abfs", "abfss", "adl", "wasb", "wasbs"})


def absolute(href: str, base: str, *, local: bool) -> str:
    """Return an address with its base before it, if it is relative.

    Raises:
        AddressRefusedError: it is too long, malformed, or names a file of this machine though the source is not local.
    """
    href = href.strip()
    if not href or len(href) > _LONGEST or href.startswith("\\\\") or _UNFIT.search(href):
        raise AddressRefusedError("the address is malformed")
    try:
        href.encode()  # JSON can hold halves of surrogate pairs, which no address has
        if is_web(base):
            joined = href if _has_scheme(href) else urljoin(base, href.replace("\\", "/"))
            parts = urlsplit(joined)
            if is_web(joined) and not parts.hostname:
                raise AddressRefusedError("the address has no host")
        else:
            joined = _beside(href, base)
    except ValueError as error:
        raise AddressRefusedError("the address is malformed") from error
    if not is_web(joined) and local_path(joined) is not None and not local:
        raise AddressRefusedError("the address is a file of this machine, and the source is not local")
    return joined


def _has_scheme(href: str) -> bool:
    """Tell whether an address names its scheme; a parameter of a relative one may be an address itself."""
    return "://" in re.split(r"[?#]", href, maxsplit=1)[0]


def _beside(href: str, base: str) -> str:
    """Return the path or address that ``href`` means in a file at the path ``base``."""
    if "://" in href:
        path = local_path(href)
        return href if path is None else str(path)
    if href.startswith(("/", "\\")) or href[1:3] in {":\\", ":/"}:
        return href
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), href))


def asset_address(asset: Mapping[str, Any], properties: Mapping[str, Any], base: str, *, local: bool) -> str:
    """Return where an asset can be read: over HTTP, or on this machine's disk for a local source.

    Public buckets have addresses on the web: ``s3://``, ``gs://`` and ``az://`` become those. Where the asset's own
    address cannot be read, its alternates (extension ``alternate``) are tried.

    Raises:
        AddressRefusedError: none of them can be read; says why of the first.
    """
    refused: AddressRefusedError | None = None
    for holder in _places(asset):
        href = holder.get("href")
        if not isinstance(href, str):
            continue
        try:
            return _readable(href, {**properties, **asset, **holder}, base, local=local)
        except AddressRefusedError as error:
            refused = refused or error
    raise refused or AddressRefusedError("the asset has no address")


def _places(asset: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield asset
    alternates = mapping(asset.get("alternate"))
    yield from (mapping(alternates[key]) for key in sorted(alternates)[:20])


def _readable(href: str, said: Mapping[str, Any], base: str, *, local: bool) -> str:
    found = absolute(_without_gdal(href.strip()), base, local=local)
    if is_web(found):
        return found
    scheme = found.partition("://")[0].lower() if "://" in found else ""
    if scheme in {"s3", "gs", "gcs", *_AZURE_SCHEMES}:
        return _bucket(scheme, found, said)
    if not scheme and local and local_path(found) is not None:
        return found
    raise AddressRefusedError(f"its address has the scheme {scheme or 'file'!r}, which is not read here")


def _without_gdal(href: str) -> str:
    """Turn GDAL's names of remote files into addresses."""
    for prefix, scheme in (("/vsicurl/", ""), ("/vsis3/", "s3://"), ("/vsigs/", "gs://"), ("/vsiaz/", "az://")):
        if href.startswith(prefix):
            return scheme + href.removeprefix(prefix)
    return href


def _bucket(scheme: str, href: str, said: Mapping[str, Any]) -> str:
    if _requester_pays(said):
        raise AddressRefusedError(f"its {scheme} bucket is read at the reader's cost (requester pays)")
    host, _, key = href.partition("://")[2].partition("/")
    path = quote(key, safe=_SAFE + "%")
    if not host or not key:
        raise AddressRefusedError(f"its {scheme} address is not complete")
    if scheme == "s3":
        return _s3(host, path, said)
    if scheme in {"gs", "gcs"}:
        return f"https://storage.googleapis.com/{quote(host, safe='')}/{path}"
    return _azure(host, path, said)


def _s3(bucket: str, path: str, said: Mapping[str, Any]) -> str:
    """Return the web address of an object; a bucket with dots in its name cannot be part of a host of a certificate."""
    region = _label(said.get("storage:region")) or _region_of_scheme(said)
    host = f"s3.{region}.amazonaws.com" if region else "s3.amazonaws.com"
    if _label(bucket):
        return f"https://{bucket}.{host}/{path}"
    return f"https://{host}/{quote(bucket, safe='')}/{path}"


def _azure(container: str, path: str, said: Mapping[str, Any]) -> str:
    if "@" in container:
        container, _, host = container.partition("@")
        account = host.partition(".")[0]
    else:
        options = mapping(said.get("xarray:storage_options")) or mapping(said.get("table:storage_options"))
        stated = (said.get("storage:account"), said.get("msft:storage_account"), options.get("account_name"))
        account = next((a for value in stated if (a := _label(value))), "")
    if not _label(account):
        raise AddressRefusedError("its Azure address does not name the storage account")
    return f"https://{account}.blob.core.windows.net/{quote(container, safe='$')}/{path}"


def _label(value: object) -> str:
    """Return a text that may be part of a host's name; else an empty one."""
    stated = text(value)
    return stated if stated and stated.isascii() and stated.replace("-", "").isalnum() and len(stated) < 64 else ""


def _schemes(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what the storage extension, version 2, says of the asset's store."""
    known = mapping(said.get("storage:schemes"))
    return [mapping(known.get(ref)) for ref in sequence(said.get("storage:refs")) if isinstance(ref, str)]


def _region_of_scheme(said: Mapping[str, Any]) -> str:
    return next((r for s in _schemes(said) if (r := _label(s.get("region")))), "")


def _requester_pays(said: Mapping[str, Any]) -> bool:
    return said.get("storage:requester_pays") is True or any(s.get("requester_pays") is True for s in _schemes(said))
