"""Where the images of a report come from: scene by scene, and by provider and licence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from wayside.assessment.addresses import link_of, public_address, without_parameters
from wayside.assessment.assessment import CountedScene
from wayside.model.provenance import Provenance, SourceItem
from wayside.model.scenes import Licence, Publication
from wayside.report.document import Line, Span, foreign, line
from wayside.report.words import Words, words_of

__all__ = ["ImageGroup", "ItemView", "SourceView", "credit", "image_groups", "may_be_shown_words", "source_view"]

_SHOWN = 3
_MAY = {
    Publication.YES: "licence.yes",
    Publication.WITH_ATTRIBUTION: "licence.with_attribution",
    Publication.NO: "licence.no",
}


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of a catalogue as a reader sees it.

    Attributes:
        source: name of the catalogue.
        collection: id of the collection; may be empty.
        item: id of the item.
        link: address that the reader may be led to; empty where there is none.
        details: files, versions and times, short phrases.
    """

    source: str
    collection: str
    item: str
    link: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceView:
    """Where one scene came from.

    Attributes:
        items: catalogues' items that were read; empty for a file that somebody brought.
        more: further ones, beyond the first three.
        others: items of the same look that were not read.
        retrieved: day; empty for a file that somebody brought.
        made: what made the scene ("wayside 0.1.0"); may be empty.
        notes: sentences on what was done or assumed.
    """

    items: tuple[ItemView, ...] = ()
    more: tuple[ItemView, ...] = ()
    others: tuple[ItemView, ...] = ()
    retrieved: str = ""
    made: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageGroup:
    """All images of one provider under one licence.

    Attributes:
        provider: its name, or "provider not stated".
        licence: id of the terms.
        licence_link: where they can be read; may be empty.
        may: whether the images may be shown, in words.
        why: the reasons for that, each once.
        scenes: how many, in words.
        taken: first and last day.
        origin: from which catalogues, and retrieved when.
        credits: attribution lines, each once.
    """

    provider: str
    licence: str
    licence_link: str
    may: str
    why: tuple[str, ...]
    scenes: str
    taken: str
    origin: str
    credits: tuple[str, ...]


def credit(row: CountedScene, words: Words) -> Line:
    """Return what stands beside a scene's picture or plan: whose it is, under which terms, and who may see it."""
    scene, licence = row.scene, row.scene.licence
    whose = licence.attribution or ", ".join(filter(None, (scene.provider, scene.platform)))
    parts: list[Line] = [(foreign(whose),)] if whose else []
    if licence.id.lower() not in whose.lower():
        parts.append(line(words.say("credit.licence"), " ", foreign(licence.id)))
    if not licence.publishable:
        parts.append((Span(words.say("credit.closed")),))
    return line(*(line(part, Span("; ") if i < len(parts) - 1 else ()) for i, part in enumerate(parts)))


def may_be_shown_words(licence: Licence, words: Words) -> str:
    """Return whether an image may be shown, in words."""
    return words.say(_MAY[licence.publication])


def source_view(provenance: Provenance | None, words: Words) -> SourceView:
    """Return where a scene came from; nothing in it is signed, secret or of the own network."""
    if provenance is None:
        return SourceView()
    items = tuple(_item(item, words) for item in provenance.items)
    return SourceView(
        items=items[:_SHOWN],
        more=items[_SHOWN:],
        others=tuple(_item(item, words) for item in provenance.others),
        retrieved=provenance.retrieved.date().isoformat(),
        made=provenance.software,
        notes=tuple(without_parameters(note) for note in provenance.notes),
    )


def _item(item: SourceItem, words: Words) -> ItemView:
    return ItemView(
        source=without_parameters(item.source),
        collection=without_parameters(item.collection),
        item=without_parameters(item.item),
        link=link_of(item.href),
        details=tuple(filter(None, (_catalogue(item, words), _files(item, words), _version(item, words)))),
    )


def _catalogue(item: SourceItem, words: Words) -> str:
    address = public_address(item.catalogue)
    return words.say("source.catalogue", address=address) if address else ""


def _files(item: SourceItem, words: Words) -> str:
    keys = [asset.key for asset in item.assets]
    if not keys:
        return ""
    named = ", ".join(keys[:_SHOWN])
    if len(keys) > _SHOWN:
        named = words.say("source.files_more", named=named, more=len(keys) - _SHOWN)
    return words.say("source.files" if len(keys) > 1 else "source.file", named=named)


def _version(item: SourceItem, words: Words) -> str:
    parts = [words.say("source.version", version=without_parameters(item.version))] if item.version else []
    if item.processed is not None:
        parts.append(words.say("source.processed", day=item.processed.date().isoformat()))
    return ", ".join(parts)


def image_groups(rows: Sequence[CountedScene], language: str = "en") -> tuple[ImageGroup, ...]:
    """Return the images by provider and licence, those with the most scenes first."""
    groups: dict[tuple[str, str, Publication], list[CountedScene]] = defaultdict(list)
    for row in rows:
        licence = row.scene.licence
        groups[row.scene.provider, licence.id, licence.publication].append(row)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    words = words_of(language)
    return tuple(_group(provider, members, words) for (provider, _, _), members in ordered)


def _group(provider: str, rows: Sequence[CountedScene], words: Words) -> ImageGroup:
    licences = [row.scene.licence for row in rows]
    return ImageGroup(
        provider=provider or words.say("source.no_provider"),
        licence=licences[0].id,
        licence_link=next(filter(None, (link_of(licence.url) for licence in licences)), ""),
        may=may_be_shown_words(licences[0], words),
        why=_once(without_parameters(licence.why) for licence in licences),
        scenes=words.say("scenes", scenes=len(rows)),
        taken=_span([row.day for row in rows], words),
        origin=_origin([row.scene.provenance for row in rows], words),
        credits=_once(without_parameters(licence.attribution) for licence in licences),
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))


def _span(days: Sequence[date], words: Words) -> str:
    first, last = min(days), max(days)
    return words.say("source.day", day=first) if first == last else words.say("source.days", first=first, last=last)


def _origin(sources: Sequence[Provenance | None], words: Words) -> str:
    known = [source for source in sources if source is not None]
    brought = len(sources) - len(known)
    parts = []
    if known:
        names = sorted({without_parameters(item.source) for source in known for item in source.items})
        when = _span([source.retrieved.date() for source in known], words)
        parts.append(words.say("source.known", n=len(known), names=", ".join(names), when=when))
    if brought:
        parts.append(words.say("source.brought_one" if brought == 1 else "source.brought", n=brought))
    return "; ".join(parts)
