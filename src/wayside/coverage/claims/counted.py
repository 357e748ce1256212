"""What a number counts: the noun phrase behind it, or a noun from the context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.words.lexicon import CALIBRES, FLOWS, IRREGULAR_PLURALS, RAIL, STOP, STOP_WORDS, THINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Counted", "context_noun", "flow_noun", "noun_phrase", "singular", "thing_of"]

_LONGEST: Final = 5
_LINKS: Final = {"es": {"de"}, "pt": {"de"}, "fr": {"de"}, "it": {"di"}}
_STOPS: Final = {language: frozenset(words.split()) for language, words in STOP_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted: singular with its modifiers, the index after it, and whether it is a flow ("shell output")."""

    name: str
    stop: int
    flow: bool = False


def singular(word: str) -> str:
    """Return the singular of a lower-case English noun, by ending."""
    if word in IRREGULAR_PLURALS or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word.removesuffix("s")


def thing_of(counted: str | None, *, on_rails: bool = True) -> str | None:
    """Return the group of things that a counted thing belongs to ("freight wagon" -> "railcar").

    Args:
        counted: as in a claim.
        on_rails: the text speaks of a railway, so that a bare "car" is a railcar; else it is a vehicle.

    Returns:
        The group's name, or the last word where the tables know none.
    """
    if counted is None:
        return None
    words = counted.split()
    if words[-1] == "car" and not (on_rails or RAIL & set(words)):
        return "vehicle"
    return next((THINGS[word] for word in reversed(words) if word in THINGS), words[-1])


def noun_phrase(tokens: Sequence[Token], index: int, value: float, language: str = "en") -> Counted | None:
    """Read the noun phrase that starts at a token.

    English ends it with the first plural that no noun follows; other languages take the next word, with a linked noun.
    """
    if language != "en":
        return _foreign(tokens, index, language)
    words: list[str] = []
    last_noun = 0
    at = index
    while at < len(tokens) and len(words) < _LONGEST:
        token = tokens[at]
        if (token.kind == "number" and at + 1 < len(tokens) and tokens[at + 1].lower in CALIBRES) or (
            token.text in "-/"
            and words
            and at + 1 < len(tokens)
            and tokens[at + 1].kind == "word"
            and tokens[at].end == tokens[at + 1].start
        ):
            words.append(token.text)
        elif token.kind != "word" or token.lower in STOP or token.lower.endswith("'s"):
            break
        else:
            words.append(token.lower)
            if _plural(token.lower) or (value == 1 and len(words) == 1) or token.lower in IRREGULAR_PLURALS:
                last_noun = len(words)
                if not (at + 1 < len(tokens) and tokens[at + 1].lower in THINGS):
                    break
        at += 1
    if not last_noun:
        return None
    kept = [word for word in words[:last_noun] if word not in "-/"]
    return Counted(" ".join([*kept[:-1], singular(kept[-1])]), index + last_noun)


def _plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))


def _foreign(tokens: Sequence[Token], index: int, language: str) -> Counted | None:
    stops = _STOPS.get(language, frozenset())
    if index >= len(tokens) or tokens[index].kind != "word" or tokens[index].lower in stops:
        return None
    known = tokens[index].lower in THINGS or any(token.lower in THINGS for token in tokens[index : index + 2])
    stop = index + 1
    if known and tokens[index].lower not in THINGS:
        stop += 1
    links = _LINKS.get(language, set())
    if (
        stop + 1 < len(tokens)
        and tokens[stop].lower in links
        and tokens[stop + 1].kind == "word"
        and tokens[stop + 1].text.islower()
    ):
        stop += 2
    return Counted(" ".join(token.lower for token in tokens[index:stop]), stop)


def flow_noun(tokens: Sequence[Token], index: int) -> Counted | None:
    """Return the thing of "shell output … to a projected 2.5 million", looking back from a token."""
    for at in range(min(index, len(tokens)) - 1, -1, -1):
        if tokens[at].text in ";:":
            return None
        if tokens[at].lower in FLOWS and at > 0 and tokens[at - 1].kind == "word" and tokens[at - 1].lower not in STOP:
            return Counted(singular(tokens[at - 1].lower), index, flow=True)
    return None


def context_noun(tokens: Sequence[Token], index: int) -> Counted | None:
    """Return the nearest thing of the tables before a token, with the modifier before it."""
    for at in range(min(index, len(tokens)) - 1, -1, -1):
        head = singular(tokens[at].lower)
        if head not in THINGS and tokens[at].lower not in THINGS:
            continue
        before = tokens[at - 1] if at else None
        modifier = before is not None and before.lower in {"freight", "rail", "cargo", "container", "shipping", "tank"}
        name = f"{before.lower} {head}" if before is not None and modifier else head
        return Counted(name, index)
    return None
