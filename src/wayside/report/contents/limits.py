"""What cannot be told, on which days nobody looked, and what failed on the way."""

from __future__ import annotations

from wayside.assessment.assessment import Assessment
from wayside.report.document import (
    Block,
    Bullets,
    Definition,
    Definitions,
    Fold,
    Layout,
    Paragraph,
    Section,
    SpanKind,
    Tone,
    plain,
)
from wayside.report.words import Words

__all__ = ["limits_section"]


def limits_section(assessment: Assessment, words: Words) -> Section:
    """Return the limits, each with its reason in numbers."""
    said = assessment.language
    items = tuple(
        Definition((words.quoted(limit.question, said),), ((words.quoted(limit.why, said),),))
        for limit in assessment.limits
    )
    blocks: list[Block] = [Definitions(items, Layout.OVER)] if items else []
    if assessment.gaps:
        heading = words.say("limits.gaps", stretches=len(assessment.gaps), days=assessment.gap_days)
        gaps = tuple(plain(words.say("limits.gap", first=g.first, last=g.last, days=g.days)) for g in assessment.gaps)
        blocks.append(Fold(heading, (Bullets(gaps),)))
    if assessment.failures:
        blocks.append(Paragraph(plain(words.say("limits.failed")), Tone.HEADING))
        blocks.append(Bullets(tuple((words.quoted(text, kind=SpanKind.FOREIGN),) for text in assessment.failures)))
    return Section("limits", words.say("limits.heading"), tuple(blocks), short=words.say("limits.short"))
