"""Scenes looked for in STAC APIs and static catalogues, and told apart: which items are one look at the site."""

from wayside.archive.search.documents import Fetcher, Limits, Reply
from wayside.archive.search.identity import platform_name
from wayside.archive.search.merge import merge
from wayside.archive.search.source import Outcome, search_source

__all__ = ["Fetcher", "Limits", "Outcome", "Reply", "merge", "platform_name", "search_source"]
