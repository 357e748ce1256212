"""What lets one into a catalogue: read once from the environment or netrc, sent only where it belongs, never shown."""

from __future__ import annotations

import netrc
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import httpx

from wayside.archive.remote.addresses import origin
from wayside.errors import InputError
from wayside.model.sources import AuthenticationKind, CatalogueSource

__all__ = ["Credentials", "HeaderHook", "default_netrc"]

_KINDS = AuthenticationKind
_MOST_HOOKED = 200
_SUBSCRIPTION_HEADER = "Ocp-Apim-Subscription-Key"


class HeaderHook(Protocol):
    """Code of the user's own that gives headers for addresses of the catalogue's hosts."""

    def __call__(self, url: str, /) -> Mapping[str, str]:
        """Return headers to send to this address; their values count as secrets."""
        ...


def default_netrc(environ: Mapping[str, str]) -> Path | None:
    """Return the user's netrc file: ``NETRC`` of the environment, or ``.netrc`` in ``HOME``; None without either."""
    if environ.get("NETRC"):
        return Path(environ["NETRC"])
    return Path(environ["HOME"]) / ".netrc" if environ.get("HOME") else None


class Credentials:
    """The secrets of one source.

    Args:
        source: names the environment variable or says netrc; never holds a secret itself.
        environ: the environment.
        netrc_path: the netrc file; None where there is none.
        hook: the user's own headers for the catalogue's hosts; None for none.

    Raises:
        InputError: a variable or netrc entry is missing or cannot be sent; its content is not in the message.
    """

    def __init__(
        self,
        source: CatalogueSource,
        *,
        environ: Mapping[str, str],
        netrc_path: Path | None,
        hook: HeaderHook | None = None,
    ) -> None:
        self._source, self._hook = source, hook
        self._how = source.authentication
        self._home = _origin_of(source.url)
        self._hosts = frozenset(h.lower().rstrip(".") for h in self._how.hosts)
        if self._how.kind is not _KINDS.NONE and self._home and self._home[0] == "http" and not source.local:
            raise InputError(
                "the secret of this catalogue would travel unencrypted",
                where=f"source {source.name}",
                todo="Give its address with https",
            )
        self._secret = _variable(source, environ) if self._how.variable else ""
        if self._how.kind is _KINDS.BASIC and ":" not in self._secret:
            raise InputError(
                f"environment variable {self._how.variable} must hold user:password",
                where=f"source {source.name}",
                todo="Join user and password by a colon",
            )
        self._logins = _logins(source, netrc_path, self._home) if self._how.kind is _KINDS.NETRC else {}
        self._hooked: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Credentials(source={self._source.name!r}, kind={self._how.kind.value!r})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must not be seen anywhere; for redaction only."""
        found = {self._secret, *self._hooked}
        if self._how.kind is _KINDS.BASIC:
            found.add(self._secret.partition(":")[2])
        for user, password in self._logins.values():
            found |= {password, f"{user}:{password}"}
        return tuple(sorted(found - {""}))

    @property
    def secret_names(self) -> tuple[str, ...]:
        """Parameters of an address that hold a secret."""
        return (self._how.name,) if self._how.kind is _KINDS.QUERY else ()

    def is_for(self, url: httpx.URL) -> bool:
        """Tell whether this address may be sent the secret.

        It goes to the catalogue's own scheme, host and port, and to the hosts listed beside it ("host", for the
        scheme's own port, or "host:port"); over plain HTTP only where the source is local.
        """
        scheme, host, port = origin(url)
        if scheme != "https" and not self._source.local:
            return False
        is_usual = port == (443 if scheme == "https" else 80)
        return (
            (scheme, host, port) == self._home or f"{host}:{port}" in self._hosts or (is_usual and host in self._hosts)
        )

    def headers(self, url: httpx.URL) -> dict[str, str]:
        """Return the headers that let one in at this address, the hook's too; none where it may not be sent them."""
        return {**self._own(url), **self._from_hook(url)} if self.is_for(url) else {}

    def _own(self, url: httpx.URL) -> dict[str, str]:
        kind = self._how.kind
        if kind is _KINDS.BEARER:
            return {"Authorization": f"Bearer {self._secret}"}
        if kind is _KINDS.BASIC:
            return {"Authorization": _basic(self._secret)}
        if kind is _KINDS.HEADER:
            return {self._how.name: self._secret}
        if kind is _KINDS.NETRC:
            login = self._logins.get(origin(url)[1])
            return {"Authorization": _basic(":".join(login))} if login else {}
        return {}

    def _from_hook(self, url: httpx.URL) -> dict[str, str]:
        if self._hook is None:
            return {}
        given = dict(self._hook(str(url)))
        for name, value in given.items():
            _require_sendable(value, f"header {name} from the hook", self._source)
        # Replaced, not changed, since another thread may be reading it; a hook may sign each request differently.
        self._hooked = tuple(dict.fromkeys((*self._hooked, *given.values())))[-_MOST_HOOKED:]
        return given

    def completed(self, url: httpx.URL) -> httpx.URL:
        """Return the address with the parameter that lets one in; as it is where it may not be sent it."""
        if self._how.kind is not _KINDS.QUERY or not self.is_for(url):
            return url
        return url.copy_set_param(self._how.name, self._secret)

    def subscription(self) -> dict[str, str]:
        """Return the header with the subscription key for the signing service; none without a key."""
        if self._how.kind is not _KINDS.SIGN or not self._secret:
            return {}
        return {self._how.name or _SUBSCRIPTION_HEADER: self._secret}

    def hint(self, url: httpx.URL, *, was_sent: bool) -> str:
        """Return what the user can do when this address lets nobody in; names variables and files, not contents."""
        host, kind, source = origin(url)[1], self._how.kind, self._source.name
        if kind is _KINDS.NONE:
            return f"If source {source} needs a login, say so by its `authentication` in wayside.toml"
        if kind is _KINDS.SIGN:
            return f"The address was signed by the service of source {source}; see that the key, if any, still holds"
        what = "the netrc entry" if kind is _KINDS.NETRC else f"environment variable {self._how.variable}"
        if was_sent:
            return f"It was sent the secret from {what}; see that it is right and has not run out"
        if not self.is_for(url):
            return f"{what} was not sent, since {host} is not a host of source {source}; add it to `hosts` if it is"
        if kind is _KINDS.NETRC and host not in self._logins:
            return f"The netrc file has no entry for {host}"
        return f"{what} was not sent, since another host had redirected there"


def _origin_of(url: str) -> tuple[str, str, int] | None:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return None
    return origin(parsed) if parsed.scheme in {"http", "https"} and parsed.host else None


def _variable(source: CatalogueSource, environ: Mapping[str, str]) -> str:
    name = source.authentication.variable
    value = environ.get(name, "").strip()
    if not value:
        raise InputError(
            f"environment variable {name} is not set",
            where=f"source {source.name}",
            todo=f"Set it to the secret of this catalogue ({source.authentication.kind})",
        )
    _require_sendable(value, f"environment variable {name}", source)
    return value


def _require_sendable(value: str, what: str, source: CatalogueSource) -> None:
    if not (value.isascii() and value.isprintable()):
        raise InputError(
            f"{what} holds characters that cannot be sent",
            where=f"source {source.name}",
            todo="Only printable ASCII can; look for a line break inside it",
        )


def _logins(
    source: CatalogueSource, path: Path | None, home: tuple[str, str, int] | None
) -> dict[str, tuple[str, str]]:
    """Return user and password of each of the source's hosts that netrc has."""
    where = f"source {source.name}"
    if path is None or not path.is_file():
        raise InputError(
            "there is no netrc file", where=where, todo="Write one, or let NETRC of the environment name it"
        )
    line: int | None = 0
    try:
        entries = netrc.netrc(str(path))
        line = None
    except netrc.NetrcParseError as error:
        line = error.lineno or 0
    except (OSError, UnicodeDecodeError):
        pass
    if line is not None:  # raised here, since the parser's own message quotes the file
        raise InputError(f"the netrc file {path} cannot be read (line {line})", where=where)
    hosts = {h.lower().rstrip(".").rpartition(":")[0] or h.lower().rstrip(".") for h in source.authentication.hosts}
    found = {}
    for host in sorted(hosts | ({home[1]} if home else set())):
        entry = entries.authenticators(host)
        if entry is not None:
            user, _, password = entry
            _require_sendable(f"{user}{password}", f"the netrc entry for {host}", source)
            found[host] = (user, password or "")
    if not found:
        raise InputError(
            f"the netrc file {path} has no entry for {' or '.join(sorted(hosts | ({home[1]} if home else set())))}",
            where=where,
            todo="Add: machine HOST login USER password PASSWORD",
        )
    return found


def _basic(pair: str) -> str:
    return "Basic " + b64encode(pair.encode()).decode("ascii")
