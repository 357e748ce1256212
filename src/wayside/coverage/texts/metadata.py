"""What a web page declares of itself: title, day, author, outlet, language, address.

Only markup counts: JSON-LD, OpenGraph and other ``<meta>`` tags, ``<time>`` elements, the canonical link. A date that
merely stands in the text of a page is not read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from wayside.coverage.texts.markup import Markup, MetaTag

__all__ = ["PageFacts", "day_of", "page_facts"]

_DAY: Final = re.compile(r"^\s{0,8}(\d{4})-?(\d\d)-?(\d\d)(?!\d)")
_URL_DAY: Final = re.compile(r"/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?=[/_\-.]|$)")
_ARTICLES: Final = frozenset({
    "article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle", "blogposting",
    "liveblogposting", "backgroundnewsarticle", "report", "scholarlyarticle", "techarticle", "socialmediaposting",
})  # fmt: skip
_PUBLISHED: Final = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "date_published",
    "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "citation_publication_date",
    "cxenseparse:recs:publishtime", "article.published", "originalpublicationdate", "date",
)  # fmt: skip
_UPDATED: Final = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified", "date_modified", "lastmod",
    "last-modified", "dcterms.modified", "dc.date.modified", "revision_date", "updated_time",
)  # fmt: skip
_AUTHORS: Final = (
    "author",
    "article:author",
    "parsely-author",
    "dc.creator",
    "dcterms.creator",
    "sailthru.author",
    "byl",
)
_OUTLETS: Final = ("og:site_name", "application-name", "dc.publisher", "publisher", "article:publisher", "twitter:site")
_TITLES: Final = ("og:title", "twitter:title", "parsely-title", "dc.title", "headline")
_SEPARATORS: Final = re.compile(r"\s[|–—·»:\-]\s")
_LONGEST: Final = 300
_MOST_NODES: Final = 5000


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page declares; every field may be None.

    Attributes:
        title: headline, the outlet's name taken off.
        published: day of first publication.
        updated: day of the last change.
        author: byline as declared, several joined by commas.
        outlet: name of the site.
        language: ISO 639-1 code.
        url: canonical address.
        notes: what was contradictory.
    """

    title: str | None = None
    published: date | None = None
    updated: date | None = None
    author: str | None = None
    outlet: str | None = None
    language: str | None = None
    url: str | None = None
    notes: tuple[str, ...] = ()


def day_of(written: object) -> date | None:
    """Return the day of an ISO 8601 date or time, as it is written, without moving it between time zones."""
    match = _DAY.match(written) if isinstance(written, str) else None
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def page_facts(markup: Markup, url: str | None = None) -> PageFacts:
    """Read what a page declares of itself.

    Args:
        markup: the page, laid out.
        url: address that it was fetched from, where that is known.
    """
    metas = _named_metas(markup)
    linked = _linked(markup.linked_data)
    outlet = _outlet(linked, metas)
    address = _canonical(markup, metas) or url
    published = _first_day([linked.get("datePublished"), linked.get("dateCreated"), *_all(metas, _PUBLISHED)])
    updated = _first_day([linked.get("dateModified"), *_all(metas, _UPDATED)])
    timed_published, timed_updated = _times(markup)
    in_url = _url_day(address)
    published = published or timed_published or in_url
    updated = updated or timed_updated
    notes = []
    if published and in_url and abs((published - in_url).days) > 2:
        notes.append(f"the page says it was published on {published}, its address says {in_url}")
    if published and updated and updated < published:
        updated = None
    return PageFacts(
        title=_title(markup, linked, metas, outlet),
        published=published,
        updated=updated,
        author=_author(linked, metas, markup),
        outlet=outlet,
        language=_language(markup, linked),
        url=address,
        notes=tuple(notes),
    )


def _named_metas(markup: Markup) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in markup.metas:
        if meta.tag != "meta":
            continue
        name = meta.attributes.get("property") or meta.attributes.get("name") or meta.attributes.get("itemprop")
        content = meta.attributes.get("content", "").strip()
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _all(metas: Mapping[str, str], names: tuple[str, ...]) -> list[str]:
    return [metas[name] for name in names if name in metas]


def _first_day(values: list[Any]) -> date | None:
    days = (day_of(value) for value in values)
    return next((day for day in days if day is not None and day.year >= 1990), None)


def _linked(scripts: list[str]) -> Mapping[str, Any]:
    """Return the first JSON-LD object that is an article, or an empty one."""
    fallback: Mapping[str, Any] = {}
    for script in scripts:
        try:
            content = json.loads(script.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(content):
            kinds = node.get("@type")
            names = {str(kind).lower() for kind in (kinds if isinstance(kinds, list) else [kinds])}
            if names & _ARTICLES:
                return node
            if "webpage" in names and not fallback:
                fallback = node
    return fallback


def _nodes(content: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a JSON-LD document, breadth first, up to a bound."""
    waiting: list[object] = [content]
    for seen, one in enumerate(waiting):
        if seen > _MOST_NODES:
            return
        if isinstance(one, dict):
            yield one
            waiting.extend(value for key, value in one.items() if key in {"@graph", "mainEntity", "mainEntityOfPage"})
        elif isinstance(one, list):
            waiting.extend(one)


def _names(value: object) -> list[str]:
    """Return the names in a JSON-LD value: a string, an object with a name, or a list of them."""
    values = value if isinstance(value, list) else [value]
    found = [one.get("name") if isinstance(one, dict) else one for one in values[:20]]
    return [one.strip() for one in found if isinstance(one, str) and one.strip()]


def _clean(value: str | None) -> str | None:
    """Put a declared value on one line; too long or an address is no name."""
    if value is None:
        return None
    line = " ".join(value.split())
    return line if line and len(line) <= _LONGEST else None


def _author(linked: Mapping[str, Any], metas: Mapping[str, str], markup: Markup) -> str | None:
    names = _names(linked.get("author")) or _all(metas, _AUTHORS)[:1]
    if not names:
        names = [
            one.attributes["content"]
            for one in markup.metas
            if one.attributes.get("rel") == "author" and "content" in one.attributes
        ]
    kept = [name for name in dict.fromkeys(names) if not name.startswith(("http:", "https:", "@"))]
    cleaned = _clean(", ".join(kept)) if kept else None
    return re.sub(r"^by\s", "", cleaned, flags=re.IGNORECASE) if cleaned else None


def _outlet(linked: Mapping[str, Any], metas: Mapping[str, str]) -> str | None:
    values = [*_all(metas, _OUTLETS[:1]), *_names(linked.get("publisher")), *_all(metas, _OUTLETS[1:])]
    return _clean(next((value for value in values if not value.startswith(("http:", "https:"))), None))


def _title(markup: Markup, linked: Mapping[str, Any], metas: Mapping[str, str], outlet: str | None) -> str | None:
    headings = [markup.text[start:stop] for start, stop in markup.headings]
    single = headings[0] if len(headings) == 1 and len(headings[0].strip()) >= 12 else None
    found = (
        _names(linked.get("headline")) or _all(metas, _TITLES) or [one for one in (single,) if one] or [markup.title]
    )
    title = _clean(found[0][:_LONGEST]) if found[0] else None
    return _without_outlet(title, outlet) if title else None


def _without_outlet(title: str, outlet: str | None) -> str:
    """Take the site's name off the end of a title ("… | The Post")."""
    breaks = list(_SEPARATORS.finditer(title))
    if not breaks:
        return title
    tail = title[breaks[-1].end() :].strip()
    same = outlet is not None and (tail.casefold() in outlet.casefold() or outlet.casefold() in tail.casefold())
    return title[: breaks[-1].start()].strip() if same and breaks[-1].start() > 0 else title


def _canonical(markup: Markup, metas: Mapping[str, str]) -> str | None:
    links = (one.attributes for one in markup.metas if one.tag == "link")
    found = next((link.get("href") for link in links if "canonical" in link.get("rel", "").lower().split()), None)
    found = found or metas.get("og:url")
    return found if found and found.startswith(("http:", "https:")) and len(found) <= 2000 else None


def _times(markup: Markup) -> tuple[date | None, date | None]:
    """Return the days of the ``<time>`` that says it is the publication, else of the first, and of the change."""
    times = [one for one in markup.metas if one.tag == "time" and "datetime" in one.attributes]
    published = [one for one in times if _marked(one, ("publish", "entry-date", "pubdate", "posted"))]
    updated = [one for one in times if _marked(one, ("modif", "updated", "change"))]
    rest = [one for one in times if one not in updated]
    return _first_day([one.attributes["datetime"] for one in (published or rest[:1])]), _first_day(
        [one.attributes["datetime"] for one in updated]
    )


def _marked(tag: MetaTag, words: tuple[str, ...]) -> bool:
    said = " ".join(
        (*tag.attributes.keys(), tag.attributes.get("itemprop", ""), tag.attributes.get("class", ""))
    ).lower()
    return any(word in said for word in words)


def _url_day(url: str | None) -> date | None:
    match = _URL_DAY.search(url[:2000]) if url else None
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def _language(markup: Markup, linked: Mapping[str, Any]) -> str | None:
    values = [linked.get("inLanguage"), *(one.attributes.get("lang") for one in markup.metas if one.tag == "html")]
    for value in values:
        if isinstance(value, str) and re.match(r"[A-Za-z]{2}(?:[-_]|$)", value):
            return value[:2].lower()
    return None
