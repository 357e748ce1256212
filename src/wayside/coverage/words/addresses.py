"""The host of a web address."""

from __future__ import annotations

__all__ = ["host_of"]


def host_of(address: str) -> str:
    """Return the host of an address in lower case without "www.", name of a user or port; "" where there is none.

    Args:
        address: with or without its scheme ("https://www.example.org/a", "example.org/a").
    """
    rest = address.split("//", 1)[1] if "//" in address else address
    for mark in "/?#\\":
        rest = rest.split(mark, 1)[0]
    host = rest.rsplit("@", 1)[-1]
    bare = host[1:].split("]", 1)[0] if host.startswith("[") else host.split(":", 1)[0]
    return bare.strip().lower().rstrip(".").removeprefix("www.")
