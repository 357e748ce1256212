"""The templates of the pages, set up in one way: everything is escaped, and what is missing is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["environment"]


def environment(shown: Callable[[object], object]) -> Environment:
    """Return an environment for the templates of this package.

    Args:
        shown: what every value passes before it is escaped.
    """
    return Environment(
        loader=PackageLoader("wayside.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
