"""The sources of one document under all their names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.known import MEDIA_KINDS, initials_of, known
from wayside.coverage.words.names import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wayside.coverage.attribution.grammar import Grammar
    from wayside.coverage.attribution.phrase import Source

__all__ = ["Entity", "Register"]

_LONGEST_PERSON: Final = 4
_OF_KIND: Final = {
    "intergovernmental": {"government", "union", "think tank"}, "imagery company": {"company"}, "state": {"state"},
}  # fmt: skip


@dataclass(slots=True)
class Entity:
    """A source of one document.

    Attributes:
        name: the fullest name in the text.
        kind: as ``Source.kind``.
        nouns: nouns that the text calls it by.
        kinds: kinds of bodies that it can be.
        names: every name in the text to the characters where it was first used.
        part_of: the body that it belongs to, or None.
        report: it has published or counted something.
        seen: number of the last sentence that names it; -1 before.
        spoke: number of the last sentence in which it spoke; -1 before.
        first: number of the first sentence that names it.
        heard: it is a source, or passes on what one says; not only spoken of.
    """

    name: str
    kind: str
    nouns: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    names: dict[str, tuple[int, int]] = field(default_factory=dict)
    part_of: str | None = None
    report: bool = False
    seen: int = -1
    spoke: int = -1
    first: int = -1
    heard: bool = False

    @property
    def person(self) -> bool:
        """Whether it is a human being with a name."""
        return self.kind == "person"


@dataclass(slots=True)
class Register:
    """Names of sources in a document.

    Attributes:
        canonical: every name, as ``plain`` gives it, to the one that is used for it.
        reporting: names of authors of reports.
        entities: in order of entry.
        described: sources without a name, by their words.
    """

    canonical: dict[str, str] = field(default_factory=dict)
    reporting: set[str] = field(default_factory=set)
    entities: list[Entity] = field(default_factory=list)
    described: dict[str, Entity] = field(default_factory=dict)
    _by_name: dict[str, Entity] = field(default_factory=dict, repr=False)
    _by_word: dict[str, list[Entity]] = field(default_factory=dict, repr=False)

    def learn(self, source: Source, at: tuple[int, int], grammar: Grammar) -> Entity:
        """Enter a named source and return what it is in this document.

        Args:
            source: with a name.
            at: characters of the text that name it.
            grammar: of the language.
        """
        entity = self.find(source.name, person=source.kind == "person") or self._new(source)
        self._name(entity, source.name, at)
        if _surname(source.name, entity):
            entity.kind = "person"
        if source.kind == "person" and entity.kind == "organisation" and known(entity.name) is None:
            entity.kind = "person"
        entity.nouns |= source.types
        for noun in source.types:
            entity.kinds |= grammar.kinds.get(noun, frozenset())
        entity.part_of = entity.part_of or (source.part_of if source.part_of != entity.name else None)
        for alias in source.aliases:
            if len(alias) > 1 and plain(alias) not in self._by_name:
                self._name(entity, alias, at)
        if source.report:
            entity.report = True
            self.reporting.add(entity.name)
        return entity

    def specific(self, entity: Entity) -> Entity:
        """Return the project under whose name a body speaks in this document, if it has named just one; else itself."""
        if entity.person or "university" in entity.kinds or entity.kind == "state":
            return entity
        names = {plain(name) for name in (entity.name, *entity.names)}
        one = known(entity.name)
        names |= {plain(one.name)} if one is not None else set()
        projects = [
            other
            for other in self.entities
            if other.part_of is not None
            and plain(other.part_of) in names
            and not other.person
            and not media(other)
            and other.first >= 0
        ]
        return projects[0] if len(projects) == 1 and projects[0] is not entity else entity

    def find(self, name: str, *, person: bool = False) -> Entity | None:
        """Return what a name stands for: the name itself, its initials, the surname of one person, a short form."""
        exact = self._by_name.get(plain(name))
        if exact is not None:
            return exact
        one = known(name)
        if one is not None:
            return self._by_name.get("id " + one.id)
        if name.isupper() and 2 <= len(name) <= 8:
            return self._by_name.get("initials " + name.lower())
        return self._short(name, person=person)

    def _short(self, name: str, *, person: bool) -> Entity | None:
        """Know "Kirby" for "John Kirby", "Shin" for "Shin Won-sik", "Harrow" for "Harrow Institute", if one fits."""
        words = plain(name).split()
        if not words or len(words[-1]) < 3:
            return None
        fitting = {id(one): one for one in self._by_word.get(words[-1], ()) if _shortens(words, one)}
        if person:
            fitting = {key: one for key, one in fitting.items() if one.kind in {"person", "organisation"}}
        return next(iter(fitting.values())) if len(fitting) == 1 else None

    def _new(self, source: Source) -> Entity:
        entity = Entity(source.name, "organisation" if source.kind == "imagery" else source.kind)
        one = known(source.name)
        if one is not None:
            entity.kinds |= _OF_KIND.get(one.kind, {one.kind})
            entity.part_of = one.part_of
            self._by_name["id " + one.id] = entity
        self.entities.append(entity)
        return entity

    def _name(self, entity: Entity, name: str, at: tuple[int, int]) -> None:
        key = plain(name)
        if key in self._by_name:
            return
        self._by_name[key] = entity
        self.canonical[key] = entity.name
        entity.names.setdefault(name, at)
        words = key.split()
        initials = initials_of(name)
        if len(initials) > 1:
            self._by_name.setdefault("initials " + initials, entity)
        for word in set(words):
            self._by_word.setdefault(word, []).append(entity)

    def kinds_of(self, entity: Entity, grammar: Grammar) -> set[str]:
        """Return the kinds of bodies that an entity can be, by the table, by what it is called and by its own name."""
        kinds = set(entity.kinds)
        for word in plain(entity.name).split():
            kinds |= grammar.kinds.get(word, frozenset())
        return kinds

    def before(self, sentence: int) -> Iterator[Entity]:
        """Yield entities that have been named, the one that was named last first."""
        seen = [one for one in self.entities if 0 <= one.seen <= sentence]
        yield from sorted(seen, key=lambda one: (one.seen, one.spoke), reverse=True)


def _surname(name: str, entity: Entity) -> bool:
    """Tell that "Carver" makes "John Carver" a person; a body would be called by its first word."""
    words = plain(entity.name).split()
    short = plain(name) == words[-1] and 1 < len(words) <= _LONGEST_PERSON
    return short and entity.kind == "organisation" and not entity.kinds and known(entity.name) is None


def _shortens(words: list[str], entity: Entity) -> bool:
    full = plain(entity.name).split()
    if len(full) <= len(words) or entity.kind in {"state", "anonymous", "collective"}:
        return False
    if len(words) == 1 and entity.kind in {"person", "organisation"} and words[0] in {full[0], full[-1]}:
        return (
            entity.kind == "person"
            or full[0] == words[0]
            or (len(full) == 2 and known(entity.name) is None and full[-1] not in _GENERIC)
        )
    return full[: len(words)] == words


_GENERIC: Final = frozenset(
    {
        "institute",
        "center",
        "centre",
        "group",
        "agency",
        "organisation",
        "organization",
        "ministry",
        "university",
        "department",
        "project",
        "news",
        "times",
        "post",
        "office",
        "international",
        "labs",
        "research",
        "watch",
        "monitor",
        "council",
        "bank",
        "union",
        "authority",
        "commission",
        "guard",
        "network",
        "foundation",
        "house",
        "korea",
        "kingdom",
        "states",
        "nations",
    }
)
"""Last words of names that are no short form of them."""


def media(entity: Entity) -> bool:
    """Tell news media from other bodies."""
    return entity.kind == "media" or bool(entity.kinds & MEDIA_KINDS)


def fits(entity: Entity, head: str, register: Register, grammar: Grammar) -> int:
    """Say how well a description fits an entity: 3 by its words, 2 by its kind, 1 where its kind is unknown, 0 not."""
    bits = grammar.bits.get(head, 0)
    stem = head.removesuffix("s")
    if head in entity.nouns or stem in entity.nouns:
        return 3
    if entity.kind == "person" or (bits & g.PERSON and not bits & g.BODY):
        office = bits & (g.OFFICE | g.VOICE | g.UNNAMED) and entity.person
        return 1 if office and not entity.nouns & grammar.bits.keys() and bits & (g.VOICE | g.UNNAMED) else 0
    if entity.kind in {"state", "anonymous", "collective"}:
        return 0
    if head in plain(entity.name).split():
        return 3
    wanted = grammar.kinds.get(head, frozenset())
    kinds = register.kinds_of(entity, grammar)
    if kinds & wanted:
        return 2
    return (
        1
        if not kinds and not wanted & {"newspaper", "broadcaster", "news agency", "court", "military", "government"}
        else 0
    )
