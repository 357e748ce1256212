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
from wayside.model.wording import plural, say_date

__all__ = ["ImageGroup", "ItemView", "SourceView", "image_groups", "may_be_shown_words", "source_view"]

_SHOWN = 3
_MAY = {
    Publication.YES: "may be shown",
    Publication.WITH_ATTRIBUTION: "may be shown with attribution",
    Publication.NO: "may not be shown",
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


def may_be_shown_words(licence: Licence) -> str:
    """Return whether an image may be shown, in words."""
    return _MAY[licence.publication]


def source_view(provenance: Provenance | None) -> SourceView:
    """Return where a scene came from; nothing in it is signed, secret or of the own network."""
    if provenance is None:
        return SourceView()
    items = tuple(_item(item) for item in provenance.items)
    return SourceView(
        items=items[:_SHOWN],
        more=items[_SHOWN:],
        others=tuple(_item(item) for item in provenance.others),
        retrieved=provenance.retrieved.date().isoformat(),
        made=provenance.software,
        notes=tuple(without_parameters(note) for note in provenance.notes),
    )


def _item(item: SourceItem) -> ItemView:
    return ItemView(
        source=without_parameters(item.source),
        collection=without_parameters(item.collection),
        item=without_parameters(item.item),
        link=link_of(item.href),
        details=tuple(filter(None, (_catalogue(item), _files(item), _version(item)))),
    )


def _catalogue(item: SourceItem) -> str:
    address = public_address(item.catalogue)
    return f"catalogue {address}" if address else ""


def _files(item: SourceItem) -> str:
    keys = [asset.key for asset in item.assets]
    named = ", ".join(keys[:_SHOWN]) + (f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else "")
    return f"{'files' if len(keys) > 1 else 'file'} {named}" if keys else ""


def _version(item: SourceItem) -> str:
    parts = [f"processing {without_parameters(item.version)}" if item.version else ""]
    parts.append(f"processed {item.processed.date().isoformat()}" if item.processed is not None else "")
    return ", ".join(filter(None, parts))


def image_groups(rows: Sequence[CountedScene]) -> tuple[ImageGroup, ...]:
    """Return the images by provider and licence, those with the most scenes first."""
    groups: dict[tuple[str, str, Publication], list[CountedScene]] = defaultdict(list)
    for row in rows:
        licence = row.scene.licence
        groups[row.scene.provider, licence.id, licence.publication].append(row)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_group(provider, members) for (provider, _, _), members in ordered)


def _group(provider: str, rows: Sequence[CountedScene]) -> ImageGroup:
    licences = [row.scene.licence for row in rows]
    return ImageGroup(
        provider=provider or "provider not stated",
        licence=licences[0].id,
        licence_link=next(filter(None, (link_of(licence.url) for licence in licences)), ""),
        may=may_be_shown_words(licences[0]),
        why=_once(without_parameters(licence.why) for licence in licences),
        scenes=plural(len(rows), "scene"),
        taken=_span([row.day for row in rows]),
        origin=_origin([row.scene.provenance for row in rows]),
        credits=_once(without_parameters(licence.attribution) for licence in licences),
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))


def _span(days: Sequence[date]) -> str:
    first, last = say_date(min(days), short=True), say_date(max(days), short=True)
    return first if first == last else f"{first} to {last}"


def _origin(sources: Sequence[Provenance | None]) -> str:
    known = [source for source in sources if source is not None]
    brought = len(sources) - len(known)
    parts = []
    if known:
        names = sorted({without_parameters(item.source) for source in known for item in source.items})
        when = _span([source.retrieved.date() for source in known])
        parts.append(f"{len(known)} from {', '.join(names)}, retrieved {when}")
    if brought:
        parts.append(f"{brought} brought as {'a file' if brought == 1 else 'files'}")
    return "; ".join(parts)
