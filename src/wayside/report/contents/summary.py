"""The first page: what was found, how sure, and compared with what."""

from __future__ import annotations

from wayside.assessment.assessment import Assessment, CountedScene, PublishedCount
from wayside.assessment.comparison import main_comparison
from wayside.model.wording import spread90
from wayside.report.document import (
    Fact,
    Finding,
    Findings,
    Glance,
    Line,
    Paragraph,
    Section,
    Span,
    Tone,
    foreign,
    line,
    plain,
)
from wayside.report.words import Words

__all__ = ["dek", "summary", "until"]


def summary(assessment: Assessment, words: Words) -> Section:
    """Return the summary: the findings in order of weight, and the box of numbers to compare them with."""
    said = assessment.language
    findings = tuple(
        Finding(
            (words.quoted(h.finding, said),),
            (words.quoted(h.confidence_sentence, said),) if h.confidence_sentence else (),
        )
        for h in assessment.headlines
    )
    return Section("summary", "", (Findings(findings), _computed(words), _glance(assessment, words)))


def dek(assessment: Assessment, words: Words) -> str:
    """Return the sentence under the title: what was counted when, and what it is held against."""
    held, kind = main_comparison(assessment.series), assessment.counted.value
    values = {"what": words.say(f"counted.{kind}"), "day": assessment.newest.day}
    if held is None:
        return words.say("dek.alone", **values)
    key = "dek.before_rise" if held.rise_excluded else "dek.before"
    return words.say(key, **values, scenes=held.scenes, first=held.first)


def until(assessment: Assessment, words: Words) -> str:
    """Return up to when the newest count is compared: "before", or "before the rise"."""
    held = main_comparison(assessment.series)
    return words.say("until.rise" if held is not None and held.rise_excluded else "until.now")


def _computed(words: Words) -> Paragraph:
    return Paragraph(
        line(words.say("summary.computed"), " ", Span(words.say("summary.limits"), href="#limits")), Tone.NOTE
    )


def _glance(assessment: Assessment, words: Words) -> Glance:
    now = assessment.now
    unit = words.say("glance.unit", what=words.noun(assessment.counted), day=assessment.newest.day)
    interval = words.say("interval90", interval=spread90(now))
    return Glance(
        words.say("format.at-a-glance"),
        str(now.median),
        (plain(unit), plain(interval)),
        (*_compared(assessment, words), *_newest(assessment, words)),
    )


def _compared(assessment: Assessment, words: Words) -> tuple[Fact, ...]:
    series, held, facts = assessment.series, main_comparison(assessment.series), []
    then = until(assessment, words)
    if assessment.busiest is not None:
        most = assessment.busiest.count_of(assessment.counted)
        note = words.say("glance.busiest_note", interval=spread90(most), day=assessment.busiest.day)
        facts.append(Fact(words.say("glance.busiest", until=then), plain(str(most.median)), plain(note)))
    for bound in assessment.bounds:
        note = words.say("glance.bound_note", first=bound.first, last=bound.last)
        about = line(foreign(bound.source), ", ", note) if bound.source else plain(note)
        facts.append(Fact(words.say("glance.bound"), plain(words.say("glance.at_most", most=bound.at_most)), about))
    if held is not None:
        note = words.say("glance.scenes_note", first=held.first, last=held.last)
        facts.append(Fact(words.say("glance.scenes", until=then), plain(str(held.scenes)), plain(note)))
        estimated = words.say("glance.all_days_note", interval=held.max_all_days90)
        facts.append(Fact(words.say("glance.all_days"), plain(str(held.max_all_days)), plain(estimated)))
    if series.baseline is not None:
        longest = words.say("days", days=series.baseline.longest_gap_days)
        facts.append(Fact(words.say("glance.unseen"), plain(longest)))
    if series.miss_probability is not None:
        chance = words.say("percent", p=series.miss_probability)
        facts.append(Fact(words.say("glance.missed"), plain(chance), plain(words.say("glance.missed_note"))))
    return tuple(facts)


def _newest(assessment: Assessment, words: Words) -> tuple[Fact, ...]:
    row = assessment.newest
    if isinstance(row, PublishedCount):
        return (Fact(words.say("glance.by"), plain(words.say("kind.published")), _publisher(row)),)
    covered = row.result.covered
    by = words.say("glance.by_whom", author=row.author) if row.reviewed else ""
    return (
        Fact(words.say("glance.covered"), plain(str(covered.median)), plain(words.say("range", of=spread90(covered)))),
        Fact(words.say("glance.locomotives"), plain(str(row.result.locomotives.median))),
        Fact(words.say("glance.by"), plain(words.name_of("kind", row.kind.value)), plain(by)),
    )


def _publisher(row: PublishedCount) -> Line:
    return plain(", ".join(filter(None, (row.publisher, row.published))))


def counted_rows(assessment: Assessment) -> tuple[CountedScene, ...]:
    """Return the rows that rest on an image."""
    return tuple(row for row in assessment.rows if isinstance(row, CountedScene))
