"""The analyst's file as a form: the standing set, what was measured with its proposed ratings, room for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wayside.assessment.assessment import Assessment
from wayside.assessment.hypotheses.measuring import measured_evidence
from wayside.assessment.hypotheses.standing import proposed_ratings, standing_hypotheses
from wayside.assessment.language import likelihood_terms
from wayside.assessment.obligations import reference_obligations
from wayside.language.phrases import Phrases, phrases
from wayside.model.hypotheses import Consistency

__all__ = ["write_form"]

_WIDTH = 110


def write_form(assessment: Assessment, language: str = "en") -> str:
    """Return an analyst's file that is ready to be filled in; ``read_entered`` reads it as it is.

    The standing set is switched on. What wayside proposes stands in comments, signed as its own, so that nothing of it
    is an analyst's before an analyst has written it.

    Args:
        assessment: what was measured.
        language: ISO 639-1 of the comments.
    """
    words = phrases("hypotheses", language)
    lines = [
        *_note(words.say("form.title", site=assessment.site.name, day=assessment.generated.date())),
        *_note(words.say("form.rules")),
        "",
        *_analyst(assessment, words),
        *_standing(words, language),
        *_obligations(words, language),
        *_own(words),
        *_ratings(assessment, words, language),
        *_judgement(words, language),
    ]
    return "\n".join(lines) + "\n"


def _analyst(assessment: Assessment, words: Phrases) -> Iterator[str]:
    yield from _note(words.say("form.analyst"))
    yield "# [analyst]"
    yield f"# name = {_quoted(words.say('form.name'))}"
    yield f"# on = {assessment.generated.date().isoformat()}"
    yield ""


def _standing(words: Phrases, language: str) -> Iterator[str]:
    yield "[standing]"
    yield from _note(words.say("form.standing"))
    yield "use = true"
    yield from _note(words.say("form.standing-head"))
    for one in standing_hypotheses(language):
        yield from _note(f"{one.id}: {one.statement}", indent="  ")
    yield ""
    yield "[measured]"
    yield from _note(words.say("form.measured"))
    yield "use = true"
    yield ""


def _obligations(words: Phrases, language: str) -> Iterator[str]:
    yield from _note(words.say("form.obligation-head"))
    yield from ("# [[hypothesis]]", '# id = "arms-transfer"', "# standing = true", '# obligations = ["…"]')
    yield from _note(words.say("form.obligations-known"))
    for one in reference_obligations(language):
        parts = ", ".join(words.say(f"section.part-{part}") for part in one.unconfirmed)
        doubt = f" ({words.say('section.unconfirmed')}: {parts})" if parts else ""
        yield from _note(f"{one.id}: {one.title}, {one.paragraph}{doubt}. {one.text}", indent="  ")
    yield ""
    yield from _note(words.say("form.own-obligation"))
    yield from (
        "# [[obligation]]",
        '# id = "…"',
        '# title = "…"',
        '# paragraph = "…"',
        '# text = "…"',
        '# url = "https://…"',
    )
    yield ""


def _own(words: Phrases) -> Iterator[str]:
    yield from _note(words.say("form.own-hypothesis"))
    yield "# [[hypothesis]]"
    yield f"# id = {_quoted(words.say('form.own-id'))}"
    yield f"# statement = {_quoted(words.say('form.own-statement'))}"
    yield ""
    yield from _note(words.say("form.own-evidence"))
    yield from ("# [[evidence]]", '# id = "…"', '# text = "…"', '# kind = "published"', '# source = "…"')
    yield from ('# url = "https://…"', '# credibility = "medium"', '# relevance = "medium"', '# refers = ["…"]')
    yield ""


def _ratings(assessment: Assessment, words: Phrases, language: str) -> Iterator[str]:
    yield from _note(words.say("form.ratings-head"))
    yield from _note(words.say("form.ratings-rule"))
    yield ""
    for piece in measured_evidence(assessment, language):
        yield from _note(piece.text)
        yield f"[ratings.{piece.id}]"
        for one in proposed_ratings(piece.id, language):
            why = "" if one.value is Consistency.N else f": {one.note}"
            yield f"# {one.hypothesis} = {_quoted(one.value)}  # {_one_line(words.say('form.proposes') + why)}"
        yield ""


def _judgement(words: Phrases, language: str) -> Iterator[str]:
    terms = ", ".join(term.local for term in likelihood_terms(language))
    yield from _note(words.say("form.judgement-head"))
    yield from _note(words.say("form.judgement-terms", terms=terms))
    yield "# [[judgement]]"
    yield '# id = "…"'
    yield '# concerns = "content"  # content, intent, other'
    yield f"# statement = {_quoted('…')}  # {words.say('form.judgement-statement')}"
    yield '# likelihood = "…"'
    yield '# confidence = "low"  # high, moderate, low'
    yield from (f"# {key} = []" for key in ("reasons", "evidence", "assumptions", "would_change"))


def _note(text: str, indent: str = "") -> Iterable[str]:
    """Return comments that hold a text, wrapped between words; nothing in it can end a comment."""
    lines, line = [], ""
    for word in _one_line(text).split(" "):
        if line and len(line) + len(word) + 1 > _WIDTH:
            lines.append(line)
            line = "  " + indent + word if indent else word
        else:
            line = f"{line} {word}" if line else indent + word
    return [f"# {one}" for one in (*lines, line)]


def _one_line(text: str) -> str:
    """Return a text without line ends and control characters, which a comment must not hold."""
    return " ".join("".join(c if c.isprintable() or c in "\u00a0\u202f" else " " for c in text).split(" "))


def _quoted(text: str) -> str:
    """Return a text as a TOML string."""
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    return f"\\u{ord(c):04x}" if ord(c) < 0x20 or ord(c) == 0x7F else c
