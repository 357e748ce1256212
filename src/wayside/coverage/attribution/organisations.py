"""Sources under all their names, across documents.

Two names are one source where a document says so (an apposition, initials, a short form that it uses itself), where the
table of organisations does, or where one is the initials of the other and nobody else has them. Sharing a word is not
enough: "Ministry of Defence" is nobody's name until a text says of which country.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wayside.coverage.attribution.known import ambiguous_names, identifier, initials_of, known, known_by_id
from wayside.coverage.words.names import plain
from wayside.model.documents import Passage, Span
from wayside.model.stories import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wayside.coverage.attribution.register import Entity, Register

__all__ = ["Resolution", "organisations"]

_MOST_ALIASES = 40
_MANY_SIDED = frozenset({"university", "college", "ministry", "department", "government"})


@dataclass(frozen=True, slots=True)
class Resolution:
    """What every name means in every document.

    Attributes:
        organisations: in order of first appearance; with a kind where it is known.
        parts: id to the id of the body that it belongs to.
    """

    organisations: tuple[Organisation, ...]
    parts: Mapping[str, str] = field(default_factory=dict)
    _ids: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)
    _by_id: Mapping[str, Organisation] = field(default_factory=dict, repr=False)

    def resolve(self, document: str, name: str) -> tuple[str, str]:
        """Return the id and the usual name of what a name means in a document.

        A name that no register holds (an anonymous source, a name given as a credit) is looked up in the table and
        otherwise stands for itself.
        """
        key = plain(name)
        found = self._ids.get((document, key)) or self._ids.get(("", key))
        if found is not None:
            return found, self._by_id[found].name
        one = known(name)
        return (one.id, one.name) if one is not None else (identifier(name), name)

    def kind_of(self, name: str) -> str | None:
        """Return the kind of the organisation with an id, or None where it is not known."""
        found = self._by_id.get(name)
        if found is not None and found.kind is not None:
            return found.kind
        one = known_by_id(name)
        return one.kind if one is not None else None


@dataclass(slots=True)
class _Group:
    """Names that are one source."""

    names: Counter[str] = field(default_factory=Counter)
    kinds: set[str] = field(default_factory=set)
    aliases: dict[str, Passage] = field(default_factory=dict)
    part_of: str | None = None
    known: str | None = None


class _Union:
    """Sets of keys that are one (union by the smaller key, so that the order of documents does not matter)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, key: str) -> str:
        """Return the key that stands for the set of a key."""
        parent = self._parent
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def join(self, one: str, other: str) -> None:
        """Make two sets one."""
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first


def organisations(readings: Sequence[tuple[str, Register]]) -> Resolution:
    """Merge the registers of documents.

    Args:
        readings: id of a document and its register, in reading order.

    Returns:
        The sources under all their names; the time is linear in the number of names.
    """
    union = _Union()
    owners: dict[str, set[str]] = defaultdict(set)
    for document, register in readings:
        for entity in register.entities:
            if not _counts(entity):
                continue
            keys = [_key(document, name, entity) for name in (entity.name, *entity.names)]
            for key in keys[1:]:
                union.join(keys[0], key)
            for name in entity.names:
                if _full(name):
                    owners[initials_of(name)].add(union.find(keys[0]))
    _join_initials(readings, union, owners)
    return _resolution(readings, union)


def _counts(entity: Entity) -> bool:
    """Tell a source with a name from one without, and from a name that is only spoken of."""
    return entity.kind not in {"anonymous", "collective"} and entity.heard


def _key(document: str, name: str, entity: Entity) -> str:
    """Return what tells names apart: the id in the table, the name; with the document where a name is ambiguous."""
    one = known(name)
    if one is not None and not _clashes(one.kind, entity):
        return "known " + one.id
    word = plain(name)
    alone = " " not in word
    private = (
        word in ambiguous_names()
        or (entity.kind == "person" and alone)
        or (alone and not name.isupper() and plain(entity.name) != word)
    )
    return f"in {document} {word}" if private else "name " + word


def _clashes(kind: str, entity: Entity) -> bool:
    """Tell a name that the table knows as something else than the text does: the person Maxar, the minister Shell."""
    return entity.kind == "person" and kind != "person"


def _full(name: str) -> bool:
    return len(name.split()) > 1


def _join_initials(readings: Sequence[tuple[str, Register]], union: _Union, owners: Mapping[str, set[str]]) -> None:
    """Join "OCCRP" with the one full name in all documents that has these initials; with two, with none."""
    for document, register in readings:
        for entity in register.entities:
            name = entity.name
            if (
                not _counts(entity)
                or not (name.isupper() and 3 <= len(name) <= 8 and name.isalpha())
                or known(name) is not None
            ):
                continue
            having = {union.find(key) for key in owners.get(name.lower(), ())}
            if len(having) == 1:
                union.join(_key(document, name, entity), next(iter(having)))


def _resolution(readings: Sequence[tuple[str, Register]], union: _Union) -> Resolution:
    groups: dict[str, _Group] = {}
    places: dict[tuple[str, str], str] = {}
    for document, register in readings:
        for entity in register.entities:
            if not _counts(entity):
                continue
            root = union.find(_key(document, entity.name, entity))
            group = groups.setdefault(root, _Group())
            _add(group, document, entity)
            for name in {entity.name, *entity.names}:
                places[document, plain(name)] = root
    _under_projects(groups, places)
    ids = _ids(groups)
    found = {root: _organisation(ids[root], group) for root, group in groups.items()}
    by_id = {one.id: one for one in found.values()}
    by_place = {place: ids[root] for place, root in places.items()}
    parts = _parts(groups, ids)
    everywhere = _everywhere(places, ids)
    return Resolution(tuple(found.values()), parts, {**everywhere, **by_place}, by_id)


def _under_projects(groups: dict[str, _Group], places: dict[tuple[str, str], str]) -> None:
    """Make a body and its only project in these documents one source, under the name of the project."""
    roots = {plain(name): root for root, group in groups.items() for name in group.names}
    roots |= {group.known: root for root, group in groups.items() if group.known is not None}
    children: dict[str, list[str]] = defaultdict(list)
    for root, group in groups.items():
        whole = known(group.part_of) if group.part_of is not None else None
        parent = roots.get(whole.id if whole is not None else plain(group.part_of or ""))
        if parent is not None and parent != root and "person" not in group.kinds and not _many_sided(groups[parent]):
            children[parent].append(root)
    merged = {parent: projects[0] for parent, projects in children.items() if len(projects) == 1}
    for parent, project in merged.items():
        if project in merged:
            continue
        body = groups.pop(parent)
        groups[project].aliases |= {
            name: at for name, at in body.aliases.items() if name not in groups[project].aliases
        }
        groups[project].kinds |= body.kinds
        for place, root in places.items():
            if root == parent:
                places[place] = project


def _many_sided(group: _Group) -> bool:
    """Tell a university or a state, of which a project is one voice among many."""
    one = known_by_id(group.known) if group.known is not None else None
    state = "state" in group.kinds or (one is not None and one.kind in {"state", "government", "intergovernmental"})
    return state or any(word in _MANY_SIDED for name in group.names for word in plain(name).split())


def _add(group: _Group, document: str, entity: Entity) -> None:
    group.names[entity.name] += 2
    group.kinds.add(entity.kind)
    group.part_of = group.part_of or entity.part_of
    for name, (start, end) in entity.names.items():
        group.names[name] += 1
        if name not in group.aliases and len(group.aliases) < _MOST_ALIASES and end > start:
            group.aliases[name] = Passage(document, Span(start, end), name)
        one = known(name)
        if one is not None and group.known is None and not _clashes(one.kind, entity):
            group.known = one.id


def _ids(groups: Mapping[str, _Group]) -> dict[str, str]:
    """Give every group an id of its own, made of its usual name."""
    taken: set[str] = set()
    ids: dict[str, str] = {}
    for root, group in sorted(groups.items(), key=lambda pair: (pair[1].known is None, pair[0])):
        base = group.known or identifier(_usual(group))
        name, number = base, 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name)
        ids[root] = name
    return ids


def _usual(group: _Group) -> str:
    """Return the usual name: the table's, else the fullest of a person, else the one used most."""
    if group.known is not None:
        one = known_by_id(group.known)
        if one is not None:
            return one.name
    if "person" in group.kinds:
        return max(group.names, key=lambda name: (len(name.split()), group.names[name], name))
    return max(group.names, key=lambda name: (group.names[name], len(name), name))


def _organisation(name: str, group: _Group) -> Organisation:
    one = known_by_id(group.known) if group.known is not None else None
    kind = one.kind if one is not None else "person" if "person" in group.kinds else None
    usual = _usual(group)
    return Organisation(name, usual, kind, tuple(passage for alias, passage in group.aliases.items() if alias != usual))


def _parts(groups: Mapping[str, _Group], ids: Mapping[str, str]) -> dict[str, str]:
    by_name = {plain(name): ids[root] for root, group in groups.items() for name in group.names}
    parts: dict[str, str] = {}
    for root, group in groups.items():
        if group.part_of is None:
            continue
        one = known(group.part_of)
        whole = one.id if one is not None else by_name.get(plain(group.part_of))
        if whole is not None and whole != ids[root]:
            parts[ids[root]] = whole
    return parts


def _everywhere(places: Mapping[tuple[str, str], str], ids: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return names that mean one thing in all documents that use them."""
    meanings: dict[str, set[str]] = defaultdict(set)
    for (_, name), root in places.items():
        meanings[name].add(ids[root])
    return {
        ("", name): next(iter(found))
        for name, found in _sorted(meanings)
        if len(found) == 1 and name not in ambiguous_names()
    }


def _sorted(meanings: Mapping[str, set[str]]) -> Iterable[tuple[str, set[str]]]:
    return sorted(meanings.items())
