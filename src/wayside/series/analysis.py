"""From counts over years to record, surge and onset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from wayside.language.phrases import Phrases, phrases
from wayside.model.checks import require
from wayside.model.series import DatedEvent, Series, SeriesResult, Surge
from wayside.series.asking import Questions, ask
from wayside.series.fitting import Fit, finish, prepare
from wayside.series.level.seen import Seen
from wayside.series.questions.comparison import Comparison
from wayside.series.questions.daily import daily_levels
from wayside.series.questions.notes import later_events, notes_on
from wayside.series.questions.record import miss_probability
from wayside.series.questions.rise import event_lags, onset, surge_probability
from wayside.series.questions.sensitivity import sensitivity
from wayside.series.questions.sentences import answers
from wayside.series.settings import SeriesSettings

__all__ = ["analyse", "answers_of", "baseline_days"]


def analyse(
    series: Series,
    *,
    events: Sequence[DatedEvent] = (),
    settings: SeriesSettings | None = None,
    questions: Questions | None = None,
    language: str = "en",
    rng: np.random.Generator,
) -> SeriesResult:
    """Say of a series' newest count whether it is a record, a surge, and since when.

    Args:
        series: counts of one site, with published bounds if there are any.
        events: dated events to set the onset against.
        settings: windows and priors; the defaults where not given.
        questions: what else is asked; nothing where not given.
        language: ISO 639-1 of the sentences.
        rng: source of chance for the sampled histories; the same generator state gives the same result.

    Raises:
        ValueRefusedError: where no count is left by the settings, the baseline's window does not come before the
            newest count, a count is larger than any yard holds, or a period that is asked about lies outside.
    """
    fitted = finish(prepare(series, settings or SeriesSettings()), rng)
    return answers_of(fitted, events=events, questions=questions, language=language, rng=rng)


def answers_of(
    fitted: Fit,
    *,
    events: Sequence[DatedEvent] = (),
    questions: Questions | None = None,
    language: str = "en",
    rng: np.random.Generator,
) -> SeriesResult:
    """Put the questions to a fitted model, and say the answers in sentences.

    Args:
        fitted: the model.
        events: dated events to set the onset against.
        questions: what else is asked; nothing where not given.
        language: ISO 639-1 of the sentences.
        rng: source of chance for new runs without a scene that matters much, and for the counts of unseen days.

    Raises:
        ValueRefusedError: where the baseline's window does not come before the newest count, or a period that is asked
            about lies outside.
    """
    seen, settings, words = fitted.seen, fitted.settings, phrases("series", language)
    window = baseline_days(seen, settings)
    bare = SeriesResult(
        day=seen.newest,
        now=fitted.now,
        baseline=None,
        record=None,
        surge=None,
        onset=None,
        events=(),
        miss_probability=None,
        days=daily_levels(fitted.posterior.smoothed, fitted.sight.term[0], fitted.grid, fitted.ground.tables, seen),
        parameters=_parameters(fitted),
        notes=notes_on(seen, settings, None, None, words),
        terms=fitted.terms.terms if fitted.terms else (),
    )
    result = bare if window is None else _compared(fitted, window, bare, events, words, rng)
    said = answers(
        result,
        bounds=seen.bounds,
        scenes=len(seen.points),
        asked_days=settings.baseline_days,
        looks=settings.looks,
        language=language,
    )
    return replace(result, answers=said, asked=ask(fitted, questions, rng) if questions else ())


def _compared(  # noqa: PLR0917  as its one caller holds them
    fitted: Fit,
    window: slice,
    bare: SeriesResult,
    events: Sequence[DatedEvent],
    words: Phrases,
    rng: np.random.Generator,
) -> SeriesResult:
    """Hold the newest count against the baseline ``window``."""
    seen, settings, weight = fitted.seen, fitted.settings, fitted.posterior.histories.weight
    held = Comparison(fitted, window)
    rises = held.rises
    found = onset(rises, weight, seen)
    sampled = held.sampled(rng)
    return replace(
        bare,
        baseline=held.baseline(sampled),
        record=held.record(),
        surge=Surge(settings.surge_factor, surge_probability(rises, weight, settings.surge_factor)),
        onset=found,
        events=event_lags(events, rises, weight, seen) if found else (),
        miss_probability=miss_probability(rises, weight, held.hidden(), window) if found else None,
        notes=(*notes_on(seen, settings, window, found, words), *(later_events(events, seen, words) if found else ())),
        before_rise=held.before_rise(found, sampled) if found else None,
        sensitivity=sensitivity(held, rng, words),
    )


def baseline_days(seen: Seen, settings: SeriesSettings) -> slice | None:
    """Return the baseline's days as indices; None where nothing comes before the newest day.

    Raises:
        ValueRefusedError: where a window was asked for that does not come before the newest count.
    """
    first = settings.baseline_first or seen.newest - timedelta(days=settings.baseline_days)
    last = min(settings.baseline_last or seen.newest, seen.newest - timedelta(days=1))
    asked = settings.baseline_first is not None or settings.baseline_last is not None
    start, stop = max(0, seen.index(first)), seen.index(last) + 1
    if start < stop:
        return slice(start, stop)
    require(not asked, f"a baseline comes before the newest count ({seen.newest}) and within the series")
    return None


def _parameters(fitted: Fit) -> dict[str, float]:
    """Return posterior means; of the scales on the log scale's own unit."""
    w, sets = fitted.posterior.set_weight, fitted.sets
    sizes = np.array(fitted.ground.frame.prior.nb_sizes)
    return {
        "hazard_per_year": float(w @ sets.hazard),
        "jump_scale_log": float(w @ sets.scale),
        "walk_sd_log_per_year": float(w @ sets.walk_sd),
        "nb_size": float(np.exp(w @ np.log(sizes[sets.size_of]))),
        "usual_level_cars": float(np.exp(fitted.ground.frame.centre)),
        "dwell_days": float(np.exp(w @ np.log(sets.dwell))),
    }
