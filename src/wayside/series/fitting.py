"""The model fitted to one site's series: everything that questions are put to."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wayside.model.counts import CountDistribution
from wayside.model.series import Series
from wayside.series.level.dynamics import Floats
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import Frame, LevelGrid, ParameterSets, parameter_sets
from wayside.series.level.posterior import Posterior, infer
from wayside.series.level.seen import Seen, pooled, usual_log_level, within
from wayside.series.level.sight import Sight, sight_of
from wayside.series.level.terms import RegularTerms, choose_terms
from wayside.series.level.weighing import Weighing, weigh
from wayside.series.settings import Prior, SeriesSettings

__all__ = ["Fit", "Ground", "Prepared", "daily_term", "finish", "ground_of", "newest_count", "prepare"]


@dataclass(frozen=True, eq=False)
class Ground:
    """A series made ready for the model.

    Attributes:
        seen: its days.
        frame: grid, usual level and prior.
        tables: counts given the level.
    """

    seen: Seen
    frame: Frame
    tables: NegativeBinomials


@dataclass(frozen=True, eq=False)
class Prepared:
    """A series made ready, with its parameter sets weighed.

    Attributes:
        settings: of the analysis.
        ground: the series made ready.
        sets: the parameter sets.
        terms: season and week; None where they were not looked for.
        sight: what the days say.
        newest: the filter over all days.
    """

    settings: SeriesSettings
    ground: Ground
    sets: ParameterSets
    terms: RegularTerms | None
    sight: Sight
    newest: Weighing


@dataclass(frozen=True, eq=False)
class Fit:
    """The fitted model.

    Attributes:
        ground: the series made ready.
        settings: of the analysis.
        now: the newest day's count.
        sets: the parameter sets that were weighed.
        terms: season and week; None where they were not looked for.
        sight: what the days say.
        posterior: what follows.
    """

    ground: Ground
    settings: SeriesSettings
    now: CountDistribution
    sets: ParameterSets
    terms: RegularTerms | None
    sight: Sight
    posterior: Posterior

    @property
    def seen(self) -> Seen:
        """The days."""
        return self.ground.seen

    @property
    def grid(self) -> LevelGrid:
        """Of the log level."""
        return self.ground.frame.grid

    @property
    def log_levels(self) -> Floats:
        """Log level of every history on every day, regular terms left out, shape (N, T)."""
        return np.asarray(self.grid.log_levels[self.posterior.histories.level], dtype=np.float64)


def ground_of(series: Series, settings: SeriesSettings, tables: NegativeBinomials | None = None) -> Ground:
    """Cut a series to the model's days and lay its grid and tables; ``tables`` that fit are taken as they are.

    Raises:
        ValueRefusedError: where no count is left by the settings, or one is larger than any yard holds.
    """
    seen = within(
        series,
        until=settings.until,
        history_days=settings.history_days,
        at_least_from=settings.baseline_first,
    )
    grid = LevelGrid.up_to(seen.largest, settings.levels)
    frame = Frame(grid, usual_log_level(seen), _prior(settings))
    if tables is None or not tables.made_for(grid):
        tables = NegativeBinomials.of(grid, frame.prior.nb_sizes, int(1.5 * grid.means[-1]))
    return Ground(seen, frame, tables)


def _prior(settings: SeriesSettings) -> Prior:
    if settings.dwell_days is None:
        return settings.prior
    return replace(settings.prior, dwells_days=(settings.dwell_days,))


def newest_count(ground: Ground) -> CountDistribution:
    """Return what the scenes of the newest day show, cut to what the tables hold."""
    newest = ground.seen.newest
    scenes = tuple(p for p in ground.seen.points if p.day == newest)
    return pooled(scenes).given(0, ground.tables.largest).trimmed(1e-9)


def prepare(series: Series, settings: SeriesSettings) -> Prepared:
    """Make a series ready and weigh the parameter sets by it.

    Raises:
        ValueRefusedError: as ``ground_of``.
    """
    ground = ground_of(series, settings)
    sets = parameter_sets(ground.frame)
    seen, tables = ground.seen, ground.tables
    terms = choose_terms(seen, ground.frame, tables, looks=settings.looks) if settings.regular_terms else None
    sight = sight_of(seen, tables, looks=settings.looks, term=daily_term(terms, seen))
    return Prepared(settings, ground, sets, terms, sight, weigh(sets, sight))


def daily_term(terms: RegularTerms | None, seen: Seen) -> Floats | None:
    """Return what the regular terms add to each day's log level, shape (1, T); None where there is nothing to add."""
    return terms.log_term(seen.first, seen.days)[None, :] if terms and terms.used else None


def finish(prepared: Prepared, rng: np.random.Generator) -> Fit:
    """Follow what the parameter sets say; ``rng`` is the source of chance for the sampled histories."""
    ground, settings, sets, sight = prepared.ground, prepared.settings, prepared.sets, prepared.sight
    posterior = infer(sets, sight, prepared.newest, paths=settings.paths, rng=rng)
    return Fit(ground, settings, newest_count(ground), sets, prepared.terms, sight, posterior)
