"""wayside: counts railcars on known tracks in overhead imagery, and says how sure it is."""

from wayside._version import __version__

__all__ = ["__version__"]
