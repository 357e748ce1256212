"""Which addresses may be reached, and how an address is shown without its secrets."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from base64 import b64encode
from collections.abc import Collection, Sequence
from enum import Enum
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from wayside.archive.hrefs import AZURE_SIGNATURE
from wayside.errors import AddressRefusedError

__all__ = ["HIDDEN", "AddressKind", "address_key", "address_kind", "checked_url", "origin", "redacted", "shown"]

HIDDEN = "***"
_UNREADABLE = "an address that cannot be read"


# IANA's special-purpose registries (RFC 6890 and its updates), and two addresses by which clouds hand out secrets to
# the machines in them, which lie in ordinary ranges: Azure's wire server and Alibaba's metadata service.
_LOCAL_V4 = tuple(
    ipaddress.IPv4Network(n) for n in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
_NEVER_V4 = tuple(
    ipaddress.IPv4Network(n)
    for n in (
        "0.0.0.0/8",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
_LOCAL_V6 = (ipaddress.IPv6Network("::1/128"), ipaddress.IPv6Network("fc00::/7"))
_NEVER_V6 = tuple(ipaddress.IPv6Network(n) for n in ("fd00:ec2::254/128", "2001::/23", "2001:db8::/32", "3fff::/20"))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})

# Parameters that say what is looked for; all others may be a token, a signature or a key.
_HARMLESS = frozenset(
    {
        "bbox",
        "collections",
        "crs",
        "datetime",
        "f",
        "fields",
        "filter-lang",
        "format",
        "ids",
        "intersects",
        "limit",
        "offset",
        "page",
        "sortby",
    }
)
_CLOUDFRONT = frozenset({"signature", "expires", "policy", "key-pair-id", "awsaccesskeyid", "googleaccessid"})
_TOKENS = frozenset({"access_token", "api_key", "api-key", "apikey", "subscription-key", "token"})
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?", re.ASCII)
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST_SHOWN = 500
_SHORTEST_SECRET = 4


class AddressKind(Enum):
    """What an IP address leads to.

    ``PUBLIC``: a host of the public internet. ``LOCAL``: this machine or a private network. ``NEVER``: nothing that
    serves images: link-local and metadata services, multicast, reserved, documentation, unspecified.
    """

    PUBLIC = "public"
    LOCAL = "local"
    NEVER = "never"


def address_kind(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> AddressKind:
    """Return what an IP address leads to, looking through IPv6 forms that carry an IPv4 address.

    An IPv4-mapped address is the IPv4 address. NAT64 (RFC 6052), 6to4 (RFC 3056) and ISATAP (RFC 5214) are ``PUBLIC``
    only around a public IPv4 address; Teredo never is.
    """
    if isinstance(address, ipaddress.IPv4Address):
        if any(address in n for n in _NEVER_V4):
            return AddressKind.NEVER
        return AddressKind.LOCAL if any(address in n for n in _LOCAL_V4) else AddressKind.PUBLIC
    if address.ipv4_mapped is not None:
        return address_kind(address.ipv4_mapped)
    if address.scope_id is not None or any(address in n for n in _NEVER_V6):
        return AddressKind.NEVER
    if any(address in n for n in _LOCAL_V6):
        return AddressKind.LOCAL
    return AddressKind.PUBLIC if _is_public_v6(address) else AddressKind.NEVER


def _is_public_v6(address: ipaddress.IPv6Address) -> bool:
    if address not in _UNICAST_V6 and address not in _NAT64:
        return False
    inside = _carried(address)
    return inside is None or address_kind(inside) is AddressKind.PUBLIC


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that NAT64, 6to4 or ISATAP put into an IPv6 address."""
    if address.sixtofour is not None:
        return address.sixtofour
    number = int(address)
    if address in _NAT64 or (number >> 32 & 0xFFFFFFFF) in _ISATAP:
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    return None


def checked_url(url: str | httpx.URL, *, local: bool, where: str = "") -> httpx.URL:
    """Return an address that may be asked for, as far as can be told before its name is looked up.

    Args:
        url: absolute address, from a catalogue, a redirect or the settings.
        local: whether this machine and private networks may be reached.
        where: what an error calls it; empty for the address as ``shown`` gives it.

    Raises:
        AddressRefusedError: not HTTP, no host, credentials in it, an IP address written in an unusual way (decimal,
            hexadecimal, octal, shortened), or one that may not be reached.
    """
    parsed = _parsed(url)
    where = where or shown(str(url))
    if parsed is None:
        raise AddressRefusedError("not an address", where=where)
    if parsed.scheme not in {"http", "https"}:
        raise AddressRefusedError(
            "only http and https are read",
            where=where,
            todo="If the provider also offers the files over https, use that catalogue",
        )
    if parsed.userinfo:
        raise AddressRefusedError(
            "the address holds a user or password", where=where, todo="Put it into the environment or netrc"
        )
    host = parsed.raw_host.decode("ascii")
    literal = _literal(host)
    if literal is not None:
        refuse_unless_reachable(literal, local=local, where=where)
    elif not _HOST.fullmatch(host) or _NUMERIC.fullmatch(host.rstrip(".").rpartition(".")[2]):
        raise AddressRefusedError("its host is neither a name nor a plainly written IP address", where=where)
    elif not local and (host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost")):
        raise _not_local(where, host)
    return parsed


def refuse_unless_reachable(address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, local: bool, where: str) -> None:
    """Raise AddressRefusedError unless the IP address is public, or local where ``local`` allows it."""
    kind = address_kind(address)
    if kind is AddressKind.LOCAL and not local:
        raise _not_local(where, str(address))
    if kind is AddressKind.NEVER:
        raise AddressRefusedError(
            f"{address} is never reached: link-local, metadata, multicast or reserved", where=where
        )


def _not_local(where: str, host: str) -> AddressRefusedError:
    return AddressRefusedError(
        f"{host} is this machine or a private network, and its catalogue is not a local one",
        where=where,
        todo="If the catalogue is your own, set local = true for its source in wayside.toml",
    )


def _parsed(url: str | httpx.URL) -> httpx.URL | None:
    try:
        parsed = httpx.URL(url)
        port = parsed.port
    except (httpx.InvalidURL, ValueError, TypeError):
        return None
    return parsed if port is None or 0 < port < 65536 else None


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Return scheme, host and port, the default port written out."""
    return url.scheme, url.raw_host.decode("ascii").rstrip("."), url.port or (443 if url.scheme == "https" else 80)


def shown(url: str, *, secrets: Sequence[str] = (), secret_names: Collection[str] = ()) -> str:
    """Return an address, or a path, that may be printed, logged and stored.

    User and password go, fragments go, path parameters go; of the query, parameters that say what is looked for stay
    and all others become ``***``; control characters and spaces become ``_``; and wherever one of ``secrets`` stands,
    as it is, quoted or in base 64, it becomes ``***``. The result of a second pass is the same.

    Args:
        url: anything that was meant as an address.
        secrets: texts that must not be seen; those under four characters are not looked for.
        secret_names: parameters to hide even though they are usually harmless.
    """
    if url == _UNREADABLE:
        return url
    hidden_first = redacted(url, secrets)
    text = _CONTROL.sub("_", hidden_first)
    try:
        split = urlsplit(text)
    except ValueError:
        return _UNREADABLE
    if not split.netloc and ("@" in text or split.scheme in {"http", "https"}) and (":" in text):
        return _UNREADABLE
    head = f"{split.scheme}:" if split.scheme else ""
    if split.netloc:
        head += f"//{split.netloc.rpartition('@')[2]}"
    path, mark, _ = split.path.partition(";")
    query = _shown_query(split.query, {n.lower() for n in secret_names})
    result = f"{head}{path}{';' + HIDDEN if mark else ''}{'?' + query if query else ''}"
    result = redacted(result, secrets)
    return result if len(result) <= _LONGEST_SHOWN else result[: _LONGEST_SHOWN - 1] + "…"


def _shown_query(query: str, secret_names: Collection[str]) -> str:
    kept, hidden = [], False
    for part in query.split("&") if query else []:
        name, is_set, _ = part.partition("=")
        if is_set and name.lower() in _HARMLESS and name.lower() not in secret_names:
            kept.append(part)
        else:
            hidden = True
    return "&".join([*kept, HIDDEN] if hidden else kept)


def redacted(text: str, secrets: Sequence[str]) -> str:
    """Return a text in which every secret, as it is, quoted in part or whole, or in base 64, is ``***``."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            packed = b64encode(secret.encode()).decode()
            text = re.sub(f"{_quoted_or_not(secret)}|{_quoted_or_not(packed)}", HIDDEN, text)
    return text


def _quoted_or_not(secret: str) -> str:
    """Return a pattern for a text each of whose characters may be percent-encoded, and whose spaces may be a plus."""
    return "".join(
        f"(?:{re.escape(c)}|(?i:{''.join(f'%{b:02x}' for b in c.encode('utf-8', 'surrogatepass'))})"
        + (r"|\+)" if c == " " else ")")
        for c in secret
    )


def address_key(url: str, *, secret_names: Collection[str] = ()) -> str:
    """Return what a file is kept under: a digest of its address without signatures and tokens.

    A parameter that is not known to be a signature stays in, since it may say which file is meant; only the digest is
    stored, so nothing can be read from it.
    """
    split = urlsplit(url)
    pairs = parse_qsl(split.query, keep_blank_values=True)
    names = {n.lower() for n, _ in pairs}
    dropped = _TOKENS | {n.lower() for n in secret_names}
    dropped |= AZURE_SIGNATURE if "sig" in names else frozenset()
    dropped |= _CLOUDFRONT if names & {"signature", "key-pair-id"} else frozenset()
    kept = [(n, v) for n, v in pairs if n.lower() not in dropped and not n.lower().startswith(("x-amz-", "x-goog-"))]
    host = split.netloc.rpartition("@")[2].lower()
    whole = f"{split.scheme.lower()}://{host}{split.path}?{urlencode(sorted(kept))}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
