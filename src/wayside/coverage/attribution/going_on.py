"""Whether a sentence that names no source goes on with the report that an earlier one began.

Points are added for what reports do (speak of the images, say what was seen, of the same things) and taken off for
what the writer's own background does (turn to another actor, to the present); the table of the language says how many.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.known import known

if TYPE_CHECKING:
    from wayside.coverage.attribution.antecedents import Speaker
    from wayside.coverage.attribution.register import Entity
    from wayside.coverage.attribution.views import View

__all__ = ["Floor", "continues", "goes_on", "looks", "topic_of"]

_SUBJECT: Final = 7  # tokens at the beginning of a sentence that its subject is looked for in
_OPENING: Final = 4
_STEM: Final = 4
_MOST_HOPS: Final = 6
_SKIP: Final = g.COMMON | g.VERB | g.BE | g.HAVE | g.MODAL | g.OPENER | g.DETERMINER | g.CLAUSE | g.ADVERB | g.PERSON


@dataclass(slots=True)
class Floor:
    """Who has the floor.

    Attributes:
        speaker: whose report goes on.
        entity: what he is in the register, or None.
        number: sentence that named him last.
        line: line of that sentence.
        topic: words of his report.
        broken: the writer has spoken in between.
        hops: sentences that have gone on with it.
        comments: he speaks of what another has found, as governments do.
        behind: whose report it was, where somebody only commented on it since.
    """

    speaker: Speaker | None = None
    entity: Entity | None = None
    number: int = -1
    line: int = -1
    topic: set[str] = field(default_factory=set)
    broken: bool = False
    hops: int = 0
    comments: bool = False
    behind: Floor | None = None


def topic_of(view: View) -> set[str]:
    """Return the words that tell what a sentence is about, without endings of the plural."""
    return {
        word.removesuffix("s")
        for word, bits, token in zip(view.lowers, view.bits, view.tokens, strict=True)
        if len(word) >= _STEM
        and token.kind == "word"
        and not bits & _SKIP
        and (token.text[0].islower() or _place(token.text))
    }


def _place(text: str) -> bool:
    one = known(text)
    return one is None or one.kind != "state"


def looks(view: View) -> bool:
    """Tell whether a sentence says what images show: pictures as its subject."""
    return any(bits & g.IMAGERY for bits in view.bits[:_SUBJECT])


def goes_on(view: View, floor: Floor, number: int, line: int) -> int:
    """Return the points for a sentence going on with the report of whoever has the floor; -99 where nobody has."""
    rules = view.grammar.carrying
    points = rules.points
    distance = number - floor.number
    if (
        floor.speaker is None
        or floor.hops > _MOST_HOPS
        or distance > (rules.reach_line if line == floor.line else rules.reach_text)
    ):
        return -99
    total = (
        points["imagery"] if looks(view) else points["imagery"] - 1 if any(one & g.IMAGERY for one in view.bits) else 0
    )
    total += points["observed"] if _observes(view) else 0
    total += 0 if rules.words["exists"].isdisjoint(view.lowers[:_OPENING]) else points["exists"]
    total += min(points["most_overlap"], points["overlap"] * len(floor.topic & topic_of(view)))
    total += points["continues"] if continues(view) else 0
    further = continues(view) or view.has(0, g.POSSESSIVE)
    total += points["definite"] if _definite(view, floor) else 0
    total += points["whose"] if view.has(0, g.POSSESSIVE) else 0
    total += points["next"] if distance <= 1 else points["farther"] * (distance - 2)
    total += points["turn"] if _turns(view) else 0
    total += points["actor"] if _other_actor(view, floor) else 0
    total += points["present"] if not _continued(view) and _present(view) else 0
    total += points["farther"] if line != floor.line else 0
    total += points["question"] if view.tokens[-1].text == "?" else 0
    total += points["counts"] if distance <= 1 and line == floor.line and _counts(view) else 0
    kept = not floor.broken or (further and not floor.topic.isdisjoint(topic_of(view)))
    return total - (0 if kept else 2)


def _observes(view: View) -> bool:
    return not view.grammar.carrying.words["observed"].isdisjoint(view.lowers)


def _definite(view: View, floor: Floor) -> bool:
    """Tell "The number began to rise", of a number that was spoken of."""
    if not view.has(0, g.DEFINITE):
        return False
    return any(word.removesuffix("s") in floor.topic for word in view.lowers[1:4])


def _counts(view: View) -> bool:
    """Tell a sentence that begins with how many: "Some 60 lorries were in it", "A total of 60"."""
    at = next((at for at, token in enumerate(view.tokens[:_OPENING]) if token.kind == "number"), -1)
    return at >= 0 and not any(one in view.names for one in range(at)) and not view.has(0, g.OPENER)


def continues(view: View) -> bool:
    """Tell a sentence that compares or goes on by its first words: "Previously", "In the past five years"."""
    return view.lowers[0] in view.grammar.carrying.words["continue"] or _continued(view)


def _continued(view: View) -> bool:
    return any(view.lowers[: len(phrase)] == phrase for phrase in view.grammar.carrying.continued)


def _turns(view: View) -> bool:
    rules = view.grammar.carrying
    if not rules.words["turn"].isdisjoint(view.lowers[:6]):
        return True
    return any(view.lowers[: len(phrase)] == phrase for phrase in rules.turns)


def _other_actor(view: View, floor: Floor) -> bool:
    """Tell a sentence whose subject is somebody else: "Russian forces struck", "Moscow's shell output"."""
    if looks(view) or not view.tokens:
        return False
    first = 1 if view.has(0, g.DETERMINER) else 0
    if view.has(first, g.DEMONYM):
        return True
    if first not in view.names:
        return False
    name = " ".join(view.lowers[first : view.names[first]]).removesuffix("'s")
    one = known(name)
    if one is not None:
        return one.kind != "imagery company"
    return not any(word.removesuffix("s") in floor.topic for word in name.split())


def _present(view: View) -> bool:
    """Tell background in the present tense: its first finite verb."""
    if view.lowers[0] in view.grammar.carrying.words["exists"]:
        return False
    present = view.grammar.carrying.words["present"]
    for word, bits in zip(view.lowers, view.bits, strict=True):
        if word in present:
            return not _observes(view)
        if bits & (g.BE | g.HAVE | g.MODAL):
            return False
    return False
