"""The series of a workspace's site: all its freight cars, or type by type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wayside.assessment.assessment import CountedScene
from wayside.errors import InputError
from wayside.model.cars import CarType
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus
from wayside.model.places import Site
from wayside.model.series import NamedSeries, Series, SeriesPoint
from wayside.model.wording import plural
from wayside.pipeline.cases import series_of, shows_enough
from wayside.pipeline.running import Services, rows_of
from wayside.series import LEAST_VISIBLE

__all__ = ["SiteChoice", "series_of_site"]

_NOTHING = CountDistribution.exactly(0)


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """Which of a site's cars to take.

    Attributes:
        types: types of cars, as ``CarType`` writes them; several are added up. Empty for all freight cars.
        by_type: give every type a series of its own, before the total.

    Raises:
        InputError: there is no such type.
    """

    types: tuple[str, ...] = ()
    by_type: bool = False

    def __post_init__(self) -> None:
        known = [str(kind) for kind in CarType]
        for name in self.types:
            if name not in known:
                raise InputError(
                    f"there is no type of car {name!r}", where="--category", todo=f"There are: {', '.join(known)}"
                )


def series_of_site(services: Services, choice: SiteChoice) -> tuple[NamedSeries, ...]:
    """Return the series of what is counted already, each from the count that stands for its scene.

    A scene that tells types gives every type a count, 0 where it shows none. Where only occupied length could be read,
    a scene tells no types: it adds to the total of all freight cars and to nothing else.

    Raises:
        InputError: no scene gives a count, or none tells types where they are asked for.
    """
    site, rows = services.site, rows_of(services)
    total = NamedSeries(series_of(site, rows), site.id, notes=_on_hidden(rows))
    if not choice.by_type and not choice.types:
        return (total,)
    shown = [row for row in rows if shows_enough(row)]
    telling = [row for row in shown if _tells_types(row)]
    if not telling:
        raise InputError(
            "no scene of the site tells types of cars",
            where=site.name,
            todo="Types are read from scenes finer than about 1.2 m",
        )
    notes = (*total.notes, *_on_lacking(len(shown) - len(telling), len(shown)))
    several = _several_types(site, telling, choice.types, notes) if choice.types else _with_note(total, telling)
    if not choice.by_type:
        return (several,)
    each = _types(telling, choice.types)
    return (*(NamedSeries(_series(site, telling, (name,)), site.id, name, notes) for name in each), several)


def _tells_types(row: CountedScene) -> bool:
    return row.result.status is CountStatus.COUNTED and bool(row.result.by_type)


def _types(telling: Sequence[CountedScene], chosen: Sequence[str]) -> tuple[str, ...]:
    """Return the chosen types; else the freight cars' types that some scene more likely than not shows."""
    if chosen:
        return tuple(dict.fromkeys(chosen))
    return tuple(
        kind.value
        for kind in CarType
        if kind.is_freight and any(row.result.by_type.get(kind, _NOTHING).median > 0 for row in telling)
    )


def _series(site: Site, telling: Sequence[CountedScene], types: Sequence[str]) -> Series:
    points = tuple(
        SeriesPoint(
            day=row.day,
            count=CountDistribution.total(row.result.by_type.get(name, _NOTHING) for name in types),
            visible_fraction=row.result.visible_fraction,
            gsd_m=row.result.gsd_m,
            scene_id=row.scene.id,
        )
        for row in telling
    )
    return Series(f"{site.name}, {' + '.join(types)}", points)


def _several_types(
    site: Site, telling: Sequence[CountedScene], types: Sequence[str], notes: tuple[str, ...]
) -> NamedSeries:
    each = tuple(dict.fromkeys(types))
    added = ("The types are added up as if their errors were independent of each other.",) if len(each) > 1 else ()
    return NamedSeries(_series(site, telling, each), site.id, notes=(*notes, *added))


def _with_note(total: NamedSeries, telling: Sequence[CountedScene]) -> NamedSeries:
    never = [k.value for k in CarType if k.is_freight and k not in _types(telling, ())]
    note = f"No scene shows these types more likely than not: {', '.join(never)}." if never else ""
    return replace(total, notes=(*total.notes, note)) if note else total


def _on_hidden(rows: Sequence[CountedScene]) -> tuple[str, ...]:
    hidden = [row.scene.id for row in rows if row.usable and not shows_enough(row)]
    if not hidden:
        return ()
    which = ", ".join(hidden) if len(hidden) < 4 else plural(len(hidden), "scene")
    return (f"Less than {LEAST_VISIBLE:.0%} of the track can be seen in {which}: left out.",)


def _on_lacking(lacking: int, shown: int) -> tuple[str, ...]:
    if not lacking:
        return ()
    tells, adds = ("tells", "adds") if lacking == 1 else ("tell", "add")
    note = (
        f"{lacking} of {plural(shown, 'scene')} {tells} no types (only occupied length could be read, or the count "
        f"came without types) and {adds} nothing to the series of types."
    )
    return (note,)
